"""Where code may go on on the next page: between statements, and not at its ends."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import pairwise

from .leaks import parsed

__all__ = ["breaks"]

ALONE = 3  # lines that may not stand alone at the end of a page, or begin the next
LONG = 12  # lines of a statement that may be divided itself


def breaks(source: str, language: str) -> list[int]:
    """Return the lines, counted from 1, that may begin a page.

    A line that opens a block (`def`, `for`) keeps the first statement of the block, a
    comment the statement below it. Code that can't be parsed, or isn't Python, breaks
    at its empty lines.
    """
    lines = source.splitlines()
    tree = parsed(source) if language == "python" else None
    starts = _starts(tree.body) if tree else _after_empty(lines)
    found = [1]
    for start in sorted({_with_comments(start, lines) for start in starts}):
        if start - found[-1] >= ALONE and len(lines) - start + 1 >= ALONE:
            found.append(start)
    return found[1:]


def _starts(body: list[ast.stmt]) -> Iterator[int]:
    for statement in body:
        decorators = getattr(statement, "decorator_list", [])
        yield min([statement.lineno, *(d.lineno for d in decorators)])
        inner = getattr(statement, "body", None)
        last = statement.end_lineno or statement.lineno
        if isinstance(inner, list) and last - statement.lineno >= LONG:
            told = _docstring(statement)
            # The first statement stays with its head, also after a docstring.
            for start in list(_starts(inner[1:] if told else inner))[1:]:
                if start - statement.lineno >= ALONE and last - start + 1 >= ALONE:
                    yield start


def _docstring(statement: ast.stmt) -> str | None:
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return ast.get_docstring(statement)
    return None


def _after_empty(lines: list[str]) -> Iterator[int]:
    for number, (before, line) in enumerate(pairwise(lines), start=2):
        if line.strip() and not before.strip():
            yield number


def _with_comments(start: int, lines: list[str]) -> int:
    """Return the first of the comments right above a line, or the line itself."""
    while start > 1 and lines[start - 2].lstrip().startswith("#"):
        start -= 1
    return start
