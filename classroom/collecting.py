"""What was handed in: find each lesson's notebook, whatever its file is called."""

from pathlib import Path

from nbformat import NotebookNode

from classroom.mending import likeness
from lessons_lib.desk.files import write_whole
from lessons_lib.desk.notebooks import Unreadable, read_notebook

__all__ = ["Nothing", "collect"]

_ALIKE = 0.3  # of the cells of a lesson, so that a notebook is this lesson


class Nothing(ValueError):
    """There is nothing to grade in a submission; the message says why."""


def collect(folder: Path, name: str, released: NotebookNode) -> str:
    """See to it that a submission has a notebook of the right name.

    Args:
        folder: what one student handed in for one lesson.
        name: what the notebook should be called, "01_convolution.ipynb".
        released: the lesson as it was handed out.

    Returns:
        What is to be told: a file that was taken for the lesson; "" if all is as it
        should be.

    Raises:
        Nothing: there is no notebook of the lesson.
    """
    wanted = folder / name
    faults = []
    if wanted.exists():
        try:
            read_notebook(wanted)
            return ""
        except (Unreadable, OSError) as fault:
            faults.append(f"{name} can't be read: {fault}")
    found = []
    for path in sorted(folder.rglob("*.ipynb")):
        if path == wanted or ".ipynb_checkpoints" in path.parts:
            continue
        try:
            found.append((likeness(read_notebook(path), released), path))
        except (Unreadable, OSError) as fault:
            faults.append(f"{path.name} can't be read: {fault}")
    alike = [pair for pair in found if pair[0] >= _ALIKE]
    if not alike:
        raise Nothing("; ".join(faults) or f"{_there(folder)} no notebook of {name}")
    _, path = max(alike, key=lambda pair: (pair[0], pair[1].stat().st_mtime))
    if wanted.exists():
        wanted.replace(wanted.with_suffix(".unreadable"))
    write_whole(wanted, path.read_text(encoding="utf-8"))
    return f"{path.name} was taken for {name}"


def _there(folder: Path) -> str:
    """Name the files that were handed in instead of a notebook."""
    names = sorted(path.name for path in folder.rglob("[!.]*") if path.is_file())
    listed = ", ".join(names[:3]) + ", ..." * (len(names) > 3)
    return f"{listed} was handed in, and" if names else "the folder is empty:"
