"""Read a digit from any picture: find it, center it as MNIST does, ask a network."""

import math
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from PIL import Image, ImageFilter, ImageOps
from torch import Tensor, nn

from lessons_lib.anatomy import evaluation_mode

__all__ = ["Reading", "center_digit", "read_digit"]

SIDE = 28  # of a picture in MNIST
BOX = 20  # the digit itself fits into a square of this side
LARGEST = 512  # pixels along the longer side; more don't help to find a digit
SMALLEST = 8
FAINTEST = 0.1  # contrast between digit and background, from 0 to 1
SPECK = 0.25  # of the strongest contrast: weaker differences are paper, not ink
MOST_INK = 0.6  # of all pixels; more is no digit on a background


class Reading(NamedTuple):
    """What a network reads in a picture.

    digit: the answer, 0 to 9.
    probabilities: Tensor (10,), what the network gives to each digit.
    image: Tensor (1, 1, 28, 28), float32 in [0, 1], the picture as the network saw it.
    """

    digit: int
    probabilities: Tensor
    image: Tensor

    def __repr__(self) -> str:
        first, second = self.probabilities.argsort(descending=True)[:2].tolist()
        return (
            f"reads {first} ({self.probabilities[first]:.1%}), "
            f"next {second} ({self.probabilities[second]:.1%})"
        )


@torch.no_grad()
def read_digit(model: nn.Module, picture: object) -> Reading:
    """Read the digit in a picture.

    Args:
        model: maps images (N, 1, 28, 28), float32 in [0, 1], to logits (N, 10). It is
            used in evaluation mode and left in the mode in which it was.
        picture: whatever `center_digit` takes.

    Returns:
        The digit, ten probabilities, and the picture as the network saw it.

    Raises:
        FileNotFoundError, TypeError, ValueError: see `center_digit`; or the model
            doesn't give ten logits.
    """
    image = center_digit(picture)
    weight = next(model.parameters(), image)
    with evaluation_mode(model):
        logits = model(image.to(weight.device, weight.dtype))
    if tuple(logits.shape) != (1, 10):
        raise ValueError(
            f"the model answered one image with shape {tuple(logits.shape)}; expected "
            "(1, 10), a logit for each digit. Give it a network for MNIST."
        )
    probabilities = logits[0].float().softmax(dim=0).cpu()
    return Reading(int(probabilities.argmax()), probabilities, image)


def center_digit(picture: object) -> Tensor:
    """Bring any picture of one digit into the form of MNIST.

    The background is the median color of the border; ink is what differs from it, so
    dark on light and light on dark are the same. The digit is scaled to fit a square of
    20 x 20 pixels and laid into 28 x 28 with its center of mass at pixel (14, 14).

    Args:
        picture: a file (path), a PIL image of any mode, or an array or tensor of shape
            (H, W), (1, H, W), (3, H, W), (H, W, 3) or (H, W, 4): whole numbers from 0
            to 255, or fractions from 0 to 1.

    Returns:
        Tensor (1, 1, 28, 28), float32 in [0, 1], ink bright on 0.

    Raises:
        FileNotFoundError: there is no such file.
        TypeError: it is not a picture.
        ValueError: the file can't be read, the shape or the values are no picture's, or
            there is no digit to be found in it.

    LeCun, Cortes and Burges, The MNIST database of handwritten digits, 1998.
    """
    ink = Image.fromarray(_ink(_colors(_opened(picture))))
    ink = ink.crop(ink.getbbox())
    size = [max(1, int(side * BOX / max(ink.size) + 0.5)) for side in ink.size]
    digit = np.asarray(ink.resize(size, Image.Resampling.BILINEAR))
    image = np.zeros((1, 1, SIDE, SIDE), np.float32)
    image[:, :, _span(digit.sum(axis=1)), _span(digit.sum(axis=0))] = digit
    return torch.from_numpy(image / image.max())


def _opened(picture: object) -> Image.Image:
    """Turn what the caller has into a PIL image."""
    if isinstance(picture, str | Path):
        try:
            with Image.open(picture) as file:
                return ImageOps.exif_transpose(file)
        except FileNotFoundError:
            raise FileNotFoundError(
                f"there is no file {str(picture)!r}. Write the path as seen from the "
                "folder of this notebook, or the whole path."
            ) from None
        except (OSError, Image.DecompressionBombError) as error:
            raise ValueError(
                f"{str(picture)!r} can't be read as a picture. Save it as PNG or JPEG."
            ) from error
    if isinstance(picture, Image.Image):
        return picture
    if isinstance(picture, Tensor):
        picture = picture.detach().cpu().numpy()
    if isinstance(picture, np.ndarray):
        return _from_array(picture)
    raise TypeError(
        f"read_digit() got {type(picture).__name__}; it reads a file name, a PIL "
        "image, a numpy array or a tensor."
    )


def _from_array(array: np.ndarray) -> Image.Image:
    shape, array = array.shape, array.squeeze()
    if array.ndim == 3 and array.shape[0] == 3 and array.shape[2] not in (3, 4):
        array = np.moveaxis(array, 0, -1)
    if array.ndim != 2 and (array.ndim != 3 or array.shape[2] not in (3, 4)):
        raise ValueError(
            f"an array of shape {shape} is not one picture; expected (H, W), (H, W, 3) "
            "or (3, H, W). Of several pictures, give one at a time."
        )
    if array.size == 0 or array.dtype.kind not in "buif":
        raise ValueError(
            f"an array of shape {shape} and type {array.dtype} holds no pixels; give "
            "numbers from 0 to 255 or from 0 to 1."
        )
    array = array.astype(np.float32)
    largest = array.max()
    if not np.isfinite(array).all() or array.min() < 0 or largest > 255:
        raise ValueError(
            f"the values go from {array.min():g} to {largest:g}; expected 0 to 255, or "
            "0 to 1. Undo any normalization first."
        )
    array = array if largest > 1 else 255 * array
    return Image.fromarray(array.round().astype(np.uint8))


def _colors(picture: Image.Image) -> np.ndarray:
    """Return (H, W, 4) in [0, 1]: red, green, blue weighted by opacity, and opacity."""
    if min(picture.size) < SMALLEST:
        raise ValueError(
            f"a picture of {picture.width} x {picture.height} pixels is too small; "
            f"give at least {SMALLEST} x {SMALLEST}."
        )
    if picture.mode.startswith("I"):  # 16 bits and more, which RGBA would cut off
        values = np.array(picture, dtype=np.float32)
        values *= 255 / max(values.max(), 1)
        picture = Image.fromarray(values.astype(np.uint8))
    picture = picture.convert("RGBA")
    picture.thumbnail((LARGEST, LARGEST))
    return np.asarray(picture.convert("RGBa"), dtype=np.float32) / 255


def _ink(colors: np.ndarray) -> np.ndarray:
    """Return (H, W) in [0, 1]: how much each pixel differs from the background."""
    border = [colors[0], colors[-1], colors[:, 0], colors[:, -1]]
    background = np.median(np.concatenate(border), axis=0)
    ink = np.abs(colors - background).max(axis=2)
    strongest = ink.max()
    if strongest < FAINTEST:
        raise ValueError(
            "there is nothing in this picture: all of it has nearly the same color. "
            "Write one digit, in a color that stands out."
        )
    stroke = Image.fromarray((ink >= SPECK * strongest).astype(np.uint8))
    stroke = stroke.filter(ImageFilter.MaxFilter(3))  # it keeps its soft edge
    ink = np.asarray(stroke) * (ink / strongest)
    share = (ink > 0).mean()
    if share > MOST_INK:
        raise ValueError(
            f"{share:.0%} of this picture differs from its border, too much for a "
            "digit. Crop it so that the border shows paper only."
        )
    return ink.astype(np.float32)


def _span(weights: np.ndarray) -> slice:
    """Return where to lay rows or columns: center of mass at 14 of 0 to 27, if it fits.

    Args:
        weights: ink in each row or column of the digit.
    """
    center = np.average(np.arange(len(weights)), weights=weights)
    # To the nearest pixel; from the middle between two down, whatever rounding made
    # of the middle.
    start = math.ceil(SIDE / 2 - center - 0.50001)
    start = min(max(start, 0), SIDE - len(weights))
    return slice(start, start + len(weights))
