"""Every check is proven on right, wrong, missing and absurd answers.

Right answers and stubs are those of the notebooks; wrong ones are derived from them
(test_mutants.py) and declared beside the reason that tells them (test_mistakes.py).
What neither can give, `tests/test_checks_<lesson>.py` lists:
    RIGHT = {check: [answers]}: other values, and designs where many are right
    WRONG = {check: [(label, answer, words of the message), ...]}: what no reason is
        declared for; three or more where the answer is a design of the learner's
"""

import importlib
from functools import cache

import pytest
from checkers import checkers, find_faults, judged, lesson_modules
from mutants.solutions import OPEN_ENDED, exercises, stubs

from lessons_lib.checks.judge import Status

MIN_WRONG = 3
CHECKS = {
    f"{module.__name__.rpartition('.')[2]}.{name}": check
    for module in lesson_modules()
    for name, check in checkers(module).items()
}


def listed(kind, name):
    """Return the answers that the tests of a lesson list for a check."""
    lesson, _, check = name.partition(".")
    answers = importlib.import_module(f"test_checks_{lesson}")
    return getattr(answers, kind, {}).get(check, [])


@cache
def right_answers(name):
    """Return a check's right answers: the solution's, and those that are listed."""
    solution = [exercises()[name].right] if name in exercises() else []
    return solution + listed("RIGHT", name)


def test_there_are_checks():
    assert CHECKS, "lessons_lib/checks holds no check"
    assert set(stubs()) == set(CHECKS)


@pytest.mark.parametrize("name", OPEN_ENDED)
def test_answers_are_listed(name):
    where = f"tests/test_checks_{name.partition('.')[0]}.py"
    assert listed("RIGHT", name), f"{where}: RIGHT has no answer for {name}"
    labels = {label for label, _, _ in listed("WRONG", name)}
    assert len(labels) >= MIN_WRONG, (
        f"{where}: WRONG has {len(labels)} different answers for {name}, expected at "
        f"least {MIN_WRONG}"
    )


@pytest.mark.parametrize("name", CHECKS)
def test_a_solution_tells_no_answer(name, capsys):
    for right in right_answers(name):
        CHECKS[name](right, solution=True)
        assert capsys.readouterr().out == "Right: the solution passes this check.\n"


@pytest.mark.parametrize("name", CHECKS)
def test_right_answers(name):
    for right in right_answers(name):
        verdict, said = judged(CHECKS[name], right)
        assert verdict.status is Status.RIGHT, said


@pytest.mark.parametrize(
    "name, label, answer, words",
    [(n, *wrong) for n in CHECKS for wrong in listed("WRONG", n)],
)
def test_wrong_answer(name, label, answer, words):
    verdict, said = judged(CHECKS[name], answer)
    assert verdict.status is Status.NOT_YET, f"{label}: {said}"
    assert words and words in said, f"{label}: expected {words!r} in {said!r}"


@pytest.mark.parametrize("name", CHECKS)
def test_stub(name):
    verdict, said = judged(CHECKS[name], stubs()[name])
    assert verdict.status is Status.NOT_TRIED, said


@pytest.mark.parametrize("name", CHECKS)
def test_abuse(name):
    for right in right_answers(name):
        faults = find_faults(CHECKS[name], right)
        assert not faults, "\n".join(faults)
