"""Answers to lesson 08's exercises that a learner may give, right and wrong."""

import torch
from torch import nn

__all__ = ["RIGHT", "UNTRIED", "WRONG"]


def run_cell(x, h, w_ih, w_hh, b_ih, b_hh):
    states = []
    for t in range(len(x)):
        h = torch.tanh(x[t] @ w_ih.T + h @ w_hh.T + b_ih + b_hh)
        states.append(h)
    return torch.stack(states), h


def run_by_torch(x, h, *weights):
    rnn = nn.RNN(x.shape[2], h.shape[1], dtype=x.dtype)
    with torch.no_grad():
        for parameter, weight in zip(rnn.parameters(), weights, strict=True):
            parameter.copy_(weight)
        states, last = rnn(x, h[None])
    return states, last[0]


def run_without_memory(x, h, *weights):
    states = torch.stack([run_cell(x_t[None], h, *weights)[1] for x_t in x])
    return states, states[-1]


def run_linear(x, h, w_ih, w_hh, b_ih, b_hh):
    states = []
    for x_t in x:
        h = x_t @ w_ih.T + h @ w_hh.T + b_ih + b_hh
        states.append(h)
    return torch.stack(states), h


def run_states_before(x, h, *weights):
    states, last = run_cell(x, h, *weights)
    return torch.cat([h[None], states[:-1]]), last


def run_batch_first(x, h, *weights):
    states, last = run_cell(x, h, *weights)
    return states.transpose(0, 1), last


def clip(first, second, limit):
    norm = (first.square().sum() + second.square().sum()).sqrt()
    factor = min(1.0, limit / norm.item()) if norm > 0 else 1.0
    return first * factor, second * factor


def clip_by_torch(first, second, limit):
    parameters = [nn.Parameter(torch.zeros_like(g)) for g in (first, second)]
    for parameter, gradient in zip(parameters, (first, second), strict=True):
        parameter.grad = gradient.clone()
    nn.utils.clip_grad_norm_(parameters, limit)
    return tuple(parameter.grad for parameter in parameters)


def clip_each(first, second, limit):
    return tuple(g * min(1, limit / (g.norm().item() + 1e-9)) for g in (first, second))


def clip_always(first, second, limit):
    norm = torch.cat([first.flatten(), second.flatten()]).norm()
    return first * limit / norm, second * limit / norm


def gru_cell(x, h, w_ih, w_hh, b_ih, b_hh, *, swap=False, keep_h=True):
    r_x, z_x, n_x = (x @ w_ih.T + b_ih).chunk(3, dim=1)
    r_h, z_h, n_h = (h @ w_hh.T + b_hh).chunk(3, dim=1)
    r, z = torch.sigmoid(r_x + r_h), torch.sigmoid(z_x + z_h)
    r, z = (z, r) if swap else (r, z)
    n = torch.tanh(n_x + r * n_h)
    return (1 - z) * n + z * h if keep_h else z * n + (1 - z) * h


def gru_of_the_paper(x, h, w_ih, w_hh, b_ih, b_hh):
    r_x, z_x, n_x = (x @ w_ih.T + b_ih).chunk(3, dim=1)
    w_r, w_z, w_n = w_hh.chunk(3)
    b_r, b_z, b_n = b_hh.chunk(3)
    r = torch.sigmoid(r_x + h @ w_r.T + b_r)
    z = torch.sigmoid(z_x + h @ w_z.T + b_z)
    return (1 - z) * torch.tanh(n_x + (r * h) @ w_n.T + b_n) + z * h


def gru_bias_outside(x, h, w_ih, w_hh, b_ih, b_hh):
    third = len(b_hh) * 2 // 3
    outside = torch.cat([torch.zeros_like(b_hh[:third]), b_hh[third:]])
    return gru_cell(x, h, w_ih, w_hh, b_ih + outside, b_hh - outside)


RIGHT = {
    "parameters_of_rnn": [6016, 6016.0],
    "run_cell": [run_cell],
    "shapes": [(8, 15, 20, 2, 8, 20), [8, 15, 20, 2, 8, 20]],
    "clip": [clip],
    "gru_cell": [gru_cell, torch.gru_cell],
    "carried_over": ["c", "C"],
}

UNTRIED = {
    "parameters_of_rnn": [...],
    "run_cell": [lambda x, h, w_ih, w_hh, b_ih, b_hh: None],
    "shapes": [...],
    "clip": [lambda first, second, limit: None],
    "gru_cell": [lambda x, h, w_ih, w_hh, b_ih, b_hh: None],
    "carried_over": [...],
}

WRONG = {
    "parameters_of_rnn": [
        ("no bias", 5888, "biases, too"),
        ("one bias", 5952, "two biases"),
        ("a cell for each row", 28 * 6016, "counted once"),
        ("glued pixels", 64 * 784 + 64 * 64 + 128, "28 inputs, not 784"),
        ("inputs only", 1792, "one for the hidden state"),
        ("a slip", 6000, "Two matrices"),
    ],
    "run_cell": [
        ("no memory", run_without_memory, "goes into the next"),
        ("no tanh", run_linear, "tanh is missing"),
        ("states before", run_states_before, "after the cell has run"),
        ("batch first", run_batch_first, "expected (2, 1, 2)"),
        ("one result", lambda *case: run_cell(*case)[0], "expected 2 values"),
        (
            "one bias",
            lambda x, h, w, v, b, c: run_cell(x, h, w, v, b, 0 * c),
            "b_hh was not added",
        ),
        (
            "other bias",
            lambda x, h, w, v, b, c: run_cell(x, h, w, v, 0 * b, c),
            "b_ih was not added",
        ),
        (
            "transposed",
            lambda x, h, w, v, b, c: run_cell(x, h, w, v.T, b, c),
            "h @ w_hh.T",
        ),
        ("from zero", lambda x, h, *w: run_cell(x, 0 * h, *w), "the h that is given"),
        ("backward", lambda x, *case: run_cell(x.flip(0), *case), "time ran backward"),
        ("first state", lambda *c: (run_cell(*c)[0], run_cell(*c)[0][0]), "the first"),
        ("old h", lambda x, h, *w: (run_cell(x, h, *w)[0], h), "that was given"),
    ],
    "shapes": [
        ("batch first in hidden", (8, 15, 20, 8, 2, 20), "leaves hidden"),
        ("time first", (15, 8, 20, 2, 8, 20), "as the input has"),
        ("inputs", (8, 15, 10, 2, 8, 20), "not the 10"),
        ("layers beside each other", (8, 15, 40, 2, 8, 20), "top layer only"),
        ("three numbers", (8, 15, 20), "6 whole numbers"),
        ("a slip", (8, 15, 20, 3, 8, 20), "hidden has the layers"),
    ],
    "clip": [
        ("each alone", clip_each, "its own norm"),
        ("lengthened", clip_always, "never more than 1"),
        ("by value", lambda a, b, m: (a.clamp(-m, m), b.clamp(-m, m)), "single"),
        ("not at all", lambda a, b, m: (a.clone(), b.clone()), "as they came"),
        ("one result", lambda a, b, m: clip(a, b, m)[0], "expected 2 values"),
        ("to one", lambda a, b, m: clip_always(a, b, 1.0), "expected"),
        (
            "squared",
            lambda a, b, m: (a * m / (a @ a + b @ b), b * m / (a @ a + b @ b)),
            "root is missing",
        ),
        (
            "norms added",
            lambda a, b, m: (a * m / (a.norm() + b.norm()), b),
            "expected",
        ),
    ],
    "gru_cell": [
        ("z exchanged", lambda *c: gru_cell(*c, keep_h=False), "z keeps"),
        ("r and z", lambda *c: gru_cell(*c, swap=True), "the order r, z, n"),
        ("paper", gru_of_the_paper, "paper of 2014"),
        ("bias outside", gru_bias_outside, "left outside"),
        ("RNN", lambda x, h, w, v, b, c: torch.tanh(x @ w.T + b), "expected (1, 1)"),
    ],
    "carried_over": [
        ("detach", "a", "all 28 rows"),
        ("rate", "b", "weights are the same"),
        ("shuffling", "d", "whole pictures"),
    ],
}


def test_right_answers_are_torch():
    case = [torch.randn(*s, dtype=torch.float64) for s in ((5, 2, 3), (2, 4))]
    weights = [torch.randn(*s, dtype=torch.float64) for s in ((4, 3), (4, 4), (4,))]
    for ours, theirs in zip(
        run_cell(*case, *weights, weights[2]),
        run_by_torch(*case, *weights, weights[2]),
        strict=True,
    ):
        torch.testing.assert_close(ours, theirs)


def test_clip_is_torch():
    first, second = torch.randn(3, 4).double(), torch.randn(4).double()
    for limit in (0.5, 100.0):
        torch.testing.assert_close(
            clip(first, second, limit), clip_by_torch(first, second, limit)
        )
