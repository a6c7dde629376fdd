"""Short lessons and submissions, made of the course's own lessons."""

import copy
import re
from itertools import pairwise
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from classroom.lesson_notebooks import released
from classroom.marks import check_of, code_cells, is_answer, tags_of
from lessons_lib.desk.notebooks import read_notebook
from lessons_lib.kernel.names import bound_names, used_names

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
_KEPT = {"exercise", "quiz", "check", "solution"}


def lesson(stem: str) -> NotebookNode:
    return read_notebook(NOTEBOOKS / f"{stem}.ipynb")


def shortened(whole: NotebookNode, checks: int | None = None) -> NotebookNode:
    """Leave out the code that no answer needs, and what comes after some checks."""
    short, needed, kept = copy.deepcopy(whole), set(), []
    cells = short.cells
    places = [n for n, cell in enumerate(cells) if "check" in tags_of(cell)]
    if checks is not None:
        end = places[checks - 1] + 1
        while "solution" in tags_of(cells[end]) or "hint" in tags_of(cells[end]):
            end += 1
        cells = cells[:end]
    for cell in reversed(cells):
        if cell.cell_type != "code":
            kept.append(cell)
        elif tags_of(cell) & _KEPT or bound_names(cell.source) & needed:
            needed |= used_names(cell.source)
            kept.append(cell)
    short.cells = kept[::-1]
    return short


class Handed:
    """A submission that is being written: the released lesson, and answers to it."""

    def __init__(self, whole: NotebookNode) -> None:
        self.notebook = released(whole, "lesson")
        self.right = _right_answers(whole)

    def cell(self, name: str) -> NotebookNode:
        """Return the cell that is to be filled in for a check."""
        cells = code_cells(self.notebook)
        for answer, check in pairwise(cells):
            found = check_of(check)
            if is_answer(answer) and found and found.name == name:
                return answer
        raise KeyError(name)

    def place(self, name: str) -> int:
        return self.notebook.cells.index(self.cell(name))

    def check(self, name: str) -> NotebookNode:
        return self.notebook.cells[self.place(name) + 1]

    def fill(self, *names: str) -> "Handed":
        """Fill in the right answers, by default all."""
        for name in names or self.right:
            self.cell(name).source = self.right[name]
        return self

    def answer(self, name: str, source: str) -> "Handed":
        self.cell(name).source = source
        return self

    def insert(self, before: str, source: str) -> "Handed":
        """Insert a cell of the student's own."""
        self.notebook.cells.insert(self.place(before), new_code_cell(source))
        return self


def _right_answers(whole: NotebookNode) -> dict[str, str]:
    """Return the source of a right answer for each check."""
    answers = {}
    for cell in code_cells(whole):
        called = re.search(r"check\.(\w+)\((\w+), solution", cell.source)
        if "solution" in tags_of(cell) and called:
            source = cell.source[: called.start()]
            answers[called[1]] = source + f"\n\n{_name(whole, called[1])} = {called[2]}"
    return answers


def _name(whole: NotebookNode, check: str) -> str:
    for cell in code_cells(whole):
        found = re.fullmatch(rf"check\.{check}\((\w+)\)", cell.source.strip())
        if found:
            return found[1]
    raise KeyError(check)
