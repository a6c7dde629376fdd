"""Judge a learner's function."""

import copy
import dataclasses
from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor

from lessons_lib.checks.judge.attempts import kind, run
from lessons_lib.checks.judge.calls import Calls
from lessons_lib.checks.judge.comparison import form_fault, spell, tidy, value_fault
from lessons_lib.checks.judge.explanation import MEMORY, Trial
from lessons_lib.checks.judge.failures import judge_failure
from lessons_lib.checks.judge.gradients import gradient_fault
from lessons_lib.checks.judge.grading import grading
from lessons_lib.checks.judge.mistakes import Mistakes
from lessons_lib.checks.judge.samples import default_dtype_of, seed_in_use
from lessons_lib.checks.judge.verdict import Status, Verdict

__all__ = ["judge_function"]

_LONGEST_CASE = 240  # characters; of a longer one, the shapes of tensors are shown


def judge_function(
    name: str,
    attempt: Callable,
    reference: Callable,
    cases: Sequence[tuple],
    mistakes: Mistakes,
    *,
    arguments: Sequence[str],
    returns: Sequence[str] = (),
    tolerance: float = 1e-5,
    praise: str = "",
    errors: Mapping[str, str] | None = None,
    gradients: Sequence[str] = (),
    without: str = "",
) -> Verdict:
    """Run a learner's function beside a right one and say what is found.

    Args:
        name: what the exercise calls the function.
        attempt: the learner's function.
        reference: the right one.
        cases: the inputs to compare on, one tuple of arguments each, small ones first.
        mistakes: functions that make a likely mistake. The reason is told when the
            learner's result equals that function's.
        arguments: the names of the arguments, for the message.
        returns: the names of the values, for the message, if there are several.
        tolerance: the largest difference allowed, as a share of the largest value; what
            float32 allows, unless said otherwise.
        praise: what a right answer is told beyond "Right".
        errors: part of an error's message -> what is likely wrong, if the learner's
            function raises that error.
        gradients: arguments whose gradients are compared, too, because networks are
            trained through such a function.
        without: what the exercise does without, a key of `calls.BANNED`.

    Returns:
        The verdict.
    """
    if attempt is ...:
        return Verdict(Status.NOT_TRIED, f"{name} is still three dots.")
    if not callable(attempt):
        return Verdict(
            Status.NOT_YET,
            f"{name} should be a function, but it is {kind(attempt)}. "
            f"Define it with def {name}({', '.join(arguments)}).",
        )
    trial, calls = (
        Trial(attempt, reference, cases, arguments, returns, tolerance),
        Calls(),
    )
    for number, case in enumerate([*cases, cases[0]]):
        given, seen = copy.deepcopy(case), _spell_call(name, arguments, case)
        with default_dtype_of(case):
            expected = reference(*copy.deepcopy(case))
            with calls:
                outcome = run(attempt, *given)
        if failed := judge_failure(seen, outcome, attempt, errors):
            fails = isinstance(outcome.error, Exception)  # and isn't endless
            slip = trial.slip_in_code(case) if fails and not failed.mistake else ""
            return dataclasses.replace(failed, mistake=slip or failed.mistake)
        if not _unchanged(given, case):
            return Verdict(
                Status.NOT_YET,
                f"{name} changed its input.",
                "Work on a copy (x.clone()), the caller still needs the original.",
            )
        result = tidy(outcome.value, expected)
        fault = form_fault(result, expected, returns)
        fault = fault or value_fault(result, expected, tolerance, returns)
        if fault and number == len(cases):
            return Verdict(Status.NOT_YET, f"{seen} {fault}", MEMORY)
        if fault:
            reason = trial.reason(case, result, mistakes)
            counts = grading() and not (without and calls.banned(without))
            share = trial.share_of_parts() if counts else 0.0
            return Verdict(Status.NOT_YET, f"{seen} {fault}", reason, share)
    if without and (used := calls.banned(without)):
        return Verdict(
            Status.NOT_YET,
            f"{name} gives the right values, but it calls PyTorch's {used}. The "
            f"exercise is to do it without {without}.",
        )
    through = [arguments.index(argument) for argument in gradients]
    for case in cases if gradients else ():
        with default_dtype_of(case):
            fault, reason = gradient_fault(
                attempt, reference, case, through, arguments, max(tolerance, 1e-5)
            )
        if fault:
            seen = _spell_call(name, arguments, case)
            return Verdict(Status.NOT_YET, f"{seen} {fault}", reason)
    # The difference found varies with the processor, the one allowed doesn't.
    exactness = f"to within {tolerance:.0e}" if tolerance else "exactly"
    return Verdict(
        Status.RIGHT, f"{name} agrees on {len(cases)} cases {exactness}. {praise}"
    )


def _spell_call(name: str, arguments: Sequence[str], case: tuple) -> str:
    def shape(value: object) -> str:
        if isinstance(value, Tensor) and value.numel() > 4:
            return f"{tuple(value.shape)} tensor"
        return spell(value)

    def call(spell: Callable[[object], str]) -> str:
        pairs = zip(arguments, case, strict=True)
        return f"{name}({', '.join(f'{a}={spell(v)}' for a, v in pairs)})"

    whole = call(spell)
    if len(whole) <= _LONGEST_CASE:
        return whole
    seed = seed_in_use()
    return call(shape) + (f", drawn with seed={seed} for the check," if seed else "")


def _unchanged(after: tuple, before: tuple) -> bool:
    return all(
        a.dtype == b.dtype and torch.equal(a, b) if isinstance(b, Tensor) else a == b
        for a, b in zip(after, before, strict=True)
    )
