"""The checks as a submission sees them: what a lesson shows, and no answers."""

import ast
import shutil
from pathlib import Path

__all__ = ["write_hollow"]

_JUDGED_LATER = """

def __getattr__(name):
    if name.startswith("_"):
        raise AttributeError(name)
    return lambda *_, **__: print("This check is made when the cell is graded.")
"""


def write_hollow(checks: Path, lesson: str, helpers: set[str], folder: Path) -> None:
    """Write the package of checks without the checks.

    Args:
        checks: the folder of `lessons_lib.checks`.
        lesson: the name of the lesson's module, "convolution".
        helpers: what the lesson uses of it beside the checks, "camera".
        folder: where to; it isn't there yet.
    """
    shutil.copytree(
        checks / "judge", folder / "judge", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copy(checks / "__init__.py", folder)
    tree = ast.parse((checks / f"{lesson}.py").read_text(encoding="utf-8"))
    tree.body = _needed(tree.body, helpers)
    source = ast.unparse(tree) + _JUDGED_LATER
    (folder / f"{lesson}.py").write_text(source, encoding="utf-8")


def _needed(body: list[ast.stmt], names: set[str]) -> list[ast.stmt]:
    """Return the statements that set some names, and what these need in turn."""
    found: set[int] = set()
    wanted = list(names)
    seen = set(names)
    while wanted:
        name = wanted.pop()
        for place, statement in enumerate(body):
            if place in found or name not in _bound(statement):
                continue
            found.add(place)
            used = {n.id for n in ast.walk(statement) if isinstance(n, ast.Name)}
            wanted += used - seen
            seen |= used
    return [body[place] for place in sorted(found)]


def _bound(statement: ast.stmt) -> set[str]:
    """Return the names that a statement of a module sets."""
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return {(a.asname or a.name).partition(".")[0] for a in statement.names}
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return {statement.name}
    stored = (n for n in ast.walk(statement) if isinstance(n, ast.Name))
    return {name.id for name in stored if isinstance(name.ctx, ast.Store)}
