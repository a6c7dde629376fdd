"""Bring a submission back to the form of the lesson, and keep what the student did.

Cells may have been deleted, duplicated, split, moved or locked ones edited; programs
may have dropped ids and metadata. What was handed out comes first, then the answers.
"""

import copy

from nbformat import NotebookNode

from classroom.marks import MARKS, check_of, is_answer, tags_of
from lessons_lib.desk.notebooks import valid_ids
from lessons_lib.kernel.names import bound_names

__all__ = ["likeness", "mended", "released_id"]

_DRAWINGS = {"explore", "plumbing"}  # cells that draw, and set nothing of importance


def mended(submission: NotebookNode, released: NotebookNode) -> NotebookNode:
    """Put the cells of a submission into the lesson as it was released.

    Args:
        submission: what a student handed in; it stays as it is.
        released: the lesson as it was handed out.

    Returns:
        The released lesson with the student's answers and changes. Parts of a split
        answer and its duplicates follow each other in one cell; checks, and cells that
        were deleted, are as released; cells of the student's own stay where they were.
    """
    given = valid_ids(copy.deepcopy(submission), released).cells
    known = {cell.id: cell for cell in released.cells}
    parts: dict[str, list[NotebookNode]] = {name: [] for name in known}
    own: dict[str, list[NotebookNode]] = {"": [], **{name: [] for name in known}}
    place = ""
    for cell in given:
        name = released_id(cell, known)
        if name:
            parts[name].append(cell)
            place = name
        elif cell.source.strip():
            own[place].append(_plain(cell))
    _adopt(known, parts, own)
    made = copy.deepcopy(released)
    made.cells = own[""] + [
        cell
        for base in made.cells
        for cell in [_filled(base, parts[base.id]), *own[base.id]]
    ]
    return valid_ids(made)


def likeness(submission: NotebookNode, released: NotebookNode) -> float:
    """Return the share of a released lesson's cells that a notebook still has."""
    there = {cell.get("id") for cell in submission.cells}
    marks = (cell.metadata.get("nbgrader", {}) for cell in submission.cells)
    there |= {mark.get("grade_id") for mark in marks}
    return sum(cell.id in there for cell in released.cells) / len(released.cells)


def released_id(cell: NotebookNode, known: dict[str, NotebookNode]) -> str:
    """Return the id of the released cell that a cell is, or is a part or copy of.

    Args:
        cell: of a submission.
        known: id -> cell of the released lesson.

    Returns:
        The id; "" if the cell is the student's own.
    """
    grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
    for name in (grade_id, cell.id):
        if name in known and known[name].cell_type == cell.cell_type:
            return name
    return ""


def _adopt(
    known: dict[str, NotebookNode],
    parts: dict[str, list[NotebookNode]],
    own: dict[str, list[NotebookNode]],
) -> None:
    """Take the student's own cells for an answer that was deleted or not touched."""
    for name, base in known.items():
        touched = any(
            part.source.strip() != base.source.strip() for part in parts[name]
        )
        if not is_answer(base) or touched:
            continue
        for cells in own.values():
            for cell in [c for c in cells if c.cell_type == "code"]:
                if bound_names(base.source) & bound_names(cell.source):
                    parts[name].append(cell)
                    cells.remove(cell)


def _filled(base: NotebookNode, parts: list[NotebookNode]) -> NotebookNode:
    """Return a released cell with what became of it."""
    if base.cell_type != "code" or check_of(base):
        return base
    sources = dict.fromkeys(part.source for part in parts)
    if sources and [*sources] != [base.source]:
        base.source = "\n\n".join(sources)
    elif tags_of(base) & _DRAWINGS:
        base.metadata[MARKS] = {"drawing": True}
    return base


def _plain(cell: NotebookNode) -> NotebookNode:
    """Return a student's own cell without what others could take for their own."""
    cell.metadata = NotebookNode()
    if cell.cell_type == "code":
        cell.outputs, cell.execution_count = [], None
    return cell
