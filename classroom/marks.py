"""What a released lesson says about itself: which cell is checked by what."""

import re
from dataclasses import dataclass

from nbformat import NotebookNode

__all__ = [
    "MARKS",
    "Check",
    "called",
    "check_of",
    "code_cells",
    "is_answer",
    "tags_of",
]

MARKS = "lessons"  # in the metadata of a released lesson, and of its check cells
_CALL = re.compile(r"(\w+)\.(\w+)\((\w+)\)\s*\Z")


@dataclass(frozen=True)
class Check:
    """A check cell.

    Attributes:
        lesson: the module of the lesson's checks, "convolution".
        name: of the check, "echo".
        answer: the name that holds the learner's answer.
        points: that a right answer earns.
    """

    lesson: str
    name: str
    answer: str
    points: float

    @property
    def path(self) -> str:
        """Lesson and name, "convolution.echo"."""
        return f"{self.lesson}.{self.name}"


def tags_of(cell: NotebookNode) -> set[str]:
    """Return the tags of a cell."""
    return set(cell.metadata.get("tags", []))


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """Return the cells that hold code, in order."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def is_answer(cell: NotebookNode) -> bool:
    """Tell whether a cell is one that a learner fills in."""
    return bool(cell.metadata.get("nbgrader", {}).get("solution"))


def check_of(cell: NotebookNode) -> Check | None:
    """Return what a released cell checks, or None if it is no check."""
    marks = cell.metadata.get(MARKS)
    points = cell.metadata.get("nbgrader", {}).get("points")
    if not marks or "check" not in marks or points is None:
        return None
    return Check(marks["lesson"], marks["check"], marks["answer"], float(points))


def called(source: str) -> tuple[str, str, str]:
    """Read what a check cell calls: check.echo(echo).

    Args:
        source: the cell.

    Returns:
        The module's name in the lesson, the check, and the answer.

    Raises:
        ValueError: the cell does something else.
    """
    if not (call := _CALL.fullmatch(source.strip())):
        raise ValueError(f"a check cell should be one call, but it says {source!r}")
    return call[1], call[2], call[3]
