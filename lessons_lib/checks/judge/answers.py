"""Judge a learner's number, numbers or choice."""

from collections.abc import Mapping, Sequence
from math import prod
from numbers import Real
from typing import Any

import numpy as np
from torch import Tensor

from lessons_lib.checks.judge.attempts import kind
from lessons_lib.checks.judge.mistakes import Mistakes
from lessons_lib.checks.judge.verdict import Status, Verdict

__all__ = ["judge_choice", "judge_value", "listed"]


def judge_value(
    name: str,
    answer: object,
    expected: float | tuple,
    mistakes: Mistakes,
    *,
    nudge: str,
    praise: str,
    places: Sequence[str] = (),
) -> Verdict:
    """Judge a number, or several whole numbers, without giving the right one away.

    Args:
        name: what the exercise calls the answer.
        answer: the learner's answer: Python's, NumPy's or PyTorch's numbers.
        expected: the right answer.
        mistakes: wrong answers whose likely reason is known.
        nudge: what to do when the reason isn't known. Of several numbers, the learner
            is also told which ones are wrong.
        praise: why the right answer is right.
        places: what each of several numbers stands for; without it, they are counted.

    Returns:
        The verdict.
    """
    if answer is ...:
        return Verdict(Status.NOT_TRIED, f"{name} is still three dots.")
    given = _plain(answer)
    if fault := _form_fault(given, expected):
        return Verdict(Status.NOT_YET, f"{name} should be {fault}")
    if given == expected:
        return Verdict(Status.RIGHT, f"{name} is {_spell(given)}. {praise}")
    message = f"{name} is not {_spell(given)}."
    if reason := mistakes.explain(lambda wrong: wrong == given):
        return Verdict(Status.NOT_YET, message, reason)
    where = _wrong(given, expected, places) if isinstance(expected, tuple) else ""
    slip = _slip(given, expected)
    return Verdict(Status.NOT_YET, f"{message}\n{where}{nudge}", slip)


def _plain(answer: object) -> Any:
    """Turn numbers of NumPy and PyTorch into Python's, and lists into tuples."""
    if isinstance(answer, Tensor | np.ndarray | np.generic):
        answer = answer.item() if prod(answer.shape) == 1 else answer.tolist()
    if isinstance(answer, list | tuple):
        return tuple(_plain(part) for part in answer)
    return answer


def _form_fault(answer: object, expected: float | tuple) -> str:
    """Say what an answer should be if it isn't of the kind that is asked for."""
    if not isinstance(expected, tuple):
        if _is_number(answer):
            return ""
        if isinstance(answer, str):
            return "a number, but it is text. Leave out the quotes."
        if answer is None:
            return (
                "a number, but it is None. That is what print() returns, for example."
            )
        return f"a number, but it is {kind(answer)}."
    if (
        isinstance(answer, tuple)
        and len(answer) == len(expected)
        and all(_is_number(part) and part % 1 == 0 for part in answer)
    ):
        return ""
    return f"{len(expected)} whole numbers in parentheses, but it is {_spell(answer)}."


def _is_number(thing: object) -> bool:
    return isinstance(thing, Real) and not isinstance(thing, bool)


def _spell(value: object) -> str:
    try:
        return f"{value:,}" if isinstance(value, int) else repr(value)
    except Exception:  # Python refuses to spell numbers of thousands of digits
        return kind(value)


def _wrong(answer: tuple, expected: tuple, places: Sequence[str]) -> str:
    """Say which numbers of an answer to look at again, by name or counted from 1."""
    counted = [str(place) for place in range(1, len(expected) + 1)]
    pairs = zip(places or counted, answer, expected, strict=True)
    wrong = [place for place, given, right in pairs if given != right]
    word = "" if places else "numbers " if len(wrong) > 1 else "number "
    return f"Look again at {word}{listed(wrong)}. "


def listed(words: Sequence[str]) -> str:
    """Join words as a sentence does: "a", "a and b", "a, b and c"."""
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _slip(answer: Any, expected: Any) -> str:
    """Name a slip that happens with any number, without telling the right one."""
    if isinstance(expected, tuple):
        if sorted(answer) == sorted(expected):
            return "The numbers are right, but in another order."
        pairs = zip(answer, expected, strict=True)
        slips = {_slip(given, right) for given, right in pairs if given != right}
        return slips.pop() if len(slips) == 1 else ""
    if answer < 0 < expected:
        return "What is counted here is never negative."
    if answer % 1 and not expected % 1:
        return "It is a whole number: what is rounded, or divided last?"
    if abs(answer - expected) == 1:
        return "Nearly: is a first or a last one forgotten, or counted twice?"
    if expected and answer % expected == 0 and answer:
        return "It is a multiple of the right number: is a factor counted twice?"
    if answer and expected % answer == 0:
        return "The right number is a multiple of it: is a factor left out?"
    return ""


def judge_choice(
    name: str, answer: object, options: Mapping[str, tuple[bool, str]]
) -> Verdict:
    """Judge one letter out of several, and say about each why it is right or not.

    Args:
        name: what the exercise calls the answer.
        answer: the learner's letter; "c)" and "(C)" are "c".
        options: letter -> whether it is right, and why.

    Returns:
        The verdict.
    """
    letters = ", ".join(options)
    if answer is ...:
        return Verdict(
            Status.NOT_TRIED, f"{name} is still three dots (choose from {letters})."
        )
    letter = answer.strip(" \t\n().:[]'\"").lower() if isinstance(answer, str) else ""
    if letter not in options:
        return Verdict(
            Status.NOT_YET,
            f"{name} should be one of the letters {letters} in quotes, but it "
            f"is {_spell(answer)}.",
        )
    right, why = options[letter]
    return Verdict(Status.RIGHT, why) if right else Verdict(Status.NOT_YET, "", why)
