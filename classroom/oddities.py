"""What an instructor may want to look at in a submission, in a few words each."""

import ast
import copy
from collections.abc import Iterable
from itertools import pairwise

from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode

from classroom.marks import check_of, code_cells, is_answer, tags_of
from classroom.mending import released_id
from lessons_lib.desk.notebooks import valid_ids

__all__ = ["listed", "oddities"]

_MOST = 4  # names in a list


def oddities(submission: NotebookNode, released: NotebookNode) -> list[str]:
    """Say what is odd about a submission before it runs.

    Args:
        submission: what a student handed in; it stays as it is.
        released: the lesson as it was handed out.

    Returns:
        Words for the row: cells that were changed, deleted or duplicated, another
        kernel, code that meddles with the checks, solutions.
    """
    known = {cell.id: cell for cell in released.cells}
    parts: dict[str, list[NotebookNode]] = {name: [] for name in known}
    own = []
    for cell in valid_ids(copy.deepcopy(submission), released).cells:
        name = released_id(cell, known)
        parts[name].append(cell) if name else own.append(cell)
    found: dict[str, list[str]] = {}
    for base in code_cells(released):
        if what := _became(base, parts[base.id]):
            found.setdefault(what, []).append(_names(released)[base.id])
    told = [f"{what}: {listed(names)}" for what, names in found.items()]
    changed = own + [
        cell
        for name, cells in parts.items()
        for cell in cells
        if cell.source != known[name].source and not check_of(known[name])
    ]
    if any(_meddles(cell.source) for cell in changed if cell.cell_type == "code"):
        told.append("code that replaces or imports checks")
    if any("solution" in tags_of(cell) for cell in own):
        told.append("the course's solutions are in it")
    kernel, expected = (_kernel(notebook) for notebook in (submission, released))
    if kernel != expected:
        told.append(f"another kernel: {ascii(kernel)[:40]}")
    return told


def listed(names: Iterable[str]) -> str:
    """Return names as a list that isn't too long for a row."""
    every = list(names)
    more = len(every) - _MOST
    return ", ".join(every[:_MOST]) + (f" and {more} more" if more > 0 else "")


def _became(base: NotebookNode, parts: list[NotebookNode]) -> str:
    """Say what became of a cell, or "" if it is as it was or as it should be."""
    check = check_of(base)
    kind = "check" if check else "answer" if is_answer(base) else "cell"
    if not parts:
        return f"{kind} deleted"
    if len(parts) > 1:
        return f"{kind} duplicated or split"
    [cell] = parts
    if cell.source.strip() != base.source.strip() and kind != "answer":
        return f"{kind} changed"
    points = cell.metadata.get("nbgrader", {}).get("points")
    if check and points not in (None, check.points):
        return "other points than released"
    return ""


def _names(released: NotebookNode) -> dict[str, str]:
    """Return what each code cell is called: by its check, else by its id."""
    cells = code_cells(released)
    names = {cell.id: cell.id for cell in cells}
    for cell, after in pairwise(cells):
        if is_answer(cell) and (check := check_of(after)):
            names[cell.id] = names[after.id] = check.name
    return names


def _kernel(notebook: NotebookNode) -> str:
    spec = notebook.metadata.get("kernelspec", {})
    return str(spec.get("name", "python3"))


def _meddles(source: str) -> bool:
    """Tell whether code sets something in the checks, or imports them anew."""
    try:
        tree = ast.parse(TransformerManager().transform_cell(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            if isinstance(node.value, ast.Name) and node.value.id == "check":
                return True
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            if node.id == "check":
                return True
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            first = node.args[0] if node.args else None
            named = isinstance(first, ast.Name) and first.id == "check"
            if node.func.id in ("setattr", "delattr", "vars") and named:
                return True
        elif isinstance(node, ast.ImportFrom | ast.Import) and _of_checks(node):
            return True
    return False


def _of_checks(node: ast.ImportFrom | ast.Import) -> bool:
    names = {alias.name for alias in node.names}
    if isinstance(node, ast.ImportFrom):
        names = {f"{node.module}.{name}" for name in names}
    # a lesson imports its own checks and `claim`, and a student may, too
    deep = [name for name in names if name.startswith("lessons_lib.checks.judge")]
    return bool(deep) or "classroom" in {name.partition(".")[0] for name in names}
