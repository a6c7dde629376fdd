from types import SimpleNamespace

import pytest
import torch

from lessons_lib.checks import claim
from lessons_lib.checks.judge import judge_choice, judge_function, judge_value


def double(x):
    return 2 * x


def judged(attempt, capsys, mistakes=None, cases=None):
    cases = cases or [(torch.arange(3.0),)]
    judge_function("double", attempt, double, cases, mistakes or {}, arguments=("x",))
    return capsys.readouterr().out


def test_a_claim_prints_one_line_or_stops(capsys):
    claim(True, "two is even")
    assert capsys.readouterr().out == "Claim holds: two is even\n"
    with pytest.raises(AssertionError, match="does not hold in this run: two is odd"):
        claim(False, "two is odd")


def test_right(capsys):
    said = judged(double, capsys)
    assert said == "Right: double agrees on 1 cases to within 1e-09.\n"


def test_the_line_of_an_error_is_named(capsys):
    def attempt(x):
        return x[7]

    said = judged(attempt, capsys)
    line = attempt.__code__.co_firstlineno + 1
    assert "IndexError" in said and f"(line {line} of your cell)" in said


def test_a_known_error_is_explained(capsys):
    def attempt(x):
        return x[7]

    def said(errors):
        cases = [(torch.arange(3.0),)]
        judge_function(
            "double", attempt, double, cases, {}, arguments=("x",), errors=errors
        )
        return capsys.readouterr().out.splitlines()

    assert said({"out of bounds": "There are three."})[1:] == ["There are three."]
    assert said({"must match": "There are three."})[1:] == []


def test_an_input_that_was_changed_is_reported(capsys):
    def attempt(x):
        x *= 2
        return x

    assert "changed its input" in judged(attempt, capsys)


def test_the_reason_of_a_known_mistake_is_told(capsys):
    said = judged(lambda x: x + 2, capsys, {"It adds instead.": lambda x: x + 2})
    assert said.splitlines()[1] == "It adds instead."
    assert "gave 2 at [0]; expected 0 (2 of 3 values differ)" in said


@pytest.mark.parametrize(
    "attempt, reason",
    [
        (lambda x: 6 * x, "3 times"),
        (lambda x: 2 * x + 1, "off by the same 1"),
        (lambda x: 2 * x.flip(0), "reverse order"),
    ],
)
def test_common_slips_are_recognized_without_being_listed(attempt, reason, capsys):
    assert reason in judged(attempt, capsys)


@pytest.mark.parametrize(
    "attempt, words",
    [
        (lambda x: (2 * x).tolist(), "returned a list"),
        (lambda x: (2 * x)[None], "returned shape (1, 3); expected (3,)"),
        (lambda x: (2 * x).double(), "returned torch.float64; expected torch.float32"),
        (lambda x: 2 * x * torch.nan, "gave nan"),
        (5, "should be a function"),
        (lambda: 1, "raised TypeError"),
    ],
)
def test_form_comes_before_value(attempt, words, capsys):
    assert words in judged(attempt, capsys)


def test_equal_infinities_are_equal(capsys):
    said = judged(double, capsys, cases=[(torch.tensor([torch.inf, 1.0]),)])
    assert said.startswith("Right:")


def value(answer, capsys, expected=6):
    judge_value(
        "count", answer, expected, {5: "One too few."}, nudge="Count.", praise="2 x 3."
    )
    return capsys.readouterr().out


def test_a_value_is_never_given_away(capsys):
    for wrong in (4, 5, 7.5, "six", [1, 2], True, ["a"]):
        said = value(wrong, capsys)
        assert said.startswith("Not yet:") and "6" not in said
    assert "One too few." in value(5, capsys)
    assert "Count." in value(4, capsys)


def test_tuples_are_compared_as_whole_numbers(capsys):
    assert value([3, 26], capsys, (3, 26)).startswith("Right:")
    assert value(torch.Size([3, 26]), capsys, (3, 26)).startswith("Right:")
    assert value((3.4, 26.4), capsys, (3, 26)).startswith("Not yet:")
    assert value((3,), capsys, (3, 26)).startswith("Not yet:")


@pytest.mark.parametrize(
    "answer, words",
    [
        ((3, 25, 7), "Look again at number 2. Count."),
        ([4, 26, 8], "Look again at numbers 1 and 3. Count."),
        ((4, 25, 8), "Look again at numbers 1, 2 and 3. Count."),
    ],
)
def test_of_several_numbers_the_wrong_ones_are_named_not_mended(answer, words, capsys):
    said = value(answer, capsys, (3, 26, 7))
    assert said.splitlines() == [f"Not yet: count is not {tuple(answer)}.", words]


def test_a_known_reason_is_told_alone(capsys):
    mistakes = {(3, 25): "One too few."}
    judge_value("shape", (3, 25), (3, 26), mistakes, nudge="Count.", praise="")
    assert capsys.readouterr().out.splitlines()[1] == "One too few."


def test_a_choice_says_why(capsys):
    options = {"a": (False, "look again."), "b": (True, "well seen.")}
    judge_choice("diagnosis", "B", options)
    judge_choice("diagnosis", "a", options)
    judge_choice("diagnosis", "x", options)
    judge_choice("diagnosis", ..., options)
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "Right: well seen."
    assert said[1] == "Not yet: look again."
    assert "one of the letters a, b" in said[2]
    assert said[3].startswith("Not tried yet:")


@pytest.mark.parametrize(
    "cell, verdict",
    [
        ("# Solution of exercise 2\ncheck()", "the solution passes this check."),
        ("check()", "count is 6. 2 x 3."),
    ],
)
def test_a_solution_that_is_run_tells_no_answer(cell, verdict, capsys, monkeypatch):
    # As ipykernel says it, also to nbval, which keeps no history of what it ran.
    kernel = SimpleNamespace(get_parent=lambda channel: {"content": {"code": cell}})
    shell = SimpleNamespace(kernel=kernel)
    monkeypatch.setattr("lessons_lib.checks.judge.get_ipython", lambda: shell)
    assert value(6, capsys) == f"Right: {verdict}\n"
