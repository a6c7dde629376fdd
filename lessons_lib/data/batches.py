"""Batches of tensors in memory, at memory speed."""

from collections.abc import Callable, Iterator

import torch
from torch import Tensor

__all__ = ["Batches"]


class Batches:
    """Batches of tensors in memory, in the manner of `torch.utils.data.DataLoader`.

    The same generator gives the same batches as a `DataLoader` over a `TensorDataset`,
    but much faster: a batch is taken in one step, not sample by sample.

    Args:
        images: Tensor (N, ...).
        labels: Tensor (N, ...).
        batch_size: samples in a batch; the last batch may be smaller.
        shuffle: whether every pass takes the samples in a new random order. Without it
            batches are views of the data, so don't change them in place.
        augment: applied to the images of every batch, returns the images to use.
        generator: source of the random order; by default torch's global one.
        drop_last: whether to leave out a last batch that is smaller.

    Raises:
        TypeError, ValueError: an argument is of the wrong type or out of range.
    """

    def __init__(
        self,
        images: Tensor,
        labels: Tensor,
        batch_size: int,
        *,
        shuffle: bool = False,
        augment: Callable[[Tensor], Tensor] | None = None,
        generator: torch.Generator | None = None,
        drop_last: bool = False,
    ) -> None:
        for name, value in (("images", images), ("labels", labels)):
            if not isinstance(value, Tensor):
                raise TypeError(f"{name} must be a tensor, not {type(value).__name__}")
        if len(images) != len(labels) or len(images) == 0:
            raise ValueError(
                f"there are {len(images)} images and {len(labels)} labels; "
                "expected one label for each image, and at least one image"
            )
        if not isinstance(batch_size, int) or batch_size < 1:
            raise ValueError(
                f"batch_size must be a whole number of at least 1, not {batch_size!r}"
            )
        if drop_last and batch_size > len(images):
            raise ValueError(
                f"no batch is left: drop_last with batch_size {batch_size} leaves out "
                f"all {len(images)} images"
            )
        if not isinstance(generator, torch.Generator | None):
            raise TypeError(
                f"generator must be a torch.Generator, not "
                f"{type(generator).__name__}; for a seed write "
                "torch.Generator().manual_seed(seed)"
            )
        self.images, self.labels = images, labels
        self.batch_size, self.drop_last = batch_size, drop_last
        self.shuffle, self.augment, self.generator = shuffle, augment, generator

    @property
    def samples(self) -> int:
        """The number of pictures."""
        return len(self.images)

    def __len__(self) -> int:
        """The number of batches in one pass."""
        whole, rest = divmod(self.samples, self.batch_size)
        return whole + (rest > 0 and not self.drop_last)

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        # To stay in step with a DataLoader over many epochs, this draws all that one
        # draws from the generator: a seed for its workers, even if it has none; the
        # order; and when the pass is over a second order, of which it uses nothing.
        _draw_seed(self.generator)
        if self.shuffle:
            generator = self.generator
            if generator is None:
                generator = torch.Generator().manual_seed(_draw_seed(None))
            order = torch.randperm(self.samples, generator=generator)
            order = order.to(self.images.device)
        for start in range(0, len(self) * self.batch_size, self.batch_size):
            batch = slice(start, start + self.batch_size)
            if self.shuffle:
                images = self.images.index_select(0, order[batch])
                labels = self.labels.index_select(0, order[batch])
            else:
                images, labels = self.images[batch], self.labels[batch]
            if self.augment is not None:
                # a copy of a view, or an augmentation in place would change the data
                images = self.augment(images if self.shuffle else images.clone())
            yield images, labels
        if self.shuffle:
            torch.randperm(self.samples, generator=generator)


def _draw_seed(generator: torch.Generator | None) -> int:
    return int(torch.empty((), dtype=torch.int64).random_(generator=generator))
