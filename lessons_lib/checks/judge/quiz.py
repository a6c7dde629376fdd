"""Judge the letters that answer a quiz."""

from collections.abc import Mapping

from lessons_lib.checks.judge.answers import judge_choice
from lessons_lib.checks.judge.attempts import kind
from lessons_lib.checks.judge.verdict import Status, Verdict

__all__ = ["judge_quiz"]

Options = Mapping[str, tuple[bool, str]]


def judge_quiz(answers: object, *questions: Options) -> Verdict:
    """Judge the answers to a quiz, and say about each why it is right or not.

    Args:
        answers: question, counted from 1 -> letter; three dots for one not answered.
        questions: of each question, letter -> whether it is right, and why.

    Returns:
        One verdict for all: right when every answer is, not tried while none is given.
    """
    if answers is ...:
        return Verdict(Status.NOT_TRIED, "answers is still three dots.")
    numbers = range(1, len(questions) + 1)
    if not isinstance(answers, Mapping) or set(answers) != set(numbers):
        return Verdict(
            Status.NOT_YET,
            f"answers should have a letter for each question, from 1 to {numbers[-1]}, "
            f'as in {{1: "a", 2: "b"}}, but it is {_spelled(answers)}.',
        )
    verdicts = {
        number: judge_choice(f"answers[{number}]", answers[number], options)
        for number, options in zip(numbers, questions, strict=True)
    }
    statuses = [verdict.status for verdict in verdicts.values()]
    told = "\n".join(
        f"{number}. {verdict.status}: {' '.join(verdict.lines)}"
        for number, verdict in verdicts.items()
        if verdict.status is not Status.NOT_TRIED
    )
    if set(statuses) == {Status.RIGHT}:
        return Verdict(Status.RIGHT, f"all {len(statuses)} questions.\n{told}")
    if set(statuses) == {Status.NOT_TRIED}:
        return Verdict(
            Status.NOT_TRIED, 'put a letter for three dots, for example 1: "a".'
        )
    right = statuses.count(Status.RIGHT)
    return Verdict(
        Status.NOT_YET,
        f"{right} of {len(statuses)} are right.",
        told,
        share=right / len(statuses),
    )


def _spelled(answers: object) -> str:
    if isinstance(answers, Mapping):
        return f"a dictionary with {len(answers)} of them"
    return kind(answers)
