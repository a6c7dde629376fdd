"""Judge a learner's function."""

import copy
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from lessons_lib.checks.judge.attempts import kind, where_raised
from lessons_lib.checks.judge.comparison import (
    compare_form,
    difference,
    first_difference,
    known_mistake,
    likely_reason,
)
from lessons_lib.checks.judge.mistakes import Mistakes
from lessons_lib.checks.judge.verdict import Status, Verdict

__all__ = ["judge_function"]


def judge_function(
    name: str,
    attempt: Callable,
    reference: Callable,
    cases: Sequence[tuple],
    mistakes: Mistakes,
    *,
    arguments: Sequence[str],
    returns: Sequence[str] = (),
    tolerance: float = 1e-9,
    praise: str = "",
    errors: Mapping[str, str] | None = None,
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
        tolerance: the largest difference allowed.
        praise: what a right answer is told beyond "Right".
        errors: part of an error's message -> what is likely wrong, if the learner's
            function raises that error.

    Returns:
        The verdict.
    """
    if attempt is None or attempt is ...:
        return Verdict(Status.NOT_TRIED, f"{name} is still three dots.")
    if not callable(attempt):
        return Verdict(
            Status.NOT_YET,
            f"{name} should be a function, but it is {kind(attempt)}. "
            f"Define it with def {name}({', '.join(arguments)}).",
        )
    for case in cases:
        expected = reference(*copy.deepcopy(case))
        given = copy.deepcopy(case)
        seen = _spell_call(name, arguments, case)
        try:
            result = attempt(*given)
        except Exception as error:  # a learner's function may raise anything
            known = (why for part, why in (errors or {}).items() if part in str(error))
            return Verdict(
                Status.NOT_YET, f"{seen} raised {where_raised(error)}.", next(known, "")
            )
        if result is None or result is ...:
            return Verdict(
                Status.NOT_TRIED,
                f"{name}() returned None. Replace the three dots, end "
                "with a return, and run both cells again.",
            )
        if not _same(given, case):
            return Verdict(
                Status.NOT_YET,
                f"{name} changed its input. Work on a copy "
                "(x.clone()), the caller still needs the original.",
            )
        complaint = compare_form(result, expected, returns)
        if complaint:
            reason = known_mistake(result, case, mistakes, tolerance)
            return Verdict(Status.NOT_YET, f"{seen} {complaint}", reason)
        if not difference(result, expected) <= tolerance:
            reason = likely_reason(result, expected, case, mistakes, tolerance)
            where = first_difference(result, expected, tolerance, returns)
            return Verdict(Status.NOT_YET, f"{seen} {where}", reason)
    # The difference found varies with the processor, the one allowed doesn't.
    exactness = f"to within {tolerance:.0e}" if tolerance else "exactly"
    return Verdict(
        Status.RIGHT, f"{name} agrees on {len(cases)} cases {exactness}. {praise}"
    )


def _spell_call(name: str, arguments: Sequence[str], case: tuple) -> str:
    def spell(value: object) -> str:
        if isinstance(value, Tensor) and value.ndim and value.numel() > 4:
            return f"{tuple(value.shape)} tensor"
        if isinstance(value, Tensor) and value.is_floating_point():
            text = np.array2string(value.numpy(), precision=3, separator=", ")
            return " ".join(text.split())
        return str(value.tolist() if isinstance(value, Tensor) else value)

    inside = ", ".join(f"{a}={spell(v)}" for a, v in zip(arguments, case, strict=True))
    return f"{name}({inside})"


def _same(after: tuple, before: tuple) -> bool:
    return all(
        torch.equal(a, b) if isinstance(b, Tensor) else a == b
        for a, b in zip(after, before, strict=True)
    )
