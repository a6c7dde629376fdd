"""Guard over random numbers: the referee can shift every seed."""

import ast
from collections.abc import Iterator

from nbformat import NotebookNode

from .cells import Problem, code_cells, parse

__all__ = ["seeds_can_be_shifted"]

_SEEDED = {"manual_seed", "manual_seed_all", "default_rng", "RandomState", "seed"}
_REMEDY = "Take it from SEEDS = seeds(n), so that the referee can shift it."


def seeds_can_be_shifted(notebook: NotebookNode) -> Iterator[Problem]:
    """No seed but that of setup() is a number in the code."""
    for number, cell in code_cells(notebook):
        for node in ast.walk(parse(cell)):
            for seed in _typed_seeds(node):
                yield number, f"the seed {ast.unparse(seed)} is typed in. {_REMEDY}"


def _typed_seeds(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.Call):
        function = node.func
        name = getattr(function, "attr", getattr(function, "id", ""))
        given = list(node.args[:1]) if name in _SEEDED else []
        if name != "setup":
            given += [word.value for word in node.keywords if word.arg == "seed"]
    elif isinstance(node, ast.arguments):
        names = [argument.arg for argument in [*node.args, *node.kwonlyargs]]
        values = [*node.defaults, *node.kw_defaults]
        ends = zip(reversed(names), reversed(values), strict=False)
        given = [value for name, value in ends if name == "seed" and value]
    elif isinstance(node, ast.For | ast.comprehension):
        loops = getattr(node.target, "id", "") in ("seed", "seeds")
        given = [node.iter] if loops else []
    else:
        given = []
    yield from (value for value in given if _is_typed(value))


def _is_typed(value: ast.expr) -> bool:
    try:
        ast.literal_eval(value)
    except ValueError:
        name = getattr(getattr(value, "func", None), "id", "")
        return name == "range"
    return True
