"""Guess a slip by what a right function would give if it were made on purpose."""

import copy
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch
from torch import Tensor

from lessons_lib.checks.judge.comparison import same, tidy

__all__ = ["suspicion"]

Change = Callable[[Any], Any]
Trial = tuple[tuple, Any]  # the arguments of a case and what the learner made of them


def suspicion(
    trials: Sequence[Trial],
    reference: Callable,
    arguments: Sequence[str],
    tolerance: float,
    rerun: Callable[[tuple], Any],
) -> str:
    """Guess how an argument was misused, from the results of a wrong function.

    Args:
        trials: cases and the learner's results, one of which is wrong.
        reference: the right function.
        arguments: the names of the arguments.
        tolerance: the largest difference allowed, as a share of the largest value.
        rerun: calls the learner's function with other arguments; None if it fails.

    Returns:
        The likely reason, or "".
    """
    expected = [reference(*copy.deepcopy(case)) for case, _ in trials]
    right = [same(r, e, tolerance) for (_, r), e in zip(trials, expected, strict=True)]
    trials = sorted(trials, key=lambda trial: right[_place(trials, trial)])
    for reason, change in _misuses(trials[0][0], arguments):
        if all(
            _explains(change, reference, case, result, tolerance)
            for case, result in trials
        ):
            return reason
    for place, name in enumerate(arguments):
        if all(isinstance(case[place], Tensor) for case, _ in trials) and all(
            same(result, case[place], tolerance) for case, result in trials
        ):
            return f"That is {name} itself, as it came in."
    return (
        _by_size([case for case, _ in trials], sorted(right))
        or _where(trials, reference, arguments, tolerance, rerun)
        or _at_first(right)
    )


def _place(trials: Sequence[Trial], trial: Trial) -> int:
    return next(n for n, other in enumerate(trials) if other is trial)


def _explains(
    change: Callable[[list], list],
    reference: Callable,
    case: tuple,
    result: Any,
    tolerance: float,
) -> bool:
    """Tell whether a result is what the right function makes of changed arguments."""
    try:
        made = reference(*change(list(copy.deepcopy(case))))
    except Exception:  # a change may be impossible on this case
        return result is None
    return result is not None and same(result, made, tolerance)


def _misuses(
    case: tuple, arguments: Sequence[str]
) -> Iterator[tuple[str, Callable[[list], list]]]:
    """Yield what may happen to the arguments, and a function that does it."""
    for place, name in enumerate(arguments):
        for words, change in _CHANGES:
            if change(case[place]) is not None:
                yield f"It looks as if {name} {words}.", _changed(place, change)
    for one in range(len(case)):
        for other in range(one):
            if isinstance(case[one], Tensor) == isinstance(case[other], Tensor):
                names = f"{arguments[other]} and {arguments[one]}"
                yield f"It looks as if {names} were exchanged.", _swapped(one, other)


def _changed(place: int, change: Change) -> Callable[[list], list]:
    def changed(values: list) -> list:
        new = change(values[place])
        values[place] = values[place] if new is None else new
        return values

    return changed


def _swapped(one: int, other: int) -> Callable[[list], list]:
    def swapped(values: list) -> list:
        values[one], values[other] = values[other], values[one]
        return values

    return swapped


def _tensor(change: Change, least_axes: int = 0) -> Change:
    """Return a change of tensors; of anything else, it makes None."""

    def changed(value: Any) -> Any:
        fits = isinstance(value, Tensor) and value.ndim >= least_axes
        return change(value) if fits else None

    return changed


def _number(change: Change) -> Change:
    def changed(value: Any) -> Any:
        fits = isinstance(value, int | float) and not isinstance(value, bool)
        return change(value) if fits else None

    return changed


def _always(number: int) -> Change:
    return _number(lambda value: type(value)(number))


_CHANGES: list[tuple[str, Change]] = [
    ("was left out", _tensor(torch.zeros_like)),
    ("was counted twice", _tensor(lambda x: 2 * x)),
    ("had the wrong sign", _tensor(torch.neg)),
    (
        "ran backward, from its last column to its first",
        _tensor(lambda x: x.flip(-1), 1),
    ),
    ("stood upside down", _tensor(lambda x: x.flip(-2), 2)),
    ("was turned by half a turn", _tensor(lambda x: x.flip(-1, -2), 2)),
    (
        "was transposed, rows for columns",
        _tensor(lambda x: x.transpose(-1, -2).contiguous(), 2),
    ),
    ("had its first two axes exchanged", _tensor(lambda x: x.transpose(0, 1), 2)),
    ("was replaced by ones", _tensor(torch.ones_like)),
    ("was the same number everywhere", _tensor(lambda x: torch.full_like(x, 2))),
    ("was used without its sign", _tensor(torch.abs)),
    ("went through a ReLU first", _tensor(torch.relu)),
    ("was one larger", _number(lambda n: n + 1)),
    ("was one smaller", _number(lambda n: n - 1)),
    ("was doubled", _number(lambda n: 2 * n)),
    ("was halved", _number(lambda n: n / 2)),
    ("was squared", _number(lambda n: n**2)),
    ("was always 0", _always(0)),
    ("was always 1", _always(1)),
    ("was always 2", _always(2)),
    ("was always True", lambda v: True if isinstance(v, bool) else None),
    ("was always False", lambda v: False if isinstance(v, bool) else None),
    ("was taken for its opposite", lambda v: not v if isinstance(v, bool) else None),
]

_SIZES: list[tuple[str, Callable[[torch.Size], bool]]] = [
    ("as many rows as columns", lambda s: len(s) > 1 and s[-1] == s[-2]),
    ("one sample", lambda s: s[0] == 1),
    ("several samples", lambda s: s[0] > 1),
    ("one channel", lambda s: len(s) < 4 or s[1] == 1),
    ("even sizes", lambda s: not any(n % 2 for n in s[-2:])),
    ("odd sizes", lambda s: all(n % 2 for n in s[-2:])),
]


def _by_size(cases: Sequence[tuple], right: Sequence[bool]) -> str:
    """Find what the cases that came out right have in common."""
    found = [
        words
        for words, fits in _SIZES
        if any(right)
        and [any(map(fits, _shapes(case)[:1])) for case in cases] == list(right)
    ]
    if not found:
        return ""
    return f"It is right for {found[0]}, and wrong otherwise."


def _shapes(case: tuple) -> list[torch.Size]:
    return [v.shape for v in case if isinstance(v, Tensor) and v.ndim]


def _where(
    trials: Sequence[Trial],
    reference: Callable,
    arguments: Sequence[str],
    tolerance: float,
    rerun: Callable[[tuple], Any],
) -> str:
    """Find an argument without which the function is right."""
    for place, name in enumerate(arguments):
        zeroed = [
            tuple(_changed(place, _tensor(torch.zeros_like))(list(case)))
            for case, _ in trials
            if isinstance(case[place], Tensor) and case[place].is_floating_point()
        ]
        if zeroed and all(_agree(case, reference, tolerance, rerun) for case in zeroed):
            return (
                f"Where {name} is all zeros, it is right: look at how {name} is used."
            )
    return ""


def _agree(
    case: tuple, reference: Callable, tolerance: float, rerun: Callable[[tuple], Any]
) -> bool:
    expected, result = reference(*copy.deepcopy(case)), rerun(case)
    return result is not None and same(tidy(result, expected), expected, tolerance)


def _at_first(right: Sequence[bool]) -> str:
    """Say that a function knows a small case only."""
    if not right[0]:
        return ""
    return (
        "The first case is right, and this one isn't: does a number in the function "
        "stand for something that the arguments tell?"
    )
