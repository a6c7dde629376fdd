"""The numbers in a text: what kind each is, and what stands around it."""

import re
from collections.abc import Iterator
from typing import NamedTuple

__all__ = ["Number", "split"]

_NUMBER = re.compile(
    r"(?<![\w.])(?:(?<![\w.)\]%])[-+\u2212])?"
    r"(?:(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?(?!\d)"
    r"|(?<![\w])[-+]?(?:nan|inf)(?!\w)"
)
_PERCENT = re.compile(r"\s?(?:%|percent\b|(?:percentage )?points?\b)")
_TIME = re.compile(r"\s?(?:ms|\u00b5s|s|min|h|(?:milli)?seconds?|minutes?|hours?)\b")
_RATIO = re.compile(r"\s?(?:times\b|x\b|\u00d7)")
_RANGE = re.compile(r"\s(?:to|and)\s$|^\s?\u2013\s?$")
_TIME_HEAD = re.compile(r"\((?:s|ms|min)\)|\b(?:milli)?seconds\b|\btime\b")
_RATIO_HEAD = re.compile(r"^times\b|\bratio\b")
_PERCENT_HEAD = re.compile(r"%|\bpercent\b|\(points\)|\bpercentage points\b")
_PERCENT_LINE = re.compile(r"\bpercent\b|\bpoints\b", re.IGNORECASE)
_RATIO_BEFORE = re.compile(r"\bratio $")
_CELL = re.compile(r"\S+(?:\s\S+)*")  # two spaces end it
_CELL_IN_MARKDOWN = re.compile(r"(?<=\|)[^|]*(?=\|)")


class Cell(NamedTuple):
    """A cell of a table: what it says, and from where to where it goes in its line."""

    text: str
    start: int
    end: int


class Number(NamedTuple):
    """A number in a text.

    Attributes:
        written: as it stands there.
        kind: percent, time, ratio, magnitude (with an exponent), decimal or integer.
        value: what it is.
        precision: half a unit of its last digit.
        places: the words before and behind it, the heads of its column and row.
    """

    written: str
    kind: str
    value: float
    precision: float
    places: tuple[str, ...]


def split(text: str) -> Iterator[tuple[list[str], list[Number]]]:
    """Split each line of a text into the words between its numbers, and the numbers.

    Args:
        text: prints, alt texts, tables in Markdown or in columns.

    Yields:
        n + 1 texts, white space and rules of tables shortened, and n numbers.
    """
    head: list[Cell] = []
    for line in text.split("\n"):
        cells = _cells(line)
        if len(cells) < 2:
            head = []
        elif not head:
            head = cells
        yield _split_line(line, cells, _columns(cells, head))


def _cells(line: str) -> list[Cell]:
    """Return the cells of a row, if a line is one."""
    pattern = _CELL_IN_MARKDOWN if line.startswith("|") else _CELL
    return [Cell(m[0].strip(), m.start(), m.end()) for m in pattern.finditer(line)]


def _columns(cells: list[Cell], head: list[Cell]) -> list[str]:
    """Return what stands above each cell: its column's head, or "" without one.

    In a table without rules an empty cell is nothing but space: the cells beside it
    belong to the heads below which they stand.
    """
    if cells == head or len(cells) > len(head):
        return [""] * len(cells)
    if len(cells) == len(head):
        return [cell.text for cell in head]

    def distance(cell: Cell, column: int) -> int:
        return max(head[column].start - cell.end, cell.start - head[column].end, 0)

    places = [
        min(range(len(head)), key=lambda column, cell=cell: distance(cell, column))
        for cell in cells
    ]
    if len(set(places)) < len(places):
        return [""] * len(cells)
    return [head[place].text for place in places]


def _split_line(line: str, cells: list[Cell], columns: list[str]):
    matches = list(_NUMBER.finditer(line))
    edges = [0, *(m.end() for m in matches)], [*(m.start() for m in matches), len(line)]
    words = [line[start:end] for start, end in zip(*edges, strict=True)]
    heads = list(_heads(matches, cells, columns))
    numbers: list[Number] = []
    for place in reversed(range(len(matches))):
        before, behind = words[place], words[place + 1]
        column, row = heads[place]
        written = matches[place][0]
        kind = _kind_by_unit(behind)
        if not kind and _RANGE.search(behind) and place + 1 < len(matches):
            kind = _kind_by_unit(words[place + 2])  # "3.1 to 4.2%"
        if not kind and _RATIO_BEFORE.search(before):
            kind = "ratio"
        kind = kind or _kind_by_head(column) or _kind_by_head(row)
        if not kind and "." in written and _PERCENT_LINE.search(line):
            kind = "percent"
        places = (before, behind, column, row)
        numbers.insert(0, _number(written, kind, places))
    return [_shortened(text) for text in words], numbers


def _heads(matches, cells: list[Cell], columns: list[str]) -> Iterator[tuple[str, str]]:
    """Yield the heads of the column and of the row that each number stands in."""
    for match in matches:
        index = sum(match.start() >= cell.end for cell in cells)
        column = columns[index] if index < len(columns) else ""
        yield column, cells[0].text if index > 0 and len(cells) > 1 else ""


def _kind_by_unit(behind: str) -> str:
    if _PERCENT.match(behind):
        return "percent"
    if _TIME.match(behind):
        return "time"
    return "ratio" if _RATIO.match(behind) else ""


def _kind_by_head(head: str) -> str:
    if _TIME_HEAD.search(head):
        return "time"
    if _RATIO_HEAD.search(head):
        return "ratio"
    return "percent" if _PERCENT_HEAD.search(head) else ""


def _number(written: str, kind: str, places: tuple[str, ...]) -> Number:
    plain = written.replace(",", "").replace("\u2212", "-").lower()
    digits, _, exponent = plain.partition("e")
    own = "magnitude" if exponent else "decimal" if "." in digits else "integer"
    if digits.lstrip("+-") in ("nan", "inf"):
        own = "decimal"
    last = 10.0 ** (int(exponent or 0) - len(digits.partition(".")[2]))
    return Number(written, kind or own, float(plain), last / 2, places)


def _shortened(words: str) -> str:
    """Leave of white space and of a table's rules what doesn't follow from widths."""
    return re.sub(r"-{2,}", "--", re.sub(r"[ \t]+", " ", words))
