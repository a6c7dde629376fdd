"""Tell a learner why there is nothing to compare: an error, an end that never comes."""

import dis
import sysconfig
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path

import torch

from lessons_lib.checks.judge.attempts import Outcome, TooSlow
from lessons_lib.checks.judge.verdict import Status, Verdict

__all__ = ["judge_failure"]

# Of an error, a learner wants to see the line that they wrote.
_NOT_THE_LEARNERS = (
    "<frozen",
    "<string>",
    "<__",
    *(sysconfig.get_paths()[key] for key in ("stdlib", "purelib", "platlib")),
    str(Path(torch.__file__).parent),
    str(Path(__file__).parents[2]),
    str(Path(__file__).parents[3] / "classroom"),  # calls functions from afar
)
_STUB = {"LOAD_CONST", "NOP", "POP_TOP", "RESUME", "RETURN_CONST", "RETURN_VALUE"}

_USUAL_ERRORS = {  # part of a message -> what is likely wrong
    "shapes cannot be multiplied": "For a @ b, the columns of a must be as many as the "
    "rows of b. Is a .T missing, or is * meant?",
    "must match the size of tensor": "Where two shapes meet in +, - or *, each pair of "
    "sizes must be equal, or one of them 1. Print the shapes.",
    "positional argument": "The function has to take the arguments of the exercise, "
    "in their order.",
}


def judge_failure(
    seen: str,
    outcome: Outcome,
    function: Callable,
    errors: Mapping[str, str] | None = None,
) -> Verdict | None:
    """Judge a call that raised an error or returned nothing.

    Args:
        seen: the call, for the message.
        outcome: what came of it.
        function: the learner's function, whose cell is the learner's.
        errors: part of an error's message -> what is likely wrong.

    Returns:
        The verdict, or None if the call returned something.
    """
    if outcome.error:
        message = f"{seen} {_told(outcome.error, function)}"
        return Verdict(
            Status.NOT_YET, message, _explanation(outcome.error, errors or {})
        )
    if outcome.value is not None and outcome.value is not ...:
        return None
    if _is_stub(function):
        return Verdict(
            Status.NOT_TRIED,
            f"{seen.partition('(')[0]}() returned None. Replace the three dots, end "
            "with a return, and run both cells again.",
        )
    if outcome.value is ...:
        reason = "Replace the three dots by the result."
        return Verdict(Status.NOT_YET, f"{seen} returned three dots.", reason)
    reason = _why_nothing(function, outcome.printed)
    return Verdict(Status.NOT_YET, f"{seen} returned None.", reason)


def _told(error: BaseException, function: Callable) -> str:
    """Say what was raised, and on which line of the learner's code."""
    if isinstance(error, TooSlow):
        return f"was stopped after {error.args[0]:.0f} seconds{_line(error, function)}."
    message = f"{type(error).__name__}: {_message(error)}".split("\n")[0][:160]
    return f"raised {message.removesuffix(': ')}{_line(error, function)}."


def _message(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:
        return "(its message can't be printed)"


def _explanation(error: BaseException, errors: Mapping[str, str]) -> str:
    """Say what is likely wrong when this error is raised."""
    if isinstance(error, TooSlow):
        return "It looks as if a loop never ends: can its condition become false?"
    message, known = _message(error), [*errors.items(), *_USUAL_ERRORS.items()]
    return next((why for part, why in known if part in message), "")


def _line(error: BaseException, function: Callable) -> str:
    """Name the deepest line in the function's own cell, else in other cells."""
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if not frame.filename.startswith(_NOT_THE_LEARNERS)
    ]
    code = getattr(function, "__code__", None)
    if code:
        frames = [f for f in frames if f.filename == code.co_filename] or frames
    if not frames:
        return ""
    inside = (
        "" if code and frames[-1].name == code.co_name else f", in {frames[-1].name}"
    )
    return f" (line {frames[-1].lineno} of your cell{inside})"


def _is_stub(function: Callable) -> bool:
    """Tell whether a function's body does nothing: three dots, pass, a docstring."""
    code = getattr(function, "__code__", None)
    return code is not None and {i.opname for i in dis.get_instructions(code)} <= _STUB


def _why_nothing(function: Callable, printed: bool) -> str:
    """Say why a function that does something may have returned None."""
    if printed:
        return (
            "It looks as if the result was printed. A caller gets only what is "
            "returned: write return instead of print."
        )
    if _returns_something(function):
        return (
            "There is a return, but not on this way through the function. Each branch "
            "needs one, and so does the end of a loop that may have no step."
        )
    return "A return is missing at the end: without it, the caller gets nothing."


def _returns_something(function: Callable) -> bool:
    """Tell whether any return of a function hands out more than None."""
    code = getattr(function, "__code__", None)
    steps = list(dis.get_instructions(code)) if code else []
    for before, step in zip([None, *steps], steps, strict=False):
        if step.opname == "RETURN_CONST" and step.argval is not None:
            return True
        nothing = before and before.opname == "LOAD_CONST" and before.argval is None
        if step.opname == "RETURN_VALUE" and not nothing:
            return True
    return False
