"""Answers to lesson 09's exercises that a learner may give, right and wrong."""

import own_networks_right
import own_networks_wrong
import torch
from torch import nn

from lessons_lib.checks.cifar10 import _measured

__all__ = ["RIGHT", "WRONG"]


def crop_unpadded(images, top, left, padding):
    height, width = images.shape[2:]
    windows = [
        picture[:, t : t + height, w : w + width]
        for picture, t, w in zip(images, top, left, strict=True)
    ]
    return torch.stack(windows)


def measured():
    """Return mean and standard deviation, a little off, as those of a part are."""
    _, mean, std = _measured()
    return 1.002 * mean, 0.998 * std


class Prepared(nn.Module):
    def __init__(self, network, prepare):
        super().__init__()
        self.network, self.prepare = network, prepare

    def forward(self, images):
        return self.network(self.prepare(images))


def mended(suspect):
    mean, std = measured()
    return Prepared(suspect, lambda images: (images - mean) / std)


def prepared(change):
    """Return an answer that does `change(images, mean, std)` before the suspect."""
    return lambda suspect: Prepared(suspect, lambda images: change(images, *measured()))


def mended_with_new_weights(suspect):
    nn.init.zeros_(suspect[1].weight)
    return mended(suspect)


def mended_into_the_weights(suspect):
    """Fold the preparation into a linear layer of its own, and leave the suspect's."""
    (mean, std), new = measured(), nn.Conv2d(3, 3, 1)
    new.weight = nn.Parameter(torch.diag(1 / std.flatten())[..., None, None])
    new.bias = nn.Parameter((-mean / std).flatten())
    return nn.Sequential(new, suspect)


def own_network():
    return own_networks_right.network()


RIGHT = {
    "first_linear": [[4096, 2_097_664]],
    "mended": [mended, mended_into_the_weights],
    "own_network": [own_network],  # the others are tried in test_own_network.py
}


WRONG = {
    "crop": [
        ("unpadded", crop_unpadded, "shape (1, 1, 3, 2)"),
    ],
    "first_linear": [
        ("a slip", (4096, 2_000_000), "Follow height and width"),
    ],
    "mended": [
        ("as it was", lambda suspect: suspect, "as the suspect did"),
        ("mean only", prepared(lambda x, m, s: x - m), "What about the scale"),
        ("scale only", prepared(lambda x, m, s: x / s), "What about the mean"),
        ("backward", prepared(lambda x, m, s: x * s + m), "leads back"),
        ("variance", prepared(lambda x, m, s: (x - m) / s**2), "square root"),
        ("added", prepared(lambda x, m, s: (x + m) / s), "subtract it"),
        ("order", prepared(lambda x, m, s: x / s - m), "divides before"),
        ("twice", prepared(lambda x, m, s: ((x - m) / s - m) / s), "twice"),
        ("bytes", prepared(lambda x, m, s: x / 255), "0 to 255"),
        (
            "of the batch",
            prepared(
                lambda x, m, s: (
                    (x - x.mean((0, 2, 3), keepdim=True))
                    / x.std((0, 2, 3), keepdim=True)
                )
            ),
            "depends on its company",
        ),
        (
            "of each picture",
            prepared(
                lambda x, m, s: (
                    (x - x.mean((2, 3), keepdim=True)) / x.std((2, 3), keepdim=True)
                )
            ),
            "of each picture",
        ),
        ("new weights", mended_with_new_weights, "other weights"),
        ("no network", lambda suspect: 3, "expected an nn.Module"),
        ("no logits", lambda suspect: nn.Flatten(), "into logits (N, 10)"),
        ("another", lambda suspect: nn.LazyConv2d(10, 32), "into logits (N, 10)"),
        ("inverse", prepared(lambda x, m, s: 1 - x), "channel by channel"),
    ],
    "grad_cam": [
        (
            "no keepdim",
            lambda m, g: (g.mean(dim=(1, 2)) * m).sum(dim=0).relu(),
            "keepdim=True",
        ),
    ],
    "own_network": [
        ("a network", own_network(), "a function that builds"),
        *((w, *own_networks_wrong.WRONG[w]) for w in ("plain", "flatten")),
    ],
}
