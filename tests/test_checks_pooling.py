"""Answers to lesson 02's exercises that a learner may give, right and wrong."""

import torch
import torch.nn.functional as F
from torch import nn

__all__ = ["RIGHT", "WRONG"]


def max_pool_autograd(x, size, stride, arriving):
    x = x.clone().requires_grad_()
    pooled = F.max_pool2d(x[None], size, stride)[0]
    pooled.backward(arriving)
    return pooled.detach(), x.grad


def plain(dilations, pools, channels):
    """Return layers: 3 x 3 convolutions, each of the first few with a pooling."""
    layers, inputs = [], 1
    for number, dilation in enumerate(dilations):
        conv = nn.Conv2d(inputs, channels, 3, padding=dilation, dilation=dilation)
        layers += [conv, nn.ReLU()]
        inputs = channels
        if number < pools:
            layers.append(nn.MaxPool2d(2))
    return nn.Sequential(*layers)


def wide(dilations=(1, 1, 1, 1, 2), pools=3, channels=16):
    return lambda: plain(dilations, pools, channels)


def wide_strided():
    strides, layers, inputs = (2, 2, 2, 1, 1, 1), [], 1
    for stride in strides:
        layers += [nn.Conv2d(inputs, 16, 3, stride, 1, bias=False)]
        layers += [nn.BatchNorm2d(16), nn.ReLU()]
        inputs = 16
    return nn.Sequential(*layers)


def wide_mean():
    return nn.Sequential(
        nn.AvgPool2d(4),
        nn.Conv2d(1, 16, 5, padding=2),
        nn.Tanh(),
        nn.AvgPool2d(2),
        nn.Conv2d(16, 16, 3, padding=1),
        nn.Tanh(),
        nn.Conv2d(16, 16, 3, padding=1),
        nn.Tanh(),
        nn.Conv2d(16, 16, 3, padding=1),
    )


def field(layers, *, moved="(reach / 2 - p) * jump", **slips):
    """Compute the field with formulas of a learner, some of them wrong."""
    formulas = {
        "reach": "d * (k - 1)",
        "early": "jump",
        "grown": "reach * jump",
        "moved": moved,
        "late": "jump * s",
        **slips,
    }
    size, jump, center = 1, 1, 0.0
    for k, s, p, d in layers:
        known = {"k": k, "s": s, "p": p, "d": d, "jump": jump}
        for name in formulas:
            known[name] = eval(formulas[name], known)
            if name == "early":
                known["jump"] = known["early"]
        size += known["grown"]
        center += known["moved"]
        jump = known["late"]
    return size, jump, center


def slip(**formulas):
    return lambda layers: field(layers, **formulas)


class _Blind(nn.Module):
    """Maps of the right shape that don't depend on the picture."""

    def forward(self, x):
        return torch.zeros(len(x), 16, 16, 16, dtype=x.dtype)


RIGHT = {
    "pooled_shape": [(8, 16, 13, 13), [8, 16, 13, 13]],
    "stripes_left": [8, 8.0],
    "hopeless": [(1, 3, 5, 7, 9), [9, 7, 5, 3, 1], {1, 3, 5, 7, 9}],
    "wide_view": [
        wide(),
        wide(dilations=(1, 1, 1, 1, 1, 1)),
        wide(dilations=(1, 1, 2, 2, 1)),
        wide_strided,
        wide_mean,
    ],
}


WRONG = {
    "pooled_shape": [
        ("three sizes", (16, 13, 13), "4 whole numbers"),
        ("a slip", (8, 16, 13, 14), "rounded down, plus one"),
    ],
    "mean_pool": [
        ("PyTorch's own", lambda x, s: F.avg_pool2d(x, s), "PyTorch's avg_pool2d"),
        (
            "one channel only",
            lambda x, s: F.conv2d(x, x.new_ones(1, 1, s, s) / s**2, stride=s),
            "raised RuntimeError",
        ),
    ],
    "max_pool": [
        ("autograd", max_pool_autograd, "without autograd"),
    ],
    "stripes_left": [
        ("a slip", 11, "whole turns leave no trace"),
    ],
    "receptive_field": [
        ("a slip", slip(grown="reach * jump + 2"), "(size) gave 5"),
    ],
    "hopeless": [
        ("one missing", (3, 5, 7, 9), "at least one is missing"),
        ("one too many", (1, 3, 5, 6, 7, 9), "at least one that can"),
        ("one wrong", (1, 3, 5, 7, 8), "two_dots"),
        ("a number", 5, "whole numbers"),
    ],
    "wide_view": [
        ("plain", wide(dilations=(1,), pools=0, channels=16), "sees 3 pixels"),
        ("too short", wide(dilations=(1, 1, 1, 1)), "the goal is 60"),
        ("many layers", wide(dilations=(1,) * 8), "the budget is 12,000"),
        ("full size", wide(dilations=(1, 1, 1), pools=0), "Shrink the"),
        (
            "one wide window",
            lambda: nn.Sequential(nn.Conv2d(1, 16, 1), nn.AvgPool2d(65, 1, 32)),
            "larger than 4 x 4",
        ),
        ("one channel", wide(channels=1), "at least 16 are needed"),
        ("too small", wide(pools=4, dilations=(1,) * 5), "8 x 8"),
        (
            "holes",
            wide(dilations=(1, 1, 1, 8)),
            "columns across which one value sees don't count",
        ),
        (
            "flattened",
            lambda: nn.Sequential(wide()(), nn.Flatten()),
            "Leave out what comes after",
        ),
        ("a network", wide()(), "a function that builds"),
        ("cut off", lambda: _Blind(), "sees 0 pixels"),
    ],
}
