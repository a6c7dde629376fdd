"""Compare what a function returned with what it should return."""

from collections.abc import Sequence
from math import prod
from numbers import Real
from typing import Any

import numpy as np
import torch
from torch import Tensor

from lessons_lib.checks.judge.attempts import kind

__all__ = ["form_fault", "likely_slip", "same", "spell", "tidy", "value_fault"]

_ROUNDING = 1e-3  # a smaller difference is one of precision, as a share of the largest
_SMALL = 12  # values that are shown one by one


def tidy(result: Any, expected: Any) -> Any:
    """Bring a result to the expected form where the form is a matter of style.

    Args:
        result: what a learner's function returned.
        expected: what it should return.

    Returns:
        The result, with Python's numbers for those of NumPy and PyTorch, and a tuple
        for a list or, where numbers are expected, an array.
    """
    if isinstance(expected, tuple):
        numbers = not any(isinstance(part, Tensor) for part in expected)
        if numbers and isinstance(result, Tensor | np.ndarray):
            result = result.tolist()
        if isinstance(result, list | tuple) and len(result) == len(expected):
            return tuple(tidy(r, e) for r, e in zip(result, expected, strict=True))
    elif not isinstance(expected, Tensor):
        single = isinstance(result, Tensor | np.ndarray | np.generic)
        return result.item() if single and prod(result.shape) == 1 else result
    return result


def form_fault(result: Any, expected: Any, names: Sequence[str] = ()) -> str:
    """Say what is wrong with type, shape or dtype.

    Args:
        result: what a learner's function returned, tidied.
        expected: what it should return.
        names: of the values, if there are several.

    Returns:
        What is wrong, beginning with a verb, or "".
    """
    if isinstance(expected, tuple):
        if not isinstance(result, tuple | list) or len(result) != len(expected):
            return (
                f"returned {kind(result)}; expected {len(expected)} values, as in "
                "return a, b."
            )
        for name, part, right in _named(names, result, expected):
            if fault := form_fault(part, right):
                return f"({name}) {fault}"
        return ""
    if not isinstance(expected, Tensor):
        is_number = isinstance(result, Real) and not isinstance(result, bool)
        return "" if is_number else f"returned {kind(result)}; expected a number."
    if not isinstance(result, Tensor):
        return (
            f"returned {kind(result)}; expected a tensor of shape "
            f"{tuple(expected.shape)}. torch.tensor(...) or torch.stack(...) makes one."
        )
    if result.shape != expected.shape:
        return (
            f"returned shape {tuple(result.shape)}; expected {tuple(expected.shape)}."
        )
    if result.device != expected.device or result.layout != expected.layout:
        return (
            f"returned a tensor with {result.layout} on {result.device}; expected "
            f"{expected.layout} on {expected.device}, as the input has."
        )
    return _dtype_fault(result.dtype, expected.dtype)


def _dtype_fault(given: torch.dtype, expected: torch.dtype) -> str:
    if given == expected:
        return ""
    if not expected.is_floating_point:
        is_whole = not (given.is_floating_point or given.is_complex)
        if is_whole and torch.bool not in (given, expected):
            return ""
        return f"returned {given}; expected whole numbers, {expected}."
    return (
        f"returned {given}; expected {expected}, the dtype of the input. "
        "torch.zeros(..., dtype=x.dtype) keeps it."
    )


def same(result: Any, expected: Any, tolerance: float) -> bool:
    """Tell whether a result has the expected form and values.

    Args:
        result: what a learner's function returned.
        expected: what it is compared with.
        tolerance: the largest difference allowed, as a share of the largest value.

    Returns:
        True if it does.
    """
    result = tidy(result, expected)
    if form_fault(result, expected):
        return False
    return not value_fault(result, expected, tolerance)


def value_fault(
    result: Any, expected: Any, tolerance: float, names: Sequence[str] = ()
) -> str:
    """Say which value is wrong, of a result of the right form.

    Args:
        result: what a learner's function returned, tidied.
        expected: what it should return.
        tolerance: the largest difference allowed, as a share of the largest value.
        names: of the values, if there are several.

    Returns:
        What was given and expected, or "".
    """
    if isinstance(expected, tuple):
        for name, part, right in _named(names, result, expected):
            if fault := value_fault(part, right, tolerance):
                return f"({name}) {fault}"
        return ""
    given, right = _as_tensor(result), _as_tensor(expected)
    gap = _gap(given, right)
    scale = _scale(right)
    if not gap.numel() or gap.max() <= tolerance * scale:
        return ""
    if gap.max() <= _ROUNDING * scale:
        return (
            f"differs in the last digits only, by up to {gap.max():.1g}: gave "
            f"{spell(given, 9)}; expected {spell(right, 9)}."
        )
    if right.numel() <= _SMALL:
        return f"gave {spell(given)}; expected {spell(right)}."
    wrong = gap > tolerance * scale
    place = tuple(wrong.nonzero()[0].tolist())
    return (
        f"gave {spell(given[place])} at {list(place)}; expected {spell(right[place])} "
        f"({int(wrong.sum())} of {wrong.numel()} values differ)."
    )


def _named(names: Sequence[str], result: Any, expected: tuple) -> Any:
    names = names or [f"value {n}" for n in range(1, len(expected) + 1)]
    return zip(names, result, expected, strict=True)


def _as_tensor(value: Any) -> Tensor:
    if isinstance(value, Tensor):
        value = value.detach()
        return value.double() if value.is_floating_point() else value
    try:
        return torch.tensor(float(value), dtype=torch.float64)
    except OverflowError:  # a whole number of hundreds of digits
        return torch.tensor(torch.inf, dtype=torch.float64)


def _gap(result: Tensor, expected: Tensor) -> Tensor:
    gap = (result.double() - expected.double()).abs()
    # Equal infinities differ by nothing, nor does one NaN from another; everything
    # else that is not finite differs.
    equal = (result == expected) | (result.isnan() & expected.isnan())
    return torch.where(equal, 0.0, gap).nan_to_num(nan=torch.inf, posinf=torch.inf)


def _scale(expected: Tensor) -> float:
    """Return the largest value, of small ones 1."""
    finite = expected[expected.isfinite()].abs()
    return max(1.0, finite.max().item()) if finite.numel() else 1.0


def spell(value: Any, digits: int = 6) -> str:
    """Spell a number or a tensor on one line.

    Args:
        value: anything.
        digits: of each number.

    Returns:
        Its values.
    """
    if isinstance(value, Tensor) and value.is_floating_point():
        text = np.array2string(
            value.detach().double().numpy(),
            separator=", ",
            formatter={"float_kind": lambda x: f"{x:.{digits}g}"},
        )
        return " ".join(text.split())
    return str(value.tolist() if isinstance(value, Tensor) else value)


def likely_slip(result: Any, expected: Any, names: Sequence[str] = ()) -> str:
    """Name a slip that happens in any function.

    Args:
        result: what a learner's function returned, tidied.
        expected: what it should return.
        names: of the values, if there are several.

    Returns:
        The likely reason, or "".
    """
    if isinstance(expected, tuple):
        return _slip_of_several(result, expected, names)
    if same(result, expected, 0):
        return ""
    if _is_rounding(result, expected):
        return (
            "These are rounding errors: compute in the dtype of the input, and take "
            "no difference of large numbers that are nearly equal."
        )
    if not isinstance(result, Tensor) or not isinstance(expected, Tensor):
        return ""
    alike = (result.device, result.layout) == (expected.device, expected.layout)
    if not alike or result.is_complex() or result.numel() != expected.numel():
        return ""
    given, right = result.detach().double(), expected.detach().double()
    if slip := _slip_of_infinity(given, right):
        return slip
    if given.shape != right.shape:
        return _slip_of_shape(given, right)
    if _close(given.mT if given.ndim > 1 else given, right.reshape(given.shape)):
        return "Your values are right, but rows and columns are exchanged (.T)."
    orders = (
        given.flatten().flip(0).view_as(given),
        given.flip(-1) if right.ndim else given,
    )
    if any(_close(order, right) for order in orders):
        return "Your values are right, but in reverse order."
    if right.ndim and any(_close(given.roll(by, -1), right) for by in (1, -1)):
        return "Your values are right, but one place too far."
    return _slip_of_all(given, right) if right.numel() > 1 else ""


def _slip_of_infinity(result: Tensor, expected: Tensor) -> str:
    if result.isnan().sum() > expected.isnan().sum():
        return (
            "NaN (not a number) comes from 0 / 0, from infinity minus infinity, or "
            "from the root or logarithm of a negative number."
        )
    if result.isinf().sum() > expected.isinf().sum():
        return "An infinite value comes from a division by 0, or from exp of a lot."
    return ""


def _is_rounding(result: Any, expected: Any) -> bool:
    if form_fault(result, expected):
        return False
    right = _as_tensor(expected)
    gap = _gap(_as_tensor(result), right)
    return bool(gap.numel()) and gap.max().item() <= _ROUNDING * _scale(right)


def _close(result: Tensor, expected: Tensor) -> bool:
    return result.shape == expected.shape and torch.allclose(
        result, expected, equal_nan=True
    )


def _slip_of_several(result: Any, expected: tuple, names: Sequence[str]) -> str:
    if not isinstance(result, tuple | list) or len(result) != len(expected):
        return ""
    result = list(result)
    for first in range(len(result)):
        for second in range(first):
            other = result.copy()
            other[first], other[second] = result[second], result[first]
            if same(tuple(other), expected, 1e-5):
                named = names or [f"value {n + 1}" for n in range(len(result))]
                return f"{named[second]} and {named[first]} are exchanged."
    slips = (likely_slip(r, e) for r, e in zip(result, expected, strict=True))
    return next(filter(None, slips), "")


def _slip_of_shape(result: Tensor, expected: Tensor) -> str:
    if result.ndim == 2 and _close(result.T, expected):
        return "Your values are right, but rows and columns are exchanged (.T)."
    if not _close(result.reshape(expected.shape), expected):
        return ""
    if result.squeeze().shape == expected.squeeze().shape:
        return (
            "Your values are right; one axis of size 1 is too many or missing: see "
            "keepdim, squeeze() and unsqueeze()."
        )
    if result.ndim == expected.ndim - 1:
        return (
            "Your values are right; they need an axis of their own: torch.stack makes "
            "a new one, torch.cat doesn't."
        )
    return "Your values are right, the shape is not: see reshape()."


def _slip_of_all(result: Tensor, expected: Tensor) -> str:
    if not result.any():
        return "All values are 0: they were never filled in, or were multiplied by 0."
    if _close(result, expected.relu()):
        return "What should be negative is 0: is a ReLU (or a clamp) too many?"
    if _close(result, expected.abs()):
        return "What should be negative is positive: an absolute value is too many."
    wrong = (result - expected).abs() > 1e-6 * (1 + expected.abs())
    for place, word in ((0, "first"), (-1, "last")):
        elsewhere = wrong.clone()
        elsewhere[..., place] = False
        if wrong.shape[-1] > 2 and not elsewhere.any():
            return f"Only the {word} value of a row is wrong: see where the loop ends."
    safe = expected.abs() > 1e-6
    ratios = result[safe] / expected[safe]
    if len(ratios) > 1 and ratios.std() < 1e-6 and ratios.any():
        if abs(ratios[0] + 1) < 1e-6:
            return "Every value has the wrong sign."
        return f"Every value is {ratios[0]:.4g} times what it should be."
    gaps = result - expected
    if gaps.std() < 1e-6:
        return f"Every value is off by the same {gaps.flatten()[0]:.4g}."
    return ""
