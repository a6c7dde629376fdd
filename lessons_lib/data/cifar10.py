"""CIFAR-10: color photos of ten kinds of things, 32 x 32 pixels.

It may lie on this computer as the published archive or as a folder of pictures; where
it does not, it is fetched. What comes out of either is written to one file of unsigned
bytes, which the next start reads in less than a second.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import torch

from lessons_lib.data import _cifar10_formats as formats
from lessons_lib.data import _shapes
from lessons_lib.data._cifar10_formats import TITLE, Decoded
from lessons_lib.data._download import (
    DataUnavailable,
    describe,
    folder_lock,
    new_file,
    report,
)
from lessons_lib.data.pictures import ColorPictures
from lessons_lib.paths import data_folder

__all__ = ["cifar10", "lies_in"]

DECODED, DRAWN = "decoded.npz", "drawn.npz"


def cifar10(*, fetch_again: bool = False) -> tuple[ColorPictures, ColorPictures]:
    """Return the 50,000 training and the 10,000 test pictures of CIFAR-10.

    They are looked for in `data/cifar10` (or under `LESSONS_DATA`): as folders of
    pictures `train/<class>/*.png|jpg` and `test/<class>/...`, or as the published
    archive. Else the archive is fetched. Where it can't be had, as many pictures are
    drawn, of ten kinds of shapes: `train.stand_in` is then True. Once drawn, they are
    taken without another attempt to fetch, until `python -m lessons_lib.data` succeeds.

    Args:
        fetch_again: whether to try the network although pictures were drawn before.

    Returns:
        Training and test, with images of shape (N, 3, 32, 32).

    Raises:
        DataUnavailable: what lies in the folder is damaged or not complete; the message
            names it.

    Krizhevsky, Learning multiple layers of features from tiny images, 2009.
    """
    folder = data_folder() / "cifar10"
    drawn = folder / DRAWN
    if lies_in(folder) or fetch_again or not drawn.exists():
        wanted, make = formats.fingerprint(folder), partial(formats.decode, folder)
        try:
            return _pictures(_read_or_make(folder / DECODED, wanted, make))
        except DataUnavailable as error:
            if formats.lies_in(folder):  # it is damaged, which has to be put right
                raise
            report(str(error))
    return _pictures(_read_or_make(drawn, _shapes.VERSION, _draw), stand_in=True)


def lies_in(folder: Path) -> bool:
    """Tell whether CIFAR-10 is in this folder in any form, right or not."""
    return formats.lies_in(folder) or (folder / DECODED).exists()


def _draw() -> Decoded:
    """Draw the stand-in for CIFAR-10."""
    parts = [_shapes.draw(count // 10, seed) for count, seed in _shapes.PARTS]
    images, labels = (np.concatenate(halves) for halves in zip(*parts, strict=True))
    about = (len(parts[0][1]), _shapes.CLASSES, "drawn shapes", _shapes.VERSION)
    return Decoded(images, labels, *about)


def _read_or_make(path: Path, wanted: str, make: Callable[[], Decoded]) -> Decoded:
    """Read a decoded file, making it first if it is missing, damaged or outdated.

    A disk that is full or may not be written to costs nothing but the time to make the
    pictures again: it is said, and nothing half-written is left.
    """
    found = _read(path, wanted)
    if found:
        return found
    try:
        with folder_lock(TITLE, path.parent):
            found = _read(path, wanted)  # another process may have made it by now
            if not found:
                found = make()
                with new_file(path) as file:
                    np.savez(file, **found._asdict())
    except OSError as error:
        fault = f"Cannot write {path}: {describe(error)}."
        report(f"{fault} The pictures stay in memory and will be made again next time.")
    return found or make()


def _read(path: Path, wanted: str) -> Decoded | None:
    """Read a decoded file, if it is there, whole, and the one that is wanted.

    Args:
        path: the file that `_read_or_make` wrote.
        wanted: fingerprint of what it must have been made from; "" takes any.
    """
    try:
        with np.load(path) as file:  # a zip file, which checks what it reads
            about = [file[name].tolist() for name in Decoded._fields[2:]]
            if wanted and about[-1] != wanted:
                return None
            return Decoded(file["images"], file["labels"], *about)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except Exception as error:  # a damaged file may raise anything
        fault = describe(error)
        report(f"{TITLE}: {path} is damaged and will be made again: {fault}")
        return None


def _pictures(
    decoded: Decoded, stand_in: bool = False
) -> tuple[ColorPictures, ColorPictures]:
    """Turn bytes into numbers from 0 to 1, as torchvision's `ToTensor` does."""
    images = torch.from_numpy(decoded.images).float().div_(255)
    labels = torch.from_numpy(decoded.labels).long()
    about = (tuple(decoded.classes), decoded.origin, stand_in)
    n = decoded.training
    return (
        ColorPictures(images[:n], labels[:n], *about),
        ColorPictures(images[n:], labels[n:], *about),
    )
