"""Answers to lesson 05's exercises that a learner may give, right and wrong."""

import torch
import torch.nn.functional as F
from torch import nn

__all__ = ["RIGHT", "WRONG"]


def batch_norm(
    x,
    weight,
    bias,
    running_mean,
    running_var,
    training,
    *,
    axes=None,
    used=0,
    stored=1,
    new=0.1,
    eps_inside=True,
):
    """Normalize as a learner may write it, with the usual slips as options."""

    def wide(v):
        return v.reshape(1, -1, *[1] * (x.ndim - 2))

    if axes is None:
        axes = (0, *range(2, x.ndim))
    mean, var = running_mean, running_var
    if training:
        mean, var = x.mean(axes), x.var(axes, correction=used)
        kept = x.var(axes, correction=stored)
        running_mean = (1 - new) * running_mean + new * mean
        running_var = (1 - new) * running_var + new * kept
    root = (wide(var) + 1e-5).sqrt() if eps_inside else wide(var).sqrt() + 1e-5
    output = (x - wide(mean)) / root * wide(weight) + wide(bias)
    return output, running_mean, running_var


def batch_norm_changing(x, weight, bias, running_mean, running_var, training):
    output = F.batch_norm(x, running_mean, running_var, weight, bias, training)
    return output, running_mean, running_var


def batch_norm_over_batch_only(x, w, b, mean, var, training):
    if not training:
        return batch_norm(x, w, b, mean, var, training)
    one = (-1, *[1] * (x.ndim - 2))
    m, v = x.mean(0), x.var(0, correction=0)
    output = (x - m) / (v + 1e-5).sqrt() * w.view(one) + b.view(one)
    return output, 0.9 * mean + 0.1 * m, 0.9 * var + 0.1 * x.var(0)


def batch_norm_per_sample(*case):
    return batch_norm(*case, axes=(1,)) if case[0].ndim == 2 else batch_norm(*case)


def fold(weight, bias, gamma, beta, mean, var):
    scale = gamma / (var + 1e-5) ** 0.5
    return weight * scale[:, None, None, None], scale * (bias - mean) + beta


def backward(
    grad, x, weight, *, mean_way=1, var_way=1, eps=1e-5, gamma=True, correction=0
):
    """Send a gradient back as a learner may write it, with the usual slips."""
    axes = (0, *range(2, x.ndim))
    mean = x.mean(axes, keepdim=True)
    root = (x.var(axes, correction=correction, keepdim=True) + eps).sqrt()
    hat = (x - mean) / root
    wide = weight.view(1, -1, *[1] * (x.ndim - 2))
    inner = grad * wide if gamma else grad
    inner_mean = inner.mean(axes, keepdim=True)
    along = (inner * hat).mean(axes, keepdim=True)
    dx = (inner - mean_way * inner_mean - var_way * hat * along) / root
    return dx, (grad * hat).sum(axes), grad.sum(axes)


def backward_by_autograd(grad, x, weight):
    x, weight = x.clone().requires_grad_(), weight.clone().requires_grad_()
    bias = torch.zeros_like(weight).requires_grad_()
    output = F.batch_norm(x, None, None, weight, bias, training=True)
    return torch.autograd.grad(output, (x, weight, bias), grad)


def deep(rule=nn.init.orthogonal_, activation=nn.Tanh, depth=20, width=100, norm=None):
    def build():
        layers, inputs = [nn.Flatten()], 784
        for _ in range(depth):
            linear = nn.Linear(inputs, width)
            if rule:
                rule(linear.weight)
                nn.init.zeros_(linear.bias)
            layers += [linear, *([norm(width)] if norm else []), activation()]
            inputs = width
        return nn.Sequential(*layers, nn.Linear(width, 10))

    return build


class Shortcuts(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.last = nn.Linear(784, 100), nn.Linear(100, 10)
        self.blocks = nn.ModuleList(nn.Linear(100, 100) for _ in range(20))

    def forward(self, x):
        x = self.first(x.flatten(1))
        for block in self.blocks:
            x = x + torch.tanh(block(x))
        return self.last(x)


RIGHT = {
    "deep_network": [deep(), lambda: Shortcuts()],
    "diagnosis": [(3, 1, 4, 2), [3, 1, 4, 2]],
    "numbers_kept": [(64, 65)],
    "how_many_means": [(6, 8, 24)],
}


WRONG = {
    "batch_norm": [
        ("over the batch only", batch_norm_over_batch_only, "expected (3,)"),
        ("rows, not columns", batch_norm_per_sample, "expected"),
        ("in place", batch_norm_changing, "changed its input"),
        ("one result", lambda *case: batch_norm(*case)[0], "expected 3 values"),
    ],
    "numbers_kept": [
        ("a slip", (60, 65), "Two numbers per channel"),
        ("one number", 129, "2 whole numbers"),
    ],
    "fold": [
        ("weight only", lambda *case: fold(*case)[0], "expected 2 values"),
    ],
    "batch_norm_backward": [
        ("autograd", backward_by_autograd, "without autograd"),
        ("one value", lambda *case: backward(*case)[0], "expected 3 values"),
    ],
    "diagnosis": [
        ("one twice", (3, 1, 4, 3), "Look again at D. Each of the four"),
        ("all alike", (1, 1, 1, 1), "Look again at A, C and D. Each"),
    ],
    "deep_network": [
        (
            "PyTorch's weights",
            deep(rule=None, activation=nn.ReLU),
            "reaches the last layer",
        ),
        ("sigmoid", deep(activation=nn.Sigmoid), "the last layer"),
        ("too shallow", deep(depth=18), "19 linear layers"),
        ("too wide", deep(width=120), "the budget is 100"),
        ("normalized", deep(norm=nn.LayerNorm), "without normalization"),
        ("BatchNorm", deep(norm=nn.BatchNorm1d), "without normalization"),
        ("no activation of its own", 3, "should be a function"),
        ("trained network itself", deep()(), "should be a function"),
    ],
    "how_many_means": [
        ("a slip", (6, 8, 25), "Count the regions"),
    ],
}
