"""Every checker of every lesson is proven on right, wrong, missing and absurd answers.

For the module `lessons_lib/checks/<lesson>.py`, `tests/test_checks_<lesson>.py` lists
    RIGHT = {checker: [answers]}
    WRONG = {checker: [(label, answer, words of the message), ...]}, three or more each
    UNTRIED = {checker: [stubs as the exercise has them]}
"""

import importlib
from pathlib import Path

import pytest
from checkers import checkers, find_faults, judged, lesson_modules

from lessons_lib.checks.judge import Status

MIN_WRONG = 3


def collect():
    """Return (lesson, checker's name, checker, its answers) for every checker."""
    found = []
    for module in lesson_modules():
        lesson = module.__name__.rpartition(".")[2]
        tests = f"test_checks_{lesson}"
        exists = Path(__file__).with_name(f"{tests}.py").exists()
        lists = importlib.import_module(tests) if exists else None
        for name, checker in checkers(module).items():
            answers = {
                kind: getattr(lists, kind, {}).get(name, [])
                for kind in ("RIGHT", "WRONG", "UNTRIED")
            }
            found.append((lesson, name, checker, answers))
    return found


def cases(kind):
    return [
        pytest.param(checker, answer, id=f"{lesson}-{name}-{number}")
        for lesson, name, checker, answers in COLLECTED
        for number, answer in enumerate(answers[kind], 1)
    ]


COLLECTED = collect()
EACH = pytest.mark.parametrize(
    "checker, answers",
    [pytest.param(c, a, id=f"{lesson}-{name}") for lesson, name, c, a in COLLECTED],
)


def test_there_are_checkers():
    assert COLLECTED, "lessons_lib/checks holds no checker"


@EACH
def test_answers_are_listed(checker, answers):
    where = f"tests/test_checks_{checker.__module__.rpartition('.')[2]}.py"
    assert answers["RIGHT"], f"{where}: RIGHT has no answer for {checker.__name__}"
    assert answers["UNTRIED"], f"{where}: UNTRIED has no stub for {checker.__name__}"
    labels = {label for label, _, _ in answers["WRONG"]}
    assert len(labels) >= MIN_WRONG, (
        f"{where}: WRONG has {len(labels)} different answers for {checker.__name__}, "
        f"expected at least {MIN_WRONG}"
    )


@EACH
def test_a_solution_tells_no_answer(checker, answers, capsys):
    for right in answers["RIGHT"]:
        checker(right, solution=True)
        assert capsys.readouterr().out == "Right: the solution passes this check.\n"


@pytest.mark.parametrize("checker, answer", cases("RIGHT"))
def test_right_answer(checker, answer):
    verdict, said = judged(checker, answer)
    assert verdict.status is Status.RIGHT, said


@pytest.mark.parametrize("checker, wrong", cases("WRONG"))
def test_wrong_answer(checker, wrong):
    label, answer, words = wrong
    verdict, said = judged(checker, answer)
    assert verdict.status is Status.NOT_YET, f"{label}: {said}"
    assert words and words in said, f"{label}: expected {words!r} in {said!r}"


@pytest.mark.parametrize("checker, stub", cases("UNTRIED"))
def test_stub(checker, stub):
    verdict, said = judged(checker, stub)
    assert verdict.status is Status.NOT_TRIED, said


@EACH
def test_abuse(checker, answers):
    for right in answers["RIGHT"]:
        faults = find_faults(checker, right)
        assert not faults, "\n".join(faults)
