"""Bring a lesson's new version into a learner's copy, cell by cell.

Three versions meet: the one that the copy was made from (`base`), the learner's
(`mine`), and the new one (`new`). Cells are the same cell if they have the same id.
"""

import copy
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

__all__ = ["Merged", "merge"]

_NOTE = "course_update"  # in the metadata of a cell that holds the course's new text
_CODE_NOTE = (
    "**The course has changed the cell above since you wrote in it.** Yours stays as "
    "it is. The new version reads:"
)
_TEXT_NOTE = (
    "**The course has changed the text above, and so have you.** Yours stays as it is. "
    "The new version reads:"
)


@dataclass
class Merged:
    """A learner's copy with the new version in it, and what became of which cell.

    Attributes:
        notebook: the copy.
        renewed, added, removed: ids of cells that now are as the course has them.
        beside: ids of cells that both have changed: the course's text stands below.
        left_out: ids of cells that the learner removed and the course has changed.
    """

    notebook: NotebookNode
    renewed: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def merge(base: NotebookNode, mine: NotebookNode, new: NotebookNode) -> Merged:
    """Bring a new version in; what the learner wrote, inserted or moved stays.

    Args:
        base: the version that the learner's copy was made from.
        mine: the learner's copy.
        new: the new version.

    Returns:
        The merged notebook. A cell that only the course has changed is renewed, and
        has not run yet; of a cell that both have changed, the learner's version stays
        and the course's follows it in a marked cell.
    """
    was, ours, now = (
        {cell.id: cell for cell in version.cells} for version in (base, mine, new)
    )
    merged = Merged(copy.deepcopy(mine))
    order = _order(list(was), list(ours), list(now))
    settled = {
        i: _settle(i, was.get(i), ours.get(i), now.get(i), merged) for i in order
    }
    adopted = {i for i in ours.keys() & now.keys() if _same(ours[i], now[i])}
    answered = adopted | set(merged.beside)
    cells = []
    for cell_id in order:
        cell = settled[cell_id]
        if cell is not None and _about(cell) not in answered:
            cells.append(cell)
        if cell_id in merged.beside:
            cells.append(_note(now[cell_id], {*order} - _notes(ours.values(), cell_id)))
    merged.notebook.cells = cells
    merged.notebook.metadata = _settle_metadata(
        base.metadata, mine.metadata, new.metadata
    )
    return merged


def _settle(
    cell_id: str,
    was: NotebookNode | None,
    mine: NotebookNode | None,
    now: NotebookNode | None,
    merged: Merged,
) -> NotebookNode | None:
    """Decide what becomes of a cell, and write it down in `merged`."""
    if mine is None:
        if was is None:
            merged.added.append(cell_id)
            return copy.deepcopy(now)
        if now is not None and not _same(was, now):
            merged.left_out.append(cell_id)
        return None
    untouched = was is not None and _same(was, mine)
    if now is None:
        if untouched:
            merged.removed.append(cell_id)
        return None if untouched else copy.deepcopy(mine)
    renewed = untouched and not _same(mine, now)
    cell = copy.deepcopy(now if renewed else mine)
    cell.metadata = _settle_metadata(
        was.metadata if was is not None else {}, mine.metadata, now.metadata
    )
    if renewed:
        merged.renewed.append(cell_id)
    elif not _same(mine, now) and not (was is not None and _same(was, now)):
        merged.beside.append(cell_id)
    return cell


def _same(one: NotebookNode, other: NotebookNode) -> bool:
    """Tell whether two cells say the same."""
    return all(
        one.get(key) == other.get(key) for key in ("cell_type", "source")
    ) and one.get("attachments", {}) == other.get("attachments", {})


def _settle_metadata(was: Mapping, mine: Mapping, now: Mapping) -> NotebookNode:
    """Take each entry from the learner's if they changed it, else from the course's."""
    entries = {
        key: (now if mine.get(key) == was.get(key) else mine).get(key)
        for key in [*mine, *(key for key in now if key not in mine)]
    }
    kept = {key: value for key, value in entries.items() if value is not None}
    return NotebookNode(copy.deepcopy(kept))


def _order(was: Sequence[str], mine: Sequence[str], now: Sequence[str]) -> list[str]:
    """Put all ids into one order: the course's, unless the learner moved cells."""
    course, learner = set(was) | set(now), set(mine)
    moved = [i for i in mine if i in set(was)] != [i for i in was if i in learner]
    order, others = (list(mine), now) if moved else (list(now), mine)
    before = ""  # the id after which the next one belongs
    for cell_id in others:
        if cell_id not in order:
            place = order.index(before) + 1 if before else 0
            # What a learner inserted belongs to the cell above it.
            while cell_id in course and order[place:] and order[place] not in course:
                place += 1
            order.insert(place, cell_id)
        before = cell_id
    return order


def _about(cell: NotebookNode) -> str:
    """Return of which cell a note holds the new version; "" if a learner wrote it."""
    note = cell.metadata.get(_NOTE, {})
    return note["of"] if note and note["digest"] == _digest(cell.source) else ""


def _notes(cells: Iterable[NotebookNode], cell_id: str) -> set[str]:
    """Return the ids of the notes about a cell."""
    return {cell.id for cell in cells if _about(cell) == cell_id}


def _note(now: NotebookNode, taken: set[str]) -> NotebookNode:
    """Make a cell that holds the course's new version of a cell."""
    if now.cell_type == "markdown":
        source = f"{_TEXT_NOTE}\n\n---\n\n{now.source}"
    else:
        ticks = max(map(len, re.findall("`{3,}", now.source)), default=2) + 1
        language = "python" if now.cell_type == "code" else ""
        fence = "`" * ticks
        source = f"{_CODE_NOTE}\n\n{fence}{language}\n{now.source}\n{fence}"
    name = f"{now.id[:48]}-new"
    names = [name, *(f"{name}-{number}" for number in range(2, len(taken) + 3))]
    note = new_markdown_cell(
        source, id=next(free for free in names if free not in taken)
    )
    if attachments := now.get("attachments"):
        note.attachments = copy.deepcopy(attachments)
    note.metadata[_NOTE] = {"of": now.id, "digest": _digest(source)}
    note.metadata["tags"] = ["course-update"]
    return note


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
