"""Rows and columns in formulas: matrices, cases, aligned lines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .tex_symbols import ENVIRONMENTS
from .tex_tree import Node, Row, Table, TexError

if TYPE_CHECKING:
    from .tex import Reader

__all__ = ["environment", "lines", "substack"]

SKIP_AFTER_LINE = re.compile(r"\s*\*?\s*(\[\s*-?[\d.]+\s*[a-z]{2}\s*\])?")
COLUMNS = re.compile(r"[lcr|]+")
RULES = ("\\hline", "\\hdashline", "\\toprule", "\\midrule", "\\bottomrule")
WITH_NUMBER = ("alignat", "alignedat")
Rows = tuple[tuple[Node, ...], ...]


def lines(reader: Reader) -> Node:
    r"""Return a whole formula; with `\\` or & in it, its lines one below another."""
    rows, _ = _rows(reader)
    if len(rows) == 1 and len(rows[0]) == 1:
        return rows[0][0]
    return Table("lines", rows) if rows else Row()


def substack(reader: Reader, name: str) -> Node:
    """Return small lines below or above a sign."""
    reader.take("{")
    rows, _ = _rows(reader)
    reader.take("}")
    return Table("stack", rows)


def environment(reader: Reader, name: str) -> Node:
    r"""Return what stands from \begin{...} to its \end{...}."""
    name = reader.raw_argument()
    kind = name.removesuffix("*")
    if kind not in ENVIRONMENTS:
        raise TexError(f"the environment {name} isn't known; write it another way")
    look, fences, align = ENVIRONMENTS[kind]
    option = reader.optional_argument()
    vertical: tuple[int, ...] = ()
    if kind in ("array", "darray", "subarray"):
        align, vertical = _columns(reader.raw_argument())
    elif kind in WITH_NUMBER:
        reader.raw_argument()
    elif option in ("l", "c", "r"):
        align = option
    rows, horizontal = _rows(reader)
    reader.take("\\end")
    if (end := reader.raw_argument()) != name:
        raise TexError(f"\\end{{{end}}} closes \\begin{{{name}}}; use one name")
    if kind == "eqnarray":
        rows = tuple((*row[:1], Row(row[1:])) for row in rows)
    if look == "lines" and len(rows) == 1 and len(rows[0]) == 1:
        return rows[0][0]
    if align in tuple("lcr") and rows:
        align *= max(len(row) for row in rows)
    small = kind == "smallmatrix"
    return Table(look, rows, fences, align, vertical, horizontal, small)


def _columns(written: str) -> tuple[str, tuple[int, ...]]:
    """Return the letters of an array's columns, and before which a rule stands."""
    found = re.sub(r"\s|@\{[^{}]*\}", "", written)
    found = re.sub(r"\*\{(\d)\}\{([lcr|]+)\}", lambda m: m[2] * int(m[1]), found)
    if not COLUMNS.fullmatch(found):
        raise TexError(f"{written!r} are no columns of an array; use l, c, r and |")
    vertical = []
    align = ""
    for letter in found:
        if letter == "|":
            vertical.append(len(align))
        else:
            align += letter
    return align, tuple(dict.fromkeys(vertical))


def _rows(reader: Reader) -> tuple[Rows, tuple[int, ...]]:
    """Return the cells of each row, and before which rows a rule is drawn."""
    rows: list[list[Node]] = [[]]
    horizontal: list[int] = []
    while True:
        while reader.peek() in RULES:
            reader.take()
            horizontal.append(len(rows) - 1)
        rows[-1].append(reader.row())
        if reader.takes("&"):
            continue
        if reader.peek() not in ("\\\\", "\\cr"):
            break
        reader.take()
        skip = SKIP_AFTER_LINE.match(reader.tex, reader.at)
        reader.at = skip.end() if skip else reader.at
        rows.append([])
    if rows[-1] == [Row()] and (len(rows) > 1 or horizontal):
        rows.pop()
    return tuple(map(tuple, rows)), tuple(dict.fromkeys(horizontal))
