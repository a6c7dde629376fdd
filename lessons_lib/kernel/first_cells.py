"""In a kernel that has just begun: which cells have to run before this one."""

import builtins
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from lessons_lib.kernel.names import bound_names, used_names

__all__ = ["cells_to_run_first", "explain"]

_LONGEST = 70  # characters of a cell's first line


def cells_to_run_first(
    needed: Iterable[str],
    above: list[dict[str, Any]],
    known: Mapping[str, object],
    done: Collection[str],
) -> list[dict[str, Any]]:
    """Return the cells that set some names, and those that set what they need in turn.

    Args:
        needed: what isn't there.
        above: the code cells above the one that needs it.
        known: the names that are there.
        done: the sources of cells that have run.

    Returns:
        Cells in the order of the notebook; none if no cell above sets any of the names.
    """
    found = set()

    def look(wanted: str, before: int) -> None:
        for place in reversed(range(before)):
            cell = above[place]
            if wanted in bound_names(cell["source"]):
                if place not in found and cell["source"] not in done:
                    found.add(place)
                    for need in used_names(cell["source"]) - set(known):
                        if not hasattr(builtins, need):
                            look(need, place)
                return

    for name in needed:
        look(name, len(above))
    return [above[place] for place in sorted(found)]


def explain(name: str, cells: list[dict[str, Any]]) -> list[str]:
    """Say which cells to run.

    Args:
        name: what isn't there.
        cells: the cells that have to run first.

    Returns:
        Lines for the learner.
    """
    which = "This cell has" if len(cells) == 1 else f"These {len(cells)} cells have"
    return [
        f"NameError: there is no {name} yet. {which} to run first, in a kernel that "
        "has just begun as well as after a restart:",
        *(f"    {_first_line(cell['source'])}" for cell in cells),
        "The menu Run has a line for all of it: Run All Above Selected Cell.",
    ]


def _first_line(source: str) -> str:
    line = source.strip().partition("\n")[0]
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 4]} ..."
