"""Answers to lesson 06's exercises that a learner may give, right and wrong."""

from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

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


def separable_backward(x, d, p, toward):
    with torch.enable_grad():
        leaves = [t.detach().clone().requires_grad_() for t in (x, d, p)]
        m = F.conv2d(leaves[0], leaves[1][:, None], padding=1, groups=len(d))
        y = torch.einsum("oc,nchw->nohw", leaves[2], m)
    return torch.autograd.grad(y, leaves, toward)


def gradients(x, d, p, toward):
    middle = F.conv2d(x, d[:, None], padding=1, groups=len(d))
    grad = torch.einsum("nohw,oc->nchw", toward, p)
    windows = F.pad(x, (1, 1, 1, 1)).unfold(2, 3, 1).unfold(3, 3, 1)
    return (
        F.conv_transpose2d(grad, d[:, None], padding=1, groups=len(d)),
        torch.einsum("nchwkj,nchw->ckj", windows, grad),
        torch.einsum("nohw,nchw->oc", toward, middle),
    )


def gradients_not_turned(x, d, p, toward):
    grad = torch.einsum("nohw,oc->nchw", toward, p)
    slid = F.conv2d(grad, d[:, None], padding=1, groups=len(d))
    return slid, *gradients(x, d, p, toward)[1:]


def gradients_with_x(x, d, p, toward):
    of_p = torch.einsum("nohw,nchw->oc", toward, x)
    return *gradients(x, d, p, toward)[:2], of_p


def gradients_averaged(x, d, p, toward):
    of_x, of_d, of_p = gradients(x, d, p, toward)
    return of_x, of_d / len(x), of_p / len(x)


def separable(inputs, outputs):
    return [
        nn.Conv2d(inputs, inputs, 3, padding=1, groups=inputs, bias=False),
        nn.Conv2d(inputs, outputs, 1, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
    ]


def digit_reader():
    return nn.Sequential(
        *(nn.Conv2d(1, 16, 5, stride=2), nn.BatchNorm2d(16), nn.ReLU()),
        *separable(16, 32),
        nn.MaxPool2d(2),
        *separable(32, 64),
        *(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10)),
    )


def trained_reader():
    """Return lesson 06's own answer to its open exercise, trained there."""
    model = digit_reader()
    weights = Path(__file__).with_name("digit_reader.pt")
    model.load_state_dict(torch.load(weights, weights_only=True))
    return model


def dense_reader():
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 10))


def wide_reader():
    conv = nn.Conv2d(1, 16, 5, padding=2)
    head = nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, 10)
    return nn.Sequential(conv, nn.ReLU(), *head)


RIGHT = {
    "pointwise": [pointwise, pointwise_as_linear],
    "widest_bottleneck": [154, 154.0],
    "ablate": [ablate, ablate_with_loops],
    "cures": [(0, 0, 1, 1), [0, 0, 1, 1]],
    "separable_backward": [gradients],
    "frugal": [trained_reader()],
    "quiz": [{1: "b", 2: "c", 3: "c", 4: "a", 5: "b"}],
    "depth": [22, 22.0],
}

UNTRIED = {
    "pointwise": [lambda x, weight, bias: None],
    "widest_bottleneck": [...],
    "ablate": [lambda maps, start, stop: None],
    "cures": [...],
    "separable_backward": [lambda x, d, p, toward: None],
    "frugal": [...],
    "quiz": [..., dict.fromkeys(range(1, 6), ...)],
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
        ("a slip", 150, "28 x 28 x 192 to make"),
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
    "cures": [
        ("wider", (1, 0, 1, 1), "Try more channels"),
        ("other rate", (0, 1, 0, 0), "Try both rates"),
        ("kernel alone", (0, 0, 1, 0), 'head="dense"'),
        ("head alone", (0, 0, 0, 1), "kernel=5"),
        ("all", (1, 1, 1, 1), "Not all"),
        ("none", (0, 0, 0, 0), "Some do help"),
        ("three numbers", (0, 1, 1), "4 whole numbers"),
    ],
    "separable_backward": [
        ("autograd", separable_backward, "without autograd"),
        ("not turned", gradients_not_turned, "by 180 degrees"),
        ("with x", gradients_with_x, "taken with x"),
        ("averaged", gradients_averaged, "averaged over the pictures"),
        ("one gradient", lambda *case: gradients(*case)[0], "expected"),
    ],
    "frugal": [
        ("dense", dense_reader(), "5,000 parameters"),
        ("too much work", wide_reader(), "250,000 multiply-adds"),
        ("not trained", digit_reader(), "The goal is 96%"),
        ("a function", digit_reader, "an nn.Module"),
        ("no digits", nn.Linear(3, 10), "raised"),
    ],
    "quiz": [
        ("one wrong", {1: "c", 2: "c", 3: "c", 4: "a", 5: "b"}, "one pixel"),
        ("the best kernel", {1: "b", 2: "c", 3: "c", 4: "b", 5: "b"}, "division"),
        ("one open", {1: "b", 2: "c", 3: "c", 4: "a", 5: ...}, "4 of 5"),
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
