"""Guards over the text of a lesson: its parts, its size, its words, its numbers."""

import re
from collections.abc import Iterator

from nbformat import NotebookNode

from .cells import (
    Problem,
    calls,
    code_cells,
    is_lesson,
    numbered,
    role,
    text_cells,
)
from .prose import headings, plain_text
from .reading import NOT_READ, for_a_second_reading
from .results import typed_results

__all__ = [
    "cells_are_small",
    "fixed_parts_are_there",
    "numbers_are_printed",
    "words_are_plain",
]

_CELLS = range(30, 61)
_MAX_LINES = 25
_MAX_WIDTH = 88
_SECTIONS = ("What to remember", "Go further")
_FILLER = re.compile(r"\b(?:simply|obviously)\b", re.IGNORECASE)
_EXCLAMATION = re.compile(r"(?:\S+ )?\S*!")
_BRITISH = re.compile(
    r"\b\w*(?:colour|neighbour|behaviour|favour|labell|modell|cancell|"
    r"(?:normal|optim|general|initial|visual|minim|maxim|recogn|summar|standard|regular|"
    r"organ|real)is(?:e[sd]?|ing|ation)\b|\b(?:centre|analyse)|\bgrey(?:s|er|scale)?\b)\w*",
    re.IGNORECASE,
)


def fixed_parts_are_there(notebook: NotebookNode) -> Iterator[Problem]:
    """A lesson has its title in the first cell, its goal, and its end."""
    if not notebook.cells[0].source.startswith("# "):
        yield 1, "the first cell doesn't begin with the title. Write '# Title'."
    if not is_lesson(notebook):
        return
    titles = [
        title for _, cell in text_cells(notebook) for title in headings(cell.source)
    ]
    for section in _SECTIONS:
        if not any(title.startswith(section) for title in titles):
            yield 0, f"no heading {section!r}. Add the section near the end."
    if not any(
        "You will be able to" in cell.source for _, cell in text_cells(notebook)
    ):
        yield 0, "nowhere says 'You will be able to'. Say it below the title."


def cells_are_small(notebook: NotebookNode) -> Iterator[Problem]:
    """30 to 60 cells, short code cells, short lines, setup() in the first code cell."""
    second = for_a_second_reading(notebook)
    counted = sum(
        role(cell) not in NOT_READ
        and not cell.source.startswith("**Exercise")
        and number not in second
        for number, cell in numbered(notebook)
    )
    if is_lesson(notebook) and counted not in _CELLS:
        yield (
            0,
            f"{counted} cells without exercises, quiz and second readings. A lesson "
            f"has {_CELLS.start} to {_CELLS.stop - 1}.",
        )
    for position, (number, cell) in enumerate(code_cells(notebook)):
        lines = cell.source.splitlines()
        if is_lesson(notebook) and position == 0 and "setup" not in calls(cell):
            yield number, "the first code cell doesn't call setup(seed). Begin with it."
        if len(lines) > _MAX_LINES:
            yield (
                number,
                f"{len(lines)} lines of code, at most {_MAX_LINES}. "
                "Split it, or move what doesn't teach to lessons_lib.",
            )
        for i, line in enumerate(lines, 1):
            if len(line) > _MAX_WIDTH:
                yield (
                    number,
                    f"line {i} has {len(line)} characters. Wrap it at {_MAX_WIDTH}.",
                )


def words_are_plain(notebook: NotebookNode) -> Iterator[Problem]:
    """No 'simply', no exclamation mark, American spelling."""
    for number, cell in text_cells(notebook):
        text = plain_text(cell.source)
        for word in _FILLER.findall(text):
            yield number, f"says {word!r}. Leave the word out."
        for words in _EXCLAMATION.findall(text):
            yield number, f"exclamation mark in {words!r}. Use a period."
        for word in (match[0] for match in _BRITISH.finditer(text)):
            yield number, f"{word!r} is British. Use American spelling."


def numbers_are_printed(notebook: NotebookNode) -> Iterator[Problem]:
    """A result that the text states is printed by a cell (the rule: guards.results)."""
    for number, written in typed_results(notebook):
        yield (
            number,
            f"the text states {written!r}, which no compared output gives. "
            "Print it with claim(...), or don't state it.",
        )
