"""Turn a lesson into the notebook that a class gets, with points for nbgrader."""

import ast
import copy
import re
from collections.abc import Collection

from nbformat import NotebookNode

from classroom.marks import MARKS, called, code_cells, tags_of

__all__ = ["ReleaseError", "released"]

POINTS = {1: 2, 2: 4, 3: 6}  # difficulty of an exercise -> points
POINTS_FOR_A_QUESTION = 1  # of the quiz
_DIFFICULTY = re.compile(r"\*\*(Exercise \d+) \(difficulty (\d) of 3")


class ReleaseError(ValueError):
    """A lesson that no assignment can be made of; the message says why."""


def released(
    lesson: NotebookNode, stem: str, exercises: Collection[str] = ()
) -> NotebookNode:
    """Make an assignment of a lesson: solutions out, answers open, checks locked.

    Args:
        lesson: the original; it stays as it is.
        stem: what its file is called, for messages.
        exercises: the checks that carry points, by default all; the others are made,
            too, and are worth nothing.

    Returns:
        The notebook with nbgrader's metadata. Hints and stored outputs are kept, but
        for those of solutions.

    Raises:
        ReleaseError: there is nothing to grade in it, an exercise has no difficulty, or
            there is none of a name.
    """
    made = copy.deepcopy(lesson)
    made.cells = [cell for cell in made.cells if "solution" not in tags_of(cell)]
    module = _module(made)
    title, points = "", 0
    checks: list[str] = []
    for cell in made.cells:
        tags = tags_of(cell)
        if found := _DIFFICULTY.search(cell.source):
            title, points = found[1], POINTS[int(found[2])]
        if cell.cell_type == "code" and tags & {"exercise", "quiz"}:
            if "quiz" in tags:
                title = "Quiz"
                points = POINTS_FOR_A_QUESTION * _questions(cell.source)
            cell.metadata["nbgrader"] = _marks(cell.id, solution=True)
        elif "check" in tags:
            if not points:
                raise ReleaseError(f"{stem}: the check {cell.id} has no difficulty.")
            _, check, answer = called(cell.source)
            cell.metadata[MARKS] = {
                "lesson": module,
                "check": check,
                "answer": answer,
                "title": title,
            }
            worth = points if not exercises or check in exercises else 0
            cell.metadata["nbgrader"] = _marks(cell.id, points=worth)
            points = 0
            checks.append(check)
    if not checks:
        raise ReleaseError(f"{stem}: nothing is checked in it.")
    if unknown := set(exercises) - set(checks):
        raise ReleaseError(
            f"{stem} has no exercise {', '.join(sorted(unknown))}; it has "
            f"{', '.join(checks)}."
        )
    made.metadata[MARKS] = {"lesson": module, "helpers": _helpers(made)}
    return made


def _marks(
    cell_id: str, *, solution: bool = False, points: int | None = None
) -> dict[str, object]:
    marks = {
        "schema_version": 3,
        "grade_id": cell_id,
        "grade": points is not None,
        "solution": solution,
        "locked": points is not None,
        "task": False,
    }
    return marks if points is None else {**marks, "points": points}


def _module(lesson: NotebookNode) -> str:
    """Return the module that a lesson imports as `check`."""
    for cell in code_cells(lesson):
        found = re.search(
            r"from lessons_lib\.checks import (\w+) as check", cell.source
        )
        if found:
            return found[1]
    return ""


def _questions(stub: str) -> int:
    """Count the questions of a quiz: answers = {1: ..., 2: ...}."""
    (letters,) = (n for n in ast.walk(ast.parse(stub)) if isinstance(n, ast.Dict))
    return len(letters.keys)


def _helpers(lesson: NotebookNode) -> list[str]:
    """Return what a lesson uses of its checks' module beside the checks."""
    used: set[str] = set()
    for cell in code_cells(lesson):
        if "check" not in tags_of(cell):
            used |= set(re.findall(r"\bcheck\.(\w+)", cell.source))
    return sorted(used)
