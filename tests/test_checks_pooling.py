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


def field_without_jump(layers):
    size, jump, center = 1, 1, 0.0
    for kernel_size, stride, padding, dilation in layers:
        reach = dilation * (kernel_size - 1)
        size += reach
        center += reach / 2 - padding
        jump *= stride
    return size, jump, center


def field_with_early_stride(layers):
    size, jump, center = 1, 1, 0.0
    for kernel_size, stride, padding, dilation in layers:
        reach = dilation * (kernel_size - 1)
        jump *= stride
        size += reach * jump
        center += (reach / 2 - padding) * jump
    return size, jump, center


def field_of_whole_kernels(layers):
    size = 1
    jump = 1
    for kernel_size, stride, _, dilation in layers:
        size += kernel_size * dilation * jump
        jump *= stride
    return size, *receptive_field(layers)[1:]


RIGHT = {
    "pooled_shape": [(8, 16, 13, 13), [8, 16, 13, 13]],
    "mean_pool": [mean_pool, lambda x, size: F.avg_pool2d(x, size)],
    "max_gradient": [max_gradient, max_gradient_autograd],
    "layers_needed": [112, 112.0],
    "receptive_field": [receptive_field],
    "blind_network": ["c", " C "],
}

UNTRIED = {
    "pooled_shape": [...],
    "mean_pool": [lambda x, size: None],
    "max_gradient": [lambda x, arriving: None],
    "layers_needed": [...],
    "receptive_field": [lambda layers: None],
    "blind_network": [...],
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
    ],
    "layers_needed": [
        ("one too few", 111, "223 pixels"),
        ("three per layer", 75, "windows overlap"),
        ("one per layer", 223, "one at each end"),
        ("doubling", 8, "same amount every time"),
        ("a slip", 100, "Two layers: 5 pixels"),
    ],
    "receptive_field": [
        ("no jump", field_without_jump, "jump is missing"),
        ("stride too early", field_with_early_stride, "used too early"),
        (
            "no dilation",
            lambda layers: receptive_field([(k, s, p, 1) for k, s, p, _ in layers]),
            "dilation was ignored",
        ),
        (
            "no padding",
            lambda layers: receptive_field([(k, s, 0, d) for k, s, _, d in layers]),
            "padding moves the center",
        ),
        ("K instead of K - 1", field_of_whole_kernels, "K - 1"),
        ("size only", lambda layers: receptive_field(layers)[0], "expected 3 values"),
    ],
    "blind_network": [
        ("learning rate", "a", "no learning rate helps"),
        ("data", "b", "all the pictures there are"),
        ("channels", "d", "same 7 x 7 pixels"),
        ("no such letter", "e", "one of the letters"),
    ],
}
