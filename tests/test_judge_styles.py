"""Right answers of every style are right; what isn't is told by what it looks like."""

import numpy as np
import pytest
import torch

from lessons_lib.checks.judge import (
    Mistakes,
    Status,
    judge_choice,
    judge_function,
    judge_value,
    randn,
)


def value(answer, expected):
    return judge_value("n", answer, expected, Mistakes(), nudge="Count.", praise="")


def function(attempt, reference, cases=((),), arguments="ab", mistakes=None, **more):
    names = arguments[: len(cases[0])]
    mistakes = mistakes or Mistakes()
    return judge_function(
        "f", attempt, reference, cases, mistakes, arguments=names, **more
    )


@pytest.mark.parametrize(
    "six",
    [
        6.0,
        np.int64(6),
        np.float32(6),
        np.array(6),
        np.array([6]),
        torch.tensor(6),
        torch.tensor(6.0, requires_grad=True),
        torch.tensor([6], dtype=torch.int8),
        torch.tensor(6, dtype=torch.bfloat16),
    ],
)
def test_a_number_may_come_from_anywhere(six):
    assert value(six, 6).status is Status.RIGHT
    assert value((six, 2), (6, 2)).status is Status.RIGHT
    assert function(lambda: six, lambda: 6, tolerance=0).status is Status.RIGHT
    assert function(lambda: (six, 2), lambda: (6.0, 2.0)).status is Status.RIGHT


@pytest.mark.parametrize("kind", [list, np.array, torch.tensor, torch.Size, tuple])
def test_several_numbers_may_come_in_any_container(kind):
    assert value(kind([3, 26]), (3, 26)).status is Status.RIGHT
    assert value(kind([3, 25]), (3, 26)).message == (
        "n is not (3, 25).\nLook again at number 2. Count."
    )
    assert function(lambda: kind([3, 26]), lambda: (3, 26)).status is Status.RIGHT
    assert function(lambda: kind([3, 25]), lambda: (3, 26)).status is Status.NOT_YET


@pytest.mark.parametrize(
    "answer, words",
    [
        (None, "it is None"),
        ("6", "Leave out the quotes"),
        (True, "it is a bool"),
        (np.bool_(True), "it is a bool"),
        ((6,), "it is a tuple"),
    ],
)
def test_what_is_no_number_is_told(answer, words):
    verdict = value(answer, 6)
    assert verdict.status is Status.NOT_YET and words in verdict.message


@pytest.mark.parametrize("letter", ["c", "C", " c ", "c)", "(C)", "c.", "[c]", "'c'"])
def test_a_letter_may_be_written_as_in_the_text(letter):
    options = {"b": (False, "no."), "c": (True, "yes.")}
    assert judge_choice("why", letter, options).status is Status.RIGHT


@pytest.mark.parametrize("answer", [None, "", "cc", "b, c", 3, ["c"]])
def test_what_is_no_letter_is_told(answer):
    verdict = judge_choice("why", answer, {"b": (False, "no."), "c": (True, "yes.")})
    assert "one of the letters b, c" in verdict.message


def test_new_tensors_may_have_the_default_dtype():
    def loop(a):
        result = torch.zeros(len(a))
        for n, number in enumerate(a):
            result[n] = 2 * number
        return result

    cases = [(randn(3),), (randn(3).float(),)]
    assert function(loop, lambda a: 2 * a, cases).status is Status.RIGHT


def test_what_float32_can_tell_apart_counts():
    def rounded(a):
        return (2 * a.float()).double()

    cases = [(randn(50),)]
    assert function(rounded, lambda a: 2 * a, cases).status is Status.RIGHT
    said = function(lambda a: 2 * a * 1.0001, lambda a: 2 * a, [(randn(3),)])
    assert "differs in the last digits only" in said.message
    assert "times" not in said.text


def test_a_number_that_differs_in_the_last_digits_shows_them():
    said = function(lambda: 2.808274, lambda: 2.80827, tolerance=1e-7)
    assert "gave 2.808274; expected 2.80827" in said.message


def test_a_small_case_is_shown_whole_and_a_large_one_by_its_shapes():
    def zeros(a, b):
        return torch.zeros_like(a)

    small = function(zeros, torch.add, [(randn(2, 2), randn(2))]).message
    assert small.startswith("f(a=[[")
    assert "gave [[0, 0], [0, 0]]; expected [[" in small
    large = function(zeros, torch.add, [(randn(9, 9), randn(9, 9))]).message
    assert "f(a=(9, 9) tensor, b=(9, 9) tensor) gave 0 at [0, 0]" in large


def stub(a):
    """Do as the exercise says."""
    ...


def passing(a):
    pass


def computes_only(a):
    2 * a


def prints(a):
    print(2 * a)


def returns_sometimes(a):
    for number in a:
        if number > 99:
            return 2 * a


def returns_dots_after_all(a):
    a = 2 * a
    return ...


@pytest.mark.parametrize("untouched", [..., stub, passing, lambda a: None])
def test_only_a_stub_is_not_tried(untouched):
    assert function(untouched, abs, [(randn(2),)]).status is Status.NOT_TRIED


@pytest.mark.parametrize(
    "attempt, words",
    [
        (computes_only, "A return is missing"),
        (prints, "write return instead of print"),
        (returns_sometimes, "not on this way through the function"),
        (returns_dots_after_all, "Replace the three dots"),
    ],
)
def test_a_missing_result_is_explained(attempt, words):
    verdict = function(attempt, lambda a: 2 * a, [(randn(2),)])
    assert verdict.status is Status.NOT_YET
    assert words in verdict.mistake


def test_what_is_printed_is_still_seen(capsys):
    function(prints, lambda a: 2 * a, [(torch.tensor([1.0]),)])
    assert capsys.readouterr().out == "tensor([2.])\n"


@pytest.mark.parametrize(
    "attempt, words",
    [
        (lambda a: a.T, "rows and columns are exchanged"),
        (lambda a: a[None], "one axis of size 1"),
        (lambda a: a.flatten(), "need an axis of their own"),
        (lambda a: -a, "wrong sign"),
        (lambda a: a - 1, "off by the same -1"),
    ],
)
def test_slips_of_any_function_are_named(attempt, words):
    for shape in ((2, 2), (2, 3)):
        said = function(attempt, lambda a: a.clone(), [(randn(*shape),)])
        assert words in said.mistake, said.text


def test_exchanged_results_are_named():
    said = function(
        lambda a: (a, 2 * a),
        lambda a: (2 * a, a.clone()),
        [(randn(2),)],
        returns=("sum", "mean"),
    )
    assert said.mistake == "sum and mean are exchanged."


photo, mean = torch.ones(2), torch.ones(())


def test_a_variable_of_the_notebook_is_named_where_an_argument_is_meant():
    said = function(lambda a: 2 * photo, lambda a: 2 * a, [(randn(2),)])
    assert "The function uses photo, a variable of the notebook" in said.mistake


def test_a_method_that_is_called_like_a_variable_is_no_variable():
    said = function(lambda a: 2 * a.mean(), lambda a: a.sum(), [(randn(4),)])
    assert "a variable of the notebook" not in said.message + said.mistake


def test_mistakes_that_meet_on_one_case_are_told_apart_by_the_others():
    mistakes = Mistakes()
    mistakes("It squares.", torch.square)
    mistakes("It adds 2.", lambda a: a + 2)
    cases = [(torch.tensor([2.0, -1]),), (torch.tensor([3.0]),)]

    def said(attempt, cases):
        return function(attempt, lambda a: 3 * a, cases, mistakes=mistakes).mistake

    assert said(torch.square, cases) == "It squares."
    assert said(lambda a: a + 2, cases) == "It adds 2."
    assert said(torch.square, [(torch.tensor([2.0]),)]) == "It squares. Or: It adds 2."
