# ruff: noqa: RUF001
r"""Words inside of formulas: \text and its like."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from .tex_symbols import SYMBOLS, TEXTS
from .tex_tree import Font, Letter, Node, Number, Row, Sign, Space, TexError, Text

__all__ = ["text", "words_of"]

TOKEN = re.compile(
    r"\$(?P<dollars>[^$]*)\$|\\\((?P<brackets>.*?)\\\)"
    r"|\\(?P<command>[a-zA-Z]+) ?|\\(?P<sign>.)|(?P<typed>---?|``|''|[~{}`'])"
)
TYPED = {
    "--": "–",
    "---": "—",
    "``": "“",
    "''": "”",
    "`": "‘",
    "'": "’",
    "~": "\u00a0",
    "{": "",
    "}": "",
}
SIGNS = {sign: sign for sign in "&%#$_{} "} | dict.fromkeys(",:;", "\u2009") | {"!": ""}
ACCENTS = {'"': "\u0308", "'": "\u0301", "`": "\u0300", "^": "\u0302", "~": "\u0303"}
WORDS = {
    "ldots": "…",
    "dots": "…",
    "quad": "\u2003",
    "qquad": "\u2003\u2003",
    "textbackslash": "\\",
    "textasciitilde": "~",
    "textunderscore": "_",
    "ss": "ß",
}


def text(raw: str, font: str, formula: Callable[[str], Node]) -> Node:
    """Return the words of a text, with the formulas in it; `formula` reads these."""
    parts: list[Node] = []
    words = ""
    at = 0

    def flush() -> None:
        nonlocal words
        if words:
            parts.append(Text(words, font))
        words = ""

    while found := TOKEN.search(raw, at):
        words += raw[at : found.start()]
        at = found.end()
        kind, what = str(found.lastgroup), found.group(str(found.lastgroup))
        if kind in ("dollars", "brackets"):
            flush()
            parts.append(formula(what))
        elif kind == "typed":
            words += TYPED[what]
        elif kind == "sign" and what in ACCENTS:
            letter = re.compile(r"\{?(\w)\}?").match(raw, at)
            if letter is None:
                raise TexError(f"\\{what} has no letter to stand on")
            words += unicodedata.normalize("NFC", letter.group(1) + ACCENTS[what])
            at = letter.end()
        elif kind == "sign" and what in SIGNS:
            words += SIGNS[what]
        elif kind == "command" and what in WORDS:
            words += WORDS[what]
        elif kind == "command" and what in SYMBOLS:
            words += SYMBOLS[what][0]
        elif kind == "command" and what in TEXTS and raw[at : at + 1] == "{":
            end = _closing(raw, at)
            flush()
            parts.append(text(raw[at + 1 : end], TEXTS[what] or font, formula))
            at = end + 1
        else:
            raise TexError(f"\\{what} isn't known in a text; write it another way")
    words += raw[at:]
    flush()
    return parts[0] if len(parts) == 1 else Row(tuple(parts), grouped=True)


def _closing(raw: str, at: int) -> int:
    level = 0
    for end in range(at, len(raw)):
        level += (raw[end] == "{") - (raw[end] == "}")
        if not level:
            return end
    raise TexError("} is missing at its end; balance its braces")


def words_of(node: Node) -> str:
    """Return what is written as letters, digits, spaces and dashes only, or ""."""
    if isinstance(node, Text):
        return node.words
    if isinstance(node, Letter):
        return node.letter
    if isinstance(node, Number):
        return node.digits
    if isinstance(node, Space):
        return "\u2009" if node.em > 0 else ""
    if isinstance(node, Sign) and node.sign in "−_*∗/.'":
        return node.sign.replace("−", "-").replace("∗", "*")
    if isinstance(node, Font) and node.font == "upright":
        return words_of(node.body)
    if isinstance(node, Row):
        words = [words_of(part) for part in node.parts]
        return "".join(words) if all(words) else ""
    return ""
