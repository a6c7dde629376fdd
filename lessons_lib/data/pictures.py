"""Pictures with their labels: all in memory, or handed out one by one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Self

import torch
from PIL import Image
from torch import Tensor

__all__ = ["OneByOne", "Pictures", "color_statistics"]


@dataclass(frozen=True, eq=False, repr=False)
class Pictures:
    """Pictures and what they show: `images, labels = pictures`.

    images: Tensor (N, C, H, W), float32 in [0, 1].
    labels: Tensor (N,), int64, the class of each picture counted from 0.
    classes: the name of each label, in order, where labels have names.
    origin: what the pictures are, in words, where that may differ.
    stand_in: whether they were drawn because the real ones can't be had.
    """

    images: Tensor
    labels: Tensor
    classes: tuple[str, ...] = ()
    origin: str = ""
    stand_in: bool = False

    def __len__(self) -> int:
        """The number of pictures."""
        return len(self.images)

    def __iter__(self) -> Iterator[Tensor]:
        yield self.images
        yield self.labels

    def take(self, n: int) -> Self:
        """Return the first pictures, with everything else that is known of them.

        Args:
            n: how many, from 1 to all.

        Returns:
            Views of the first n images and labels: nothing is copied.

        Raises:
            ValueError: n is no whole number, or there are not so many pictures.
        """
        if not isinstance(n, int) or not 1 <= n <= len(self):
            raise ValueError(
                f"take({n!r}): n must be a whole number from 1 to {len(self)}, the "
                "number of pictures"
            )
        return replace(self, images=self.images[:n], labels=self.labels[:n])

    def __repr__(self) -> str:
        images = f"{tuple(self.images.shape)} {self.images.dtype}"
        labels = f"{tuple(self.labels.shape)} {self.labels.dtype}"
        return f"Pictures(images={images}, labels={labels})"


def color_statistics(images: Tensor) -> tuple[Tensor, Tensor]:
    """Compute mean and standard deviation of all pixels of all pictures, by channel.

    Args:
        images: (N, C, H, W).

    Returns:
        The means and the standard deviations, (C,) each.
    """
    return images.mean(dim=(0, 2, 3)), images.std(dim=(0, 2, 3), correction=0)


class OneByOne:
    """Pictures handed out one at a time, as most write-ups have them.

    What torchvision's data sets do for a sample: its bytes become a PIL image, and a
    transform makes a tensor of that. For a `torch.utils.data.DataLoader`, to measure
    what the usual way costs; the lessons themselves train with `Batches`.

    Args:
        pictures: images of shape (N, 1, H, W) or (N, 3, H, W), float32 in [0, 1].
        transform: maps a PIL image to what a sample shall be.

    Raises:
        ValueError: the pictures have neither one channel nor three.
    """

    def __init__(self, pictures: Pictures, transform: Callable) -> None:
        images, self.labels = pictures
        if images.ndim != 4 or images.shape[1] not in (1, 3):
            raise ValueError(
                f"images of shape {tuple(images.shape)}; expected (N, 1, H, W) or "
                "(N, 3, H, W)"
            )
        pixels = (images * 255).round().to(torch.uint8).permute(0, 2, 3, 1)
        self.pixels = pixels.squeeze(-1).contiguous()  # (N, H, W) or (N, H, W, 3)
        self.transform = transform

    def __len__(self) -> int:
        """The number of pictures."""
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple:
        picture = Image.fromarray(self.pixels[index].numpy())
        return self.transform(picture), int(self.labels[index])
