"""What a lesson says about itself: title, minutes, exercises."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from lessons_lib.desk.folder import ORIGINALS, read_originals

__all__ = ["Lesson", "contents", "describe"]

_TITLE = re.compile(r"# (\d+)\. (.+)")
_READING = re.compile(r"\*\*Reading:\*\* (?:about )?(\d+) minutes")
_EXERCISE = re.compile(r"\*\*Exercise \d+ \(difficulty \d of 3, (\d+) minutes?\)")
_CHECKS = re.compile(r"from lessons_lib\.checks import (\w+) as check")
_CHECK = re.compile(r"check\.(\w+)\(")


@dataclass(frozen=True)
class Lesson:
    """What a lesson says about itself.

    Attributes:
        stem: what the original is called, "02_pooling".
        number: its place in the course, from 1.
        title: without the number.
        reading: minutes.
        practice: minutes that its exercises take together.
        checks: the module of its checks, "pooling".
        exercises: the name of each exercise's check, in order.
    """

    stem: str
    number: int
    title: str
    reading: int
    practice: int
    checks: str
    exercises: tuple[str, ...]


def contents(source: Path = ORIGINALS) -> Iterator[Lesson]:
    """Describe every lesson, in order.

    Args:
        source: the folder of the originals.

    Yields:
        A description of each; pages without a number in their title are no lessons.
    """
    lessons, _ = read_originals(source)
    for stem, notebook in lessons.items():
        if lesson := describe(stem, notebook):
            yield lesson


def describe(stem: str, notebook: NotebookNode) -> Lesson | None:
    """Read what a lesson says about itself.

    Args:
        stem: what its file is called, without .ipynb.
        notebook: the lesson.

    Returns:
        Its description, or None if its title has no number.
    """
    text = "\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")
    code = "\n".join(c.source for c in notebook.cells if c.cell_type == "code")
    title = _TITLE.match(text)
    if title is None:
        return None
    reading, module = _READING.search(text), _CHECKS.search(code)
    checks = [
        check[1]
        for cell in notebook.cells
        if "check" in cell.metadata.get("tags", [])
        and (check := _CHECK.search(cell.source))
        and check[1] != "quiz"
    ]
    return Lesson(
        stem,
        int(title[1]),
        title[2].strip(),
        int(reading[1]) if reading else 0,
        sum(map(int, _EXERCISE.findall(text))),
        module[1] if module else "",
        tuple(checks),
    )
