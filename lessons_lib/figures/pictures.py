"""Images, filters and feature maps, side by side."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.patches import Rectangle
from torch import Tensor

from .style import INK, axes_or_new

__all__ = ["feature_maps", "filters", "image_grid", "number_grid", "surest_mistakes"]

SMALL_PICTURE = 0.45  # inches: pictures up to this height stand closer together


def number_grid(
    values: Tensor | np.ndarray,
    ax: Axes | None = None,
    *,
    title: str = "",
    window: tuple[int, int, int, int] | None = None,
    vmax: float | None = None,
    decimals: int = 0,
    texts: Sequence[Sequence[str]] | None = None,
) -> Axes:
    """Draw a matrix as shaded squares with the numbers in them.

    Args:
        values: (rows, columns); NaN leaves a square empty.
        ax: where to draw; None makes a new figure.
        title: stands above the squares.
        window: (top row, left column, rows, columns) of a part to frame.
        vmax: the value shaded darkest; None takes the largest magnitude.
        decimals: digits behind the point.
        texts: (rows, columns) words to write into the squares instead of the numbers.

    Returns:
        The axes.
    """
    values = np.asarray(values, dtype=float)
    rows, columns = values.shape
    ax = axes_or_new(ax, 0.45 * columns + 0.3, 0.45 * rows + 0.5)
    largest = np.nanmax(np.abs(values), initial=0) if vmax is None else vmax
    ax.imshow(values, cmap="Greys", vmin=0, vmax=2.2 * max(largest, 1e-12))
    for row, column in np.argwhere(~np.isnan(values)):
        text = f"{values[row, column]:.{decimals}f}"
        text = text if texts is None else texts[row][column]
        ax.text(column, row, text, ha="center", va="center", fontsize=9)
    ax.set_xticks(np.arange(-0.5, columns), [])
    ax.set_yticks(np.arange(-0.5, rows), [])
    ax.grid(color=INK["quiet"], linewidth=0.6)
    ax.tick_params(length=0)
    ax.spines[:].set(visible=True, color=INK["quiet"], linewidth=0.6)
    if window is not None:
        top, left, height, width = window
        frame = Rectangle(
            (left - 0.5, top - 0.5),
            width,
            height,
            fill=False,
            edgecolor=INK["mark"],
            linewidth=2.4,
            clip_on=False,
            zorder=3,
        )
        ax.add_patch(frame)
    ax.set_title(title)
    return ax


def image_grid(
    images: Tensor | Sequence[np.ndarray],
    titles: Sequence[str] | None = None,
    *,
    columns: int = 8,
    size: float = 0.8,
    cmap: str = "gray",
    vmin: float | None = None,
    vmax: float | None = None,
) -> Figure:
    """Draw pictures side by side in rows.

    Args:
        images: (N, H, W), (N, 1, H, W) or (N, 3, H, W); or a list of such pictures.
        titles: one per picture, drawn above it.
        columns: pictures in a row.
        size: height of a picture in inches.
        cmap: color map of pictures with one channel.
        vmin: the value drawn darkest; None takes each picture's smallest.
        vmax: the value drawn brightest; None takes each picture's largest.

    Returns:
        The figure.

    Raises:
        ValueError: if there is no picture, or not one title per picture.
    """
    if len(images) == 0:
        raise ValueError("image_grid() got no picture; give it at least one.")
    if titles is not None and len(titles) != len(images):
        raise ValueError(
            f"image_grid() got {len(images)} pictures and {len(titles)} titles; "
            "give one title per picture."
        )
    columns = min(columns, len(images))
    rows = -(-len(images) // columns)
    first = _drawable(images[0])
    wide = size * first.shape[1] / first.shape[0]
    lines = max((t.count("\n") + 1 for t in titles), default=0) if titles else 0
    figsize = (columns * (wide + 0.08), rows * (size + 0.08 + 0.17 * lines))
    fig, axes = plt.subplots(rows, columns, figsize=figsize, squeeze=False)
    _set_gaps(fig, 0.08 if size > SMALL_PICTURE else 0.06)
    for ax in axes.flat:
        ax.set_axis_off()
    for position, (ax, image) in enumerate(zip(axes.flat, images, strict=False)):
        ax.imshow(_drawable(image), cmap=cmap, vmin=vmin, vmax=vmax)
        if titles is not None:
            ax.set_title(titles[position], fontsize=8, loc="center", pad=3)
    return fig


def _set_gaps(fig: Figure, gap: float) -> None:
    """Leave so many inches between the axes of a grid, and no share of the figure."""
    layout = fig.get_layout_engine()
    if isinstance(layout, ConstrainedLayoutEngine):  # it always is in a lesson
        layout.set(w_pad=gap / 2, h_pad=gap / 2, wspace=0, hspace=0)


def _drawable(image: Tensor | np.ndarray) -> np.ndarray:
    """Bring (H, W), (1, H, W) or (3, H, W) into matplotlib's order of axes."""
    image = np.asarray(image)
    if image.ndim == 3:
        image = image[0] if image.shape[0] == 1 else np.moveaxis(image, 0, -1)
    return image


def filters(weight: Tensor, *, columns: int = 16, size: float = 0.4) -> Figure:
    """Draw weights as pictures on one scale: red positive, blue negative, white zero.

    Args:
        weight: (N, H, W) or (N, 1, H, W).
        columns: pictures in a row.
        size: height of a picture in inches.

    Returns:
        The figure.
    """
    weight = weight.detach().cpu()
    limit = weight.abs().max().item()
    return image_grid(
        weight, columns=columns, size=size, cmap="RdBu_r", vmin=-limit, vmax=limit
    )


def feature_maps(
    activations: Mapping[str, Tensor],
    *,
    maps: int = 8,
    size: float = 0.6,
    limit: float | None = None,
) -> Figure:
    """Draw the first feature maps of several layers, one layer per row.

    Args:
        activations: title of the row -> Tensor (1, C, H, W) or (C, H, W).
        maps: feature maps per layer; a layer with fewer leaves its row short.
        size: side of a map in inches.
        limit: the magnitude drawn darkest; None takes each layer's largest.

    Returns:
        The figure: red positive, blue negative, white zero, one scale in each row.

    Raises:
        ValueError: if there is no layer, or an activation is not of one picture.
    """
    if not activations:
        raise ValueError(
            "feature_maps() got no activation; give it at least one layer."
        )
    rows = len(activations)
    fig = plt.figure(figsize=(maps * (size + 0.06), rows * (size + 0.26)))
    _set_gaps(fig, 0.06)
    # A title belongs to a row, not to its first map, which it would push aside.
    parts = fig.subfigures(rows, 1, squeeze=False)[:, 0]
    for part, (title, activation) in zip(parts, activations.items(), strict=True):
        layer = activation.detach().cpu()
        layer = layer[0] if layer.ndim == 4 and len(layer) == 1 else layer
        if layer.ndim != 3:
            raise ValueError(
                f"{title!r} has shape {tuple(activation.shape)}; expected (1, C, H, W) "
                "or (C, H, W), the maps of one picture."
            )
        largest = layer[:maps].abs().max().item() if limit is None else limit
        line = part.subplots(1, maps, squeeze=False)[0]
        for ax in line:
            ax.set_axis_off()
        for ax, values in zip(line, layer, strict=False):
            ax.imshow(np.asarray(values), cmap="RdBu_r", vmin=-largest, vmax=largest)
        part.suptitle(title, x=0.03 / fig.get_figwidth(), ha="left", fontsize=8)
    return fig


def surest_mistakes(
    images: Tensor,
    logits: Tensor,
    labels: Tensor,
    *,
    count: int = 12,
    names: Sequence[str] = "0123456789",
) -> Figure:
    """Draw the wrong answers that a classifier was surest of.

    Args:
        images: (N, H, W), (N, 1, H, W) or (N, 3, H, W), as they are to be drawn.
        logits: (N, classes).
        labels: (N,) the right classes.
        count: pictures to draw, the surest mistake first; fewer if there are fewer.
        names: one per class.

    Returns:
        The figure; `panel_titles` has its titles in words, for the alt text.

    Raises:
        ValueError: if no answer is wrong.
    """
    certainty, predicted = logits.softmax(dim=1).max(dim=1)
    wrong = (predicted != labels).nonzero().flatten()
    if len(wrong) == 0:
        raise ValueError(
            "surest_mistakes() found no wrong answer to draw; give it more pictures."
        )
    surest = wrong[certainty[wrong].argsort(descending=True)][:count]
    titles = []
    for i in surest.tolist():
        right, read = names[int(labels[i])], names[int(predicted[i])]
        titles.append(f"{right}, read as {read}\n{certainty[i]:.2%} sure")
    return image_grid(images[surest], titles, columns=6, size=0.85)
