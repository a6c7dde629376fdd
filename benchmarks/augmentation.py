"""Random flip and crop of whole batches against torchvision's, picture by picture.

`make bench` prints it as a table in Markdown: milliseconds for a batch
of 128 color pictures of 32 x 32, median and range. The ways take turns, so that
whatever else the machine does disturbs them alike. The usual way is a `Compose` of
flip, crop and `ToTensor` on each PIL picture, as torchvision's data sets apply it, and
a stack that makes a batch of them; how pictures are loaded is left out on both sides.
"""

import statistics
import time
from collections.abc import Callable

import torch
from torch import Tensor
from torchvision import transforms
from torchvision.transforms.functional import to_pil_image

from lessons_lib.augment import FlipAndCrop

__all__ = ["compare", "table", "ways"]

BATCH, BATCHES = 128, 8


def ways(batches: int = BATCHES) -> dict[str, Callable[[], list[Tensor]]]:
    """Return the ways to augment so many batches, by name."""
    generator = torch.Generator().manual_seed(1)
    tensors = torch.rand(batches, BATCH, 3, 32, 32, generator=generator)
    photos = [[to_pil_image(image) for image in batch] for batch in tensors]
    change = [transforms.RandomHorizontalFlip(), transforms.RandomCrop(32, padding=4)]
    each = transforms.Compose(change)
    usual = transforms.Compose([*change, transforms.ToTensor()])
    at_once = FlipAndCrop(padding=4)
    return {
        "PIL picture by picture, usual": lambda: [
            torch.stack([usual(photo) for photo in batch]) for batch in photos
        ],
        "tensor by tensor, torchvision's transforms": lambda: [
            torch.stack([each(image) for image in batch]) for batch in tensors
        ],
        "whole batches, course": lambda: [at_once(batch) for batch in tensors],
    }


def compare(ways: dict[str, Callable], repeats: int) -> dict[str, list]:
    """Run the ways in turns and return the seconds of each run, by name."""
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(repeats):
        for name, way in ways.items():
            started = time.perf_counter()
            way()
            seconds[name].append(time.perf_counter() - started)
    return seconds


def table(repeats: int) -> str:
    """Return a table in Markdown: how long each way takes, and how much faster it is.

    Args:
        repeats: runs of each way, at least 1.
    """
    seconds = compare(ways(), repeats)
    usual = min(next(iter(seconds.values())))
    lines = [
        "| flip and crop | ms per batch of 128, median (range) | fastest: ratio |",
        "| --- | --- | --- |",
    ]
    for name, runs in seconds.items():
        each = [1000 * run / BATCHES for run in runs]
        lines.append(
            f"| {name} | {statistics.median(each):.2f} ({min(each):.2f} to "
            f"{max(each):.2f}) | {usual / min(runs):.1f} |"
        )
    return "\n".join(lines)
