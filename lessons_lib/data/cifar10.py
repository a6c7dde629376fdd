"""CIFAR-10: color photos of ten kinds of things, 32 x 32 pixels.

It may lie on this computer as the published archive or as a folder of pictures; where
it does not, it is fetched. What comes out of either is written to one file, which the
next start maps in less than a second.
"""

from functools import partial
from pathlib import Path

from lessons_lib.data import _cifar10_formats as formats
from lessons_lib.data import _shapes
from lessons_lib.data._cifar10_formats import TITLE
from lessons_lib.data._download import DataUnavailable, report
from lessons_lib.data._shared import Stored, as_numbers, read_or_make
from lessons_lib.data.pictures import Pictures
from lessons_lib.paths import data_folder

__all__ = ["cifar10", "lies_in"]

DECODED, DRAWN = "decoded.pt", "drawn.pt"


def cifar10(*, fetch_again: bool = False) -> tuple[Pictures, Pictures]:
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
            return read_or_make(TITLE, folder / DECODED, wanted, make).pictures()
        except DataUnavailable as error:
            if formats.lies_in(folder):  # it is damaged, which has to be put right
                raise
            report(str(error))
    found = read_or_make(TITLE, drawn, _shapes.VERSION, _draw)
    return found.pictures(stand_in=True)


def lies_in(folder: Path) -> bool:
    """Tell whether CIFAR-10 is in this folder in any form, right or not."""
    return formats.lies_in(folder) or (folder / DECODED).exists()


def _draw() -> tuple[Stored, str]:
    """Draw the stand-in for CIFAR-10."""
    train, test = (
        as_numbers(*_shapes.draw(count // 10, seed)) for count, seed in _shapes.PARTS
    )
    return Stored(train, test, _shapes.CLASSES, "drawn shapes"), _shapes.VERSION
