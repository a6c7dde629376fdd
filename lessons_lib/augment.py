"""Random changes of whole batches: flip and crop, as torchvision does them one by one.

A whole batch of tensors is changed at once, not picture by picture, which is many times
faster. `Batches(..., augment=FlipAndCrop(padding=4))` applies it to every batch.
"""

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

__all__ = ["Draws", "FlipAndCrop", "crop", "flip"]


class Draws(NamedTuple):
    """What was drawn for each picture of a batch.

    flipped: Tensor (N,), bool, whether left and right change places.
    top: Tensor (N,), int64, the row of the padded picture where the window begins.
    left: Tensor (N,), int64, the column where it begins.
    """

    flipped: Tensor
    top: Tensor
    left: Tensor


def flip(images: Tensor, flipped: Tensor) -> Tensor:
    """Mirror some pictures of a batch, left to right.

    Args:
        images: Tensor (N, C, H, W).
        flipped: Tensor (N,), bool; False leaves a picture as it is.

    Returns:
        Tensor (N, C, H, W), a copy.

    Raises:
        ValueError: the shapes don't fit.
    """
    _check(images, flipped=flipped)
    return torch.where(flipped.view(-1, 1, 1, 1), images.flip(3), images)


def crop(images: Tensor, top: Tensor, left: Tensor, padding: int = 4) -> Tensor:
    """Add a border of zeros and cut a window of the old size out of each picture.

    Args:
        images: Tensor (N, C, H, W).
        top: Tensor (N,), int64, from 0 to 2 padding: first row of the window, counted
            in the padded picture. `padding` leaves the picture in its place.
        left: Tensor (N,), int64, the same for columns.
        padding: pixels added on each side, at least 0.

    Returns:
        Tensor (N, C, H, W), a copy.

    Raises:
        ValueError: the shapes don't fit, or a window lies outside.
    """
    _check(images, top=top, left=left)
    for name, start in (("top", top), ("left", left)):
        if len(start) and not 0 <= start.min() <= start.max() <= 2 * padding:
            raise ValueError(
                f"crop() got a {name} outside 0 to {2 * padding}, which is 2 padding; "
                "the window would not lie in the padded picture."
            )
    height, width = images.shape[2:]
    padded = F.pad(images, 4 * [padding])
    # Every window of every picture, as a view: nothing is copied before the choice.
    windows = padded.unfold(2, height, 1).unfold(3, width, 1)
    return windows[torch.arange(len(images), device=images.device), :, top, left]


class FlipAndCrop:
    """Flip each picture with probability 1/2, then crop it after padding with zeros.

    Args:
        padding: pixels added on each side before the crop, at least 0.
        generator: source of the random numbers; by default torch's global one.

    Raises:
        ValueError: the padding is not a whole number of at least 0.

    Krizhevsky, Sutskever and Hinton, ImageNet classification with deep convolutional
    neural networks, 2012; He and others, Deep residual learning, 2015.
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
        """Return the pictures (N, C, H, W) changed, each in its own way."""
        flipped, top, left = (d.to(images.device) for d in self.draw(len(images)))
        return _flip_and_crop(images, flipped, top, left, self.padding)

    def __repr__(self) -> str:
        return f"FlipAndCrop(padding={self.padding})"


def _flip_and_crop(
    images: Tensor, flipped: Tensor, top: Tensor, left: Tensor, padding: int
) -> Tensor:
    """Do what `crop(flip(...))` does in one pass: say where each pixel comes from.

    `grid_sample` wants these places in units of half a picture, counted from the middle
    of the picture; in mode "nearest" it copies, so nothing is rounded.
    """
    _check(images)
    if not images.is_floating_point():
        return crop(flip(images, flipped), top, left, padding)
    count, _, height, width = images.shape
    rows = torch.arange(height).to(images) + (top[:, None] - padding)
    columns = torch.arange(width).to(images) + (left[:, None] - padding)
    y = (2 * rows + 1) / height - 1
    x = ((2 * columns + 1) / width - 1) * torch.where(flipped, -1, 1)[:, None]
    size = (count, height, width)
    places = torch.stack([x[:, None, :].expand(size), y[:, :, None].expand(size)], -1)
    return F.grid_sample(images, places, mode="nearest", align_corners=False)


def _check(images: Tensor, **choices: Tensor) -> None:
    if images.ndim != 4:
        raise ValueError(
            f"expected a batch of pictures (N, C, H, W), got shape "
            f"{tuple(images.shape)}; one picture alone needs images[None]."
        )
    for name, choice in choices.items():
        if choice.shape != (len(images),):
            raise ValueError(
                f"expected one {name} for each of {len(images)} pictures, got shape "
                f"{tuple(choice.shape)}."
            )
