"""Read the Markdown of a text cell: its plain sentences and headings."""

import re

__all__ = ["headings", "plain_text", "sentences"]

_FENCED = re.compile(r"^ *(```|~~~).*?^ *\1 *$", re.MULTILINE | re.DOTALL)
_DISPLAY_FORMULA = re.compile(r"\$\$.*?\$\$", re.DOTALL)
_INLINE_FORMULA = re.compile(r"(?<![\\$])\$(?![\s$])([^$\n]*(?:\n[^$\n]+)*?)\$(?!\d)")
_INLINE_CODE = re.compile(r"(`+)(.+?)\1", re.DOTALL)
# A formula or code span that holds one number is typography, not mathematics or code.
_LONE_NUMBER = re.compile(
    r"\s*(?:\\approx|\\sim|[<>~≈≤≥])?\s*\d[\d.,]*\s*(?:\\?%|\\times|\u00d7|\\,|\s|m?s\b)*"
)
_PICTURE = re.compile(r"!\[[^\]]*\]\s*[(\[][^)\]]*[)\]]|<img\b[^>]*>", re.IGNORECASE)
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_TAG = re.compile(r"<!--.*?-->|</?[a-zA-Z][^>]*>|<https?://[^>]*>", re.DOTALL)
_ADDRESS = re.compile(r"https?://\S+")
_NEW_BLOCK = re.compile(r"\s*(?:[-*+] |\d+\. |\||#|$)")
_SENTENCE_END = re.compile(r"(?<=[.!?:])[*_)]*\s+(?=[A-Z*_\"…])")


def plain_text(markdown: str) -> str:
    """Return the words of a text cell without code, formulas, tags and addresses.

    A removed formula or code span leaves an ellipsis, so that its neighbors don't meet.
    """
    text = _FENCED.sub("", markdown)
    text = _DISPLAY_FORMULA.sub(" … ", text)
    text = _INLINE_CODE.sub(lambda span: _number_or_dots(span[2]), text)
    text = _INLINE_FORMULA.sub(lambda span: _number_or_dots(span[1]), text)
    text = _TAG.sub(" ", _PICTURE.sub(" ", text))
    text = _LINK.sub(r"\1", text)
    return _ADDRESS.sub(" … ", text).replace(r"\%", "%")


def _number_or_dots(content: str) -> str:
    if not _LONE_NUMBER.fullmatch(content):
        return "…"
    return content.replace(r"\times", "\u00d7").replace(r"\,", " ").replace("\\%", "%")


def sentences(markdown: str) -> list[str]:
    """Split a text cell into sentences; list items and table rows stand alone."""
    blocks: list[str] = []
    for line in plain_text(markdown).splitlines():
        line = re.sub(r"^\s*(?:> ?)+", "", line)
        if not blocks or _NEW_BLOCK.match(line) or not blocks[-1].strip():
            blocks.append(line)
        else:
            blocks[-1] += " " + line
    parts = (part for block in blocks for part in _SENTENCE_END.split(block))
    return [part.strip() for part in parts if part.strip()]


def headings(markdown: str) -> list[str]:
    """Return the text of every heading of a text cell."""
    return re.findall(r"^ {0,3}#{1,6}\s+(.+?)\s*#*$", _FENCED.sub("", markdown), re.M)
