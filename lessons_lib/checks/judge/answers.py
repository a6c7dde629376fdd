"""Judge a learner's number, numbers or choice."""

from collections.abc import Mapping

from torch import Tensor

from lessons_lib.checks.judge.attempts import kind
from lessons_lib.checks.judge.mistakes import Mistakes
from lessons_lib.checks.judge.verdict import Status, Verdict

__all__ = ["judge_choice", "judge_value"]


def judge_value(
    name: str,
    answer: object,
    expected: float | tuple,
    mistakes: Mistakes,
    *,
    nudge: str,
    praise: str,
) -> Verdict:
    """Judge a number, or a tuple of whole numbers, without giving the right one away.

    Args:
        name: what the exercise calls the answer.
        answer: the learner's answer.
        expected: the right answer.
        mistakes: wrong answers whose likely reason is known.
        nudge: what to do when the reason isn't known. Of several numbers, the learner
            is also told which ones are wrong.
        praise: why the right answer is right.
    """
    if answer is None or answer is ...:
        return Verdict(Status.NOT_TRIED, f"{name} is still three dots.")
    if isinstance(answer, Tensor):
        answer = answer.item() if answer.numel() == 1 else answer.tolist()
    if isinstance(expected, tuple):
        answer = tuple(answer) if isinstance(answer, list | tuple) else answer
        if (
            not isinstance(answer, tuple)
            or len(answer) != len(expected)
            or not all(type(part) is int for part in answer)
        ):
            return Verdict(
                Status.NOT_YET,
                f"{name} should be {len(expected)} whole numbers in "
                f"parentheses, but it is {answer!r}.",
            )
    elif isinstance(answer, bool) or not isinstance(answer, int | float):
        return Verdict(
            Status.NOT_YET, f"{name} should be a number, but it is {kind(answer)}."
        )
    if answer == expected:
        return Verdict(Status.RIGHT, f"{name} is {_spell(answer)}. {praise}")
    message = f"{name} is not {_spell(answer)}."
    reasons = [reason for reason, wrong in mistakes if wrong == answer]
    if reasons:
        return Verdict(Status.NOT_YET, message, " Or: ".join(reasons))
    where = _places(answer, expected) if isinstance(expected, tuple) else ""
    return Verdict(Status.NOT_YET, f"{message}\n{where}{nudge}")


def judge_choice(
    name: str, answer: object, options: Mapping[str, tuple[bool, str]]
) -> Verdict:
    """Judge one letter out of several, and say about each why it is right or not.

    Args:
        name: what the exercise calls the answer.
        answer: the learner's letter.
        options: letter -> whether it is right, and why.
    """
    letters = ", ".join(options)
    if answer is None or answer is ...:
        return Verdict(
            Status.NOT_TRIED, f"{name} is still three dots (choose from {letters})."
        )
    letter = answer.strip().lower() if isinstance(answer, str) else answer
    if not isinstance(letter, str) or letter not in options:
        return Verdict(
            Status.NOT_YET,
            f"{name} should be one of the letters {letters} in quotes, but it "
            f"is {answer!r}.",
        )
    right, why = options[letter]
    return Verdict(Status.RIGHT, why) if right else Verdict(Status.NOT_YET, "", why)


def _spell(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def _places(answer: tuple, expected: tuple) -> str:
    """Say which numbers of an answer to look at again, counted from 1."""
    pairs = enumerate(zip(answer, expected, strict=True), 1)
    wrong = [str(place) for place, (given, right) in pairs if given != right]
    if len(wrong) == 1:
        return f"Look again at number {wrong[0]}. "
    return f"Look again at numbers {', '.join(wrong[:-1])} and {wrong[-1]}. "
