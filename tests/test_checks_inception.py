"""Answers to lesson 06's exercises that a learner may give, right and wrong."""

import torch
import torch.nn.functional as F

__all__ = ["RIGHT", "UNTRIED", "WRONG"]


def pointwise(x, weight, bias):
    mixed = weight @ x.flatten(2) + bias[:, None]
    return mixed.view(len(x), len(weight), *x.shape[2:])


def pointwise_as_convolution(x, weight, bias):
    return F.conv2d(x, weight[:, :, None, None], bias)


def pointwise_as_linear(x, weight, bias):
    return F.linear(x.permute(0, 2, 3, 1), weight, bias).permute(0, 3, 1, 2)


def pointwise_without_bias(x, weight, bias):
    return pointwise(x, weight, 0 * bias)


def pointwise_never_moved(x, weight, bias):
    pixels = x.view(-1, x.shape[1])
    mixed = pixels @ weight.T + bias
    return mixed.view(len(x), len(weight), *x.shape[2:])


def pointwise_not_moved_back(x, weight, bias):
    mixed = x.permute(0, 2, 3, 1) @ weight.T + bias
    return mixed.reshape(len(x), len(weight), *x.shape[2:])


def pointwise_channels_last(x, weight, bias):
    return x.permute(0, 2, 3, 1) @ weight.T + bias


def pointwise_averaged(x, weight, bias):
    return pointwise(x, weight / weight.sum(dim=1, keepdim=True), bias)


def pointwise_rectified(x, weight, bias):
    return pointwise(x, weight, bias).relu()


def ablate(maps, start, stop):
    maps = maps.clone()
    maps[:, start:stop] = maps[:, start:stop].mean(dim=(0, 2, 3), keepdim=True)
    return maps


def ablate_with_loops(maps, start, stop):
    channels = list(maps.unbind(dim=1))
    for c in range(start, stop):
        channels[c] = torch.full_like(channels[c], channels[c].mean().item())
    return torch.stack(channels, dim=1)


def ablate_in_place(maps, start, stop):
    maps[:, start:stop] = maps[:, start:stop].mean(dim=(0, 2, 3), keepdim=True)
    return maps


def ablate_to_zero(maps, start, stop):
    maps = maps.clone()
    maps[:, start:stop] = 0
    return maps


def ablate_picture_by_picture(maps, start, stop):
    maps = maps.clone()
    maps[:, start:stop] = maps[:, start:stop].mean(dim=(2, 3), keepdim=True)
    return maps


def ablate_pixel_by_pixel(maps, start, stop):
    maps = maps.clone()
    maps[:, start:stop] = maps[:, start:stop].mean(dim=0)
    return maps


def ablate_to_one_number(maps, start, stop):
    maps = maps.clone()
    maps[:, start:stop] = maps[:, start:stop].mean()
    return maps


def ablate_the_others(maps, start, stop):
    result = ablate(maps, 0, maps.shape[1])
    result[:, start:stop] = maps[:, start:stop]
    return result


def ablate_by_removal(maps, start, stop):
    return torch.cat([maps[:, :start], maps[:, stop:]], dim=1)


RIGHT = {
    "pointwise": [pointwise, pointwise_as_linear],
    "widest_bottleneck": [154, 154.0],
    "fields": [(1, 5, 5, 3), [1, 5, 5, 3]],
    "ablate": [ablate, ablate_with_loops],
    "bag_of_pixels": ["c", "C"],
    "depth": [22, 22.0],
}

UNTRIED = {
    "pointwise": [lambda x, weight, bias: None],
    "widest_bottleneck": [...],
    "fields": [...],
    "ablate": [lambda maps, start, stop: None],
    "bag_of_pixels": [...],
    "depth": [...],
}

WRONG = {
    "pointwise": [
        ("convolution", pointwise_as_convolution, "without a convolution"),
        ("no bias", pointwise_without_bias, "bias is missing"),
        ("cut in memory order", pointwise_never_moved, "got mixed"),
        ("not moved back", pointwise_not_moved_back, "permute(0, 3, 1, 2)"),
        ("channels last", pointwise_channels_last, "returned shape (1, 1, 2, 1)"),
        ("averaged", pointwise_averaged, "sum of the weights"),
        ("ReLU", pointwise_rectified, "no ReLU"),
        ("a list", lambda x, w, b: pointwise(x, w, b).tolist(), "expected a tensor"),
    ],
    "widest_bottleneck": [
        ("one too wide", 155, "costs more"),
        ("1 x 1 for free", 192, "costs something, too"),
        ("1 x 1 alone", 800, "1 x 1 convolution alone"),
        ("a fraction", 120_422_400 / 777_728, "no fraction"),
        ("the one in the text", 16, "isn't the widest"),
        ("a slip", 150, "28 x 28 x 192 in front"),
    ],
    "fields": [
        ("one 3 x 3", (1, 5, 3, 3), "see more than one"),
        ("added", (1, 5, 6, 3), "don't add up to 6"),
        ("multiplied", (1, 5, 9, 3), "don't multiply"),
        ("1 x 1 counted", (1, 6, 7, 4), "adds nothing"),
        ("pooling forgotten", (1, 5, 5, 1), "looked at a window"),
        ("channels", (16, 24, 24, 24), "These are the channels"),
        ("three numbers", (1, 5, 3), "4 whole numbers"),
        ("a slip", (1, 3, 5, 5), "Begin with 1"),
    ],
    "ablate": [
        ("zeros", ablate_to_zero, "These are zeros"),
        ("in place", ablate_in_place, "changed its input"),
        ("by picture", ablate_picture_by_picture, "over the pictures, too"),
        ("by pixel", ablate_pixel_by_pixel, "rows and columns, too"),
        ("one number", ablate_to_one_number, "its own mean"),
        ("the others", ablate_the_others, "other channels were replaced"),
        ("one too many", lambda m, a, b: ablate(m, a, b + 1), "no longer part"),
        ("removed", ablate_by_removal, "returned shape"),
    ],
    "bag_of_pixels": [
        ("too few parameters", "a", "ten times as many"),
        ("learning rate", "b", "other rates"),
        ("the average", "d", "averaging works well"),
    ],
    "depth": [
        ("all layers", 58, "side by side"),
        ("all convolutions", 57, "side by side"),
        ("no linear layer", 21, "linear layer at the end"),
        ("a block is a layer", 13, "two layers deep"),
        ("with pooling", 27, "Pooling has no weights"),
        ("a slip", 23, "nine blocks"),
    ],
}
