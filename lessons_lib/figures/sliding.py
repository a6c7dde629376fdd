"""A window that slides: what lies under it, where it lies, and what comes out."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from torch import Tensor

from lessons_lib.anatomy import output_size

from .pictures import number_grid
from .style import axes_or_new

__all__ = ["sliding_step", "window_positions"]


def sliding_step(axes: Sequence[Axes], image: Tensor, kernel: Tensor, step: int) -> str:
    """Draw one step of a kernel over an image, and the map as far as it has grown.

    Args:
        axes: three panels: the image with the window, the products under it with
            their sum, the map.
        image: (H, W) whole numbers.
        kernel: (K, L) whole numbers, laid on as it is.
        step: the position, counted from 1 along the rows of the map.

    Returns:
        A sentence that says which pixels give which value.
    """
    image, kernel = np.asarray(image), np.asarray(kernel)
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    values = (windows * kernel).sum(axis=(2, 3))
    row, column = divmod(step - 1, values.shape[1])
    pixels, value = windows[row, column], values[row, column]
    number_grid(image, axes[0], title="image", window=(row, column, *kernel.shape))
    number_grid(
        pixels * kernel,
        axes[1],
        title=f"products: {value:.0f}",
        texts=[
            [f"{p:.0f}·{w:.0f}" for p, w in zip(*line, strict=True)]
            for line in zip(pixels, kernel, strict=True)
        ],
    )
    grown = np.where(np.arange(values.size) < step, values.flatten(), np.nan)
    number_grid(
        grown.reshape(values.shape),
        axes[2],
        title="map",
        window=(row, column, 1, 1),
        vmax=abs(values).max(),
    )
    listed = " ".join(f"{pixel:.0f}" for pixel in pixels.flatten())
    return f"Step {step}: pixels {listed} give {value:.0f}."


def window_positions(
    size: int,
    kernel_size: int,
    ax: Axes | None = None,
    *,
    stride: int = 1,
    padding: int = 0,
    dilation: int = 1,
) -> Axes:
    """Draw a row of pixels and, below it, every position that a window takes.

    Args:
        size: pixels.
        kernel_size: weights, drawn as linked dots under the pixels that they meet.
        ax: where to draw; None makes a new figure.
        stride: pixels from one position to the next.
        padding: pixels added at each end, drawn white.
        dilation: pixels from one weight to the next.

    Returns:
        The axes; the title counts the positions.

    Raises:
        ValueError: if the window doesn't fit, or an argument is out of range.
    """
    places = output_size(size, kernel_size, stride, padding, dilation)
    ax = axes_or_new(ax, 0.3 * (size + 2 * padding) + 0.4, 0.2 * places + 0.9)
    for pixel in range(-padding, size + padding):
        face = "0.8" if 0 <= pixel < size else "white"
        ax.add_patch(Rectangle((pixel - 0.45, 0.2), 0.9, 0.9, fc=face, ec="0.4"))
    for place in range(places):
        first = place * stride - padding
        under = [first + weight * dilation for weight in range(kernel_size)]
        height = kernel_size * [-0.4 - 0.6 * place]
        ax.plot(under, height, "o-", color=f"C{place % 2}", markersize=4)
    ax.set(
        xlim=(-padding - 0.6, size + padding - 0.4),
        ylim=(-0.4 - 0.6 * max(places, 3), 1.3),
        title=f"{places} position{'s' * (places > 1)}",
    )
    ax.set_axis_off()
    return ax
