"""The guard that asks the publisher."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from nbformat import NotebookNode

from handouts.lint import lint_cells
from handouts.settings import Settings, find_settings

from .cells import Problem

__all__ = ["handouts_can_be_made"]


def handouts_can_be_made(notebook: NotebookNode) -> Iterator[Problem]:
    """Nothing keeps the lesson from becoming an accessible handout (handouts.lint)."""
    yield from lint_cells(notebook, _settings())


@cache
def _settings() -> Settings:
    return find_settings(Path(__file__).parent)
