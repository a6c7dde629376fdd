"""Answers to lesson 06's exercises that a learner may give, right and wrong."""

from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

__all__ = ["RIGHT", "WRONG"]


def pointwise(x, weight, bias):
    mixed = weight @ x.flatten(2) + bias[:, None]
    return mixed.view(len(x), len(weight), *x.shape[2:])


def pointwise_as_convolution(x, weight, bias):
    return F.conv2d(x, weight[:, :, None, None], bias)


def pointwise_channels_last(x, weight, bias):
    return x.permute(0, 2, 3, 1) @ weight.T + bias


def ablate_in_place(maps, start, stop):
    maps[:, start:stop] = maps[:, start:stop].mean(dim=(0, 2, 3), keepdim=True)
    return maps


def ablate_too_far(maps, start, stop):
    result, part = maps.clone(), maps[:, start : stop + 1]
    result[:, start : stop + 1] = part.mean(dim=(0, 2, 3), keepdim=True)
    return result


def ablate_each_picture_too_far(maps, start, stop):
    result, part = maps.clone(), maps[:, start : stop + 1]
    result[:, start : stop + 1] = part.mean(dim=(2, 3), keepdim=True)
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
    "widest_bottleneck": [154, 154.0],
    "cures": [(0, 0, 1, 1), [0, 0, 1, 1]],
    "frugal": [trained_reader()],
    "depth": [22, 22.0],
}


WRONG = {
    "pointwise": [
        ("convolution", pointwise_as_convolution, "without a convolution"),
        ("channels last", pointwise_channels_last, "returned shape (1, 1, 2, 1)"),
        ("a list", lambda x, w, b: pointwise(x, w, b).tolist(), "expected a tensor"),
    ],
    "widest_bottleneck": [
        ("a slip", 150, "28 x 28 x 192 to make"),
    ],
    "ablate": [
        ("in place", ablate_in_place, "changed its input"),
        ("removed", ablate_by_removal, "returned shape"),
        ("stop included", ablate_too_far, "end before channel stop?"),
        ("two slips", ablate_each_picture_too_far, "Two slips at once"),
    ],
    "cures": [
        ("three numbers", (0, 1, 1), "4 whole numbers"),
    ],
    "separable_backward": [
        ("autograd", separable_backward, "without autograd"),
        ("one gradient", lambda *case: gradients(*case)[0], "expected"),
    ],
    "frugal": [
        ("dense", dense_reader(), "5,000 parameters"),
        ("too much work", wide_reader(), "250,000 multiply-adds"),
        ("not trained", digit_reader(), "The goal is 96%"),
        ("a function", digit_reader, "an nn.Module"),
        ("no digits", nn.Linear(3, 10), "raised"),
    ],
}
