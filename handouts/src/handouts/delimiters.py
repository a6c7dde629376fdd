r"""Find the formulas in Markdown as Jupyter does, and write them all with dollar signs.

Jupyter takes formulas out before it reads Markdown: between dollar signs, \\( and \\),
\\[ and \\], and in environments such as \begin{align}. pandoc reads Markdown first, and
only dollar signs; so a formula goes on one line here, where no sign of it can begin a
list, a heading or a cell.
"""

from __future__ import annotations

import re

__all__ = ["with_dollars"]

LONGEST = 8_000  # characters of a formula; beyond, its beginning is text
FENCE = r"^ {0,3}(?P<fence>`{3,}|~{3,})"
OPENING = re.compile(
    FENCE
    + r"|(?P<ticks>`+)|(?P<dollars>\$\$?)|\\begin\{(?P<environment>[a-zA-Z]+\*?)\}"
    r"|(?P<bracket>\\?\\[(\[])|\\.",
    re.MULTILINE | re.DOTALL,
)
COMMENT = re.compile(r"(?<!\\)%.*")
LINE_START = re.compile(r"\n[ \t]*((?:>[ \t]*)*)")
# What tells a formula from words between brackets or beside two prices.
LOOKS_LIKE_TEX = re.compile(r"[\\^_=+<>{}]|^\s*\w(?:\s*[,(*/-].*)?\s*$", re.DOTALL)
CLOSING = {"(": ")", "[": "]"}
NOT_A_FORMULA = ("document", "verbatim", "itemize", "enumerate", "figure", "table")


def with_dollars(text: str) -> str:
    """Return Markdown in which every formula stands between dollar signs."""
    pieces, at = [], 0
    while found := OPENING.search(text, at):
        pieces.append(text[at : found.start()])
        piece, at = _piece(text, found)
        pieces.append(piece)
    return "".join([*pieces, text[at:]])


def _piece(text: str, found: re.Match[str]) -> tuple[str, int]:
    """Return what begins here, rewritten if it is a formula, and where it ends."""
    start, end = found.span()
    kind = found.lastgroup
    opening = found.group()
    if kind == "fence":
        closing = re.compile(rf"^ {{0,3}}{re.escape(found['fence'])}.*$", re.MULTILINE)
        last = closing.search(text, end)
        return _as_it_is(text, start, last.end() if last else len(text))
    if kind == "ticks":
        closing = re.compile(rf"(?<!`){opening}(?!`)")
        last = closing.search(text, end, end + LONGEST)
        return _as_it_is(text, start, last.end() if last else end)
    if kind == "environment" and found["environment"] not in NOT_A_FORMULA:
        close = f"\\end{{{found['environment']}}}"
        last_at = text.find(close, end, end + LONGEST)
        if last_at >= 0:
            last_at += len(close)
            return _formula(text, start, text[start:last_at], "$$"), last_at
    if kind == "bracket":
        close = opening[:-1] + CLOSING[opening[-1]]
        last_at = text.find(close, end, end + LONGEST)
        inside = text[end:last_at]
        if last_at >= 0 and "\n\n" not in inside and LOOKS_LIKE_TEX.search(inside):
            dollars = "$" if opening[-1] == "(" else "$$"
            return _formula(text, start, inside, dollars), last_at + len(close)
    if kind == "dollars":
        last_at = _closing_dollars(text, end, opening)
        inside = text[end:last_at]
        if last_at >= 0 and "\n\n" not in inside and _is_formula(text, end, last_at):
            return _formula(text, start, inside, opening), last_at + len(opening)
    return _as_it_is(text, start, end)


def _as_it_is(text: str, start: int, end: int) -> tuple[str, int]:
    return text[start:end], end


def _closing_dollars(text: str, at: int, dollars: str) -> int:
    limit = at + LONGEST
    while (at := text.find(dollars, at, limit)) >= 0:
        if text[at - 1] != "\\":
            return at
        at += 1
    return -1


def _is_formula(text: str, start: int, end: int) -> bool:
    """Say whether it is one for pandoc, too, or else looks like TeX; no two prices."""
    inside = text[start:end]
    if text[end + 1 : end + 2].isdigit() and text[start - 2 : start] != "$$":
        return False
    return inside == inside.strip() != "" or bool(LOOKS_LIKE_TEX.search(inside))


def _formula(text: str, start: int, tex: str, dollars: str) -> str:
    line = text[text.rfind("\n", 0, start) + 1 : start]
    quoted = line.lstrip().startswith(">")
    tex = LINE_START.sub(lambda m: " " if quoted else f" {m[1]}", COMMENT.sub("", tex))
    if line.lstrip().startswith("|"):
        tex = tex.replace("\\|", "\\Vert ").replace("|", "\\vert ")
    tex = tex.strip()
    return f"{dollars}{tex}{dollars}" if tex else ""
