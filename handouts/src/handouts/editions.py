"""The two editions of a lesson: with solutions for instructors, else without."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nbformat import NotebookNode
from nbformat.v4 import new_notebook

__all__ = [
    "EDITIONS",
    "FOLDABLE_TAGS",
    "FoldingError",
    "Part",
    "student_edition",
    "tags_of",
    "unfolded",
]

EDITIONS = ("student", "instructor")
FOLDABLE_TAGS = {"hint", "solution"}

DETAILS = re.compile(r"</?details\b[^>]*>", re.IGNORECASE)
SUMMARY = re.compile(r"\s*<summary\b[^>]*>(.*?)</summary>", re.IGNORECASE | re.DOTALL)


class FoldingError(ValueError):
    """A `<details>` block that isn't closed, is nested, or has no `<summary>`."""


@dataclass(frozen=True)
class Part:
    """A stretch of Markdown; `label` is its summary where it was folded, else None."""

    label: str | None
    text: str


def tags_of(cell: NotebookNode) -> set[str]:
    """Return the tags of a cell."""
    return set(cell.metadata.get("tags", []))


def student_edition(notebook: NotebookNode) -> NotebookNode:
    """Return the notebook without its solutions, as JupyterLab opens it.

    Every cell tagged `solution` goes, with its outputs and metadata. Of the remaining
    metadata only what JupyterLab needs stays: the kernel, the language, tags, and
    what is folded.
    """
    cells = []
    for cell in notebook.cells:
        if "solution" in tags_of(cell):
            continue
        kept = {
            key: cell.metadata[key]
            for key in ("jupyter", "tags")
            if key in cell.metadata
        }
        cells.append(NotebookNode({**cell, "metadata": NotebookNode(kept)}))
    about = {
        key: notebook.metadata[key]
        for key in ("kernelspec", "language_info")
        if key in notebook.metadata
    }
    return new_notebook(
        cells=cells, metadata=about, nbformat_minor=notebook.nbformat_minor
    )


def unfolded(source: str) -> list[Part]:
    """Return the Markdown of a hint or solution, cut at its `<details>` blocks.

    Raises FoldingError where a block isn't closed, is nested, or has no summary.
    """
    parts = []
    position = 0
    opened: int | None = None
    for tag in DETAILS.finditer(source):
        closing = tag.group().startswith("</")
        if closing == (opened is None):
            raise FoldingError("<details> blocks are nested or not closed")
        if opened is None:
            parts.append(Part(None, source[position : tag.start()]))
            opened = tag.end()
        else:
            parts.append(_folded_part(source[opened : tag.start()]))
            opened = None
        position = tag.end()
    if opened is not None:
        raise FoldingError("<details> blocks are nested or not closed")
    parts.append(Part(None, source[position:]))
    return [part for part in parts if part.text.strip()]


def _folded_part(inside: str) -> Part:
    summary = SUMMARY.match(inside)
    if not summary:
        raise FoldingError(
            "a <details> block doesn't begin with <summary>...</summary>"
        )
    label = re.sub(r"<[^>]*>|[*_`]", "", summary.group(1)).strip()
    return Part(label, inside[summary.end() :])
