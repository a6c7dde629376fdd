"""The abuse of checkers finds the faults it looks for, and leaves good ones alone."""

import types

import pytest
import torch
from checkers import checkers, find_faults, judged

from lessons_lib.checks.judge import (
    Mistakes,
    Status,
    Verdict,
    checker,
    fixed,
    judge_choice,
    judge_function,
    judge_value,
    randn,
)


def double(x):
    return 2 * x


def cases():
    return [fixed(randn, n, seed=n) for n in (3, 1, 5)]


@checker
def good(attempt):
    inputs = [(x,) for x in cases()]
    return judge_function("double", attempt, double, inputs, Mistakes(), arguments="x")


@checker
def good_count(answer):
    return judge_value("count", answer, 75, Mistakes(), nudge="Count.", praise="")


@checker
def good_shape(answer):
    return judge_value("shape", answer, (3, 26), Mistakes(), nudge="Count.", praise="")


@checker
def good_choice(answer):
    return judge_choice("why", answer, {"a": (False, "no."), "b": (True, "yes.")})


@pytest.mark.parametrize(
    "good_one, right",
    [(good, double), (good_count, 75), (good_shape, (3, 26)), (good_choice, "b")],
)
def test_good_checker_has_no_fault(good_one, right):
    assert find_faults(good_one, right) == []


def careless(attempt, *, wrong=lambda result, x: True):
    """Check as one writes it in a hurry."""
    if attempt in (None, ...):
        return Verdict(Status.NOT_TRIED, "three dots.")
    for x in cases():
        result = attempt(x.clone())
        if result is None or result is ...:
            return Verdict(Status.NOT_TRIED, "three dots.")
        if wrong(result, x):
            return Verdict(Status.NOT_YET, "no.")
    return Verdict(Status.RIGHT, "yes.")


def by_difference(result, x):
    return (result - double(x)).abs().max() > 1e-9


@checker
def raises_on_lists(attempt):
    return careless(attempt, wrong=by_difference)


def talks_too_much(attempt):
    verdict = good(attempt)
    print("\n\n\n")
    return verdict


def returns_something(attempt):
    good(attempt)
    return True


def says_nothing(attempt):
    return Verdict(Status.RIGHT, "yes.")


def moves_random_numbers(attempt):
    torch.rand(1)
    return good(attempt)


@checker
def is_never_content(attempt):
    return Verdict(Status.NOT_YET, "no.")


@checker
def is_always_content(attempt):
    return Verdict(Status.RIGHT, "yes.")


@pytest.mark.parametrize(
    "bad_one, faults",
    [
        (
            raises_on_lists,
            ["returns a word: the checker raised", "raises: the checker"],
        ),
        (talks_too_much, ["right answer: more than 3 lines"]),
        (returns_something, ["right answer: the checker returned True"]),
        (says_nothing, ["right answer: printed '' instead of the verdict"]),
        (moves_random_numbers, ["right answer: the checker moved"]),
        (
            is_never_content,
            ["right answer: expected <Status.RIGHT", "three dots: expected"],
        ),
        (is_always_content, ["takes nothing: expected <Status.NOT_YET", "three dots"]),
    ],
)
def test_fault_is_found(bad_one, faults):
    found = find_faults(bad_one, double)
    for fault in faults:
        assert any(fault in line for line in found), found


def test_value_checkers_are_abused_too():
    @checker
    def equal(answer):
        if answer == 75:
            return Verdict(Status.RIGHT, "yes.")
        return Verdict(Status.NOT_YET, f"{75 - answer} off.")

    found = find_faults(equal, 75)
    assert any("the value 'a word': the checker raised TypeError" in f for f in found)
    assert any("None: " in f for f in found)


def test_only_public_functions_are_checkers():
    module = types.ModuleType("checks_of_nothing")
    module.__all__ = ["good", "NUMBER"]
    module.good, module.NUMBER, module.other = good, 3, good_count
    assert checkers(module) == {"good": good}


def test_a_verdict_comes_with_what_was_printed():
    verdict, printed = judged(good_count, 74)
    assert verdict.status is Status.NOT_YET
    assert printed.startswith("Not yet: count is not 74.\nCount.\n")
