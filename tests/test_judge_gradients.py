"""Gradients count where a network is trained through a function; a cut one is named."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from checkers import judged

from lessons_lib.checks import (
    batchnorm,
    gates,
    inception,
    mlp,
    pooling,
    recurrence,
    residual,
)
from lessons_lib.checks.judge import Mistakes, Status, judge_function, randn


def layer(x, weight):
    return torch.tanh(x @ weight.T)


def check(attempt, reference=layer):
    cases = [(randn(2, 3), randn(4, 3, seed=1)), (randn(1, 2), randn(2, 2, seed=1))]
    return judge_function(
        "layer",
        attempt,
        reference,
        cases,
        Mistakes(),
        arguments=("x", "weight"),
        gradients=("x", "weight"),
    )


def by_loops(x, weight):
    result = torch.zeros(len(x), len(weight))
    for n, row in enumerate(x):
        for o, weights in enumerate(weight):
            result[n, o] = (row * weights).sum().tanh()
    return result


def in_numpy(x, weight):
    return torch.from_numpy(np.tanh(x.numpy() @ weight.numpy().T))


def under_no_grad(x, weight):
    with torch.no_grad():
        return layer(x, weight)


def number_by_number(x, weight):
    rows = [[(r * w).sum().tanh().item() for w in weight] for r in x]
    return torch.tensor(rows, dtype=x.dtype)


@pytest.mark.parametrize(
    "attempt",
    [
        layer,
        by_loops,
        lambda x, w: torch.einsum("nd,od->no", x, w).tanh(),
        lambda x, w: torch.stack([(r * w).sum(1) for r in x]).tanh(),
        lambda x, w: 1 - 2 / ((2 * F.linear(x, w)).exp() + 1),
    ],
)
def test_a_right_gradient_of_any_style(attempt):
    assert check(attempt).status is Status.RIGHT


@pytest.mark.parametrize(
    "attempt, told, cut",
    [
        (lambda x, w: layer(x, w).detach(), "flows back to x, weight", "detach()"),
        (lambda x, w: layer(x, w.data), "flows back to weight", ".data"),
        (lambda x, w: layer(x.detach(), w), "flows back to x", "detach()"),
        (under_no_grad, "flows back to x, weight", "torch.no_grad()"),
        (number_by_number, "flows back to x, weight", "item()"),
        (in_numpy, "no gradient flows back", "numpy()"),
        (lambda x, w: torch.tensor(layer(x, w)), "flows back to x", "torch.tensor()"),
        (
            lambda x, w: layer(x, w) + 0 * x.sum() + layer(x.detach(), w) - layer(x, w),
            "flows back to x",
            "detach()",
        ),
        (
            lambda x, w: layer(x, w / 2 + w.detach() / 2),
            "a wrong gradient of weight",
            "detach()",
        ),
    ],
)
def test_a_cut_gradient_is_named(attempt, told, cut):
    verdict = check(attempt)
    assert verdict.status is Status.NOT_YET
    assert told in verdict.message and cut in verdict.mistake, verdict.text


def test_a_right_gradient_counts_only_where_the_reference_has_one():
    assert check(layer, lambda x, w: layer(x.detach(), w)).status is Status.RIGHT


def detached(function):
    """Cut the first result off."""

    def cut(*arguments):
        result = function(*arguments)
        if isinstance(result, tuple):
            return result[0].detach(), *result[1:]
        return result.detach()

    return cut


def batch_norm(x, weight, bias, mean, var, training):
    mean, var = mean.clone(), var.clone()
    return F.batch_norm(x, mean, var, weight, bias, training), mean, var


def block(x, w1, w2):
    y = F.conv2d(F.relu(x), w1, padding=1)
    return x + F.conv2d(F.relu(y), w2, padding=1)


def run_cell(x, h, *weights):
    states = []
    for x_t in x:
        h = torch.rnn_tanh_cell(x_t, h, *weights)
        states.append(h)
    return torch.stack(states), h


@pytest.mark.parametrize(
    "check, right",
    [
        (batchnorm.batch_norm, batch_norm),
        (
            inception.pointwise,
            lambda x, w, b: (w @ x.flatten(2) + b[:, None]).view(
                len(x), len(w), *x.shape[2:]
            ),
        ),
        (mlp.cross_entropy, F.cross_entropy),
        (
            pooling.mean_pool,
            lambda x, s: x.unfold(2, s, s).unfold(3, s, s).mean((4, 5)),
        ),
        (residual.pre_activation, block),
        (
            residual.zero_padded,
            lambda x, c: F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, 0, c - x.shape[1])),
        ),
        (recurrence.run_cell, run_cell),
        (gates.gru_cell, torch.gru_cell),
    ],
)
def test_the_lessons_functions_let_gradients_pass(check, right):
    assert judged(check, right)[0].status is Status.RIGHT
    verdict, _ = judged(check, detached(right))
    assert verdict.status is Status.NOT_YET
    assert "gradient" in verdict.message and "detach()" in verdict.mistake
