"""A declared mistake is told by its own reason, and by no other."""

from functools import cache, partial

import pytest
from checkers import judged
from mutants.solutions import exercises

from lessons_lib.checks.judge import Mistakes, Status


@cache
def declared(exercise):
    """Return the pairs of a reason and a wrong answer that a check knows."""
    known = []

    class Noted(Mistakes):
        def explain(self, *makes):
            known[:] = self  # each time the same ones, if it is called several times
            return ""

    judge = exercise.check.__wrapped__
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(judge.__globals__, "Mistakes", Noted)
        wrong = (lambda *_: 987.5) if callable(exercise.right) else 987
        if isinstance(exercise.right, tuple):
            wrong = (987,) * len(exercise.right)
        judged(exercise.check, wrong)
    return known


@pytest.mark.parametrize("name", exercises())
@pytest.mark.parametrize("seed", [1, 2])
def test_a_declared_mistake_is_told_by_its_own_reason(name, seed):
    exercise = exercises()[name]
    known = declared(exercise)
    for reason, wrong in known:
        verdict, _ = judged(partial(exercise.check, seed=seed), wrong)
        assert verdict.status is Status.NOT_YET, reason
        if "raised" in verdict.message:  # the error tells more than the values would
            assert verdict.mistake, verdict.text
        elif callable(wrong):
            # Five and ten bins, say, may give the same on all cases: both are told.
            told = verdict.mistake.split(" Or: ")
            assert reason in told
            assert set(told) <= {r for r, _ in known}
        else:
            collide = [r for r, other in known if other == wrong]
            assert verdict.mistake == " Or: ".join(dict.fromkeys(collide))


def test_mistakes_are_declared_for_every_function():
    for name, exercise in exercises().items():
        if callable(exercise.right):
            assert len(declared(exercise)) >= 5, name
