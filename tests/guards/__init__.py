"""Guards over the notebooks: what a lesson must keep to and nbval can't see.

What any handout needs, the publisher's own lint says (guards.handout); the others add
what is this course's own. A guard takes a notebook and yields its problems: the number
of a cell (from 1; 0 for the notebook as a whole), what is wrong and what to do.
`GUARDS` lists all guards.
"""

from collections.abc import Callable, Iterator

from nbformat import NotebookNode

from handouts.lint import describe

from . import exercises, handout, outputs, reading, seeds, text
from .cells import Problem

__all__ = ["GUARDS", "Guard", "find_problems"]

Guard = Callable[[NotebookNode], Iterator[Problem]]

GUARDS: tuple[Guard, ...] = tuple(
    getattr(module, name)
    for module in (handout, outputs, exercises, reading, seeds, text)
    for name in module.__all__
)


def find_problems(guard: Guard, notebook: NotebookNode, name: str) -> list[str]:
    """Apply a guard, and say in one line for each problem where it is.

    Args:
        guard: one of `GUARDS`.
        notebook: a notebook in format 4.5.
        name: what to call it, "01_convolution.ipynb".

    Returns:
        lines such as "01_convolution.ipynb, cell 7 (id predict): an empty code cell."
    """
    return [describe(notebook, name, number, what) for number, what in guard(notebook)]
