"""Colors, fonts and sizes of every figure."""

from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
from cycler import cycler
from matplotlib.axes import Axes

__all__ = ["INK", "PALETTE", "STYLE", "apply_style", "axes_or_new"]

# The colors of Okabe and Ito (2008), ordered so that neighbors also differ in gray.
PALETTE = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000"]

# One name per meaning, so that a color says the same thing throughout the course.
INK = {
    "train": PALETTE[0],
    "test": PALETTE[1],
    "mark": "#CC3399",  # as far from white as from black, and no color of a line
    "quiet": "#6B6B6B",
}

STYLE: dict[Any, Any] = {
    "axes.grid": False,
    "axes.labelsize": 9,
    "axes.prop_cycle": cycler(color=PALETTE),
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 10,
    "figure.constrained_layout.use": True,
    "figure.facecolor": "white",
    "figure.figsize": (6.6, 3.0),
    "figure.titlesize": 11,
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "image.cmap": "gray",
    "image.interpolation": "nearest",
    "legend.frameon": False,
    "savefig.facecolor": "white",
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
}


def apply_style() -> None:
    """Give all figures drawn from now on the look of the course."""
    mpl.rcParams.update(STYLE)


def axes_or_new(ax: Axes | None, width: float, height: float) -> Axes:
    """Return the axes that were given, or those of a new figure, sizes in inches."""
    return plt.subplots(figsize=(width, height))[1] if ax is None else ax
