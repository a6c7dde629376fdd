"""A slip in the code of a function is found where it is."""

import pytest
import torch
from checkers import judged

from lessons_lib.checks.judge import Mistakes, Status, judge_function, randn
from lessons_lib.checks.recurrence import run_cell


def right(x, weight, scale):
    total = x @ weight.T
    return torch.tanh(total - scale * x.mean(dim=1, keepdim=True))


def check(attempt):
    cases = [(randn(n, n), randn(n, n, seed=1), n) for n in (2, 3)]
    cases.append((randn(2, 4), randn(3, 4, seed=1), 5))
    names = ("x", "weight", "scale")
    return judge_function("f", attempt, right, cases, Mistakes(), arguments=names)


def star(x, weight, scale):
    total = x * weight.T
    return torch.tanh(total - scale * x.mean(dim=1, keepdim=True))


def matrix(x, weight, scale):
    total = x @ weight.T
    return torch.tanh(total - scale @ x.mean(dim=1, keepdim=True))


def plus(x, weight, scale):
    total = x @ weight.T
    return torch.tanh(total + scale * x.mean(dim=1, keepdim=True))


def sigmoid(x, weight, scale):
    total = x @ weight.T
    return torch.sigmoid(total - scale * x.mean(dim=1, keepdim=True))


def other_variable(x, weight, scale):
    total = x @ weight.T
    return torch.tanh(total - scale * total.mean(dim=1, keepdim=True))


def other_axis(x, weight, scale):
    total = x @ weight.T
    return torch.tanh(total - scale * x.mean(dim=0, keepdim=True))


@pytest.mark.parametrize(
    "attempt, words, line",
    [
        (star, "* (*", 1),
        (matrix, "@ (*", 2),
        (plus, "+", 2),
        (sigmoid, "sigmoid", 2),
        (other_variable, "total", 2),
        (other_axis, "0", 2),
    ],
)
def test_the_one_place_that_is_wrong_is_named(attempt, words, line):
    verdict = check(attempt)
    line += attempt.__code__.co_firstlineno
    assert verdict.status is Status.NOT_YET
    assert verdict.mistake.startswith(f"Look again at {words}"), verdict.text
    assert f"in line {line}:" in verdict.mistake


def test_a_return_inside_the_loop_is_named():
    def attempt(x, h, w_ih, w_hh, b_ih, b_hh):
        states = []
        for x_t in x:
            h = torch.tanh(x_t @ w_ih.T + b_ih + h @ w_hh.T + b_hh)
            states.append(h)
            return torch.stack(states), h

    assert "inside the loop" in judged(run_cell, attempt)[0].mistake


def only_square(x, weight, scale):
    total = right(x, weight, scale)
    return total if x.shape == x.T.shape else total.cos()


@pytest.mark.parametrize(
    "attempt, words",
    [
        (lambda x, w, s: right(x, w, s // s), "scale was always 1"),
        (lambda x, w, s: right(x, w.new_zeros(w.shape), s), "weight was left"),
        (lambda x, w, s: right(x, w.neg(), s), "weight had the wrong sign"),
        (lambda x, w, s: right(x, w, len([*range(s), s])), "scale was one larger"),
        (lambda x, w, s: right(x.flip(-1), w, s), "x ran backward"),
        (only_square, "right for as many rows as columns"),
        (lambda x, w, s: right(x, w, s) * torch.nan, "NaN"),
        (lambda x, w, s: torch.zeros_like(right(x, w, s)), "All values are 0"),
        (lambda x, w, s: right(x, w, s).relu(), "is a ReLU"),
    ],
)
def test_a_misuse_is_named(attempt, words):
    verdict = check(attempt)
    assert verdict.status is Status.NOT_YET
    assert words in verdict.mistake, verdict.text


def test_what_a_search_for_the_slip_prints_is_hidden(capsys):
    def attempt(x, weight, scale):
        print("once")
        return plus(x, weight, scale)

    check(attempt)
    assert capsys.readouterr().out == "once\n"
