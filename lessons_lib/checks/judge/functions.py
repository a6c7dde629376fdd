"""Judge a learner's function."""

import contextlib
import copy
import dataclasses
import io
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from lessons_lib.checks.judge.attempts import Outcome, kind, run
from lessons_lib.checks.judge.calls import Calls
from lessons_lib.checks.judge.comparison import (
    form_fault,
    likely_slip,
    same,
    spell,
    tidy,
    value_fault,
)
from lessons_lib.checks.judge.failures import judge_failure
from lessons_lib.checks.judge.gradients import gradient_fault
from lessons_lib.checks.judge.mistakes import Mistakes
from lessons_lib.checks.judge.samples import seed_in_use
from lessons_lib.checks.judge.source import code_slip
from lessons_lib.checks.judge.suspicions import suspicion
from lessons_lib.checks.judge.verdict import Status, Verdict

__all__ = ["judge_function"]

_LONGEST_CASE = 240  # characters; of a longer one, the shapes of tensors are shown

_MEMORY = (
    "The first call with these arguments was right. Something is kept from call to "
    "call: a variable of the notebook, or a list as a default value."
)


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
    calls = Calls()
    for number, case in enumerate([*cases, cases[0]]):
        given, seen = copy.deepcopy(case), _spell_call(name, arguments, case)
        expected = _reference_value(reference, case)
        with _default_dtype_of(case), calls:
            outcome = run(attempt, *given)
        others = [other for other in cases if other is not case]
        if failed := judge_failure(seen, outcome, attempt, errors):
            fails = isinstance(outcome.error, Exception)  # and isn't endless
            agrees = _agreement(reference, [case, *others], tolerance)
            slip = code_slip(attempt, arguments, agrees) if fails else ""
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
            return Verdict(Status.NOT_YET, f"{seen} {fault}", _MEMORY)
        if fault:
            agrees = _agreement(reference, [case, *others], tolerance)
            tests = [_makes(attempt, c, tolerance) for c in (case, *others)]
            with _default_dtype_of(case):
                reason = (
                    mistakes.explain(*tests)
                    or likely_slip(result, expected, returns)
                    or code_slip(attempt, arguments, agrees)
                    or _suspicion(attempt, reference, cases, arguments, tolerance)
                )
            return Verdict(Status.NOT_YET, f"{seen} {fault}", reason)
    if without and (used := calls.banned(without)):
        return Verdict(
            Status.NOT_YET,
            f"{name} gives the right values, but it calls PyTorch's {used}. The "
            f"exercise is to do it without {without}.",
        )
    through = [arguments.index(argument) for argument in gradients]
    for case in cases if gradients else ():
        with _default_dtype_of(case):
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


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """Hide what a learner's function prints, or is warned of, when it runs again."""
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@contextlib.contextmanager
def _default_dtype_of(case: tuple) -> Iterator[None]:
    """Let new tensors be like those of a case, as float32 ones are in the lessons."""
    dtypes = [v.dtype for v in case if isinstance(v, Tensor) and v.is_floating_point()]
    usual = torch.get_default_dtype()
    torch.set_default_dtype(dtypes[0] if dtypes else usual)
    try:
        yield
    finally:
        torch.set_default_dtype(usual)


def _reference_value(reference: Callable, case: tuple) -> Any:
    with _default_dtype_of(case):
        return reference(*copy.deepcopy(case))


def _suspicion(
    attempt: Callable,
    reference: Callable,
    cases: Sequence[tuple],
    arguments: Sequence[str],
    tolerance: float,
) -> str:
    def rerun(case: tuple) -> Any:
        with _silence():
            result = run(attempt, *copy.deepcopy(case)).value
        return tidy(result, reference(*copy.deepcopy(case)))

    trials = [(case, rerun(case)) for case in cases]
    return suspicion(trials, reference, arguments, tolerance, rerun)


def _agreement(
    reference: Callable, cases: Sequence[tuple], tolerance: float
) -> Callable[[Callable], bool]:
    """Return a test: does a function agree with the right one on all cases?"""
    right = [_reference_value(reference, case) for case in cases]

    def agrees(function: Callable) -> bool:
        for case, expected in zip(cases, right, strict=True):
            with _default_dtype_of(case), _silence():
                outcome = run(function, *copy.deepcopy(case))
            if outcome.error or not same(outcome.value, expected, tolerance):
                return False
        return True

    return agrees


def _makes(attempt: Callable, case: tuple, tolerance: float) -> Callable[[Any], bool]:
    """Return a test: does a wrong function do on a case what the attempt does?"""
    attempted: list[Outcome] = []  # once, and only if it is asked for

    def makes(mistaken: Callable) -> bool:
        with _default_dtype_of(case):
            if not attempted:
                attempted.append(run(attempt, *copy.deepcopy(case)))
            if attempted[0].error:
                return True  # this case tells nothing
            try:
                wrong = mistaken(*copy.deepcopy(case))
            except Exception:  # a mistake may be impossible on this case
                return False
        return same(attempted[0].value, wrong, tolerance)

    return makes


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
