"""Grading mode: where points depend on it, a check that isn't right is an error."""

import os

from lessons_lib.checks.judge.verdict import Status, Verdict

__all__ = ["NotRight", "grading", "insist"]


class NotRight(AssertionError):
    """An answer that isn't right; the message is what the learner is told.

    Attributes:
        verdict: what the check found.
    """

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.text)
        self.verdict = verdict


def grading() -> bool:
    """Tell whether answers are graded: `LESSONS_GRADING` is set, and not to 0."""
    return os.environ.get("LESSONS_GRADING", "").strip() not in ("", "0")


def insist(verdict: Verdict) -> None:
    """Raise what a check found unless it is right, because points depend on it.

    Args:
        verdict: about the answer.

    Raises:
        NotRight: it isn't right.
    """
    if verdict.status is not Status.RIGHT:
        raise NotRight(verdict)
