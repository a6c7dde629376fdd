"""Compare what a function returned with what it should return."""

import copy
from collections.abc import Sequence

import torch
from torch import Tensor

from lessons_lib.checks.judge.attempts import kind
from lessons_lib.checks.judge.mistakes import Mistakes

__all__ = [
    "compare_form",
    "difference",
    "first_difference",
    "known_mistake",
    "likely_reason",
]


def compare_form(result: object, expected: object, names: Sequence[str] = ()) -> str:
    """Compare type, shape and dtype; return a complaint, or nothing."""
    if isinstance(expected, tuple):
        if not isinstance(result, tuple | list) or len(result) != len(expected):
            return (
                f"returned {kind(result)}; expected {len(expected)} values, as in "
                "return a, b."
            )
        names = names or [f"value {n}" for n in range(1, len(expected) + 1)]
        for name, part, right in zip(names, result, expected, strict=True):
            complaint = compare_form(part, right)
            if complaint:
                return f"({name}) {complaint}"
        return ""
    if not isinstance(expected, Tensor):
        if isinstance(result, Tensor) and result.numel() == 1:
            result = result.item()
        if isinstance(result, bool) or not isinstance(result, int | float):
            return f"returned {kind(result)}; expected a number."
        return ""
    if not isinstance(result, Tensor):
        return (
            f"returned {kind(result)}; expected a tensor of shape "
            f"{tuple(expected.shape)}. torch.tensor(...) or torch.stack(...) makes one."
        )
    if result.shape != expected.shape:
        return (
            f"returned shape {tuple(result.shape)}; expected {tuple(expected.shape)}."
        )
    if result.dtype != expected.dtype and not expected.is_floating_point():
        return f"returned {result.dtype}; expected whole numbers, {expected.dtype}."
    if result.dtype != expected.dtype:
        return (
            f"returned {result.dtype}; expected {expected.dtype}, the dtype of the "
            "input. torch.zeros(..., dtype=x.dtype) keeps it."
        )
    return ""


def difference(result: object, expected: object) -> float:
    if isinstance(expected, tuple):
        pairs = zip(result, expected, strict=True)
        return max(difference(r, e) for r, e in pairs)
    if not isinstance(expected, Tensor):
        return abs(float(result) - float(expected))
    if expected.numel() == 0:
        return 0.0
    gap = (result.detach() - expected.detach()).abs().double()
    # Equal infinities differ by nothing, nor does one NaN from another; everything
    # else that is not finite differs.
    same = result.detach() == expected.detach()
    same |= result.detach().isnan() & expected.detach().isnan()
    gap = torch.where(same, 0.0, gap)
    return gap.nan_to_num(nan=float("inf")).max().item()


def first_difference(
    result: object, expected: object, tolerance: float, names: Sequence[str] = ()
) -> str:
    if isinstance(expected, tuple):
        names = names or [f"value {n}" for n in range(1, len(expected) + 1)]
        for name, r, e in zip(names, result, expected, strict=True):
            if not difference(r, e) <= tolerance:
                return f"({name}) {first_difference(r, e, tolerance)}"
    if not isinstance(expected, Tensor) or expected.ndim == 0:
        return f"gave {float(result):.6g}; expected {float(expected):.6g}."
    wrong = ~((result == expected) | ((result - expected).abs() <= tolerance))
    place = tuple(wrong.nonzero()[0].tolist())
    return (
        f"gave {result[place].item():.6g} at {list(place)}; expected "
        f"{expected[place].item():.6g} ({int(wrong.sum())} of {wrong.numel()} values "
        "differ)."
    )


def known_mistake(result, case: tuple, mistakes: Mistakes, tolerance) -> str:
    """Name the known mistake that gives this very result, or nothing."""
    for reason, mistaken in mistakes:
        try:
            wrong = mistaken(*copy.deepcopy(case))
        except Exception:  # a mistake may be impossible on this case
            continue
        if not compare_form(result, wrong) and difference(result, wrong) <= tolerance:
            return reason
    return ""


def likely_reason(result, expected, case: tuple, mistakes: Mistakes, tolerance) -> str:
    """Name the likely reason why values of the right form are wrong."""
    if reason := known_mistake(result, case, mistakes, tolerance):
        return reason
    if isinstance(expected, Tensor) and expected.numel() > 1:
        if torch.allclose(result.flatten().flip(0), expected.flatten()):
            return "Your values are right, but in reverse order."
        safe = expected.abs() > 1e-6
        ratios = (result[safe] / expected[safe]).double()
        if len(ratios) > 1 and ratios.any() and ratios.std() < 1e-6:
            return f"Every value is {ratios[0]:.4g} times what it should be."
        gaps = (result - expected).double()
        if gaps.std() < 1e-6:
            return f"Every value is off by the same {gaps.flatten()[0]:.4g}."
    return ""
