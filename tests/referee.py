"""Execute lessons with other seeds, and say under how many of them each claim holds.

    python tests/referee.py notebooks/05_batchnorm.ipynb
    python tests/referee.py --shifts 7 70 -- notebooks/*.ipynb

A claim that holds for seeds 1, 2, 3 alone is an accident. This is a report, not a test:
its exit status is 0 whatever the claims do.
"""

import argparse
import os
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

SHIFTS = (100, 200, 300)
SECONDS_PER_CELL = 900
CLAIM = re.compile(r"^Claim (holds|fails): (.+)$", re.MULTILINE)


class Ruling(NamedTuple):
    """A claim as one run has it: the cell, which claim of the cell, words, verdict."""

    cell: str
    number: int
    text: str
    holds: bool


def main(arguments: list[str] | None = None) -> None:
    """Judge the claims of each notebook and print a line for each claim."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebooks", nargs="+", type=Path)
    parser.add_argument("--shifts", nargs="+", type=int, default=SHIFTS)
    options = parser.parse_args(arguments)
    for path in options.notebooks:
        runs = {shift: executed(path, shift) for shift in options.shifts}
        print("\n".join(report(path.stem, runs)), flush=True)


def executed(path: Path, shift: int) -> NotebookNode:
    """Execute a copy of a notebook to its end, all its seeds shifted."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=SECONDS_PER_CELL,
        allow_errors=True,
        resources={"metadata": {"path": str(path.parent)}},
    )
    return client.execute(env={**os.environ, "LESSONS_SEED_SHIFT": str(shift)})


def rulings(notebook: NotebookNode) -> Iterator[Ruling]:
    """Yield what an executed notebook says of its claims."""
    for cell in notebook.cells:
        printed = "".join(output.get("text", "") for output in cell.get("outputs", []))
        for number, (verdict, text) in enumerate(CLAIM.findall(printed), 1):
            yield Ruling(cell.id, number, text, verdict == "holds")


def errors(notebook: NotebookNode) -> Iterator[str]:
    """Yield the cells that raised an error, and which."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                yield f"{cell.id}: {output.ename}: {output.evalue}".split("\n")[0]


def report(name: str, runs: dict[int, NotebookNode]) -> list[str]:
    """Return a headline, a line for each claim, and one for each cell that failed.

    Args:
        name: of the lesson.
        runs: shift -> the notebook executed with it.
    """
    found: dict[tuple[str, int], list[Ruling]] = defaultdict(list)
    for notebook in runs.values():
        for ruling in rulings(notebook):
            found[ruling.cell, ruling.number].append(ruling)
    counts = {place: sum(r.holds for r in ruled) for place, ruled in found.items()}
    safe = sum(count == len(runs) for count in counts.values())
    shifts = ", ".join(map(str, runs))
    lines = [
        f"{name}: {safe} of {len(found)} claims hold under all shifts ({shifts})",
        *(
            f"  {counts[place]} of {len(runs)}  {place[0]}: {ruled[0].text}"
            for place, ruled in found.items()
        ),
    ]
    for shift, notebook in runs.items():
        lines += [f"  error under {shift}  {error}" for error in errors(notebook)]
    return lines


if __name__ == "__main__":
    main()
