"""A notebook in a form that can be printed: no raw cells, nothing endless."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from nbformat import NotebookNode

from .typesetting import CONTROL

__all__ = ["CODE_SPAN", "mended", "shortened"]

CODE_SPAN = re.compile(
    r"^(?P<fence>```+|~~~+).*?^(?P=fence)|(?P<ticks>`+)[^`].*?(?P=ticks)",
    re.DOTALL | re.MULTILINE,
)
# More than anybody reads; what lies between is left out.
LONGEST, ROW = 1000, 87
HEAD, TAIL = 800, 100


def mended(notebook: NotebookNode, losses: Counter[str]) -> NotebookNode:
    """Return the notebook without raw cells, and with nothing endless in it.

    Args:
        notebook: a notebook in which every part has its type; it stays as it is.
        losses: counts what is lost.
    """
    cells = []
    for cell in notebook.cells:
        changed: dict[str, Any] = {"source": _legible(cell.source)}
        if cell.cell_type == "raw":
            changed |= _raw_cell(cell, changed["source"], losses)
        elif cell.cell_type == "code":
            changed["source"] = shortened(changed["source"], losses)
        cells.append(NotebookNode({**cell, **changed}))
    return NotebookNode({**notebook, "cells": cells})


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
        return {"cell_type": "markdown", "source": source}
    losses["raw cell{s} printed as text"] += 1
    longest = max(map(len, re.findall("`+", source)), default=0)
    fence = "`" * max(3, longest + 1)
    source = shortened(source, losses)
    return {"cell_type": "markdown", "source": f"{fence}\n{source}\n{fence}"}


def _legible(text: str) -> str:
    return CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
