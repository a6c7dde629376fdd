"""Slips that happen with any function: a right one, used a little wrongly."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor

__all__ = ["slips", "without_effect"]

Change = Callable[[Any], Any]


def slips(
    reference: Callable,
    arguments: Sequence[str],
    cases: Sequence[tuple],
    returns: Sequence[str],
) -> Iterator[tuple[str, Callable]]:
    """Derive functions that make one slip each from the right one.

    Args:
        reference: the right function.
        arguments: the names of its arguments.
        cases: tuples of arguments; the slips are those that the first one admits.
        returns: the names of what it returns, if there are several values.

    Yields:
        What a learner is told who made the slip, and a function that makes it.
    """
    right = _remembered(reference)
    parts = [(None, ""), *((k, f"({name}) ") for k, name in enumerate(returns))]
    for k, name in parts:
        for reason, change in _RESULTS:
            yield f"{name}{reason}", _with_result(right, k, change)
    case = cases[0]
    for k, name in enumerate(arguments):
        for reason, change in _MISUSES:
            if change(case[k]) is not None:
                yield reason.format(name), _with_argument(reference, k, change)
    yield from _confusions(reference, arguments, case)
    for factor, of in _factors(arguments, cases):
        yield (
            f"Every value is {factor} times what it should be: a sum in place of a "
            "mean?",
            _scaled(right, of),
        )
        yield (
            f"Every value is divided by {factor}: a mean in place of a sum, or "
            "divided twice?",
            _scaled(right, lambda case, of=of: 1 / of(case)),
        )


def _remembered(reference: Callable) -> Callable:
    """Compute what is right once for each case, not for each slip."""
    known: dict[tuple, Any] = {}

    def right(*case):
        key = tuple(map(id, case))
        if key not in known:
            known[key] = reference(*case)
        return known[key]

    return right


def _with_argument(reference: Callable, k: int, change: Change) -> Callable:
    def slip(*case):
        changed = change(case[k])
        value = case[k] if changed is None else changed
        return reference(*case[:k], value, *case[k + 1 :])

    return slip


def _whole(change: Change) -> Change:
    """Apply to whole numbers only, for None means that a slip can't be made."""
    return lambda v: change(v) if type(v) is int else None


def _number(change: Change) -> Change:
    return lambda v: change(v) if type(v) in (int, float) else None


def _tensor(change: Change, axes: int = 0) -> Change:
    """Apply to tensors of numbers with so many axes or more."""
    return lambda v: (
        change(v)
        if isinstance(v, Tensor) and v.ndim >= axes and v.is_floating_point()
        else None
    )


def _places(change: Change) -> Change:
    """Apply to tensors of whole numbers: targets, positions."""
    return lambda v: (
        change(v) if isinstance(v, Tensor) and v.dtype == torch.int64 else None
    )


def _listed(change: Change) -> Change:
    return lambda v: change(v) if isinstance(v, list) else None


_IGNORED = "It looks as if {0} was ignored: this is what {0} = "
_MISUSES: list[tuple[str, Change]] = [
    (_IGNORED + "0 gives.", _number(lambda v: 0)),
    (_IGNORED + "1 gives.", _number(lambda v: 1)),
    (_IGNORED + "2 gives.", _number(lambda v: 2)),
    ("It looks as if {0} was one too large.", _whole(lambda v: v + 1)),
    ("It looks as if {0} was one too small.", _whole(lambda v: v - 1)),
    ("It looks as if {0} was doubled.", _number(lambda v: 2 * v)),
    ("It looks as if {0} was halved.", _number(lambda v: v / 2)),
    ("It looks as if {0} was squared.", _number(lambda v: v**2)),
    ("It looks as if the sign of {0} was wrong.", _number(lambda v: -v)),
    (_IGNORED + "True gives.", lambda v: True if v is False else None),
    (_IGNORED + "False gives.", lambda v: False if v is True else None),
    (
        "It looks as if {0} was not used: this is what zeros in its place give.",
        _tensor(torch.zeros_like),
    ),
    (
        "It looks as if {0} was not used: this is what ones in its place give.",
        _tensor(torch.ones_like),
    ),
    ("It looks as if the sign of {0} was wrong.", _tensor(torch.neg)),
    ("It looks as if {0} counted twice.", _tensor(lambda x: 2 * x)),
    ("It looks as if {0} was squared.", _tensor(torch.square)),
    ("It looks as if {0} went through ReLU.", _tensor(torch.relu)),
    ("It looks as if {0} went through abs().", _tensor(torch.abs)),
    (
        "It looks as if {0} was read backward along its last axis.",
        _tensor(lambda x: x.flip(-1), 1),
    ),
    (
        "It looks as if {0} was read backward along the axis before the last.",
        _tensor(lambda x: x.flip(-2), 2),
    ),
    (
        "It looks as if {0} was turned upside down and flipped.",
        _tensor(lambda x: x.flip(-1, -2), 2),
    ),
    (
        "It looks as if the last two axes of {0} were exchanged (.T).",
        _tensor(lambda x: x.transpose(-1, -2), 2),
    ),
    (
        "It looks as if the first two axes of {0} were exchanged.",
        _tensor(lambda x: x.transpose(0, 1), 3),
    ),
    ("It looks as if {0} was one too large.", _places(lambda x: x + 1)),
    ("It looks as if {0} was one too small.", _places(lambda x: x - 1)),
    (_IGNORED + "0 gives.", _places(torch.zeros_like)),
    ("It looks as if the first of {0} was left out.", _listed(lambda v: v[1:])),
    ("It looks as if the last of {0} was left out.", _listed(lambda v: v[:-1])),
    ("It looks as if {0} was read backward.", _listed(lambda v: v[::-1])),
]


def _confusions(
    reference: Callable, arguments: Sequence[str], case: tuple
) -> Iterator[tuple[str, Callable]]:
    """Take one argument for another, or exchange two."""
    for k, name in enumerate(arguments):
        for other, other_name in enumerate(arguments):
            if k == other or type(case[k]) is not type(case[other]):
                continue
            if k < other:
                yield (
                    f"It looks as if {name} and {other_name} were exchanged.",
                    _exchanged(reference, k, other),
                )
            yield (
                f"It looks as if {other_name} was used where {name} is meant.",
                _replaced(reference, k, other),
            )


def _exchanged(reference: Callable, k: int, other: int) -> Callable:
    def slip(*case):
        case = list(case)
        case[k], case[other] = case[other], case[k]
        return reference(*case)

    return slip


def _replaced(reference: Callable, k: int, other: int) -> Callable:
    return lambda *case: reference(*case[:k], case[other], *case[k + 1 :])


def _with_result(reference: Callable, k: int | None, change: Change) -> Callable:
    def slip(*case):
        result = reference(*case)
        if k is None and isinstance(result, tuple):
            return tuple(map(change, result))
        if k is None:
            return change(result)
        return (*result[:k], change(result[k]), *result[k + 1 :])

    return slip


def _vector(result: Tensor) -> Tensor:
    if result.ndim != 1:
        raise ValueError("only a vector has one order")
    return result


def _transposed(result: Tensor) -> Tensor:
    if result.ndim != 2:
        raise ValueError("only a matrix has rows and columns")
    return result.T


_ONE_OFF = "Your values are right, but one place off along the "
_RESULTS: list[tuple[str, Change]] = [
    ("Every value has the wrong sign.", lambda r: -r),
    ("Every value is 2 times what it should be.", lambda r: 2 * r),
    ("Every value is 0.5 times what it should be.", lambda r: r / 2),
    ("Every value is off by the same 1: too large.", lambda r: r + 1),
    ("Every value is off by the same -1: too small.", lambda r: r - 1),
    ("Every value has lost its sign: is there an abs() too many?", abs),
    (
        "What is negative became 0: is there a ReLU too many?",
        lambda r: r.relu() if isinstance(r, Tensor) else max(r, 0),
    ),
    ("Every value is squared: is a root missing?", lambda r: r**2),
    ("Every value is the root of what it should be.", lambda r: r**0.5),
    ("Every value is 1 minus what it should be.", lambda r: 1 - r),
    ("Every value is 1 divided by what it should be.", lambda r: 1 / r),
    ("Every value is 0: was the result ever filled in?", lambda r: 0 * r),
    ("Your values are right, but in reverse order.", lambda r: _vector(r).flip(0)),
    ("Your values are right, but rows and columns are exchanged (.T).", _transposed),
    ("The last axis runs backward.", lambda r: r.flip(-1)),
    ("The axis before the last runs backward.", lambda r: r.flip(-2)),
    ("The last two axes are exchanged.", lambda r: r.transpose(-1, -2)),
    (_ONE_OFF + "last axis.", lambda r: r.roll(1, -1)),
    (_ONE_OFF + "last axis.", lambda r: r.roll(-1, -1)),
    (_ONE_OFF + "axis before the last.", lambda r: r.roll(1, -2)),
    (_ONE_OFF + "axis before the last.", lambda r: r.roll(-1, -2)),
]


def _factors(
    arguments: Sequence[str], cases: Sequence[tuple]
) -> Iterator[tuple[str, Callable]]:
    """Yield what a result may be off by: arguments and sizes that are not constant."""
    known: dict[str, Callable] = {}
    for k, (name, value) in enumerate(zip(arguments, cases[0], strict=True)):
        if type(value) in (int, float):
            known[name] = lambda case, k=k: case[k]
        for axis in range(value.ndim if isinstance(value, Tensor) else 0):
            known[f"{name}.shape[{axis}]"] = partial(_size, k=k, axis=axis)
    for factor, of in known.items():
        if len({of(case) for case in cases} - {None}) > 1:
            yield factor, of


def _size(case: tuple, k: int, axis: int) -> int | None:
    return case[k].shape[axis] if axis < case[k].ndim else None


def _scaled(reference: Callable, factor: Callable) -> Callable:
    def slip(*case):
        result = reference(*case)
        if isinstance(result, tuple):
            return tuple(part * factor(case) for part in result)
        return result * factor(case)

    return slip


def without_effect(
    attempt: Callable[..., Any],
    reference: Callable,
    arguments: Sequence[str],
    case: tuple,
    equal: Callable[[Any, Any], bool],
) -> str:
    """Name an argument that changes what is right, but not what a function returns.

    Args:
        attempt: the learner's function; None stands for a failure.
        reference: the right function.
        arguments: the names of the arguments.
        case: one tuple of arguments.
        equal: tells whether two results are the same.

    Returns:
        What a learner is told, or "".
    """
    result, expected = attempt(*case), reference(*case)
    for k, name in enumerate(arguments):
        for change in _OTHER_VALUES:
            if (value := change(case[k])) is None:
                continue
            other = (*case[:k], value, *case[k + 1 :])
            try:
                matters = not equal(reference(*other), expected)
            except Exception:  # the right function can't be called like this
                continue
            again = attempt(*other) if matters else None
            if again is not None and equal(again, result):
                return (
                    f"The result doesn't depend on {name}, but it should: is {name} "
                    "used, and at the right place?"
                )
    return ""


_OTHER_VALUES: list[Change] = [
    _whole(lambda v: v + 1),
    _number(lambda v: 1.5 * v + 0.25 if type(v) is float else None),
    _tensor(lambda x: 1.5 * x.flip(-1) + 0.25 if x.ndim else 1.5 * x),
    _places(lambda x: x.flip(0)),
]
