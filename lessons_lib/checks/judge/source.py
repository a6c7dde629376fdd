"""Slips that can be seen in the code of a learner's function."""

import ast
import inspect
import opcode
import textwrap
import types
from collections.abc import Callable, Iterator, Sequence

from torch import Tensor

__all__ = ["code_slip"]

_PRODUCTS = {"@": "*", "*": "@", "@=": "*=", "*=": "@="}


def code_slip(
    attempt: Callable, arguments: Sequence[str], agrees: Callable[[Callable], bool]
) -> str:
    """Name a slip that the code of a wrong function shows.

    Args:
        attempt: the learner's function.
        arguments: the names of its arguments in the exercise.
        agrees: tells whether a function gives the right values.

    Returns:
        The likely reason, or "".
    """
    for repaired, sign in _with_other_products(attempt):
        if agrees(repaired):
            other = _PRODUCTS[sign]
            return (
                f"With {other} in place of {sign} it would be right: * multiplies "
                "place by place, @ rows by columns."
            )
    if _returns_in_loop(attempt):
        return (
            "The return stands inside the loop, so the loop ends in its first round. "
            "Move it to the left, below the loop."
        )
    return _global_instead_of(attempt, arguments)


def _with_other_products(attempt: Callable) -> Iterator[tuple[Callable, str]]:
    """Exchange @ and * in a function's code, one at a time and all together."""
    code = getattr(attempt, "__code__", None)
    names = [sign for _, sign in getattr(opcode, "_nb_ops", [])]  # as in `dis`
    if code is None or not set(_PRODUCTS) <= set(names):
        return
    steps = code.co_code
    places = [
        n + 1
        for n in range(0, len(steps), 2)
        if steps[n] == opcode.opmap["BINARY_OP"]
        and steps[n + 1] < len(names)
        and names[steps[n + 1]] in _PRODUCTS
    ]
    for chosen in [[place] for place in places] + [places] * (len(places) > 1):
        changed = bytearray(steps)
        for place in chosen:
            changed[place] = names.index(_PRODUCTS[names[steps[place]]])
        repaired = types.FunctionType(
            code.replace(co_code=bytes(changed)),
            attempt.__globals__,
            attempt.__name__,
            attempt.__defaults__,
            attempt.__closure__,
        )
        yield repaired, names[steps[chosen[0]]]


def _returns_in_loop(attempt: Callable) -> bool:
    """Tell whether the only return of a function ends each round of a loop."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(attempt)))
    except (OSError, TypeError, SyntaxError):  # there is no source, as of a built-in
        return False
    returns = [node for node in ast.walk(tree) if isinstance(node, ast.Return)]
    loops = [node for node in ast.walk(tree) if isinstance(node, ast.For | ast.While)]
    return len(returns) == 1 and any(returns[0] in loop.body for loop in loops)


def _global_instead_of(attempt: Callable, arguments: Sequence[str]) -> str:
    """Notice a notebook's variable where an argument may be meant."""
    code = getattr(attempt, "__code__", None)
    used = getattr(code, "co_names", ())
    known = getattr(attempt, "__globals__", {})
    strangers = [n for n in used if isinstance(known.get(n), Tensor | int | float)]
    if not strangers or all(name.isupper() for name in strangers):
        return ""
    return (
        f"The function uses {strangers[0]}, a variable of the notebook. Is one of its "
        f"arguments meant ({', '.join(arguments)})?"
    )
