import math

import pytest
import torch
from torch import nn

from lessons_lib.checks import claim
from lessons_lib.checks.judge import (
    Mistakes,
    Status,
    checker,
    judge_choice,
    judge_function,
    judge_value,
    trained,
)
from lessons_lib.checks.judge.observations import observed


def double(x):
    return 2 * x


def known(*pairs):
    mistakes = Mistakes()
    for reason, wrong in pairs:
        mistakes(reason, wrong)
    return mistakes


def judged(attempt, *pairs, cases=None, errors=None):
    cases = cases or [(torch.arange(3.0),)]
    return judge_function(
        "double",
        attempt,
        double,
        cases,
        known(*pairs),
        arguments=("x",),
        errors=errors,
    ).text


def test_a_claim_prints_one_line_or_stops(capsys):
    claim(True, "two is even")
    assert capsys.readouterr().out == "Claim holds: two is even\n"
    with pytest.raises(AssertionError, match="does not hold in this run: two is odd"):
        claim(False, "two is odd")
    claim(False, "it shines", missing="sun")
    assert capsys.readouterr().out == "Not tested here (needs sun): it shines\n"


def test_right():
    said = judged(double)
    assert said == "Right: double agrees on 1 cases to within 1e-05."


@pytest.mark.parametrize(
    "change, words",
    [
        (lambda y: y.transpose(0, 1), "two axes have changed places: transpose(0, 1)."),
        (lambda y: y.transpose(0, 2), "two axes have changed places: transpose(0, 2)."),
        (lambda y: y.permute(1, 2, 0), "the axes stand in another order: permute()."),
        (lambda y: y.unsqueeze(0), "one axis of size 1 is too many"),
        (lambda y: y.flatten(), "the shape is not: see reshape()"),
    ],
)
@pytest.mark.parametrize("shape", [(2, 1, 3), (2, 3, 4)])
def test_axes_in_another_order_are_told_from_an_axis_too_many(change, words, shape):
    right = torch.arange(math.prod(shape)).double().view(shape)
    assert words in observed(change(right), right)


def test_the_line_of_an_error_is_named():
    def attempt(x):
        return x[7]

    said = judged(attempt)
    line = attempt.__code__.co_firstlineno + 1
    assert "IndexError" in said and f"(line {line} of your cell)" in said


def test_a_known_error_is_explained():
    def attempt(x):
        return x[7]

    def reasons(errors):
        return judged(attempt, errors=errors).splitlines()[1:]

    assert reasons({"out of bounds": "There are three."}) == ["There are three."]
    assert reasons({"must match": "There are three."}) == []


def test_an_input_that_was_changed_is_reported():
    def attempt(x):
        x *= 2
        return x

    assert "changed its input" in judged(attempt)


def test_the_reason_of_a_known_mistake_is_told():
    said = judged(lambda x: x + 2, ("It adds instead.", lambda x: x + 2))
    assert said.splitlines()[1] == "It adds instead."
    assert "gave [2, 3, 4]; expected [0, 2, 4]." in said


@pytest.mark.parametrize(
    "attempt, reason",
    [
        (lambda x: 6 * x, "3 times"),
        (lambda x: 2 * x + 1, "off by the same 1"),
        (lambda x: 2 * x.flip(0), "reverse order"),
    ],
)
def test_common_slips_are_recognized_without_being_listed(attempt, reason):
    assert reason in judged(attempt)


@pytest.mark.parametrize(
    "attempt, words",
    [
        (lambda x: (2 * x).tolist(), "returned a list"),
        (lambda x: (2 * x)[None], "returned shape (1, 3); expected (3,)"),
        (lambda x: (2 * x).double(), "returned torch.float64; expected torch.float32"),
        (lambda x: 2 * x * torch.nan, "gave [nan, nan, nan]"),
        (5, "should be a function"),
        (lambda: 1, "raised TypeError"),
    ],
)
def test_form_comes_before_value(attempt, words):
    assert words in judged(attempt)


def test_equal_infinities_are_equal():
    said = judged(double, cases=[(torch.tensor([torch.inf, 1.0]),)])
    assert said.startswith("Right:")


def value(answer, expected=6, *, pairs=(("One too few.", 5),), **more):
    more |= {"nudge": "Count.", "praise": "2 x 3."}
    return judge_value("count", answer, expected, known(*pairs), **more).text


def test_a_value_is_never_given_away():
    for wrong in (4, 5, 7.5, "six", [1, 2], True, ["a"]):
        said = value(wrong)
        assert said.startswith("Not yet:") and "6" not in said
    assert "One too few." in value(5)
    assert "Count." in value(4)


def test_tuples_are_compared_as_whole_numbers():
    assert value([3, 26], (3, 26)).startswith("Right:")
    assert value(torch.Size([3, 26]), (3, 26)).startswith("Right:")
    assert value((3.4, 26.4), (3, 26)).startswith("Not yet:")
    assert value((3,), (3, 26)).startswith("Not yet:")


@pytest.mark.parametrize(
    "answer, words",
    [
        ((3, 25, 7), "Look again at number 2. Count."),
        ([4, 26, 8], "Look again at numbers 1 and 3. Count."),
        ((4, 25, 8), "Look again at numbers 1, 2 and 3. Count."),
    ],
)
def test_of_several_numbers_the_wrong_ones_are_named_not_mended(answer, words):
    said = value(answer, (3, 26, 7))
    assert said.splitlines()[:2] == [f"Not yet: count is not {tuple(answer)}.", words]


def test_numbers_that_stand_for_something_are_named_after_it():
    said = value((4, 25, 7), (3, 26, 7), places="ABC")
    assert said.splitlines()[1] == "Look again at A and B. Count."


def test_a_known_reason_is_told_alone():
    said = value((3, 25), (3, 26), pairs=[("One too few.", (3, 25))])
    assert said.splitlines()[1:] == ["One too few."]


def test_two_mistakes_with_the_same_number_are_both_told():
    pairs = [("No bias.", 5), ("No weights.", 5), ("Nothing.", 0)]
    assert value(5, pairs=pairs).splitlines()[1] == "No bias. Or: No weights."


def test_mistakes_are_declared_beside_what_they_describe():
    mistakes = Mistakes()

    @mistakes("It adds.")
    def added(x):
        return x + 2

    mistakes("Too few.", 4, 5)
    assert added(1) == 3
    expected = [("It adds.", added), ("Too few.", 4), ("Too few.", 5)]
    assert list(mistakes) == expected


def test_a_choice_says_why():
    options = {"a": (False, "look again."), "b": (True, "well seen.")}
    said = [judge_choice("diagnosis", a, options).text for a in ("B", "a", "x", ...)]
    assert said[0] == "Right: well seen."
    assert said[1] == "Not yet: look again."
    assert "one of the letters a, b" in said[2]
    assert said[3].startswith("Not tried yet:")


@checker
def six(answer):
    return judge_value("count", answer, 6, Mistakes(), nudge="Count.", praise="2 x 3.")


def test_a_check_prints_its_verdict_and_returns_it(capsys):
    verdict = six(6)
    assert verdict.status is Status.RIGHT
    assert capsys.readouterr().out == "Right: count is 6. 2 x 3.\n" == f"{verdict}\n"


def test_a_solution_tells_no_answer_unless_it_is_wrong(capsys):
    assert six(6, solution=True).text == "Right: the solution passes this check."
    assert "Count." in six(5, solution=True).text


@pytest.mark.parametrize(
    ("results", "reached"), [([0.7], 0.7), ([0.2, 0.8], 0.8), ([0.2, 0.3], 0.3)]
)
def test_bad_luck_gets_a_second_training(results, reached):
    left = list(results)

    def measure(model, seed):
        model.weight.data.zero_()
        assert seed == len(results) - len(left)
        return left.pop(0)

    model = nn.Linear(2, 2)
    assert trained(model, measure, lambda share: share >= 0.5) == reached
    assert not left and (model.weight != 0).any()
