"""Answers to lesson 07's exercises that a learner may give, right and wrong."""

import torch
import torch.nn.functional as F

__all__ = ["RIGHT", "UNTRIED", "WRONG"]


def conv(x, weight):
    return F.conv2d(x, weight, padding=1)


def residual_block(x, weight1, weight2):
    return F.relu(x + conv(F.relu(conv(x, weight1)), weight2))


def residual_block_relu_before(x, weight1, weight2):
    return x + F.relu(conv(F.relu(conv(x, weight1)), weight2))


def residual_block_plain(x, weight1, weight2):
    return F.relu(conv(F.relu(conv(x, weight1)), weight2))


def residual_block_open(x, weight1, weight2):
    return x + conv(F.relu(conv(x, weight1)), weight2)


def residual_block_linear(x, weight1, weight2):
    return F.relu(x + conv(conv(x, weight1), weight2))


def residual_block_overwritten(x, weight1, weight2):
    x = F.relu(conv(x, weight1))
    return F.relu(conv(x, weight2) + x)


def residual_block_without_padding(x, weight1, weight2):
    return F.relu(x + F.conv2d(F.relu(F.conv2d(x, weight1)), weight2))


def residual_block_relu_of_input(x, weight1, weight2):
    return F.relu(F.relu(x) + conv(F.relu(conv(x, weight1)), weight2))


def residual_block_in_place(x, weight1, weight2):
    x += conv(F.relu(conv(x, weight1)), weight2)
    return F.relu(x)


def zero_padded(x, channels):
    n, c, h, w = x.shape
    result = x.new_zeros(n, channels, (h + 1) // 2, (w + 1) // 2)
    result[:, :c] = x[:, :, ::2, ::2]
    return result


def zero_padded_by_pad(x, channels):
    return F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, 0, channels - x.shape[1]))


def zero_padded_in_front(x, channels):
    return F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, channels - x.shape[1], 0))


def zero_padded_split(x, channels):
    half, rest = divmod(channels - x.shape[1], 2)
    return F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, half, half + rest))


def zero_padded_pooled(x, channels):
    small = F.avg_pool2d(x, 2, ceil_mode=True)
    return F.pad(small, (0, 0, 0, 0, 0, channels - x.shape[1]))


def zero_padded_second(x, channels):
    return F.pad(x[:, :, 1::2, 1::2], (0, 0, 0, 0, 0, channels - x.shape[1]))


def zero_padded_large(x, channels):
    return F.pad(x, (0, 0, 0, 0, 0, channels - x.shape[1]))


def zero_padded_twice(x, channels):
    return F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, 0, channels))


def zero_padded_single(x, channels):
    return zero_padded(x, channels).float()


RIGHT = {
    "paths": [(256, 70), [256, 70], torch.tensor([256, 70])],
    "residual_block": [residual_block],
    "zero_padded": [zero_padded, zero_padded_by_pad],
    "projection_cost": [576, 576.0],
    "silent_branch": ["c", "C"],
}

UNTRIED = {
    "paths": [...],
    "residual_block": [lambda x, weight1, weight2: None],
    "zero_padded": [lambda x, channels: None],
    "projection_cost": [...],
    "silent_branch": [...],
}

WRONG = {
    "paths": [
        ("added", (16, 70), "not 2 plus 2"),
        ("without the bare shortcut", (255, 70), "is a way, too"),
        ("ordered choices", (256, 1680), "order of the blocks is fixed"),
        ("exchanged", (70, 256), "exchanged"),
        ("a slip", (256, 71), "two ways to go on"),
        ("one number", 256, "2 whole numbers"),
    ],
    "residual_block": [
        ("ReLU first", residual_block_relu_before, "in front of the addition"),
        ("no shortcut", residual_block_plain, "shortcut is missing"),
        ("no last ReLU", residual_block_open, "last ReLU is missing"),
        ("linear branch", residual_block_linear, "first convolution is missing"),
        ("x overwritten", residual_block_overwritten, "input of the block"),
        ("no padding", residual_block_without_padding, "padding=1"),
        ("ReLU on the shortcut", residual_block_relu_of_input, "as it came in"),
        ("in place", residual_block_in_place, "changed its input"),
    ],
    "zero_padded": [
        ("in front", zero_padded_in_front, "new channels came first"),
        ("split", zero_padded_split, "on both sides"),
        ("pooled", zero_padded_pooled, "mean of each window"),
        ("second pixels", zero_padded_second, "begin with the first"),
        ("size kept", zero_padded_large, "kept its size"),
        ("too many", zero_padded_twice, "in the end"),
        ("32 bits", zero_padded_single, "torch.float64"),
    ],
    "projection_cost": [
        ("no BatchNorm", 512, "a scale and a shift"),
        ("with bias", 608, "has no bias"),
        ("3 x 3", 4672, "1 x 1, not 3 x 3"),
        ("running statistics", 640, "not learned"),
        ("nothing", 0, "zero padding"),
        ("a slip", 577, "each pair"),
    ],
    "silent_branch": [
        ("rate", "a", "rate multiplies"),
        ("scale", "b", "did learn"),
        ("projection", "d", "shape stays the same"),
    ],
}
