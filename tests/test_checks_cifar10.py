"""Answers to lesson 09's exercises that a learner may give, right and wrong."""

import torch
import torch.nn.functional as F
from torch import nn

__all__ = ["RIGHT", "UNTRIED", "WRONG"]


def statistics(images):
    mean = images.mean(dim=(0, 2, 3))
    square = images.square().mean(dim=(0, 2, 3))
    return mean, (square - mean.square()).sqrt()


def statistics_by_channel(images):
    channels = images.transpose(0, 1).flatten(1)
    return channels.mean(dim=1), channels.std(dim=1, correction=0)


def crop_with_loop(images, top, left, padding):
    height, width = images.shape[2:]
    padded = F.pad(images, (padding, padding, padding, padding))
    result = torch.empty_like(images)
    for n in range(len(images)):
        t, w = top[n], left[n]
        result[n] = padded[n, :, t : t + height, w : w + width]
    return result


def crop_with_unfold(images, top, left, padding):
    height, width = images.shape[2:]
    padded = F.pad(images, 4 * [padding])
    windows = padded.unfold(2, height, 1).unfold(3, width, 1)
    return windows[torch.arange(len(images)), :, top, left]


def crop_around(images, top, left, padding):
    moved = [
        picture.roll((padding - int(t), padding - int(w)), dims=(1, 2))
        for picture, t, w in zip(images, top, left, strict=True)
    ]
    return torch.stack(moved)


def crop_with_border_of_four(images, top, left, padding):
    rows, columns = images.shape[2:]
    padded = F.pad(images, (4, 4, 4, 4))
    pairs = zip(padded, top.tolist(), left.tolist(), strict=True)
    return torch.stack([x[:, t : t + rows, w : w + columns] for x, t, w in pairs])


def crop_always_32(images, top, left, padding):
    padded = F.pad(images, 4 * [padding])
    pairs = zip(padded, top.tolist(), left.tolist(), strict=True)
    return torch.stack([x[:, t : t + 32, w : w + 32] for x, t, w in pairs])


def crop_unpadded(images, top, left, padding):
    height, width = images.shape[2:]
    windows = [
        picture[:, t : t + height, w : w + width]
        for picture, t, w in zip(images, top, left, strict=True)
    ]
    return torch.stack(windows)


def grad_cam(maps, gradients):
    weights = gradients.mean(dim=(1, 2))
    return torch.einsum("c,chw->hw", weights, maps).clamp(min=0)


def weighted(maps, gradients):
    return (gradients.mean(dim=(1, 2), keepdim=True) * maps).sum(dim=0)


class Residual(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(channels, channels, 3, padding=1, bias=False),
            nn.BatchNorm2d(channels),
        )

    def forward(self, x):
        return F.relu(x + self.body(x))


class Plain(Residual):
    def forward(self, x):
        return F.relu(self.body(x))


def network(block=Residual, channels=32, *, pool=True, tail=(), norm=True):
    layers = [nn.Conv2d(3, channels, 4, 2, 1)]
    layers += [nn.BatchNorm2d(channels)] if norm else []
    layers += [nn.ReLU(), nn.MaxPool2d(2), block(channels)]
    layers += [nn.AdaptiveAvgPool2d(1)] if pool else []
    inputs = channels if pool else 64 * channels
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(inputs, 10), *tail)


class NoNorm(Residual):
    def __init__(self, channels):
        super().__init__(channels)
        self.body = nn.Conv2d(channels, channels, 3, padding=1)


RIGHT = {
    "channel_statistics": [statistics, statistics_by_channel],
    "crop": [crop_with_loop, crop_with_unfold],
    "first_linear": [(4096, 2_097_664), [4096, 2_097_664]],
    "poor_test": ["c", " C"],
    "grad_cam": [grad_cam, lambda m, g: weighted(m, g).relu()],
    "own_network": [network, lambda: network(channels=48)],
}

UNTRIED = {
    "channel_statistics": [lambda images: None],
    "crop": [lambda images, top, left, padding: None],
    "first_linear": [...],
    "poor_test": [...],
    "grad_cam": [lambda maps, gradients: None],
    "own_network": [lambda: None],
}

WRONG = {
    "channel_statistics": [
        (
            "mean of the pictures' deviations",
            lambda x: (
                statistics(x)[0],
                x.std(dim=(2, 3), correction=0).mean(dim=0),
            ),
            "slip behind the copied numbers",
        ),
        (
            "the same, divided by one less",
            lambda x: (statistics(x)[0], x.std(dim=(2, 3)).mean(dim=0)),
            "slip behind the copied numbers",
        ),
        ("one less", lambda x: (x.mean((0, 2, 3)), x.std((0, 2, 3))), "correction=0"),
        (
            "root of the mean variance",
            lambda x: (
                statistics(x)[0],
                x.var(dim=(2, 3), correction=0).mean(dim=0).sqrt(),
            ),
            "differ from each other",
        ),
        ("order", lambda x: statistics(x)[::-1], "The mean comes first"),
        ("one for all", lambda x: (x.mean(), x.std(correction=0)), "one mean for red"),
        (
            "keepdim",
            lambda x: tuple(v.view(1, 3, 1, 1) for v in statistics(x)),
            "without keepdim",
        ),
        ("mean only", lambda x: statistics(x)[0], "expected 2 values"),
    ],
    "crop": [
        ("exchanged", lambda x, t, w, p: crop_with_loop(x, w, t, p), "exchanged"),
        (
            "other way",
            lambda x, t, w, p: crop_with_loop(x, 2 * p - t, 2 * p - w, p),
            "other way",
        ),
        ("around", crop_around, "other side"),
        ("unpadded", crop_unpadded, "shape (1, 1, 3, 2)"),
        ("nothing", lambda x, t, w, p: x.clone(), "as they were"),
        ("border of 4", crop_with_border_of_four, "use the argument padding"),
        ("window of 32", crop_always_32, "images.shape"),
    ],
    "first_linear": [
        ("no bias", (4096, 2_097_152), "a bias, too"),
        ("one pooling", (16_384, 8_389_120), "two poolings"),
        ("channels only", (64, 33_280), "every pixel"),
        ("exchanged", (2_097_664, 4096), "order"),
        ("a slip", (4096, 2_000_000), "Follow height and width"),
    ],
    "poor_test": [
        ("overfitting", "a", "fails on the same pictures"),
        ("learning rate", "b", "good training accuracy"),
        ("harder pictures", "d", "as bad"),
    ],
    "grad_cam": [
        ("no ReLU", weighted, "ReLU at the end is missing"),
        (
            "each pixel",
            lambda m, g: (m * g).sum(dim=0).relu(),
            "one weight, the mean",
        ),
        ("sum", lambda m, g: 1.0 * grad_cam(m, g) * m[0].numel(), "take their mean"),
        ("magnitude", lambda m, g: weighted(m, g).abs(), "magnitude"),
        (
            "no keepdim",
            lambda m, g: (g.mean(dim=(1, 2)) * m).sum(dim=0).relu(),
            "keepdim=True",
        ),
        (
            "mean over channels",
            lambda m, g: (g.mean(dim=0) * m).sum(dim=0).relu(),
            "over each map",
        ),
        ("exchanged", lambda m, g: grad_cam(g, m), "exchanged"),
    ],
    "own_network": [
        ("a network", network(), "a function that builds"),
        ("plain", lambda: network(Plain), "two feature maps added"),
        ("fixed size", lambda: network(pool=False), "no global average pooling"),
        ("too large", lambda: network(channels=160), "million multiply-adds"),
        (
            "probabilities",
            lambda: network(tail=[nn.Softmax(dim=1)]),
            "are probabilities",
        ),
        ("log", lambda: network(tail=[nn.LogSoftmax(dim=1)]), "are probabilities"),
        ("no norm", lambda: network(NoNorm, norm=False), "no nn.BatchNorm2d"),
        ("five classes", lambda: network(tail=[nn.Linear(10, 5)]), "expected (4, 10)"),
        ("broken", lambda: nn.Linear(3, 10), "raised RuntimeError"),
    ],
}
