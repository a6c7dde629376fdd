"""CIFAR-10 as it is published: an archive of pickled arrays, or folders of pictures."""

import hashlib
import io
import pickle
import re
import tarfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import numpy as np
from PIL import Image

from lessons_lib.data._download import UNREADABLE, DataUnavailable, describe, report

TITLE = "CIFAR-10"
CLASSES = (
    *("airplane", "automobile", "bird", "cat", "deer"),
    *("dog", "frog", "horse", "ship", "truck"),
)
SHAPE = (3, 32, 32)
COUNTS = {"train": 50_000, "test": 10_000}
ARCHIVE = "cifar-10-python.tar.gz"
ARCHIVE_MD5 = "c58f30108f718f92721af3b95e74349a"  # the one that torchvision pins
ARCHIVE_BYTES = 170_498_071
ARCHIVE_FOLDER = "cifar-10-batches-py"
BATCHES = [*(f"data_batch_{n}" for n in range(1, 6)), "test_batch"]
ENDINGS = (".png", ".jpg", ".jpeg")
MAX_LISTED = 5  # broken pictures in an error


class Decoded(NamedTuple):
    """Pictures as bytes, the ones for training first.

    images: array (N, 3, 32, 32), uint8.
    labels: array (N,), uint8.
    training: how many of them are for training; the others are for testing.
    classes: the name of each label.
    origin: where they are from, in words.
    fingerprint: changes when that changes.
    """

    images: np.ndarray
    labels: np.ndarray
    training: int
    classes: tuple[str, ...]
    origin: str
    fingerprint: str


def read_archive(content: bytes) -> Decoded:
    """Decode the published archive of CIFAR-10, in memory.

    Args:
        content: `cifar-10-python.tar.gz`. Nothing of it is written to the disk, and of
            the objects in it only arrays, lists, words and numbers are made.

    Raises:
        ValueError: the archive is damaged, holds something outside its folder, or
            lacks a part; the message says which.

    Krizhevsky, Learning multiple layers of features from tiny images, 2009.
    """
    parts: dict[str, bytes] = {}
    try:
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:gz") as archive:
            for member in archive:
                place = PurePosixPath(member.name)
                inside = (
                    place.parts[:1] == (ARCHIVE_FOLDER,) and ".." not in place.parts
                )
                if not inside or not (member.isfile() or member.isdir()):
                    raise ValueError(
                        f"the archive holds {member.name!r}, which is not a file in "
                        f"its folder {ARCHIVE_FOLDER}; nothing was unpacked"
                    )
                if place.name in BATCHES and (file := archive.extractfile(member)):
                    parts[place.name] = file.read()
    except UNREADABLE as error:
        raise ValueError(f"the archive is damaged: {describe(error)}") from None
    missing = [name for name in BATCHES if name not in parts]
    if missing:
        raise ValueError(f"the archive lacks {', '.join(missing)}")
    batches = [_read_batch(name, parts[name]) for name in BATCHES]
    images = np.concatenate([pixels for pixels, _ in batches])
    labels = np.concatenate([numbers for _, numbers in batches])
    training = len(images) - len(batches[-1][0])
    return Decoded(images, labels, training, CLASSES, "the archive", ARCHIVE_MD5)


class _Unpickler(pickle.Unpickler):
    """Make arrays, and nothing that could run code from the file."""

    def find_class(self, module: str, name: str) -> object:
        allowed = {
            "numpy.ndarray": np.ndarray,
            "numpy.dtype": np.dtype,
            "numpy.core.multiarray._reconstruct": np.empty(0).__reduce__()[0],
        }
        if f"{module}.{name}" not in allowed:
            raise pickle.UnpicklingError(f"it asks for {module}.{name}")
        return allowed[f"{module}.{name}"]


def _read_batch(name: str, content: bytes) -> tuple[np.ndarray, np.ndarray]:
    try:
        batch = _Unpickler(io.BytesIO(content), encoding="latin1").load()
        pixels = np.asarray(batch["data"]).reshape(-1, *SHAPE)
        labels = np.array(batch["labels"])
        if pixels.dtype != np.uint8 or labels.shape != (len(pixels),):
            raise ValueError("its arrays are of the wrong kind")
        if len(labels) and not 0 <= labels.min() <= labels.max() < len(CLASSES):
            raise ValueError("it has a label that is no class")
    except Exception as error:  # a damaged pickle may raise anything
        raise ValueError(
            f"{name} in the archive is damaged: {describe(error)}"
        ) from None
    return pixels, labels.astype(np.uint8)


def read_pictures(folder: Path) -> Decoded:
    """Decode a folder of pictures: `train/<class>/*.png|jpg` and `test/<class>/...`.

    The classes come out mixed, always in the same order, so that the first thousand
    pictures are a fair sample.

    Args:
        folder: holds `train` and `test`, each with a folder for each class.

    Raises:
        DataUnavailable: a class is missing, or a picture is broken or of another size;
            the message names the folder or the pictures.
    """
    found: list[tuple[Path, int]] = []
    training = 0
    for part, count in COUNTS.items():
        training = len(found)
        pictures = [
            (path, label)
            for label, name in enumerate(CLASSES)
            for path in _pictures_in(folder / part, name)
        ]
        order = np.random.PCG64(0).random_raw(len(pictures)).argsort()
        found += [pictures[place] for place in order]
        if len(pictures) != count:
            report(
                f"{TITLE}: {folder / part} has {len(pictures):,} pictures where "
                f"{count:,} were published"
            )
    paths, labels = zip(*found, strict=True)
    images = np.empty((len(paths), *SHAPE), np.uint8)
    broken = [line for line in _decode_into(images, paths) if line]
    if broken:
        lines = [f"{TITLE}: {len(broken)} picture(s) in {folder} cannot be used:"]
        lines += [f"  {line}" for line in broken[:MAX_LISTED]]
        lines += ["  ..."] if len(broken) > MAX_LISTED else []
        lines += ["Copy them again, or remove the folders train and test."]
        raise DataUnavailable("\n".join(lines))
    kinds = {path.suffix.lower() for path in paths}
    kind = "PNG" if kinds == {".png"} else "JPEG" if ".png" not in kinds else "mixed"
    return Decoded(
        images,
        np.array(labels, np.uint8),
        training,
        CLASSES,
        f"a folder of {kind} pictures",
        pictures_fingerprint(folder),
    )


def _pictures_in(folder: Path, name: str) -> list[Path]:
    """List the pictures of a class in an order that is the same everywhere."""
    there = [p.name for p in folder.iterdir() if p.is_dir()] if folder.is_dir() else []
    paths = list((folder / name).iterdir()) if name in there else []
    visible = [path for path in paths if not path.name.startswith(".")]
    pictures = [path for path in visible if path.suffix.lower() in ENDINGS]
    if not pictures:
        fault = "is missing" if name not in there else "has no picture (.png, .jpg)"
        raise DataUnavailable(
            f"{TITLE}: the folder {folder / name} {fault}. There should be one folder "
            f"for each class, in train and in test: {', '.join(CLASSES)}. Found in "
            f"{folder}: {', '.join(sorted(there)) or 'nothing'}."
        )

    def numbers_as_numbers(path: Path) -> list:
        return [int(x) if x.isdecimal() else x for x in re.split(r"(\d+)", path.name)]

    return sorted(pictures, key=numbers_as_numbers)


def _decode_into(images: np.ndarray, paths: Sequence[Path]) -> Iterator[str]:
    """Fill in the pictures; yield "" for each, or what is wrong with it."""
    high, wide = images.shape[2:]

    def decode(number: int) -> str:
        path = paths[number]
        try:
            with Image.open(path) as picture:
                if picture.size != (wide, high):
                    found = "{} x {}".format(*picture.size)
                    return f"{path}: {found} pixels, not {wide} x {high}"
                images[number] = np.asarray(picture.convert("RGB")).transpose(2, 0, 1)
        except Exception as error:  # a decoder may raise anything
            return f"{path}: broken ({describe(error)})"
        return ""

    report(f"{TITLE}: decoding {len(paths):,} pictures (once)")
    with ThreadPoolExecutor() as pool:
        yield from pool.map(decode, range(len(paths)))


def has_pictures(folder: Path) -> bool:
    """Tell whether somebody has put, or begun to put, pictures here."""
    return any((folder / part).is_dir() for part in COUNTS)


def pictures_fingerprint(folder: Path) -> str:
    """Return what changes when a picture is added, removed, renamed or replaced."""
    paths = [folder / part / name for part in COUNTS for name in CLASSES]
    times = [path.stat().st_mtime_ns if path.exists() else 0 for path in paths]
    return hashlib.sha256(str(times).encode()).hexdigest()
