"""The mutation engine finds what a careless check lets pass, and no more."""

import ast
import sys

import pytest
import torch
from checkers import judged
from mutants import inputs
from mutants.solutions import Exercise, exercises
from mutants.source import mutated
from mutants.trial import in_full, in_short, names_mistake, tried
from mutants.values import neighbors

from lessons_lib.checks.judge import (
    Mistakes,
    Status,
    Verdict,
    checker,
    judge_function,
    randn,
)

SOURCE = ast.parse("def solution_double(x):\n    return 2 * x")


def double(x):
    return 2 * x


@checker
def good(attempt):
    cases = [(randn(n, seed=n),) for n in (3, 1, 6)]
    return judge_function("double", attempt, double, cases, Mistakes(), arguments="x")


def careless(attempt, cases, is_wrong):
    for x in cases:
        try:
            wrong = is_wrong(attempt(x.clone()), double(x))
        except Exception as error:
            return Verdict(Status.NOT_YET, str(error))
        if wrong:
            return Verdict(Status.NOT_YET, "It differs.")
    return Verdict(Status.RIGHT, "yes.")


@checker
def lets_nan_pass(attempt):
    cases = [torch.arange(3.0).double(), torch.ones(4).double()]
    return careless(attempt, cases, lambda r, e: (r - e).abs().max() > 1e-9)


@checker
def tries_one_case(attempt):
    case = torch.tensor([1.5, -2, 3]).double()
    return careless(attempt, [case], lambda r, e: not torch.equal(r, e))


@pytest.fixture
def offered(monkeypatch):
    def offer(check):
        exercise = Exercise(sys.modules[__name__], "double", check, SOURCE)
        draw = lambda n: (torch.randn(n(1, 5), dtype=torch.float64),)  # noqa: E731
        monkeypatch.setitem(inputs._INPUTS, str(exercise), draw)
        return tried(exercise)

    return offer


def test_no_mutant_passes_a_good_check(offered):
    report = offered(good)
    assert report.killed == report.mutants >= 30
    assert not report.survived and not report.wrong_words, in_full(report)


@pytest.mark.parametrize(
    "check, mutants",
    [
        (lets_nan_pass, ["NaN", "with one axis more", "changes its input"]),
        (tries_one_case, ["knows the first case by heart", "changes its input"]),
    ],
)
def test_what_a_careless_check_lets_pass_is_reported(offered, check, mutants):
    report = offered(check)
    assert set(mutants) <= set(report.survived)
    assert all(f"survived: {label}" in in_full(report) for label in mutants)
    counts = f"killed {report.killed} of {report.mutants}, messages that name"
    assert any(counts in line for line in in_short([report]))


def test_source_is_changed_in_one_place_at_a_time():
    source = ast.parse("for n in range(5):\n    total += x[n : n + 2].mean(dim=1)")
    changed = {ast.unparse(mutant) for _, mutant in mutated(source)}
    for wanted in (
        "for n in range(5 - 1):\n    total += x[n:n + 2].mean(dim=1)",
        "for n in range(1, 5):\n    total += x[n:n + 2].mean(dim=1)",
        "for n in range(5):\n    total = x[n:n + 2].mean(dim=1)",
        "for n in range(5):\n    total += x[n:n + 2].sum(dim=1)",
        "for n in range(5):\n    total += x[n:n + 2].mean()",
        "for n in range(5):\n    total += x[n:n + 2 + 1].mean(dim=1)",
        "for n in range(5):\n    total += x[n:n + 2].mean(dim=2)",
    ):
        assert wanted in changed


def test_numbers_and_letters_have_neighbors():
    assert {5, 7, 12, 3, 36, -6, 6.5} == {wrong for _, wrong in neighbors(6)}
    assert {(3, 2), (2,), (2, 4), 5} <= {wrong for _, wrong in neighbors((2, 3))}
    assert [wrong for _, wrong in neighbors("b")] == list("abcde")


@pytest.mark.parametrize(
    "verdict, named",
    [
        (Verdict(Status.NOT_YET, "f(1) gave 2; expected 3."), False),
        (Verdict(Status.NOT_YET, "f(1) gave 2; expected 3.", "One too few."), True),
        (Verdict(Status.NOT_YET, "f(1) returned shape (1,); expected (2,)."), True),
        (Verdict(Status.NOT_YET, "f changed its input."), True),
    ],
)
def test_a_message_names_a_mistake_or_doesn_t(verdict, named):
    assert names_mistake(verdict) is named


def test_every_solution_is_found_and_right():
    for name, exercise in exercises().items():
        verdict, said = judged(exercise.check, exercise.right)
        assert verdict.status is Status.RIGHT, f"{name}: {said}"
