"""A slip in the code of a function is found where it is."""

import functools

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


def test_a_slip_is_found_inside_another_function():
    def inside(factor):
        def attempt(x, weight, scale):
            total = factor * x @ weight.T
            return torch.tanh(total - scale * x.mean(dim=0, keepdim=True))

        return attempt

    assert check(inside(1)).mistake.startswith("Look again at 0 in line")


class Called:
    def __call__(self, x, weight, scale):
        return star(x, weight, scale)


def uses_other_signs(x, weight, scale, more=1 % 2 | 4 // 2):
    total = x @ weight.T
    total += more
    return torch.sigmoid(total)


def counts():
    number = 0

    def attempt(x, weight, scale):
        nonlocal number
        number += 1
        return torch.sigmoid(right(x, weight, scale))

    return attempt


def without_source():
    namespace = {"torch": torch, "star": star}
    exec("def attempt(x, weight, scale): return star(x, weight, scale)", namespace)
    return namespace["attempt"]


@pytest.mark.parametrize(
    "attempt",
    [
        Called(),
        lambda x, weight, scale: star(x, weight, scale),
        functools.partial(star),
        uses_other_signs,
        counts(),
        without_source(),
    ],
)
def test_where_no_slip_can_be_sought_the_rest_is_told(attempt):
    verdict = check(attempt)
    assert verdict.status is Status.NOT_YET
    assert "Look again" not in verdict.mistake


def test_a_return_inside_the_loop_is_named():
    def attempt(x, h, w_ih, w_hh, b_ih, b_hh):
        states = []
        for x_t in x:
            h = torch.tanh(x_t @ w_ih.T + b_ih + h @ w_hh.T + b_hh)
            states.append(h)
            return torch.stack(states), h

    assert "inside the loop" in judged(run_cell, attempt)[0].mistake


def test_a_return_that_ends_a_search_is_left_alone():
    def attempt(x, weight, scale):
        for row in x:
            if row.sum() > 99:
                return row
        return 2 * x

    assert "loop" not in check(attempt).mistake


def test_what_a_search_for_the_slip_prints_is_hidden(capsys):
    def attempt(x, weight, scale):
        print("once")
        return sigmoid(x, weight, scale)

    check(attempt)
    assert capsys.readouterr().out == "once\n"
