"""Notebooks on disk: read whatever a learner left there, write what is valid."""

import copy
import difflib
import itertools
import json
import re
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from lessons_lib.desk.files import write_whole

__all__ = ["Unreadable", "read_notebook", "valid_ids", "write_notebook"]

_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")


class Unreadable(ValueError):
    """A file that is no notebook; the message says in a few words what it is."""


def read_notebook(path: Path) -> NotebookNode:
    """Read a notebook of any format, and bring it to format 4.5.

    Args:
        path: the file.

    Returns:
        The notebook; ids that are missing, invalid or there twice stay so, see
        `valid_ids`.

    Raises:
        Unreadable: the file is empty, no JSON, or no notebook.
        OSError: it can't be read.
    """
    content = path.read_bytes()
    if not content.strip():
        raise Unreadable("it is empty")
    if re.search(rb"^(<{7} |>{7} )", content, re.MULTILINE):
        raise Unreadable("it holds the marks of a merge conflict")
    try:
        stored = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):  # UnicodeDecodeError is a ValueError, too
        raise Unreadable("it is no valid JSON") from None
    try:
        notebook = nbformat.from_dict(stored)
        if notebook.nbformat < 4:
            notebook = nbformat.convert(notebook, 4)
        nbformat.v4.rwbase.rejoin_lines(notebook)
        notebook.nbformat_minor = max(5, notebook.nbformat_minor)
        nbformat.validate(valid_ids(copy.deepcopy(notebook)))
    except Exception as error:  # whatever may come of JSON that is no notebook
        reason = str(error).strip().partition("\n")[0] or type(error).__name__
        raise Unreadable(f"it is no valid notebook ({reason[:80]})") from None
    return notebook


def valid_ids(notebook: NotebookNode, base: NotebookNode | None = None) -> NotebookNode:
    """Give each cell a valid id of its own.

    Args:
        notebook: any notebook of format 4; it is changed.
        base: a version of it, whose cells are recognized by what they say: a program
            may have dropped the ids.

    Returns:
        The notebook. Of two cells with the same id, the first keeps it.
    """
    taken: set[str] = set()
    nameless = []
    for cell in notebook.cells:
        cell_id = cell.get("id")
        if isinstance(cell_id, str) and _ID.fullmatch(cell_id) and cell_id not in taken:
            taken.add(cell_id)
        else:
            nameless.append(cell)
    lost = [cell for cell in base.cells if cell.id not in taken] if base else []
    taken.update(cell.id for cell in lost)
    free = (name for n in itertools.count(1) if (name := f"cell-{n}") not in taken)
    for cell, cell_id in zip(nameless, _recognize(nameless, lost), strict=True):
        cell.id = cell_id or next(free)
    return notebook


def _recognize(cells: list[NotebookNode], known: list[NotebookNode]) -> list[str]:
    """Return the id of the known cell that each cell most likely is, or ""."""
    ids = [""] * len(cells)
    here, there = ([(c.cell_type, c.source) for c in part] for part in (cells, known))
    matcher = difflib.SequenceMatcher(None, here, there, autojunk=False)
    for _, a, a_end, b, b_end in matcher.get_opcodes():
        if a_end - a == b_end - b:  # equal, or as many cells between equal ones
            for i, cell in zip(range(a, a_end), known[b:b_end], strict=True):
                if cells[i].cell_type == cell.cell_type:
                    ids[i] = cell.id
    return ids


def write_notebook(path: Path, notebook: NotebookNode) -> None:
    """Write a notebook, whole or not at all.

    Args:
        path: where to; the folder exists.
        notebook: a valid notebook of format 4.5.

    Raises:
        ValidationError: it isn't valid; nothing is written.
        OSError: it can't be written; what was there is still there.
    """
    nbformat.validate(notebook)
    write_whole(path, nbformat.writes(notebook) + "\n")
