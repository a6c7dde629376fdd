"""Slips that can be seen in the code of a learner's function."""

import ast
import dis
import inspect
import opcode
import sys
import textwrap
import time
import types
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from torch import Tensor

__all__ = ["TRIED", "code_slip", "return_in_loop"]

_SECONDS = 2.0  # that the search for a repair may take
TRIED = ((3, 11),)  # Pythons whose steps are known to bear a change
_SIGNS = ("+", "-", "*", "/", "@", "//", "**")
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
    """Name a slip that the code of a wrong function shows.

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


def _repaired(attempt: Callable) -> Iterator[tuple[Callable, str, int]]:
    """Change a function's code in one place; yield it, what was there, and the line.

    That is done to the code that Python runs: there is one for every function, whereas
    the source of some can't be found.
    """
    code = getattr(attempt, "__code__", None)
    if code is None or sys.version_info[:2] not in TRIED:
        return
    # Variables last: there are many of them.
    steps = sorted(dis.get_instructions(code), key=lambda s: "FAST" in s.opname)
    for step in steps:
        line = step.positions.lineno if step.positions else None
        for word, changed in _alternatives(code, step):
            repaired = types.FunctionType(
                changed,
                attempt.__globals__,
                attempt.__name__,
                attempt.__defaults__,
                attempt.__closure__,
            )
            repaired.__kwdefaults__ = attempt.__kwdefaults__
            yield repaired, word, line or code.co_firstlineno


def _alternatives(
    code: types.CodeType, step: dis.Instruction
) -> Iterator[tuple[str, types.CodeType]]:
    """Yield what one step names, and the code with something like it instead."""
    value, kind = step.argval, step.opname
    if kind == "BINARY_OP":
        names = [sign for _, sign in getattr(opcode, "_nb_ops", ())]  # as in `dis`
        sign, inplace = step.argrepr.removesuffix("="), step.argrepr.endswith("=")
        for other in _SIGNS:
            if other != sign and (new := other + "=" * inplace) in names:
                yield sign, _with_argument(code, step, names.index(new))
    elif kind == "LOAD_CONST" and isinstance(value, bool):
        yield str(value), _with_entry(code, step, "co_consts", not value)
    elif kind == "LOAD_CONST" and isinstance(value, int | float):
        for other in dict.fromkeys((value + 1, value - 1, -value, 0, 1, 2)):
            if other != value:
                yield str(value), _with_entry(code, step, "co_consts", other)
    elif kind.startswith("LOAD_FAST") and isinstance(value, str):
        for other in code.co_varnames:
            if other != value:
                yield value, _with_entry(code, step, "co_varnames", other)
    elif kind in ("LOAD_ATTR", "LOAD_METHOD", "LOAD_GLOBAL"):
        for group in _ALIKE:
            for other in group if value in group else ():
                if other != value:
                    yield value, _with_entry(code, step, "co_names", other)


def _with_entry(
    code: types.CodeType, step: dis.Instruction, table: str, entry: object
) -> types.CodeType:
    """Let a step use another entry of a table: a constant, a variable, a name."""
    entries = [(type(e), e) for e in getattr(code, table)]  # because True == 1 == 1.0
    wanted = (type(entry), entry)
    if wanted not in entries:
        entries.append(wanted)
        changes: dict[str, Any] = {table: tuple(e for _, e in entries)}
        code = code.replace(**changes)
    flagged = step.opname == "LOAD_GLOBAL" or (
        step.opname == "LOAD_ATTR" and sys.version_info >= (3, 12)
    )
    number = 2 * entries.index(wanted) + (step.arg or 0) % 2
    return _with_argument(code, step, number if flagged else number // 2)


def _with_argument(
    code: types.CodeType, step: dis.Instruction, argument: int
) -> types.CodeType:
    if max(argument, step.arg or 0) > 255:  # it would need a second step
        return code
    steps = bytearray(code.co_code)
    steps[step.offset + 1] = argument
    if step.opname.startswith("LOAD_FAST") and "LOAD_FAST_CHECK" in opcode.opmap:
        # Newer Pythons don't look whether a variable has a value, unless told to.
        steps[step.offset] = opcode.opmap["LOAD_FAST_CHECK"]
    return code.replace(co_code=bytes(steps))


def return_in_loop(attempt: Callable) -> str:
    """Notice that the only return of a function ends the first round of a loop.

    Args:
        attempt: the learner's function.

    Returns:
        What to do about it, or "".
    """
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(attempt)))
    except (OSError, TypeError, SyntaxError):  # there is no source, as of a built-in
        return ""
    returns = [node for node in ast.walk(tree) if isinstance(node, ast.Return)]
    loops = [node for node in ast.walk(tree) if isinstance(node, ast.For | ast.While)]
    if len(returns) != 1 or not any(returns[0] in loop.body for loop in loops):
        return ""
    return (
        "The return stands inside the loop, so the loop ends in its first round. Move "
        "it to the left, below the loop."
    )


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
