"""What would show students a solution: in cells, in names, in exercises filled in."""

from __future__ import annotations

import ast
import contextlib
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from nbformat import NotebookNode

from .editions import FILLED_IN_TAGS, MARKED_SOLUTION, tags_of
from .reading import ReadingError, notebook_from

__all__ = ["leaks", "looks_filled_in", "parsed", "unlike_committed"]

DEFINITION = re.compile(
    r"^(?:def|class)\s+(solution_\w+|Solution[A-Z]\w*)", re.MULTILINE
)
GAP = re.compile(r"\.\.\.|\bpass\b|NotImplemented|TODO|YOUR CODE|\?\?\?|____")
MAGIC = re.compile(r"^([ \t]*)[%!].*", re.MULTILINE)


def leaks(notebook: NotebookNode) -> Iterator[tuple[int, str]]:
    """Give cell and reason of everything that would show students a solution."""
    solutions = [cell for cell in notebook.cells if "solution" in tags_of(cell)]
    named = {name for cell in solutions for name in DEFINITION.findall(cell.source)}
    own = named | _names_of_solutions(notebook)
    for number, cell in enumerate(notebook.cells, start=1):
        if "solution" in tags_of(cell):
            continue
        folded = cell.metadata.get("jupyter", {}).get("source_hidden")
        if folded and "plumbing" not in tags_of(cell):
            yield (
                number,
                "folded, but tagged neither solution nor plumbing: students would "
                "get it",
            )
        mentioned = {name for name in own if name in cell.source}
        used = _used(cell) if mentioned and cell.cell_type == "code" else set()
        for name in sorted(mentioned):
            if name in used or (
                name in named and re.search(rf"\b{name}\b", cell.source)
            ):
                yield number, f"uses {name}, which the student edition doesn't have"
        for found in MARKED_SOLUTION.finditer(cell.source):
            if f"END {found['kind']}" not in found.group():
                yield number, f"BEGIN {found['kind']} without its END; add it"
        if looks_filled_in(cell):
            yield (
                number,
                "an exercise without a gap (...): it looks filled in, and students "
                "would get the solution; put the gap back",
            )


def parsed(source: str) -> ast.Module | None:
    """Return the tree of Python code, or None if it is none.

    IPython's own lines do nothing in it. The code is tried as it is first: a line may
    begin with the sign of a remainder.
    """
    for code in (source, MAGIC.sub(r"\1pass", source)):
        with contextlib.suppress(SyntaxError, ValueError, RecursionError, MemoryError):
            return ast.parse(code)
    return None


def looks_filled_in(cell: NotebookNode) -> bool:
    """Return whether an exercise has no gap that is left to fill."""
    source = MARKED_SOLUTION.sub("...", cell.source)
    return (
        cell.cell_type == "code"
        and bool(FILLED_IN_TAGS & tags_of(cell))
        and bool(source.strip())
        and not GAP.search(source)
    )


def unlike_committed(notebook: NotebookNode, path: Path) -> Iterator[tuple[int, str]]:
    """Give the exercises that are not as they were committed: somebody worked on them.

    Args:
        notebook: the notebook as it is now.
        path: its file. Outside of a git clone nothing is compared.
    """
    exercises = {
        cell.get("id"): (number, cell.source)
        for number, cell in enumerate(notebook.cells, start=1)
        if cell.cell_type == "code" and FILLED_IN_TAGS & tags_of(cell)
    }
    committed = _committed(path) if exercises else None
    for cell in committed.cells if committed else ():
        number, source = exercises.get(cell.get("id"), (0, cell.source))
        if number and source.strip() != cell.source.strip():
            yield (
                number,
                "an exercise that is not as it was committed: students would get "
                "what was filled in; restore it, or commit the new exercise",
            )


def _committed(path: Path) -> NotebookNode | None:
    command = ["git", "show", f"HEAD:./{path.name}"]
    try:
        shown = subprocess.run(
            command, cwd=path.resolve().parent, capture_output=True, timeout=10
        )
        return notebook_from(shown.stdout) if shown.returncode == 0 else None
    except (OSError, subprocess.SubprocessError, ReadingError):
        return None


def _names_of_solutions(notebook: NotebookNode) -> set[str]:
    """Return the names that only solutions define."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    own = {name for c in code if "solution" in tags_of(c) for name in _defined(c)}
    for cell in code:
        if "solution" not in tags_of(cell) and any(name in cell.source for name in own):
            own -= _defined(cell)
    return own


def _tree(cell: NotebookNode) -> ast.Module:
    return parsed(cell.source) or ast.Module([], [])


def _defined(cell: NotebookNode) -> set[str]:
    """Return the names that a cell defines outside of its functions and classes."""
    names = set()
    rest: list[ast.AST] = [_tree(cell)]
    while rest:
        node = rest.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
            continue
        if isinstance(node, ast.alias):
            names.add((node.asname or node.name).split(".")[0])
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        if not isinstance(node, (ast.Lambda, ast.comprehension)):
            rest += ast.iter_child_nodes(node)
    return names


def _used(cell: NotebookNode) -> set[str]:
    """Return the names that a cell uses without giving them a value of its own."""
    used: set[str] = set()
    given: set[str] = set()
    for node in ast.walk(_tree(cell)):
        if isinstance(node, ast.arg):
            given.add(node.arg)
        elif isinstance(node, ast.Name):
            (used if isinstance(node.ctx, ast.Load) else given).add(node.id)
    return used - given
