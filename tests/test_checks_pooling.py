"""Answers to lesson 02's exercises that a learner may give, right and wrong."""

import torch
import torch.nn.functional as F
from torch import nn

__all__ = ["RIGHT", "UNTRIED", "WRONG"]


def mean_pool(x, size):
    channels = x.shape[1]
    weight = x.new_full((channels, 1, size, size), 1 / size**2)
    return F.conv2d(x, weight, stride=size, groups=channels)


def mean_pool_mixed(x, size):
    channels = x.shape[1]
    weight = x.new_full((channels, channels, size, size), 1 / size**2)
    return F.conv2d(x, weight, stride=size)


def max_pool(x, size, stride, arriving):
    pooled, gradient = torch.zeros_like(arriving), torch.zeros_like(x)
    for r in range(arriving.shape[0]):
        for c in range(arriving.shape[1]):
            top, left = r * stride, c * stride
            window = x[top : top + size, left : left + size]
            row, column = divmod(int(window.argmax()), size)
            pooled[r, c] = window[row, column]
            gradient[top + row, left + column] += arriving[r, c]
    return pooled, gradient


def max_pool_autograd(x, size, stride, arriving):
    x = x.clone().requires_grad_()
    pooled = F.max_pool2d(x[None], size, stride)[0]
    pooled.backward(arriving)
    return pooled.detach(), x.grad


def max_pool_sent(gradient_of):
    """Return a learner's function whose backward pass is another one."""

    def attempt(x, size, stride, arriving):
        pooled = F.max_pool2d(x[None], size, stride)[0]
        gradient = torch.zeros_like(x)
        for r in range(arriving.shape[0]):
            for c in range(arriving.shape[1]):
                top, left = r * stride, c * stride
                window = x[top : top + size, left : left + size]
                part = gradient[top : top + size, left : left + size]
                gradient_of(part, window, arriving[r, c])
        return pooled, gradient

    return attempt


def overwritten(part, window, arriving):
    row, column = divmod(int(window.argmax()), window.shape[1])
    part[row, column] = arriving


def shared(part, window, arriving):
    winners = window == window.max()
    part += winners * arriving / winners.sum()


def everyone(part, window, arriving):
    part += (window == window.max()) * arriving


def last(part, window, arriving):
    row, column = (window == window.max()).nonzero()[-1].tolist()
    part[row, column] += arriving


def even(part, window, arriving):
    part += arriving / window.numel()


def copied(part, window, arriving):
    part += arriving


def one(part, window, arriving):
    row, column = divmod(int(window.argmax()), window.shape[1])
    part[row, column] += 1


def largest(part, window, arriving):
    row, column = divmod(int(window.argmax()), window.shape[1])
    part[row, column] += window.max()


def swapped(part, window, arriving):
    row, column = divmod(int(window.argmax()), window.shape[1])
    part[column, row] += arriving


def max_pool_misplaced(begin="r * stride", place="r * stride", inside=True):
    def attempt(x, size, stride, arriving):
        pooled, gradient = torch.zeros_like(arriving), torch.zeros_like(x)
        for r in range(arriving.shape[0]):
            for c in range(arriving.shape[1]):
                known = {"stride": stride, "size": size}
                top, left = (eval(begin, {"r": n, **known}) for n in (r, c))
                window = x[top : top + size, left : left + size]
                row, column = divmod(int(window.argmax()), size)
                pooled[r, c] = window[row, column]
                top, left = (eval(place, {"r": n, **known}) for n in (r, c))
                if not inside:
                    top, left = 0, 0
                gradient[top + row, left + column] += arriving[r, c]
        return pooled, gradient

    return attempt


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


class _Blind(nn.Module):
    """Maps of the right shape that don't depend on the picture."""

    def forward(self, x):
        return torch.zeros(len(x), 16, 16, 16, dtype=x.dtype)


LETTERS = {1: "b", 2: "d", 3: "a", 4: "a", 5: "c", 6: "c"}

RIGHT = {
    "pooled_shape": [(8, 16, 13, 13), [8, 16, 13, 13]],
    "mean_pool": [mean_pool],
    "max_pool": [max_pool],
    "stripes_left": [8, 8.0],
    "receptive_field": [receptive_field],
    "hopeless": [(1, 3, 5, 7, 9), [9, 7, 5, 3, 1], {1, 3, 5, 7, 9}],
    "wide_view": [
        wide(),
        wide(dilations=(1, 1, 1, 1, 1, 1)),
        wide(dilations=(1, 1, 2, 2, 1)),
        wide_strided,
        wide_mean,
    ],
    "quiz": [LETTERS],
}

UNTRIED = {
    "pooled_shape": [...],
    "mean_pool": [lambda x, size: None],
    "max_pool": [lambda x, size, stride, arriving: None],
    "stripes_left": [...],
    "receptive_field": [lambda layers: None],
    "hopeless": [...],
    "wide_view": [lambda: None],
    "quiz": [..., dict.fromkeys(LETTERS, ...)],
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
    "max_pool": [
        ("autograd", max_pool_autograd, "without autograd"),
        ("overwritten", max_pool_sent(overwritten), "gets the sum of both"),
        ("ties share", max_pool_sent(shared), "tied winners share"),
        ("each tied winner", max_pool_sent(everyone), "each of the tied winners"),
        ("the last tied winner", max_pool_sent(last), "the last of the tied"),
        ("equal parts", max_pool_sent(even), "as in mean pooling"),
        ("copied", max_pool_sent(copied), "Only the winner"),
        ("ones", max_pool_sent(one), "the value that arrives, not 1"),
        ("the maximum itself", max_pool_sent(largest), "got their own values"),
        ("swapped", max_pool_sent(swapped), "gives the row first"),
        ("no place", max_pool_misplaced(inside=False), "own place was forgotten"),
        ("size apart", max_pool_misplaced(place="r * size"), "size pixels apart"),
        ("no stride", max_pool_misplaced(place="r"), "stride was forgotten"),
        ("pooled alone", lambda *a: max_pool(*a)[0], "the pooled map alone"),
        ("exchanged", lambda *a: max_pool(*a)[::-1], "changed places"),
    ],
    "stripes_left": [
        ("all of them", 40, "16 stripes at most"),
        ("a third", 13, "every third stripe"),
        ("not rounded", 40 / 3, "every third stripe"),
        ("the limit", 16, "is the limit"),
        ("gray", 0, "don't vanish"),
        ("a slip", 11, "whole turns leave no trace"),
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
    "hopeless": [
        ("the others", (2, 4, 6, 8), "can be told apart"),
        ("those of the text", (5, 7), "there are more"),
        ("one", (5,), "there are more"),
        ("large ones", (5, 6, 7, 8, 9), "the small or the large"),
        ("small ones", [1, 2, 3], "the small or the large"),
        ("one missing", (3, 5, 7, 9), "at least one is missing"),
        ("one too many", (1, 3, 5, 6, 7, 9), "at least one that can"),
        ("one wrong", (1, 3, 5, 7, 8), "two_dots"),
        ("beyond", (1, 3, 5, 7, 9, 11), "from 1 to 9 only"),
        ("a number", 5, "whole numbers"),
    ],
    "wide_view": [
        ("plain", wide(dilations=(1,), pools=0, channels=16), "sees 3 pixels"),
        ("too short", wide(dilations=(1, 1, 1, 1)), "the goal is 60"),
        ("many layers", wide(dilations=(1,) * 8), "the budget is 12,000"),
        ("full size", wide(dilations=(1, 1, 1), pools=0), "Shrink the"),
        ("one channel", wide(channels=1), "at least 16 are needed"),
        ("too small", wide(pools=4, dilations=(1,) * 5), "8 x 8"),
        ("holes", wide(dilations=(1, 1, 1, 8)), "don't count at all"),
        (
            "flattened",
            lambda: nn.Sequential(wide()(), nn.Flatten()),
            "Leave out what comes after",
        ),
        ("a network", wide()(), "a function that builds"),
        ("cut off", lambda: _Blind(), "sees 0 pixels"),
    ],
    "quiz": [
        ("one wrong", LETTERS | {1: "a"}, "5 of 6"),
        ("one open", LETTERS | {2: ...}, "5 of 6"),
        ("all a", dict.fromkeys(LETTERS, "a"), "2 of 6"),
        ("b and d", {1: "c", 2: "a", 3: "b", 4: "b", 5: "a", 6: "b"}, "0 of 6"),
        ("others", {1: "c", 2: "b", 3: "c", 4: "c", 5: "b", 6: "a"}, "0 of 6"),
        ("more", {1: "c", 2: "c", 3: "d", 4: "c", 5: "d", 6: "a"}, "0 of 6"),
    ],
}
