"""The abuse of checkers finds the faults it looks for, and leaves good ones alone."""

import types

import pytest
import torch
from checkers import checkers, find_faults, verdict

from lessons_lib.checks.judge import judge_choice, judge_function, judge_value


def double(x):
    return 2 * x


def cases():
    generator = torch.Generator().manual_seed(0)
    return [torch.randn(n, generator=generator, dtype=torch.float64) for n in (3, 1, 5)]


def good(attempt):
    judge_function(
        "double", attempt, double, [(x,) for x in cases()], {}, arguments="x"
    )


def good_count(answer):
    judge_value("count", answer, 75, {}, nudge="Count.", praise="")


def good_shape(answer):
    judge_value("shape", answer, (3, 26), {}, nudge="Count.", praise="")


def good_choice(answer):
    judge_choice("why", answer, {"a": (False, "no."), "b": (True, "yes.")})


@pytest.mark.parametrize(
    "checker, right",
    [(good, double), (good_count, 75), (good_shape, (3, 26)), (good_choice, "b")],
)
def test_good_checker_has_no_fault(checker, right):
    assert find_faults(checker, right) == []


def careless(attempt, *, stops_at=None, wrong=lambda result, x: True):
    """Check as one writes it in a hurry."""
    if attempt in (None, ...):
        print("Not tried yet: three dots.")
        return
    for x in cases()[:stops_at]:
        result = attempt(x.clone())
        if result is None or result is ...:
            print("Not tried yet: three dots.")
            return
        if wrong(result, x):
            print("Not yet: no.")
            return
    print("Right: yes.")


def by_difference(result, x):
    return (result - double(x)).abs().max() > 1e-9


def raises_on_lists(attempt):
    careless(attempt, wrong=by_difference)


def lets_nan_pass(attempt):
    try:
        careless(attempt, wrong=by_difference)
    except Exception as error:
        print(f"Not yet: {error}")


def tries_one_case(attempt):
    try:
        careless(
            attempt,
            stops_at=1,
            wrong=lambda result, x: not torch.equal(result, double(x)),
        )
    except Exception as error:
        print(f"Not yet: {error}")


def talks_too_much(attempt):
    good(attempt)
    print("\n\n\n")


def returns_something(attempt):
    good(attempt)
    return True


def moves_random_numbers(attempt):
    good(attempt)
    torch.rand(1)


def is_never_content(attempt):
    print("Not yet: no.")


def is_always_content(attempt):
    print("Right: yes.")


@pytest.mark.parametrize(
    "checker, faults",
    [
        (
            raises_on_lists,
            ["returns a word: the checker raised", "raises: the checker"],
        ),
        (lets_nan_pass, ["returns nan: expected 'Not yet:'", "an extra axis"]),
        (tries_one_case, ["the first result always", "changes its input"]),
        (talks_too_much, ["right answer: more than 3 lines"]),
        (returns_something, ["right answer: the checker returned True"]),
        (moves_random_numbers, ["right answer: the checker moved"]),
        (is_never_content, ["right answer: expected 'Right:'", "None: expected"]),
        (is_always_content, ["takes nothing: expected 'Not yet:'", "three dots"]),
    ],
)
def test_fault_is_found(checker, faults):
    found = find_faults(checker, double)
    for fault in faults:
        assert any(fault in line for line in found), found


def test_value_checkers_are_abused_too():
    def equal(answer):
        print("Right: yes." if answer == 75 else f"Not yet: {75 - answer} off.")

    found = find_faults(equal, 75)
    assert any("the value 'a word': the checker raised TypeError" in f for f in found)
    assert any("None: " in f for f in found)


def test_only_public_functions_are_checkers():
    module = types.ModuleType("checks_of_nothing")
    module.__all__ = ["good", "NUMBER"]
    module.good, module.NUMBER, module.other = good, 3, good_count
    assert checkers(module) == {"good": good}


def test_verdict_is_what_was_printed():
    assert verdict(good_count, 74) == "Not yet: count is not 74.\nCount.\n"
