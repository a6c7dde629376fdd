"""Which cells of the lessons are compared, and how: the share that is.

PYTHONPATH=tests python -m tolerant.lessons
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from .rules import IGNORED, about, rule_of

__all__ = ["HOW", "LOWEST_SHARE", "figures_of", "how", "share", "table"]

LOWEST_SHARE = 0.9
HOW = ("strictly", "within a tolerance", "not")
NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


def figures_of(outputs: list[NotebookNode]) -> list[list[str] | None]:
    """Return the digest of each picture among outputs; None for one that has none."""
    return [
        output.get("metadata", {}).get("figure")
        for output in outputs
        if "<img " in str(output.get("data", {}).get("text/html", ""))
    ]


def how(cell: NotebookNode) -> str:
    """Return how a code cell with outputs is compared: one of `HOW`."""
    if IGNORED in cell.metadata.get("tags", []):
        return "not"
    return "strictly" if rule_of(cell).is_exact else "within a tolerance"


def with_outputs(notebook: NotebookNode) -> Iterator[NotebookNode]:
    """Yield the code cells whose output is stored."""
    return (c for c in notebook.cells if c.cell_type == "code" and c.outputs)


def share(notebooks: list[NotebookNode]) -> float:
    """Return the share of the cells with outputs that are compared."""
    counts = Counter(how(cell) for nb in notebooks for cell in with_outputs(nb))
    return 1 - counts["not"] / max(counts.total(), 1)


def table(notebooks: dict[str, NotebookNode]) -> list[str]:
    """Return a line for each lesson, the sum, and why some cells aren't compared."""
    lines = [
        f"{'cells with outputs':20} {'strictly':>10} {'tolerance':>10} {'not':>5}"
        f" {'figures':>9} {'no digest':>10}"
    ]
    total: Counter = Counter()
    reasons = []
    for name, notebook in notebooks.items():
        cells = list(with_outputs(notebook))
        counts = Counter(how(cell) for cell in cells)
        figures = [figure for cell in cells for figure in figures_of(cell.outputs)]
        counts.update(figures=len(figures), bare=figures.count(None))
        total += counts
        lines.append(_row(name, counts))
        reasons += [
            f"  {name}, {cell.id}: {about(cell).get('reason', 'said in the cell')}"
            for cell in cells
            if how(cell) == "not"
        ]
    lines.append(_row("all", total))
    compared = share(list(notebooks.values()))
    return [
        *lines,
        f"{compared:.1%} of the cells with outputs are compared (at least "
        f"{LOWEST_SHARE:.0%} must be). Not compared are:",
        *reasons,
    ]


def _row(name: str, counts: Counter) -> str:
    a, b, c = (counts[way] for way in HOW)
    return f"{name:20} {a:10} {b:10} {c:5} {counts['figures']:9} {counts['bare']:10}"


def read(folder: Path = NOTEBOOKS) -> dict[str, NotebookNode]:
    """Read the notebooks of a folder, in their order."""
    return {
        path.stem: nbformat.read(path, as_version=4)
        for path in sorted(folder.glob("*.ipynb"))
    }


if __name__ == "__main__":
    print("\n".join(table(read())))
