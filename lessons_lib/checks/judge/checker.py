"""What makes a function that judges an answer a check of an exercise."""

import functools
from collections.abc import Callable
from typing import Any

from lessons_lib.checks.judge.verdict import Status, Verdict

__all__ = ["checker"]


def checker(judge: Callable[[Any], Verdict]) -> Callable[..., Verdict]:
    """Make a function that judges an answer a check, which also shows its verdict.

    Args:
        judge: takes a learner's answer and returns the verdict.

    Returns:
        The check. With ``solution=True`` it doesn't repeat the answer: JupyterLab keeps
        a solution folded, but unfolds its output when everything is run.
    """

    @functools.wraps(judge)
    def check(answer: object, *, solution: bool = False) -> Verdict:
        verdict = judge(answer)
        if solution and verdict.status is Status.RIGHT:
            verdict = Verdict(Status.RIGHT, "the solution passes this check.")
        print(verdict.text)
        return verdict

    return check
