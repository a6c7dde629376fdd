"""Stored pictures in one file for each data set, which all kernels share.

The file is mapped, not read: its pages lie in memory once, however many kernels look at
them, and the system may drop them and read them again. It holds the float32 numbers
that a lesson computes with, because a kernel would have to keep floats made of bytes
for itself. What a kernel writes into its pictures is its own and stays out of the file.
"""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from zipfile import ZipFile

import numpy as np
import torch
from torch import Tensor

from lessons_lib.data._download import describe, folder_lock, new_file, report
from lessons_lib.data.pictures import Pictures

DECODING = 1  # to be changed whenever pictures are decoded in another way


class Stored(NamedTuple):
    """Pictures for training and for testing, as pairs of images and labels.

    train, test: images (N, C, H, W), float32 in [0, 1], and labels (N,), int64.
    classes: the name of each label.
    origin: where they are from, in words.
    """

    train: tuple[Tensor, Tensor]
    test: tuple[Tensor, Tensor]
    classes: tuple[str, ...] = ()
    origin: str = ""

    def pictures(self, stand_in: bool = False) -> tuple[Pictures, Pictures]:
        """Return the pictures for training and those for testing."""
        train, test = (
            Pictures(*half, self.classes, self.origin, stand_in)
            for half in (self.train, self.test)
        )
        return train, test


def as_numbers(pixels: np.ndarray, labels: np.ndarray) -> tuple[Tensor, Tensor]:
    """Turn bytes into numbers from 0 to 1, as torchvision's `ToTensor` does.

    Args:
        pixels: array (N, C, H, W), uint8.
        labels: array (N,) of whole numbers.

    Returns:
        Images (N, C, H, W), float32 in [0, 1], and labels (N,), int64.
    """
    images = torch.from_numpy(pixels.astype(np.float32)).div_(255)
    return images, torch.from_numpy(labels.astype(np.int64))


def read_or_make(
    title: str,
    path: Path,
    wanted: str,
    make: Callable[[], tuple[Stored, str]],
    *,
    quick: bool = False,
) -> Stored:
    """Map a decoded file, making it first if it is missing, damaged or outdated.

    A disk that is full or may not be written to costs nothing but shared memory and the
    time to decode again: nothing half-written is left.

    Args:
        title: what the pictures are, for messages.
        path: where the file lies, or is to lie.
        wanted: fingerprint of what it must have been made from; "" takes any.
        make: decodes the pictures, and tells their fingerprint.
        quick: whether that is so quick that nobody need know if it can't be kept.
    """
    found = _read(title, path, wanted)
    if found:
        return found
    made = None
    try:
        with folder_lock(title, path.parent):
            found = _read(title, path, wanted)  # another process may have made it
            if not found:
                made, fingerprint = make()
                _write(path, made, fingerprint)
                found = _read(title, path, wanted)
    except OSError as error:
        if not quick:
            fault = f"Cannot write {path}: {describe(error)}."
            report(f"{fault} The pictures will be made again next time.")
    return found or made or make()[0]


def _write(path: Path, made: Stored, fingerprint: str) -> None:
    content = {"decoding": DECODING, "fingerprint": fingerprint, **made._asdict()}
    with new_file(path) as file:
        try:
            torch.save(content, file)
        except RuntimeError as error:  # how it tells of a full disk
            raise OSError(describe(error)) from error


def _read(title: str, path: Path, wanted: str) -> Stored | None:
    """Map a decoded file, if it is there, whole, and the one that is wanted."""
    try:
        with ZipFile(path) as archive:
            if part := archive.testzip():  # reads it all and compares its checksums
                raise ValueError(f"{part} is not what was written")
        content = torch.load(path, mmap=True, weights_only=True)
        decoding, fingerprint = content.pop("decoding"), content.pop("fingerprint")
        if decoding != DECODING or wanted not in ("", fingerprint):
            return None
        return Stored(**content)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except Exception as error:  # a damaged file may raise anything
        fault = describe(error)
        report(f"{title}: {path} is damaged and will be made again: {fault}")
        return None
