"""Answers to lesson 02's exercises that a learner may give, right and wrong."""

import torch
import torch.nn.functional as F

__all__ = ["RIGHT", "UNTRIED", "WRONG"]


def mean_pool(x, size):
    channels = x.shape[1]
    weight = x.new_full((channels, 1, size, size), 1 / size**2)
    return F.conv2d(x, weight, stride=size, groups=channels)


def mean_pool_mixed(x, size):
    channels = x.shape[1]
    weight = x.new_full((channels, channels, size, size), 1 / size**2)
    return F.conv2d(x, weight, stride=size)


def max_gradient(x, arriving):
    gradient = torch.zeros_like(x)
    for r in range(arriving.shape[0]):
        for c in range(arriving.shape[1]):
            window = x[2 * r : 2 * r + 2, 2 * c : 2 * c + 2]
            row, column = divmod(int(window.argmax()), 2)
            gradient[2 * r + row, 2 * c + column] = arriving[r, c]
    return gradient


def max_gradient_autograd(x, arriving):
    x = x.clone().requires_grad_()
    F.max_pool2d(x[None, None], 2).backward(arriving[None, None])
    return x.grad


def max_gradient_shared(x, arriving):
    x = x.clone().requires_grad_()
    rows, columns = arriving.shape
    windows = x.view(rows, 2, columns, 2).transpose(1, 2)
    windows.amax(dim=(2, 3)).backward(arriving)
    return x.grad


def max_gradient_everyone(x, arriving):
    largest = F.max_pool2d(x[None, None], 2)
    wide = F.interpolate(largest, scale_factor=2)[0, 0]
    return (x == wide) * F.interpolate(arriving[None, None], scale_factor=2)[0, 0]


def max_gradient_misplaced(window, place, rows=0, columns=1, swap=False):
    """Return a learner's loop: where windows begin, where gradients go, how far."""

    def attempt(x, arriving):
        gradient = torch.zeros_like(x)
        for r in range(arriving.shape[rows]):
            for c in range(arriving.shape[columns]):
                top, left = window * r, window * c
                number = int(x[top : top + 2, left : left + 2].argmax())
                row, column = divmod(number, 2)
                if swap:
                    row, column = column, row
                gradient[place * r + row, place * c + column] = arriving[r, c]
        return gradient

    return attempt


def max_gradient_spread(x, arriving):
    return F.interpolate(arriving[None, None], scale_factor=2)[0, 0] / 4


def receptive_field(layers):
    size, jump, center = 1, 1, 0.0
    for kernel_size, stride, padding, dilation in layers:
        reach = dilation * (kernel_size - 1)
        size += reach * jump
        center += (reach / 2 - padding) * jump
        jump *= stride
    return size, jump, center


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


RIGHT = {
    "pooled_shape": [(8, 16, 13, 13), [8, 16, 13, 13]],
    "mean_pool": [mean_pool],
    "max_gradient": [max_gradient],
    "layers_needed": [112, 112.0],
    "receptive_field": [receptive_field],
    "dots_network": ["c", " C "],
}

UNTRIED = {
    "pooled_shape": [...],
    "mean_pool": [lambda x, size: None],
    "max_gradient": [lambda x, arriving: None],
    "layers_needed": [...],
    "receptive_field": [lambda layers: None],
    "dots_network": [...],
}

WRONG = {
    "pooled_shape": [
        ("halved", (8, 16, 14, 14), "what a 2 x 2 window gives"),
        ("stride 3", (8, 16, 9, 9), "only so if no stride is given"),
        ("no stride", (8, 16, 26, 26), "stride was ignored"),
        ("channels pooled too", (8, 8, 13, 13), "each channel on its own"),
        ("first position forgotten", (8, 16, 12, 12), "first position"),
        ("three sizes", (16, 13, 13), "4 whole numbers"),
        ("a slip", (8, 16, 13, 14), "rounded down, plus one"),
    ],
    "mean_pool": [
        ("PyTorch's own", lambda x, s: F.avg_pool2d(x, s), "PyTorch's avg_pool2d"),
        ("stride 1", lambda x, s: F.avg_pool2d(x, s, 1), "as large as the window"),
        ("sum", lambda x, s: mean_pool(x, s) * s * s, "1 divided by the number"),
        ("divided by the side", lambda x, s: mean_pool(x, s) * s, "size squared"),
        ("channels added", mean_pool_mixed, "channels were added up"),
        (
            "channels averaged",
            lambda x, s: mean_pool_mixed(x, s) / x.shape[1],
            "channels were averaged",
        ),
        ("max", F.max_pool2d, "largest values"),
        (
            "one channel only",
            lambda x, s: F.conv2d(x, x.new_ones(1, 1, s, s) / s**2, stride=s),
            "raised RuntimeError",
        ),
    ],
    "max_gradient": [
        ("autograd", max_gradient_autograd, "without autograd"),
        ("a quarter each", max_gradient_spread, "the winner takes all"),
        ("copied", lambda x, a: 4 * max_gradient_spread(x, a), "Only the winner"),
        ("ties share", max_gradient_shared, "tied winners share"),
        ("each tied winner", max_gradient_everyone, "each of the tied winners"),
        (
            "the last tied winner",
            lambda x, a: max_gradient(x.flip(0, 1), a.flip(0, 1)).flip(0, 1),
            "the last of the tied",
        ),
        (
            "ones",
            lambda x, a: max_gradient(x, torch.ones_like(a)),
            "the value that arrives",
        ),
        (
            "the maximum itself",
            lambda x, a: max_gradient(x, F.max_pool2d(x[None], 2)[0]),
            "largest values themselves",
        ),
        ("swapped", max_gradient_misplaced(2, 2, swap=True), "gives the row first"),
        ("place without 2", max_gradient_misplaced(2, 1), "at the wrong place"),
        ("window without 2", max_gradient_misplaced(1, 2), "one pixel apart"),
        ("no stride", max_gradient_misplaced(1, 1), "stride was forgotten"),
        ("square", max_gradient_misplaced(2, 2, columns=0), "columns got nothing"),
        ("square, wide", max_gradient_misplaced(2, 2, rows=1), "need not be square"),
    ],
    "layers_needed": [
        ("not rounded", 111.5, "round up"),
        ("one too few", 111, "223 pixels"),
        ("three per layer", 75, "windows overlap"),
        ("one per layer", 223, "one at each end"),
        ("doubling", 8, "same amount every time"),
        ("a slip", 100, "Two layers: 5 pixels"),
    ],
    "receptive_field": [
        ("no jump", slip(grown="reach", moved="reach / 2 - p"), "jump is missing:"),
        ("no jump in the size", slip(grown="reach"), "missing in the size"),
        ("no jump in the center", slip(moved="reach / 2 - p"), "missing in the center"),
        ("stride too early", slip(early="jump * s", late="jump"), "used too early"),
        ("jump = stride", slip(late="s"), "set to the stride"),
        ("jump added", slip(late="jump + s"), "added to the jump"),
        ("no dilation", slip(reach="k - 1"), "dilation was ignored"),
        ("no padding", slip(moved="reach / 2 * jump"), "to the left."),
        ("sign of padding", slip(moved="(reach / 2 + p) * jump"), "not to the right"),
        ("padding alone", slip(moved="reach / 2 * jump - p"), "padding wasn't multi"),
        ("no half", slip(moved="(reach - p) * jump"), "moves by half"),
        ("rounded center", slip(moved="(reach // 2 - p) * jump"), "may be a half"),
        ("K in the size", slip(grown="k * d * jump"), "adds K - 1 to the size"),
        ("K instead of K - 1", slip(reach="d * k"), "K - 1 steps, not K"),
        ("DK - 1", slip(reach="d * k - 1"), "subtract before you multiply"),
        ("size only", lambda layers: receptive_field(layers)[0], "the size alone"),
        ("no center", lambda layers: receptive_field(layers)[:2], "center is missing"),
        ("a slip", slip(grown="reach * jump + 2"), "(size) gave 5"),
    ],
    "dots_network": [
        ("learning rate", "a", "the same two numbers"),
        ("data", "b", "would look the same to this network"),
        ("channels", "d", "same 7 x 7 pixels"),
        ("no such letter", "e", "one of the letters"),
    ],
}
