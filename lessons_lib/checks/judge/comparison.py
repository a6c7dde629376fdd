"""Compare what a function returned with what it should return."""

from collections.abc import Sequence
from math import prod
from numbers import Real
from typing import Any

import numpy as np
import torch
from torch import Tensor

from lessons_lib.checks.judge.attempts import kind

__all__ = [
    "as_tensor",
    "form_fault",
    "is_rounding",
    "same",
    "spell",
    "tidy",
    "value_fault",
    "wrong_places",
]

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
            several = isinstance(result, tuple | list) and len(result) > 1
            returned = f"{len(result)} values" if several else kind(result)
            wanted = ", ".join(names or "abcdefghijklmnop"[: len(expected)])
            return (
                f"returned {_nested(result, len(expected)) or returned}; expected "
                f"{len(expected)} values, as in return {wanted}."
            )
        for name, part, right in _named(names, result, expected):
            if fault := form_fault(part, right):
                return f"({name}) {fault}"
        return ""
    if not isinstance(expected, Tensor):
        is_number = isinstance(result, Real) and not isinstance(result, bool)
        return "" if is_number else f"returned {kind(result)}; expected a number."
    if not isinstance(result, Tensor):
        remedy = (
            "Without .item(), float() and math, a gradient can flow through it."
            if expected.ndim == 0
            else "torch.tensor(...) or torch.stack(...) makes one."
        )
        return (
            f"returned {kind(result)}; expected a tensor of shape "
            f"{tuple(expected.shape)}. {remedy}"
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


def _nested(result: Any, count: int) -> str:
    """Write values that came in inner tuples as (a, (b, c)), or "" if it isn't that."""
    if not isinstance(result, tuple | list):
        return ""
    letters = iter("abcdefghijklmnop")
    sizes = [len(part) if isinstance(part, tuple | list) else 0 for part in result]
    if not any(sizes) or sum(max(size, 1) for size in sizes) != count:
        return ""
    parts = [
        f"({', '.join(next(letters) for _ in range(size))})" if size else next(letters)
        for size in sizes
    ]
    return f"({', '.join(parts)})"


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
    return not form_fault(result, expected) and _close(result, expected, tolerance)


def _close(result: Any, expected: Any, tolerance: float) -> bool:
    if isinstance(expected, tuple):
        pairs = zip(result, expected, strict=True)
        return all(_close(part, right, tolerance) for part, right in pairs)
    given, right = as_tensor(result), as_tensor(expected)
    return not (_gap(given, right) > tolerance * _scale(right)).any()


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
    given, right = as_tensor(result), as_tensor(expected)
    gap, scale = _gap(given, right), _scale(right)
    wrong = gap > tolerance * scale
    if not wrong.any():
        return ""
    if gap.max() <= _ROUNDING * scale:
        return (
            f"differs in the last digits only, by up to {gap.max():.1g}: gave "
            f"{spell(given, 9)}; expected {spell(right, 9)}."
        )
    if right.numel() <= _SMALL:
        return f"gave {spell(given)}; expected {spell(right)}."
    place = tuple(np.argwhere(wrong)[0].tolist())
    return (
        f"gave {spell(given[place])} at {list(place)}; expected {spell(right[place])} "
        f"({wrong.sum()} of {wrong.size} values differ)."
    )


def _named(names: Sequence[str], result: Any, expected: tuple) -> Any:
    names = names or [f"value {n}" for n in range(1, len(expected) + 1)]
    return zip(names, result, expected, strict=True)


def as_tensor(value: Any) -> Tensor:
    """Bring a number or a tensor to a form that can be computed with.

    Args:
        value: a tensor or a number.

    Returns:
        A tensor without gradient, of float64 unless it holds whole numbers.
    """
    if isinstance(value, Tensor):
        value = value.detach()
        return value.double() if value.is_floating_point() else value
    try:
        return torch.tensor(float(value), dtype=torch.float64)
    except OverflowError:  # a whole number of hundreds of digits
        return torch.tensor(torch.inf, dtype=torch.float64)


def _gap(result: Tensor, expected: Tensor) -> np.ndarray:
    given, right = result.numpy(), expected.numpy()  # faster than PyTorch when small
    with np.errstate(invalid="ignore"):
        gap = abs(given.astype(float) - right.astype(float))
    # Equal infinities differ by nothing, nor does one NaN from another; everything
    # else that is not finite differs.
    equal = (given == right) | (np.isnan(given) & np.isnan(right))
    return np.where(equal, 0.0, np.nan_to_num(gap, nan=np.inf, posinf=np.inf))


def _scale(expected: Tensor) -> float:
    """Return the largest value, of small ones 1."""
    right = abs(expected.numpy().astype(float))
    return max(1.0, right[np.isfinite(right)].max(initial=0.0))


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


def wrong_places(result: Any, expected: Any, tolerance: float) -> Tensor:
    """Say where a result of the right form differs.

    Args:
        result: a tensor or a number.
        expected: what it should be.
        tolerance: the largest difference allowed, as a share of the largest value.

    Returns:
        A tensor of bool, True where it differs.
    """
    given, right = as_tensor(result), as_tensor(expected)
    return torch.as_tensor(_gap(given, right) > tolerance * _scale(right))


def is_rounding(result: Any, expected: Any) -> bool:
    """Tell whether a result of the right form differs by a lack of precision only.

    Args:
        result: a tensor or a number.
        expected: what it should be.

    Returns:
        True if it does.
    """
    if form_fault(result, expected):
        return False
    return not wrong_places(result, expected, _ROUNDING).any()
