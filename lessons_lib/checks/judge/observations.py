"""Describe what a wrong result looks like: slips that happen in any function."""

from collections.abc import Callable, Sequence
from itertools import combinations, permutations
from typing import Any

import torch
from torch import Tensor

from lessons_lib.checks.judge.comparison import (
    as_tensor,
    is_rounding,
    same,
    wrong_places,
)

__all__ = ["observed", "separating"]

_TOLERANCE = 1e-5
_MOST_AXES = 5  # whose orders are tried one by one


def observed(result: Any, expected: Any, names: Sequence[str] = ()) -> str:
    """Name the slip that one wrong result shows.

    Args:
        result: what a learner's function returned, tidied.
        expected: what it should return.
        names: of the values, if there are several.

    Returns:
        The likely reason, or "".
    """
    if isinstance(expected, tuple):
        return _of_several(result, expected, names)
    if is_rounding(result, expected):
        return (
            "These are rounding errors: compute in the dtype of the input, and take "
            "no difference of large numbers that are nearly equal."
        )
    if isinstance(result, float):
        return _not_finite(result, expected)
    if not isinstance(result, Tensor) or not isinstance(expected, Tensor):
        return ""
    alike = (result.device, result.layout) == (expected.device, expected.layout)
    if not alike or result.is_complex():
        return ""
    if reason := _not_finite(result, expected):
        return reason
    given, right = result.detach().double(), expected.detach().double()
    if given.shape != right.shape:
        return _of_shape(given, right)
    if right.ndim == 2 and right.shape[0] == right.shape[1] and _close(given.T, right):
        return "Your values are right, but rows and columns are exchanged (.T)."
    if _close(given.flatten().flip(0), right.flatten()):
        return "Your values are right, but in reverse order."
    return (_of_all(given, right) if right.numel() > 1 else "") or _of_places(
        given, right
    )


def _close(result: Tensor, expected: Tensor) -> bool:
    return result.shape == expected.shape and torch.allclose(
        result, expected, equal_nan=True
    )


def _not_finite(result: Any, expected: Any) -> str:
    """Name values that are no numbers, where numbers are expected."""
    given, right = as_tensor(result), as_tensor(expected)
    if not right.isfinite().all():
        return ""
    if given.isnan().any():
        return (
            "There is NaN in it, not a number: that comes of 0 / 0, the mean of "
            "nothing, the root or logarithm of a negative number, or infinity minus "
            "infinity."
        )
    if given.isinf().any():
        return (
            "There is an infinite value (inf) in it: that comes of a division by 0, "
            "log(0), or exp() of a large number."
        )
    return ""


def _of_several(result: Any, expected: tuple, names: Sequence[str]) -> str:
    if not isinstance(result, tuple | list) or len(result) != len(expected):
        return ""
    result = list(result)
    for first in range(len(result)):
        for second in range(first):
            other = result.copy()
            other[first], other[second] = result[second], result[first]
            if same(tuple(other), expected, _TOLERANCE):
                named = names or [f"value {n + 1}" for n in range(len(result))]
                return f"{named[second]} and {named[first]} are exchanged."
    pairs = zip(result, expected, strict=True)
    wrong = [(r, e) for r, e in pairs if not same(r, e, _TOLERANCE)]
    return observed(*wrong[0]) if wrong else ""


def _of_shape(result: Tensor, expected: Tensor) -> str:
    if result.ndim == 2 and _close(result.T, expected):
        return "Your values are right, but rows and columns are exchanged (.T)."
    if reason := _of_order(result, expected):
        return reason
    if result.numel() == expected.numel() and _close(
        result.reshape(expected.shape), expected
    ):
        return _of_axes(result, expected)
    if result.ndim != expected.ndim:
        return ""
    pairs = enumerate(zip(result.shape, expected.shape, strict=True))
    sizes = [(axis, given, right) for axis, (given, right) in pairs if given != right]
    if len(sizes) > 1:
        return ""
    axis, given_size, right_size = sizes[0]
    if given_size != right_size - 1:
        return ""
    for start, end in ((0, "the last is"), (1, "the first is")):
        if _close(result, expected.narrow(axis, start, given_size)):
            return f"Your values are right, but {end} missing along axis {axis}."
    return ""


def _of_order(result: Tensor, expected: Tensor) -> str:
    """Notice that the axes are all there, but in another order."""
    axes = range(result.ndim)
    if result.ndim > _MOST_AXES or sorted(result.shape) != sorted(expected.shape):
        return ""
    for first, second in combinations(axes, 2):
        if _close(result.transpose(first, second), expected):
            return (
                "Your values are right, but two axes have changed places: "
                f"transpose({first}, {second})."
            )
    if any(_close(result.permute(order), expected) for order in permutations(axes)):
        return "Your values are right, but the axes stand in another order: permute()."
    return ""


def _of_axes(result: Tensor, expected: Tensor) -> str:
    if result.squeeze().shape == expected.squeeze().shape:
        return (
            "Your values are right here; one axis of size 1 is too many or missing. "
            "Is a sum over an axis of size 1 missing? Else see keepdim, squeeze() and "
            "unsqueeze()."
        )
    if result.ndim == expected.ndim - 1:
        return (
            "Your values are right; they need an axis of their own: torch.stack makes "
            "a new one, torch.cat doesn't."
        )
    return "Your values are right, the shape is not: see reshape()."


def _of_all(result: Tensor, expected: Tensor) -> str:
    safe = expected.abs() > 1e-6
    ratios = result[safe] / expected[safe]
    if len(ratios) > 1 and ratios.std() < 1e-6 and ratios.any():
        if abs(ratios[0] + 1) < 1e-6:
            return "Every value has the wrong sign."
        return f"Every value is {ratios[0]:.4g} times what it should be."
    gaps = result - expected
    if gaps.std() < 1e-6:
        return f"Every value is off by the same {gaps.flatten()[0]:.4g}."
    if not result.any():
        return "Every value is 0: was the result ever filled in?"
    return ""


def _of_places(result: Tensor, expected: Tensor) -> str:
    """Notice that only one end of an axis is wrong, or right."""
    wrong = wrong_places(result, expected, _TOLERANCE)
    for axis, size in enumerate(wrong.shape):
        others = [other for other in range(wrong.ndim) if other != axis]
        along = wrong.any(dim=others) if others else wrong
        if size < 2 or bool(along.all()):
            continue
        places = along.nonzero().flatten().tolist()
        if places in ([0], [size - 1]):
            end = "first" if places == [0] else "last"
            return (
                f"Everything is right but the {end} of {size} along axis {axis}: does "
                "a loop or a slice begin or end one too early or too late?"
            )
        if places == list(range(1, size)):
            return (
                f"Only the first of {size} along axis {axis} is right: do the others "
                "get their turn?"
            )
    return ""


def separating(cases: Sequence[tuple], right: Sequence[bool]) -> str:
    """Say what the cases with a right result have in common, and no other case has.

    Args:
        cases: the arguments of each case.
        right: whether the result was right, case by case.

    Returns:
        An observation, or "".
    """
    sizes = [_sizes(case) for case in cases]
    for words, has in _KINDS.items():
        if any(right) and [has(size) for size in sizes] == list(right):
            return f"It is right for {words} only: look for what else depends on it."
    if right[0] and len(right) > 2 and not any(right[1:]):
        return (
            "Only the first case is right: is something of it fixed in the function, "
            "a size or a value?"
        )
    return ""


def _sizes(case: tuple) -> tuple[int, ...]:
    return next((tuple(v.shape) for v in case if isinstance(v, Tensor)), ())


_KINDS: dict[str, Callable[[tuple[int, ...]], bool]] = {
    "square inputs": lambda s: len(s) > 1 and s[-1] == s[-2],
    "inputs that are not square": lambda s: len(s) > 1 and s[-1] != s[-2],
    "odd sizes": lambda s: all(n % 2 for n in s[-2:]),
    "even sizes": lambda s: not any(n % 2 for n in s[-2:]),
    "inputs whose first axis has size 1": lambda s: len(s) > 1 and s[0] == 1,
    "inputs whose first axis is longer than 1": lambda s: len(s) > 1 and s[0] > 1,
    "one channel": lambda s: len(s) > 3 and s[1] == 1,
    "several channels": lambda s: len(s) > 3 and s[1] > 1,
    "inputs of two axes": lambda s: len(s) == 2,
    "inputs of four axes": lambda s: len(s) == 4,
}
