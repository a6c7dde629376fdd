"""Compare the gradients that flow back through a learner's function."""

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from lessons_lib.checks.judge.attempts import run
from lessons_lib.checks.judge.calls import Calls
from lessons_lib.checks.judge.comparison import same, spell, value_fault

__all__ = ["gradient_fault"]


def gradient_fault(
    attempt: Callable,
    reference: Callable,
    case: tuple,
    through: Sequence[int],
    arguments: Sequence[str],
    tolerance: float,
) -> tuple[str, str]:
    """Say what is wrong with the gradients of a function whose values are right.

    Args:
        attempt: the learner's function.
        reference: the right one.
        case: the arguments to compare on.
        through: positions of the arguments that gradients flow to.
        arguments: the names of all arguments.
        tolerance: the largest difference allowed, as a share of the largest value.

    Returns:
        What is wrong, beginning with a verb, and its likely reason, or two times "".
    """
    wanted = _leaves(case, through)
    arriving, expected = _gradients(reference(*wanted), wanted, through)
    given = _leaves(case, through)
    with warnings.catch_warnings(), Calls() as calls:
        warnings.simplefilter("ignore")  # about what is said here in other words
        outcome = run(attempt, *given)
    try:
        if outcome.error:
            raise outcome.error
        _, found = _gradients(outcome.value, given, through, arriving)
    except Exception as error:
        message = str(error).split("\n")[0][:160]
        return (
            f"gives the right values, but no gradient flows back through it: {message}",
            _reason(calls.cuts()) or "Some operation in it has no gradient.",
        )
    pairs = [
        (arguments[place], gradient, right)
        for place, gradient, right in zip(through, found, expected, strict=True)
        if right is not None and right.any()
    ]
    cut = [
        name for name, gradient, _ in pairs if gradient is None or not gradient.any()
    ]
    if cut:
        return (
            f"gives the right values, but no gradient flows back to {', '.join(cut)}: "
            "a layer that uses it would never learn.",
            _reason(calls.cuts()) or "Compute the result from the arguments alone.",
        )
    for name, gradient, right in pairs:
        if not same(gradient, right, tolerance):
            fault = value_fault(gradient, right, tolerance).rstrip(".")
            return (
                f"gives the right values, and a wrong gradient of {name}: it {fault}, "
                f"if {spell(arriving[0])} arrives.",
                _reason(calls.cuts()),
            )
    return "", ""


def _leaves(case: tuple, through: Sequence[int]) -> list[Any]:
    copies = [v.clone() if isinstance(v, Tensor) else v for v in case]
    for place in through:
        copies[place].requires_grad_()
    return copies


def _gradients(
    result: Any,
    leaves: Sequence[Any],
    through: Sequence[int],
    arriving: Sequence[Tensor | None] = (),
) -> tuple[list[Tensor | None], Sequence[Tensor | None]]:
    """Send gradients back through the results that have one.

    Args:
        result: one tensor or several.
        leaves: the arguments.
        through: positions of the arguments that gradients flow to.
        arriving: the gradients to send, one for each result; made up if there are none.

    Returns:
        The gradients that were sent and those that came out.
    """
    results = result if isinstance(result, tuple | list) else [result]
    if not arriving:
        # Small whole numbers that differ, so that a message can show them.
        arriving = [
            torch.arange(r.numel()).view(r.shape).remainder(5).sub(2.5).to(r)
            if isinstance(r, Tensor) and r.requires_grad
            else None
            for r in results
        ]
    sent = [
        (r, a)
        for r, a in zip(results, arriving, strict=True)
        if a is not None and isinstance(r, Tensor) and r.requires_grad
    ]
    inputs = [leaves[place] for place in through]
    if not sent:
        return list(arriving), [None] * len(inputs)
    outputs, signals = zip(*sent, strict=True)
    return list(arriving), torch.autograd.grad(
        outputs, inputs, signals, allow_unused=True
    )


def _reason(cuts: Sequence[str]) -> str:
    if not cuts:
        return ""
    return (
        f"{' and '.join(dict.fromkeys(cuts))} cut the result off from what it was "
        "computed of. Stay with tensors and leave that out."
    )
