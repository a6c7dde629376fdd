"""Tell whether two functions do the same."""

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor

from lessons_lib.checks.judge.attempts import run
from lessons_lib.checks.judge.comparison import same

__all__ = ["copied", "equal", "equivalent"]


def equivalent(wrong: Callable, answers: Iterable[tuple], *, gradients: bool) -> bool:
    """Tell whether a function gives the right answers and has no side effects.

    Args:
        wrong: the mutant.
        answers: pairs of arguments and what the right function returns for them.
        gradients: whether the first result has to let gradients pass.
    """
    for args, expected in answers:
        given = copied(args, gradients=gradients)
        outcome = run(wrong, *given)
        if outcome.error or not same(outcome.value, _plain(expected), 1e-5):
            return False
        if not equal(given, args):
            return False
        if gradients and not _first(outcome.value).requires_grad:
            return False
    return True


def _plain(expected: Any) -> Any:
    """Take single values for numbers, as checks do that ask for numbers."""
    if isinstance(expected, tuple):
        return tuple(_plain(part) for part in expected)
    single = isinstance(expected, Tensor) and not expected.ndim
    return expected.item() if single else expected


def _first(result: Any) -> Tensor:
    return result[0] if isinstance(result, tuple) else result


def copied(args: tuple, *, gradients: bool = False) -> tuple:
    """Return a copy of arguments, whose gradients are followed if they count."""

    def copy(value: Any) -> Any:
        if not isinstance(value, Tensor):
            return list(value) if isinstance(value, list) else value
        value = value.clone()
        return value.requires_grad_(gradients and value.is_floating_point())

    return tuple(map(copy, args))


def equal(one: tuple, other: tuple) -> bool:
    """Tell whether two tuples of arguments have the same values."""
    return all(
        a.shape == b.shape and torch.equal(a, b) if isinstance(a, Tensor) else a == b
        for a, b in zip(one, other, strict=True)
    )
