"""Slips that can be seen in the source of a learner's function."""

import ast
import dis
import inspect
import textwrap
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from torch import Tensor

__all__ = ["code_slip", "return_in_loop"]

_SECONDS = 2.0  # that the search for a repair may take
_SIGNS: dict[type, str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.MatMult: "@",
    ast.FloorDiv: "//",
    ast.Pow: "**",
}
_COMPARISONS: dict[type, str] = {
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}
_ALIKE = (  # functions that are taken for each other
    ("sum", "mean", "prod", "max", "min"),
    ("amax", "amin", "max", "min", "mean", "sum"),
    ("argmax", "argmin"),
    ("max_pool2d", "avg_pool2d"),
    ("mean", "median"),
    ("std", "var"),
    ("sqrt", "square"),
    ("exp", "log"),
    ("sigmoid", "tanh", "relu"),
    ("zeros", "ones"),
    ("zeros_like", "ones_like"),
    ("new_zeros", "new_ones"),
    ("cat", "stack"),
)


def code_slip(
    attempt: Callable, arguments: Sequence[str], agrees: Callable[[Callable], bool]
) -> str:
    """Name a slip that the source of a wrong function shows.

    Args:
        attempt: the learner's function.
        arguments: the names of its arguments in the exercise.
        agrees: tells whether a function gives the right values.

    Returns:
        The likely reason, or "".
    """
    deadline = time.monotonic() + _SECONDS
    for repaired, word, line in _repaired(attempt):
        if agrees(repaired):
            if word in ("@", "*"):
                word += " (* multiplies place by place, @ rows by columns)"
            return f"Look again at {word} in line {line}: all else is right."
        if time.monotonic() > deadline:
            break
    return _global_instead_of(attempt, arguments)


def _definition(attempt: Callable) -> tuple[ast.FunctionDef | None, int]:
    """Return a function's definition and its line; None for a lambda, a class ..."""
    try:
        lines, first = inspect.getsourcelines(attempt)
        (tree,) = ast.parse(textwrap.dedent("".join(lines))).body
    except (OSError, TypeError, SyntaxError, ValueError):
        return None, 0
    return (tree, first) if isinstance(tree, ast.FunctionDef) else (None, 0)


def _repaired(attempt: Callable) -> Iterator[tuple[Callable, str, int]]:
    """Change a function's source in one place; yield it, what was there, the line."""
    tree, first = _definition(attempt)
    if tree is None or not inspect.isfunction(attempt):
        return
    cells = zip(attempt.__code__.co_freevars, attempt.__closure__ or (), strict=True)
    names = attempt.__code__.co_varnames
    try:
        known = {name: cell.cell_contents for name, cell in cells}
    except ValueError:  # one has no value yet
        return
    tree.decorator_list = []
    # Variables last: there are many of them.
    for node in sorted(ast.walk(tree), key=lambda node: isinstance(node, ast.Name)):
        for field, word, other in _alternatives(node, names):
            usual = getattr(node, field)
            setattr(node, field, other)
            try:
                code = compile(ast.Module([tree], []), "repaired", "exec")
                exec(code, namespace := {**attempt.__globals__, **known})
            except Exception:  # a changed default value that can't be computed
                continue
            finally:
                setattr(node, field, usual)
            yield namespace[tree.name], word, first + getattr(node, "lineno", 1) - 1


def _alternatives(
    node: ast.AST, names: Sequence[str]
) -> Iterator[tuple[str, str, object]]:
    """Yield a field of a node, what it says, and what may be meant instead."""
    if isinstance(node, ast.BinOp | ast.AugAssign) and type(node.op) in _SIGNS:
        for kind in _SIGNS:
            if not isinstance(node.op, kind):
                yield "op", _SIGNS[type(node.op)], kind()
    elif isinstance(node, ast.Compare) and type(node.ops[0]) in _COMPARISONS:
        for kind in _COMPARISONS:
            if not isinstance(node.ops[0], kind):
                yield "ops", _COMPARISONS[type(node.ops[0])], [kind(), *node.ops[1:]]
    elif isinstance(node, ast.Constant):
        for constant in _other_constants(node.value):
            yield "value", str(node.value), constant
    elif isinstance(node, ast.Attribute):
        for other in _other_functions(node.attr):
            yield "attr", node.attr, other
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        others = names if node.id in names else _other_functions(node.id)
        for other in others:
            if other != node.id:
                yield "id", node.id, other


def _other_constants(value: object) -> Sequence[object]:
    if isinstance(value, bool):
        return [not value]
    if not isinstance(value, int | float):
        return []
    others = dict.fromkeys((value + 1, value - 1, -value, 0, 1, 2))
    return [other for other in others if other != value]


def _other_functions(name: str) -> Sequence[str]:
    groups = (group for group in _ALIKE if name in group)
    return [other for group in groups for other in group if other != name]


def return_in_loop(attempt: Callable) -> str:
    """Notice that the only return of a function ends the first round of a loop.

    Args:
        attempt: the learner's function.

    Returns:
        What to do about it, or "".
    """
    tree, _ = _definition(attempt)
    nodes = [*ast.walk(tree)] if tree else []
    returns = [node for node in nodes if isinstance(node, ast.Return)]
    loops = [node for node in nodes if isinstance(node, ast.For | ast.While)]
    if len(returns) != 1 or not any(returns[0] in loop.body for loop in loops):
        return ""
    return (
        "The return stands inside the loop, so the loop ends in its first round. Move "
        "it to the left, below the loop."
    )


def _global_instead_of(attempt: Callable, arguments: Sequence[str]) -> str:
    """Notice a notebook's variable where an argument may be meant."""
    code = getattr(attempt, "__code__", None)
    steps = dis.get_instructions(code) if code else ()
    # Not co_names, which holds methods, too: x.mean() doesn't use a variable `mean`.
    used = dict.fromkeys(s.argval for s in steps if s.opname == "LOAD_GLOBAL")
    known: dict[str, Any] = getattr(attempt, "__globals__", {})
    strangers = [n for n in used if isinstance(known.get(n), Tensor | int | float)]
    if not strangers or all(name.isupper() for name in strangers):
        return ""
    return (
        f"The function uses {strangers[0]}, a variable of the notebook. Is one of its "
        f"arguments meant ({', '.join(arguments)})?"
    )
