"""Guards over the way through a lesson, and what is left for a second reading."""

import ast
import re
from collections.abc import Iterator

from nbformat import NotebookNode

from handouts.editions import tags_of

from .cells import (
    Problem,
    bound_names,
    code_cells,
    global_uses,
    has_checked_quiz,
    numbered,
    parse,
    role,
)
from .prose import plain_text

__all__ = [
    "minutes_are_stated",
    "plumbing_says_what_it_does",
    "way_through_stands_alone",
]

SECOND_READING = "For a second reading"
# What a reader does at a desk, not on the way.
NOT_READ = {"exercise", "check", "hint", "solution", "quiz"}
_HEADING = re.compile(r"^ {0,3}(#{1,6})\s+(.+)", re.MULTILINE)
_STATED = re.compile(r"\*\*Reading:\*\* about (\d+) minutes")
_WAY_THROUGH = 45  # minutes
_WORDS, _LINES = 200, 20  # of text and of code that are read in a minute
_OFF = 5  # minutes that the stated time may be off


def for_a_second_reading(notebook: NotebookNode) -> set[int]:
    """Return the numbers of the cells in sections called "For a second reading"."""
    found: set[int] = set()
    level = 0  # of the heading under which we are, if it is for a second reading
    for number, cell in numbered(notebook):
        heading = _HEADING.search(cell.source) if cell.cell_type == "markdown" else None
        if heading and (not level or len(heading[1]) <= level):
            second = heading[2].startswith(SECOND_READING)
            level = len(heading[1]) if second else 0
        if level:
            found.add(number)
    return found


def minutes_of_reading(notebook: NotebookNode) -> float:
    """Estimate the minutes that the way through takes to read, without exercises."""
    second = for_a_second_reading(notebook)
    words = lines = 0
    for number, cell in numbered(notebook):
        if number in second or role(cell) in NOT_READ or "plumbing" in tags_of(cell):
            continue
        if cell.cell_type == "code":
            lines += sum(bool(line.strip()) for line in cell.source.splitlines())
        else:
            words += len(plain_text(cell.source).split())
    return words / _WORDS + lines / _LINES


def minutes_are_stated(notebook: NotebookNode) -> Iterator[Problem]:
    """The way through reads in 45 minutes, and the first cell says in how many."""
    if not has_checked_quiz(notebook):
        return
    minutes = minutes_of_reading(notebook)
    if minutes > _WAY_THROUGH:
        yield (
            0,
            f"the way through takes about {minutes:.0f} minutes to read, at most "
            f"{_WAY_THROUGH}. Move sections under a heading '{SECOND_READING}: ...', "
            "or code that doesn't teach into cells tagged plumbing.",
        )
    stated = _STATED.search(notebook.cells[0].source)
    if not stated:
        yield 1, "doesn't say '**Reading:** about 30 minutes'. Say it."
    elif abs(int(stated[1]) - minutes) > _OFF:
        yield 1, f"says {stated[1]} minutes of reading, but it is {minutes:.0f}."


def plumbing_says_what_it_does(notebook: NotebookNode) -> Iterator[Problem]:
    """Code tagged plumbing is folded, and begins with a comment that print shows."""
    for number, cell in code_cells(notebook):
        if "plumbing" not in tags_of(cell):
            continue
        if not re.match(r"# \w", cell.source):
            yield (
                number,
                "plumbing that doesn't begin with a comment. Write one.",
            )
        if not cell.metadata.get("jupyter", {}).get("source_hidden"):
            yield (
                number,
                "plumbing in view. Set jupyter.source_hidden to true.",
            )


def way_through_stands_alone(notebook: NotebookNode) -> Iterator[Problem]:
    """No cell of the way through needs a name that only a second reading sets."""
    second = for_a_second_reading(notebook)
    skipped: dict[str, int] = {}  # name -> the cell of a second reading that sets it
    for number, cell in code_cells(notebook):
        for statement in parse(cell).body:
            bound = bound_names(statement)
            if number in second:
                skipped |= dict.fromkeys(bound - skipped.keys(), number)
                continue
            # A loop sets its variables before it uses them.
            own = bound if isinstance(statement, ast.For | ast.With) else set()
            for name in sorted(skipped.keys() & global_uses(statement) - own):
                yield (
                    number,
                    f"needs {name}, which cell {skipped[name]} of a second reading "
                    "sets. Set it on the way through.",
                )
            skipped = {name: n for name, n in skipped.items() if name not in bound}
