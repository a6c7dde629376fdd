"""Random changes of whole batches: flip and crop, as torchvision does them one by one.

A whole batch of tensors is changed at once, not picture by picture, which is many times
faster. `Batches(..., augment=FlipAndCrop(padding=4))` applies it to every batch.
"""

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

__all__ = ["Draws", "FlipAndCrop"]


class Draws(NamedTuple):
    """What was drawn for each picture of a batch.

    flipped: Tensor (N,), bool, whether left and right change places.
    top: Tensor (N,), int64, the row of the padded picture where the window begins.
    left: Tensor (N,), int64, the column where it begins.
    """

    flipped: Tensor
    top: Tensor
    left: Tensor


class FlipAndCrop:
    """Flip each picture with probability 1/2, then crop it after padding with zeros.

    Args:
        padding: pixels added on each side before the crop, at least 0.
        generator: source of the random numbers; by default torch's global one.

    Raises:
        ValueError: the padding is not a whole number of at least 0.

    Krizhevsky, Sutskever and Hinton, ImageNet classification with deep convolutional
    neural networks, 2012; with padding: He and others, Deep residual learning, 2015.
    """

    def __init__(
        self, padding: int = 4, generator: torch.Generator | None = None
    ) -> None:
        if not isinstance(padding, int) or isinstance(padding, bool) or padding < 0:
            raise ValueError(
                f"FlipAndCrop() got padding={padding!r}; it needs a whole number of "
                "pixels, at least 0."
            )
        self.padding, self.generator = padding, generator

    def draw(self, count: int) -> Draws:
        """Draw for so many pictures whether to flip and where to cut."""
        flipped = torch.rand(count, generator=self.generator) < 0.5
        places = (2 * self.padding + 1, (2, count))
        top, left = torch.randint(*places, generator=self.generator)
        return Draws(flipped, top, left)

    def __call__(self, images: Tensor) -> Tensor:
        """Return the pictures (N, C, H, W) changed, each in its own way, as a copy.

        Raises:
            ValueError: it is not a batch of pictures.
        """
        if images.ndim != 4:
            raise ValueError(
                f"expected a batch of pictures (N, C, H, W), got shape "
                f"{tuple(images.shape)}; one picture alone needs images[None]."
            )
        flipped, top, left = (d.to(images.device) for d in self.draw(len(images)))
        numbers = images if images.is_floating_point() else images.float()
        height, width = images.shape[2:]
        rows = torch.arange(height).to(numbers) + (top[:, None] - self.padding)
        columns = torch.arange(width).to(numbers) + (left[:, None] - self.padding)
        # grid_sample wants the places where pixels come from in units of half a
        # picture, counted from its middle; in mode "nearest" it copies, and rounds
        # nothing.
        y = (2 * rows + 1) / height - 1
        x = ((2 * columns + 1) / width - 1) * torch.where(flipped, -1, 1)[:, None]
        size = (len(images), height, width)
        places = torch.stack((x[:, None].expand(size), y[..., None].expand(size)), -1)
        changed = F.grid_sample(numbers, places, mode="nearest", align_corners=False)
        return changed.to(images.dtype)
