"""The course's recipes against the usual ones, side by side in one run.

`make bench` prints a table in Markdown: accuracy and seconds, median and range of
several runs. The runs take turns, so that whatever else the machine does disturbs both
sides alike. The usual side is torchvision's data set with `ToTensor` and a
`DataLoader`, trained as the recipe asks; the course's side is what the lesson does.
"""

import argparse
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import torch
import torchvision
from torch import nn
from torch.utils.data import DataLoader
from torchvision.transforms import ToTensor

from benchmarks import augmentation
from lessons_lib.data import Batches, mnist
from lessons_lib.paths import data_folder
from lessons_lib.runtime import setup
from lessons_lib.training import evaluate, fit, fit_one_cycle

__all__ = ["compare", "main"]

Recipe = Callable[[int], float]  # seed -> test accuracy


@contextmanager
def usual_loaders(batch_size: int):
    """Yield training and test loaders as most write-ups have them."""
    mnist()  # makes sure that the files are there and right
    folder = (data_folder() / "mnist").resolve()
    with tempfile.TemporaryDirectory() as root:
        raw = Path(root, "MNIST", "raw")
        raw.parent.mkdir()
        raw.symlink_to(folder, target_is_directory=True)
        sets = [
            torchvision.datasets.MNIST(root, train=train, transform=ToTensor())
            for train in (True, False)
        ]
        yield (
            DataLoader(sets[0], batch_size, shuffle=True),
            DataLoader(sets[1], batch_size),
        )


def mlp(*sizes: int) -> nn.Sequential:
    """Stack linear layers with ReLU between them."""
    layers: list[nn.Module] = [nn.Flatten()]
    for inputs, outputs in pairwise(sizes):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def usual_small_mlp(seed: int) -> float:
    """Train 784-64-64-64-10 with Adam, batch 15, 2 epochs."""
    torch.manual_seed(seed)
    model = mlp(784, 64, 64, 64, 10)
    with usual_loaders(batch_size=15) as (train, test):
        fit(model, train, test, torch.optim.Adam(model.parameters(), lr=1e-3), epochs=2)
        return evaluate(model, test).accuracy


def usual_wide_mlp(seed: int) -> float:
    """Train 784-256-10 from N(0, 0.1^2) with SGD 0.01, batch 256, 15 epochs."""
    torch.manual_seed(seed)
    model = mlp(784, 256, 10)
    for weights in model.parameters():
        nn.init.normal_(weights, 0, 0.1)
    with usual_loaders(batch_size=256) as (train, test):
        optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
        fit(model, train, test, optimizer, epochs=15)
        return evaluate(model, test).accuracy


def course_wide_mlp(seed: int, epochs: int = 4) -> float:
    """Train 784-256-10 as lesson 03 does: tensors in memory, Adam, one cycle."""
    torch.manual_seed(seed)
    model = mlp(784, 256, 10)
    train, test = mnist()
    batches = Batches(*train, batch_size=256, shuffle=True)
    test_batches = Batches(*test, batch_size=1000)
    optimizer = torch.optim.Adam(model.parameters(), fused=True)
    fit_one_cycle(model, batches, test_batches, optimizer, epochs, max_lr=8e-3)
    return evaluate(model, test_batches).accuracy


RECIPES: dict[str, Recipe] = {
    "784-64-64-64-10, Adam, batch 15, 2 epochs, usual": usual_small_mlp,
    "784-256-10, SGD, batch 256, 15 epochs, usual": usual_wide_mlp,
    "784-256-10, one cycle, batch 256, 4 epochs, course": course_wide_mlp,
}


def compare(recipes: dict[str, Recipe], repeats: int) -> str:
    """Run the recipes in turns and report what they reached and took.

    Args:
        recipes: name -> function of a seed that trains and returns the test accuracy.
            Its time includes loading and testing.
        repeats: runs of each, with the seeds 1, 2, ...

    Returns:
        A table in Markdown: median and range of accuracy and seconds.
    """
    accuracies: dict[str, list[float]] = {name: [] for name in recipes}
    seconds: dict[str, list[float]] = {name: [] for name in recipes}
    for seed in range(1, repeats + 1):
        for name, recipe in recipes.items():
            started = time.perf_counter()
            accuracies[name].append(recipe(seed))
            seconds[name].append(time.perf_counter() - started)
    lines = [
        "| recipe | test accuracy, median (range) | seconds, median (range) |",
        "| --- | --- | --- |",
    ]
    for name in recipes:
        a, s = accuracies[name], seconds[name]
        lines.append(
            f"| {name} | {statistics.median(a):.2%} ({min(a):.2%} to {max(a):.2%}) "
            f"| {statistics.median(s):.1f} ({min(s):.1f} to {max(s):.1f}) |"
        )
    return "\n".join(lines)


def machine() -> str:
    """Say what this was measured on."""
    return (
        f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}, "
        f"Python {platform.python_version()}, torch {torch.__version__}, "
        f"torchvision {torchvision.__version__}, {torch.get_num_threads()} threads"
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=3, help="runs of each recipe")
    repeats = parser.parse_args().repeats
    if repeats < 1:
        parser.error(f"--repeats {repeats}: at least 1 run is needed")
    setup(seed=1)
    print(machine())
    print(compare(RECIPES, repeats))
    print()
    print(augmentation.table(5 * repeats))


if __name__ == "__main__":
    main()
