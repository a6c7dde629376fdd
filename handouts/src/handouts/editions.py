"""The two editions of a lesson: with solutions for instructors, else without."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_notebook

from .mending import CODE_SPAN
from .settings import Settings

__all__ = [
    "EDITIONS",
    "FILLED_IN_TAGS",
    "FOLDABLE_TAGS",
    "MARKED_SOLUTION",
    "FoldingError",
    "Part",
    "student_cells",
    "student_edition",
    "tags_of",
    "unfolded",
]

EDITIONS = ("student", "instructor")
FOLDABLE_TAGS = {"hint", "solution"}
FILLED_IN_TAGS = {"exercise", "quiz"}  # code that a learner writes into

DETAILS = re.compile(r"</?details\b[^>]*>", re.IGNORECASE)
SUMMARY = re.compile(r"\s*<summary\b[^>]*>(.*?)</summary>", re.IGNORECASE | re.DOTALL)
# As nbgrader writes it. Without an end, all that follows is the solution.
MARKED_SOLUTION = re.compile(
    r"^(?P<indent>[ \t]*)[^\n]*BEGIN (?P<kind>SOLUTION|HIDDEN TESTS)\b.*?"
    r"(?:END (?P=kind)\b[^\n]*|\Z)",
    re.DOTALL | re.MULTILINE,
)
COMMENT = re.compile(
    rf"(?P<code>{CODE_SPAN.pattern})|<!--.*?(?:-->|\Z)", re.DOTALL | re.MULTILINE
)


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


def student_cells(
    notebook: NotebookNode, settings: Settings
) -> Iterator[tuple[int, NotebookNode]]:
    """Give the cells that students get, with their numbers in the notebook, from 1.

    Every cell tagged `solution` goes, with its outputs and metadata, and so does what
    stands between BEGIN SOLUTION and END SOLUTION, what an exercise or a check says
    to whoever solved it, and comments in Markdown. Of the remaining metadata only
    what JupyterLab needs stays: tags, and what is folded.
    """
    for number, cell in enumerate(notebook.cells, start=1):
        tags = tags_of(cell)
        if "solution" in tags:
            continue
        kept = {
            key: cell.metadata[key]
            for key in ("jupyter", "tags")
            if key in cell.metadata
        }
        changed: dict[str, Any] = {"metadata": NotebookNode(kept)}
        source = MARKED_SOLUTION.sub(_gap, cell.source)
        if cell.cell_type == "code":
            changed["outputs"] = [
                output
                for output in cell.outputs
                if not (source != cell.source or FILLED_IN_TAGS & tags)
                and ("check" not in tags or _says_untried(output, settings))
            ]
        elif cell.cell_type == "markdown":
            source = without_comments(source)
        yield number, NotebookNode({**cell, **changed, "source": source})


def _gap(found: re.Match[str]) -> str:
    return f"{found['indent']}..." if found["kind"] == "SOLUTION" else ""


def _says_untried(output: NotebookNode, settings: Settings) -> bool:
    text = output.get("text", "")
    return bool(settings.untried) and text.startswith(settings.untried)


def without_comments(markdown: str) -> str:
    """Return Markdown without its HTML comments; code keeps what looks like one."""
    return COMMENT.sub(lambda found: found["code"] or "", markdown)


def student_edition(notebook: NotebookNode, settings: Settings) -> NotebookNode:
    """Return the notebook as students get it, as JupyterLab opens it."""
    cells = [cell for _, cell in student_cells(notebook, settings)]
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
