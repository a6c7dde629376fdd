"""A notebook as it is meant: what Jupyter understands and our Markdown doesn't."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from nbformat import NotebookNode

from .typesetting import CONTROL

__all__ = ["CODE_SPAN", "mended", "shortened", "with_formulas"]

CODE_SPAN = re.compile(
    r"^(?P<fence>```+|~~~+).*?^(?P=fence)|(?P<ticks>`+)[^`].*?(?P=ticks)",
    re.DOTALL | re.MULTILINE,
)
# More than anybody reads; what lies between is left out.
LONGEST, ROW = 1000, 87
HEAD, TAIL = 800, 100

ENVIRONMENTS = (
    "equation|align|alignat|gather|multline|eqnarray|flalign|displaymath|math"
)
TEX = re.compile(
    rf"(?P<code>{CODE_SPAN.pattern})"
    r"|(?P<escaped>\\\$)"
    r"|(?<!\\)\$\$(?P<display>.+?)\$\$"
    rf"|(?P<environment>\\begin{{(?P<name>(?:{ENVIRONMENTS})\*?)}}.*?\\end{{(?P=name)}})"
    r"|\\\\\[(?P<brackets>.+?)\\\\\]"
    r"|\\\[(?P<plain_brackets>[^\n]*?[\\_^=][^\n]*?|\n.+?)\\\]"
    r"|\\\\\((?P<parens>[^\n]+?)\\\\\)"
    r"|\\\((?P<plain_parens>[^\n]+?)\\\)"
    r"|(?<![\\$\w])\$(?P<spaced>[ \t][^$\n]*?[\\_^=<>+][^$\n]*?[ \t]?"
    r"|[^$\s][^$\n]*?[\\_^=<>+][^$\n]*?[ \t])\$(?![$\d])",
    re.DOTALL | re.MULTILINE,
)


def mended(notebook: NotebookNode, losses: Counter[str]) -> NotebookNode:
    """Return the notebook with formulas between dollars and nothing endless in it.

    Args:
        notebook: a notebook in which every part has its type; it stays as it is.
        losses: counts what is lost.
    """
    cells = []
    for cell in notebook.cells:
        changed: dict[str, Any] = {"source": _legible(cell.source)}
        if cell.cell_type == "markdown":
            changed["source"] = with_formulas(changed["source"])
        elif cell.cell_type == "raw":
            changed |= _raw_cell(cell, changed["source"], losses)
        else:
            changed["source"] = shortened(changed["source"], losses)
        cells.append(NotebookNode({**cell, **changed}))
    return NotebookNode({**notebook, "cells": cells})


def with_formulas(markdown: str) -> str:
    r"""Return Markdown with every formula between dollar signs.

    Jupyter also takes \begin{equation}, \(...\), \\(...\\) and $ spaced $.
    """
    return TEX.sub(_between_dollars, markdown)


def _between_dollars(found: re.Match[str]) -> str:
    if found["code"] or found["escaped"]:
        return found.group()
    for name in ("display", "environment", "brackets", "plain_brackets"):
        if found[name]:
            tex = re.sub(r"\n[ \t>]*(?:\n[ \t>]*)+", "\n", found[name].strip())
            return f"$${tex}$$" if tex else ""
    for name in ("parens", "plain_parens", "spaced"):
        if found[name]:
            return f"${found[name].strip()}$"
    return found.group()


def shortened(text: str, losses: Counter[str]) -> str:
    """Return a text without its middle, if it is longer than anybody reads."""
    if len(text) <= LONGEST * ROW // 4 and text.count("\n") < LONGEST:
        return text
    rows = sum(1 + len(line) // ROW for line in text.split("\n"))
    if rows <= LONGEST:
        return text
    losses["long text{s} cut"] += 1
    lines = [
        line[start : start + ROW]
        for line in text.split("\n")
        for start in range(0, max(1, len(line)), ROW)
    ]
    left_out = len(lines) - HEAD - TAIL
    between = f"[... {left_out:,} lines left out ...]"
    return "\n".join([*lines[:HEAD], between, *lines[-TAIL:]])


def _raw_cell(cell: NotebookNode, source: str, losses: Counter[str]) -> dict:
    """Return a raw cell as Markdown: as what it says it is, or printed as it is."""
    if not source.strip():
        return {"cell_type": "markdown"}
    kind = str(cell.metadata.get("raw_mimetype") or cell.metadata.get("format") or "")
    if kind in ("text/markdown", "text/html"):
        return {"cell_type": "markdown", "source": with_formulas(source)}
    losses["raw cell{s} printed as text"] += 1
    longest = max(map(len, re.findall("`+", source)), default=0)
    fence = "`" * max(3, longest + 1)
    source = shortened(source, losses)
    return {"cell_type": "markdown", "source": f"{fence}\n{source}\n{fence}"}


def _legible(text: str) -> str:
    return CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
