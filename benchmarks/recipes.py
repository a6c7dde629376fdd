"""Recipes as they are commonly written, and as the course trains the same networks.

The usual side is torchvision's data set with `ToTensor` and a `DataLoader`, trained as
the recipe asks. The course's side trains the same network on batches of tensors in
memory, in one cycle of the learning rate. Loop, loss and network are the same on both
sides; what a recipe changes, one of its fields says.
"""

import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from pathlib import Path

import torch
import torchvision
from torch import Tensor, nn
from torch.optim import SGD, Adam, Optimizer
from torch.utils.data import DataLoader, Subset
from torchvision import transforms

from lessons_lib.augment import FlipAndCrop
from lessons_lib.data import Batches, Pictures, cifar10, mnist
from lessons_lib.data.mnist import fetch
from lessons_lib.paths import data_folder

__all__ = ["CONTESTS", "FACTORS", "Contest", "Recipe"]

Loader = Iterable[tuple[Tensor, Tensor]]
MEAN, STD = (0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616)  # of CIFAR-10's pixels


@dataclass(frozen=True)
class Recipe:
    """How a network is trained.

    Attributes:
        network: makes it, with first weights from torch's global generator.
        data: makes the batches for training and for testing.
        optimizer: makes one for the network's parameters.
        epochs: how often the training pictures are walked through.
        peak: highest learning rate of one cycle; None keeps the optimizer's rate.
        channels_last: whether the channels of a pixel lie side by side in memory.
        threads: of the processor; None leaves that to torch.
    """

    network: Callable[[], nn.Module]
    data: Callable[[], tuple[Loader, Loader]]
    optimizer: Callable[[Iterable[nn.Parameter]], Optimizer]
    epochs: int
    peak: float | None = None
    channels_last: bool = False
    threads: int | None = None


@dataclass(frozen=True)
class Contest:
    """A recipe beside the course's for the same network.

    Attributes:
        usual, course: the two sides.
        target: test accuracy that the write-up prints; None stands for the median of
            what the usual side reaches in this run.
    """

    usual: Recipe
    course: Recipe
    target: float | None = None


# Batches


def usual_mnist(
    batch_size: int, pictures: int = 60_000, centered: bool = False
) -> tuple[Loader, Loader]:
    """Return loaders as most write-ups have them, for the first training pictures.

    Args:
        batch_size: of both.
        pictures: how many of the training pictures are used.
        centered: whether pixels are normalized from [0, 1] to [-1, 1].
    """
    fetch()  # makes sure that the files are there and right
    steps: list[Callable] = [transforms.ToTensor()]
    steps += [transforms.Normalize(0.5, 0.5)] if centered else []
    change = transforms.Compose(steps)
    with tempfile.TemporaryDirectory() as root:  # the files are read at once
        raw = Path(root, "MNIST", "raw")
        raw.parent.mkdir()
        raw.symlink_to((data_folder() / "mnist").resolve(), target_is_directory=True)
        train, test = (
            torchvision.datasets.MNIST(root, train=train, transform=change)
            for train in (True, False)
        )
    chosen = train if pictures == len(train) else Subset(train, range(pictures))
    return DataLoader(chosen, batch_size, shuffle=True), DataLoader(test, batch_size)


def course_mnist(
    batch_size: int, pictures: int = 60_000, centered: bool = False
) -> tuple[Loader, Loader]:
    """Return the same pictures as batches of tensors in memory."""
    train, test = mnist()
    if centered:
        train, test = (Pictures(2 * x - 1, y) for x, y in (train, test))
    chosen = train.take(pictures)
    return (
        Batches(*chosen, batch_size, shuffle=True),
        Batches(*test, batch_size=1000),
    )


class FromTensors(torchvision.datasets.CIFAR10):
    """Torchvision's CIFAR-10 with the pictures that the course found, in its form."""

    def __init__(self, pictures: Pictures, transform: Callable) -> None:
        """Keep bytes (N, 32, 32, 3), as the published archive holds them."""
        images = (255 * pictures.images).round().byte()
        self.data = images.permute(0, 2, 3, 1).contiguous().numpy()
        self.targets = pictures.labels.tolist()
        self.transform, self.target_transform = transform, None


def usual_cifar10(batch_size: int) -> tuple[Loader, Loader]:
    """Return loaders that flip, crop and normalize picture by picture."""
    finish = [transforms.ToTensor(), transforms.Normalize(MEAN, STD)]
    change = [transforms.RandomHorizontalFlip(), transforms.RandomCrop(32, padding=4)]
    train, test = cifar10()
    return (
        DataLoader(
            FromTensors(train, transforms.Compose([*change, *finish])),
            batch_size,
            shuffle=True,
        ),
        DataLoader(FromTensors(test, transforms.Compose(finish)), batch_size),
    )


def course_cifar10(batch_size: int) -> tuple[Loader, Loader]:
    """Return batches that are flipped, cropped and normalized as a whole."""
    mean, std = (torch.tensor(numbers).view(3, 1, 1) for numbers in (MEAN, STD))
    train, test = cifar10()
    change = FlipAndCrop(padding=4)

    def prepared(images: Tensor) -> Tensor:
        return (images - mean) / std

    return (
        Batches(
            *train, batch_size, shuffle=True, augment=lambda x: prepared(change(x))
        ),
        Batches(*test, batch_size=500, augment=prepared),
    )


# Networks


def mlp(*sizes: int, std: float | None = None) -> nn.Sequential:
    """Stack linear layers with ReLU between them.

    Args:
        sizes: of the layers, inputs first.
        std: draws all first weights from N(0, std^2); None leaves torch's own.
    """
    layers: list[nn.Module] = [nn.Flatten()]
    for inputs, outputs in pairwise(sizes):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    model = nn.Sequential(*layers[:-1])
    for weights in model.parameters() if std else ():
        nn.init.normal_(weights, 0, std)
    return model


def _pooled(convolution: nn.Module, pool_first: bool, *norm: nn.Module) -> list:
    pair = [nn.MaxPool2d(2), nn.ReLU()]  # the order doesn't matter: lesson 02
    return [convolution, *norm, *(pair if pool_first else pair[::-1])]


def cnn_a(pool_first: bool = False) -> nn.Sequential:
    """Build two 3x3 convolutions of 32 and 64 maps, then 3136-128-10."""
    return nn.Sequential(
        *_pooled(nn.Conv2d(1, 32, 3, padding=1), pool_first),
        *_pooled(nn.Conv2d(32, 64, 3, padding=1), pool_first),
        *(nn.Flatten(), nn.Linear(3136, 128), nn.ReLU(), nn.Linear(128, 10)),
    )


def network_e(pool_first: bool = False) -> nn.Sequential:
    """Build a 5x5 convolution of 32 maps with BatchNorm, then 6272-70-30-10."""
    convolution, norm = nn.Conv2d(1, 32, 5, padding=2), nn.BatchNorm2d(32)
    return nn.Sequential(
        *_pooled(convolution, pool_first, norm),
        *(nn.Flatten(), nn.Linear(6272, 70), nn.Tanh(), nn.Linear(70, 30), nn.Tanh()),
        nn.Linear(30, 10),
    )


def network_d(pool_first: bool = False) -> nn.Sequential:
    """Build two 3x3 convolutions of 32 and 64 maps for color, then 4096-512-10."""
    return nn.Sequential(
        *_pooled(nn.Conv2d(3, 32, 3, padding=1), pool_first),
        *_pooled(nn.Conv2d(32, 64, 3, padding=1), pool_first),
        *(nn.Flatten(), nn.Linear(4096, 512), nn.ReLU(), nn.Linear(512, 10)),
    )


# Recipes

_adam, _fused = partial(Adam, lr=1e-3), partial(Adam, lr=1e-3, fused=True)
_small = partial(mlp, 784, 64, 64, 64, 10)
_wide = partial(mlp, 784, 256, 10)
_sgd = partial(SGD, lr=0.01)
# Lesson 05's; its peak and 2 epochs were chosen on the last 5,000 training pictures.
_nesterov = partial(SGD, lr=0.1, momentum=0.9, nesterov=True, weight_decay=5e-4)
_usual_a = partial(usual_mnist, 100, pictures=55_000, centered=True)
_course_a = partial(course_mnist, 128, pictures=55_000, centered=True)

CONTESTS = {
    "MLP A": Contest(
        Recipe(_small, partial(usual_mnist, 15), _adam, 2),
        Recipe(_small, partial(course_mnist, 128), _fused, 2, 8e-3),
    ),
    "MLP B": Contest(
        Recipe(partial(_wide, std=0.1), partial(usual_mnist, 256), _sgd, 15),
        Recipe(_wide, partial(course_mnist, 256), _fused, 4, 8e-3),
        target=0.9103,
    ),
    "CNN A": Contest(
        Recipe(cnn_a, _usual_a, _adam, 2),
        Recipe(partial(cnn_a, True), _course_a, _fused, 1, 4e-3, channels_last=True),
    ),
    "network E": Contest(
        Recipe(network_e, partial(usual_mnist, 64), _adam, 10),
        Recipe(
            *(partial(network_e, True), partial(course_mnist, 128)),
            *(partial(_nesterov, fused=True), 2, 0.1),
            channels_last=True,
        ),
        target=0.9869,
    ),
    "network D": Contest(
        Recipe(network_d, partial(usual_cifar10, 100), _adam, 10),
        Recipe(
            *(partial(network_d, True), partial(course_cifar10, 100)),
            *(_fused, 5, 4e-3),
            channels_last=True,
        ),
    ),
}


def _ladder(contest: Contest, *changes: tuple[str, dict]) -> dict[str, Recipe]:
    """Return the usual recipe, changed step by step."""
    recipe, steps = contest.usual, {"as commonly written": contest.usual}
    for name, change in changes:
        recipe = replace(recipe, **change)
        steps[name] = recipe
    return steps


# From the usual recipe to the course's, one change after the other.
FACTORS = {
    "MLP B": _ladder(
        CONTESTS["MLP B"],
        ("+ tensors in memory", {"data": partial(course_mnist, 256)}),
        ("+ PyTorch's first weights", {"network": _wide}),
        ("+ Adam", {"optimizer": _adam}),
        ("+ one cycle", {"peak": 8e-3}),
        ("+ 4 epochs instead of 15", {"epochs": 4}),
        ("+ fused optimizer", {"optimizer": _fused}),
        ("1 thread instead of 2", {"threads": 1}),
    ),
    "CNN A": _ladder(
        CONTESTS["CNN A"],
        (
            "+ tensors in memory",
            {"data": partial(course_mnist, 100, pictures=55_000, centered=True)},
        ),
        ("+ batches of 128", {"data": _course_a}),
        ("+ one cycle, 1 epoch instead of 2", {"peak": 4e-3, "epochs": 1}),
        ("+ fused optimizer", {"optimizer": _fused}),
        ("+ pooling before ReLU", {"network": partial(cnn_a, True)}),
        ("+ channels_last", {"channels_last": True}),
        ("1 thread instead of 2", {"threads": 1}),
    ),
}
