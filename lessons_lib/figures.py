"""Every picture and table of the course, and the one door through which they leave."""

import base64
import io
from collections.abc import Mapping, Sequence
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
from IPython.display import display
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke
from torch import Tensor, nn

from lessons_lib.training import History

__all__ = [
    "INK",
    "block_diagram",
    "branch_diagram",
    "confusion",
    "curves",
    "feature_maps",
    "filters",
    "image_grid",
    "mime_bundle",
    "number_grid",
    "reliability",
    "seed_dots",
    "show",
    "show_table",
    "surest_mistakes",
    "sweep",
]

# One name per meaning, so that a color says the same thing throughout the course.
INK = {
    "train": "#0072B2",
    "test": "#D55E00",
    "mark": "#D55E00",
    "quiet": "#6B6B6B",
}

CSS_PIXELS_PER_INCH = 96
SHARPNESS = 2  # image pixels per CSS pixel: crisp on good screens and on paper
SHORTEST_ALT = 20
SMALL_PICTURE = 0.45  # inches: pictures up to this height stand closer together


def show(fig: Figure, alt: str) -> None:
    """Put a figure under the cell, with words for readers who can't see it.

    Args:
        fig: the figure; it is closed afterwards.
        alt: what a sighted reader learns from the picture. It is stored as the plain
            text of the output too: a run that compares outputs can't compare pictures,
            but it compares these words and the numbers in them.

    Raises:
        ValueError: if ``alt`` says too little to stand in for a picture.
    """
    data, metadata = mime_bundle(fig, alt)
    display(data, raw=True, metadata=metadata)


def mime_bundle(fig: Figure, alt: str) -> tuple[dict, dict]:
    """Turn a figure into what a notebook stores.

    Args:
        fig: the figure; it is closed.
        alt: words that stand in for the picture, at least 20 characters.

    Returns:
        Data and metadata, each a dict by MIME type.

    Raises:
        ValueError: if ``alt`` is too short.
    """
    alt = " ".join(str(alt).split())
    if len(alt) < SHORTEST_ALT:
        raise ValueError(
            f"the alt text {alt!r} is too short to stand in for a picture: say in a "
            "sentence what a sighted reader learns from it, with the numbers."
        )
    png = io.BytesIO()
    # Without the metadata the same picture has the same bytes under every matplotlib.
    fig.savefig(
        png,
        format="png",
        dpi=SHARPNESS * CSS_PIXELS_PER_INCH,
        metadata={"Software": None},
    )
    plt.close(fig)
    width = round(fig.get_figwidth() * CSS_PIXELS_PER_INCH)
    data = {
        "image/png": base64.b64encode(png.getvalue()).decode("ascii"),
        "text/plain": alt,
    }
    about = {"alt": alt, "width": width, "needs_background": "light"}
    return data, {"image/png": about}


def show_table(header: Sequence[str], rows: Sequence[Sequence], caption: str) -> None:
    """Put a table with a header row and a caption under the cell.

    Args:
        header: one title per column, units included.
        rows: one sequence of cells per row, each as long as the header; integers get
            thousands separators, columns of numbers are aligned to the right.
        caption: one sentence that says what the table shows.

    Raises:
        ValueError: if a row has not as many cells as the header.
    """
    for number, row in enumerate(rows, 1):
        if len(row) != len(header):
            raise ValueError(
                f"row {number} of the table has {len(row)} cells and the header "
                f"{len(header)}: give every row one cell per column."
            )
    texts = [[_cell_text(cell) for cell in row] for row in rows]
    right = [
        bool(texts) and all(_looks_numeric(row[c]) for row in texts)
        for c in range(len(header))
    ]
    widths = [
        max(len(line[c]) for line in [list(header), *texts]) for c in range(len(header))
    ]

    def aligned(cells: Sequence[str]) -> list[str]:
        return [
            cell.rjust(width) if to_right else cell.ljust(width)
            for cell, width, to_right in zip(cells, widths, right, strict=True)
        ]

    rule = ["-" * (w - 1) + ":" if r else "-" * w for w, r in zip(widths, right)]  # noqa: B905
    lines = ["| " + " | ".join(aligned(line)) + " |" for line in [header, *texts]]
    lines.insert(1, "| " + " | ".join(rule) + " |")
    plain = ["  ".join(aligned(line)).rstrip() for line in [header, *texts]]
    display(
        {
            "text/markdown": "\n".join([*lines, "", f"Table: {caption}"]),
            "text/plain": "\n".join([caption, *plain]),
        },
        raw=True,
    )


def _looks_numeric(text: str) -> bool:
    digits = sum(character.isdigit() for character in text)
    return digits > 0 and not any(character.isalpha() for character in text)


def _cell_text(cell: object) -> str:
    if isinstance(cell, int) and not isinstance(cell, bool):
        return f"{cell:,}"
    if isinstance(cell, float):
        return f"{cell:.4g}"
    return str(cell).replace("|", r"\|")


def number_grid(
    values: Tensor | np.ndarray,
    ax: Axes | None = None,
    *,
    title: str = "",
    window: tuple[int, int, int, int] | None = None,
    vmax: float | None = None,
    decimals: int = 0,
) -> Axes:
    """Draw a matrix as shaded squares with the numbers in them.

    Args:
        values: (rows, columns); NaN leaves a square empty.
        ax: where to draw; None makes a new figure.
        title: stands above the squares.
        window: (top row, left column, rows, columns) of a part to frame.
        vmax: the value shaded darkest; None takes the largest magnitude.
        decimals: digits behind the point.

    Returns:
        The axes.
    """
    values = np.asarray(values, dtype=float)
    rows, columns = values.shape
    if ax is None:
        _, ax = plt.subplots(figsize=(0.45 * columns + 0.3, 0.45 * rows + 0.5))
    largest = np.nanmax(np.abs(values), initial=0) if vmax is None else vmax
    ax.imshow(values, cmap="Greys", vmin=0, vmax=2.2 * max(largest, 1e-12))
    for row, column in np.argwhere(~np.isnan(values)):
        text = f"{values[row, column]:.{decimals}f}"
        ax.text(column, row, text, ha="center", va="center", fontsize=9)
    ax.set_xticks(np.arange(-0.5, columns), [])
    ax.set_yticks(np.arange(-0.5, rows), [])
    ax.grid(color=INK["quiet"], linewidth=0.6)
    ax.tick_params(length=0)
    for side in ax.spines.values():
        side.set(visible=True, color=INK["quiet"], linewidth=0.6)
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
    if layout is not None:  # outside a lesson, matplotlib's own layout is left alone
        layout.set(w_pad=gap / 2, h_pad=gap / 2, wspace=0, hspace=0)


def _drawable(image: Tensor | np.ndarray) -> np.ndarray:
    """Bring (H, W), (1, H, W) or (3, H, W) into matplotlib's order of axes."""
    image = np.asarray(image)
    if image.ndim == 3:
        image = image[0] if image.shape[0] == 1 else np.moveaxis(image, 0, -1)
    return image


def filters(
    weight: Tensor, *, columns: int = 16, size: float = 0.4, limit: float | None = None
) -> Figure:
    """Draw weights as pictures on one scale: red positive, blue negative, white zero.

    Args:
        weight: (N, H, W) or (N, 1, H, W).
        columns: pictures in a row.
        size: height of a picture in inches.
        limit: the magnitude drawn darkest; None takes the largest one.

    Returns:
        The figure.
    """
    weight = weight.detach().cpu()
    limit = weight.abs().max().item() if limit is None else limit
    return image_grid(
        weight, columns=columns, size=size, cmap="RdBu_r", vmin=-limit, vmax=limit
    )


def curves(history: History, title: str = "", target: float | None = None) -> Figure:
    """Draw loss and accuracy of training and test, epoch by epoch.

    Args:
        history: what ``fit`` returned.
        title: states what the picture shows.
        target: an accuracy between 0 and 1 to mark by a line.

    Returns:
        The figure.
    """
    fig, (loss, accuracy) = plt.subplots(1, 2, figsize=(6.6, 2.6))
    epochs = range(1, len(history.seconds) + 1)
    for which, style in (("train", "o-"), ("test", "s--")):
        loss.plot(epochs, getattr(history, f"{which}_loss"), style, color=INK[which])
        percent = [100 * a for a in getattr(history, f"{which}_accuracy")]
        accuracy.plot(epochs, percent, style, color=INK[which], label=which)
    if target is not None:
        accuracy.axhline(100 * target, color=INK["quiet"], linewidth=1, linestyle=":")
    loss.set(xlabel="epoch", ylabel="loss", ylim=(0, None), xticks=epochs)
    accuracy.set(xlabel="epoch", ylabel="accuracy (%)", xticks=epochs)
    accuracy.legend(loc="lower right")
    fig.suptitle(title)
    return fig


def confusion(counts: Tensor, names: Sequence[str], ax: Axes | None = None) -> Axes:
    """Draw which class was taken for which.

    Args:
        counts: (C, C) whole numbers; row: true class, column: predicted class.
        names: C names.
        ax: where to draw; None makes a new figure.

    Returns:
        The axes. Only mistakes are shaded: the diagonal would drown them.
    """
    counts = np.asarray(counts)
    if ax is None:
        _, ax = plt.subplots(figsize=(4.4, 4.0))
    mistakes = np.where(np.eye(len(counts), dtype=bool), 0, counts)
    most = max(mistakes.max(), 1)
    ax.imshow(mistakes, cmap="Oranges", vmax=1.5 * most)
    for row, column in np.ndindex(counts.shape):
        if counts[row, column]:
            color = INK["quiet"] if row == column else "black"
            text = str(counts[row, column])
            ax.text(
                column, row, text, ha="center", va="center", fontsize=8, color=color
            )
    ax.set_xticks(range(len(names)), names)
    ax.set_yticks(range(len(names)), names)
    ax.set(xlabel="predicted", ylabel="true")
    ax.tick_params(length=0)
    return ax


def surest_mistakes(
    images: Tensor,
    logits: Tensor,
    labels: Tensor,
    *,
    count: int = 12,
    columns: int = 6,
    size: float = 0.85,
    names: Sequence[str] = "0123456789",
) -> tuple[Figure, str]:
    """Draw the wrong answers that a classifier was surest of.

    Args:
        images: (N, H, W), (N, 1, H, W) or (N, 3, H, W), as they are to be drawn.
        logits: (N, classes).
        labels: (N,) the right classes.
        count: pictures to draw, the surest mistake first; fewer if there are fewer.
        columns: pictures in a row.
        size: height of a picture in inches.
        names: one per class.

    Returns:
        The figure, and its titles as one sentence for the alt text.

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
    titles = [
        f"{names[labels[i]]}, read as {names[predicted[i]]}\n{certainty[i]:.2%} sure"
        for i in surest
    ]
    fig = image_grid(images[surest], titles, columns=columns, size=size)
    return fig, "; ".join(title.replace("\n", ", ") for title in titles) + "."


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


def sweep(
    values: Sequence[float],
    found: Mapping[str, Tensor | Sequence[Sequence[float]]],
    ax: Axes | None = None,
    *,
    spots: Mapping[str, tuple[float, float]] | None = None,
) -> Axes:
    """Draw accuracies over a setting: a line through the means, a band over the seeds.

    Args:
        values: V values of the setting, larger than 0, drawn on a logarithmic axis.
        found: name of a line -> (V, S) accuracies from 0 to 1, one per value and seed.
        ax: where to draw; None makes a new figure.
        spots: name -> where its name is written, (value, percent); lines without a spot
            stay without a name.

    Returns:
        The axes, from 0 to 100%. The band reaches from the lowest to the highest seed.

    Raises:
        ValueError: if a line has not one row of seeds per value.
    """
    if ax is None:
        _, ax = plt.subplots(figsize=(4.4, 3.0))
    styles = ("x:", "s--", "o-", "^-.")
    for number, (name, seeds) in enumerate(found.items()):
        percent = 100 * np.asarray(seeds, dtype=float)
        if percent.ndim != 2 or len(percent) != len(values):
            raise ValueError(
                f"{name!r} has shape {percent.shape}; expected one row of seeds for "
                f"each of the {len(values)} values."
            )
        style = styles[number % len(styles)]
        (line,) = ax.plot(values, percent.mean(axis=1), style, markersize=4)
        low, high = percent.min(axis=1), percent.max(axis=1)
        color = line.get_color()
        ax.fill_between(values, low, high, alpha=0.2, color=color, linewidth=0)
        if spots and name in spots:
            ax.text(*spots[name], name, color=color)
    ax.set(xscale="log", ylim=(0, 100), ylabel="test accuracy (%)")
    return ax


def reliability(
    confidence: Tensor,
    correct: Tensor,
    ax: Axes | None = None,
    *,
    bins: int = 10,
    color: str = INK["test"],
) -> Axes:
    """Draw how often answers are right against how sure they were, bin by bin.

    Args:
        confidence: (N,) the probability given to the answer, from 0 to 1.
        correct: (N,) bool, whether the answer was right.
        ax: where to draw; None makes a new figure.
        bins: bins of equal width from 0 to 1; those without samples are left out.
        color: of the points.

    Returns:
        The axes. A point's bar is two standard errors of a share of so many samples;
        the number beside it counts them.

    DeGroot and Fienberg, The comparison and evaluation of forecasters, 1983.
    """
    confidence = np.asarray(confidence, dtype=float)
    correct = np.asarray(correct, dtype=float)
    if ax is None:
        _, ax = plt.subplots(figsize=(3.2, 3.0))
    ax.plot([0, 100], [0, 100], color=INK["quiet"], linewidth=1, linestyle="--")
    place = np.clip((confidence * bins).astype(int), 0, bins - 1)
    before = -np.inf
    for b in np.unique(place):
        inside = place == b
        count, right = inside.sum(), correct[inside].mean()
        # One more of each kind, or a bin in which all are right would have no error.
        share = (right * count + 1) / (count + 2)
        error = 2 * np.sqrt(share * (1 - share) / (count + 2))
        x, y = 100 * confidence[inside].mean(), 100 * right
        ax.errorbar(x, y, 100 * error, fmt="o", color=color, markersize=4)
        # On the right there is room for the number, except at the edge: there it stands
        # on the left, or below if the point before is as high and has its number there.
        at_edge = x > 80
        below = at_edge and abs(y - before) < 8
        before = y
        ax.annotate(
            f"{count:,}",
            (x, y),
            xytext=(7, -11) if below else (-6 if at_edge else 6, 5 if y < 4 else 0),
            textcoords="offset points",
            fontsize=7,
            ha="right" if at_edge else "left",
            va="center",
            path_effects=[withStroke(linewidth=2.5, foreground="white")],
        )
    ax.set(
        xlabel="how sure (%)",
        ylabel="how often right (%)",
        xlim=(0, 103),
        ylim=(0, 104),
    )
    return ax


def branch_diagram(
    branches: Sequence[Sequence[str]], start: str, end: str, *, height: float = 0.62
) -> Figure:
    """Draw a block whose input takes several ways at once: one row of boxes each.

    Args:
        branches: the labels of the boxes of each way, in the order in which data passes
            them; a way without boxes is drawn as a line (a shortcut).
        start: label of the box in which all ways begin.
        end: label of the box in which they meet.
        height: of one row in inches.

    Returns:
        The figure. Row number n, counted from 0, has color number n of the cycle.

    Raises:
        ValueError: if there is no way.
    """
    if len(branches) == 0:
        raise ValueError("branch_diagram() got no branch; give it at least one.")
    steps = max(1, *(len(labels) for labels in branches))
    middle = (len(branches) - 1) / 2
    fig, ax = plt.subplots(figsize=(6.6, height * len(branches) + 0.2))
    lines = {"color": INK["quiet"], "linewidth": 1.2, "zorder": 1}

    def box(x: float, y: float, text: str, color: str) -> None:
        style = {"boxstyle": "round,pad=0.4", "facecolor": "white", "edgecolor": color}
        style["linewidth"] = 1.6
        ax.text(x, y, text, ha="center", va="center", fontsize=8, bbox=style, zorder=2)

    for row, labels in enumerate(branches):
        ax.plot([0, 0.5, steps + 0.5, steps + 1], [middle, row, row, middle], **lines)
        for column, label in enumerate(labels, 1):
            box(column, row, label, f"C{row}")
    box(0, middle, start, INK["quiet"])
    box(steps + 1, middle, end, INK["quiet"])
    ax.set(xlim=(-0.45, steps + 1.45), ylim=(len(branches) - 0.45, -0.55))
    ax.set_axis_off()
    return fig


def seed_dots(
    runs: Mapping[str, Sequence[float]],
    *,
    earlier: Mapping[str, Sequence[float]] | None = None,
    notes: Mapping[str, str] | None = None,
    xlabel: str = "test accuracy (%), one dot for each seed",
    title: str = "",
) -> Figure:
    """Draw every run of several competitors, so that the spread can be seen.

    Args:
        runs: name -> one value per seed, for example accuracies in percent.
        earlier: the same names under other conditions, drawn as hollow dots above.
        notes: name -> a few words to stand at the right end of the row.
        xlabel: what the values are, with their unit.
        title: states what the picture shows.

    Returns:
        The figure, with one row for each name.

    Raises:
        ValueError: if there are no runs, or ``earlier`` has a name of its own.
    """
    if not runs:
        raise ValueError("seed_dots() got no runs; give it at least one.")
    strangers = set(earlier or {}) - set(runs)
    if strangers:
        raise ValueError(
            f"seed_dots() got earlier runs of {sorted(strangers)}, which are not among "
            f"the runs: {list(runs)}."
        )
    fig, ax = plt.subplots(figsize=(6.4, 0.42 * len(runs) + 1.0))
    for row, (name, values) in enumerate(runs.items()):
        style = {"color": "black", "markersize": 7, "alpha": 0.6, "zorder": 2}
        before = list(earlier[name]) if earlier and name in earlier else []
        apart = 0.16 if before else 0.0
        ax.axhline(row, color=INK["quiet"], linewidth=0.4, zorder=1)
        ax.plot(before, [row - apart] * len(before), "o", fillstyle="none", **style)
        ax.plot(values, [row + apart] * len(values), "o", **style)
        if notes and name in notes:
            ax.annotate(
                notes[name],
                (1.02, row),
                xycoords=("axes fraction", "data"),
                fontsize=8,
                va="center",
                annotation_clip=False,
            )
    ax.set(ylim=(len(runs) - 0.5, -0.5), xlabel=xlabel, title=title)
    ax.set_yticks(range(len(runs)), list(runs))
    ax.margins(x=0.06)
    ax.tick_params(axis="y", length=0)
    return fig


def block_diagram(
    steps: Sequence[str],
    ax: Axes | None = None,
    *,
    shortcut: str | None = "",
    after: Sequence[str] = (),
    title: str = "",
) -> Axes:
    """Draw a block as a column of boxes, with a line that goes around the branch.

    Args:
        steps: labels of the boxes of the branch, from the input down.
        ax: where to draw; None makes a new figure.
        shortcut: label of a box on the line around the branch; "" draws the line alone,
            None leaves out both the line and the addition.
        after: labels of the boxes behind the addition.
        title: stands above the column.

    Returns:
        The axes. One box is one unit high; y grows downward from 0, the input.
    """
    if ax is None:
        _, ax = plt.subplots(figsize=(1.65, 0.4 * (len(steps) + len(after) + 3)))
    tail = [] if shortcut is None else ["+"]
    column = ["x", *steps, *tail, *after, ""]
    arrow = {"arrowstyle": "-|>", "color": INK["quiet"], "shrinkA": 0, "shrinkB": 0}

    def box(x: float, y: float, text: str, color: str) -> None:
        shape = "circle,pad=0.15" if text == "+" else "round,pad=0.35"
        style = {"boxstyle": shape, "facecolor": "white", "edgecolor": color}
        ax.text(x, y, text, ha="center", va="center", fontsize=8, bbox=style, zorder=2)

    for y, text in enumerate(column):
        if y > 0:
            end = y if y == len(column) - 1 else y - 0.3
            ax.annotate("", (0, end), (0, y - 0.7), arrowprops=arrow, zorder=1)
        if text == "x":
            ax.text(0, 0, text, ha="center", va="center", fontsize=9, style="italic")
        elif text:
            box(0, y, text, INK["mark"] if text == "+" else INK["train"])
    if shortcut is not None:
        meet, side = len(steps) + 1, 1.55
        way = {"color": INK["mark"], "linewidth": 1.4, "zorder": 1}
        ax.plot([0.15, side, side], [0, 0, meet], **way)
        ends = {**arrow, "color": INK["mark"], "linewidth": 1.4}
        ax.annotate("", (0.22, meet), (side, meet), arrowprops=ends, zorder=1)
        if shortcut:
            box(side, meet / 2, shortcut, INK["mark"])
    ax.set(xlim=(-1.1, 2.4), ylim=(len(column) - 0.8, -0.5), title=title)
    ax.set_axis_off()
    return ax


def unrolled(rnn: nn.RNNBase, inputs: Tensor) -> Figure:
    """Draw a recurrent network unrolled in time, with the shapes of a real run.

    Args:
        rnn: ``nn.RNN``, ``nn.LSTM`` or ``nn.GRU``, one direction.
        inputs: a batch that it accepts, of at least two steps; drawn are the first two
            steps and the last.

    Returns:
        The figure: time runs to the right, layers are stacked upward; below the
        inputs, above the outputs, on the right the hidden state of each layer at the
        end, each with its shape.

    Raises:
        ValueError: if the network runs in both directions or there is one step only.
    """
    steps = inputs.shape[1 if rnn.batch_first else 0]
    if rnn.bidirectional or steps < 2:
        raise ValueError(
            f"unrolled() got {steps} step(s) and bidirectional={rnn.bidirectional}; "
            "give it at least two steps and a network that runs in one direction."
        )
    outputs, last = rnn(inputs)
    hidden = last[0] if isinstance(last, tuple) else last
    names = ["0", "1", "T - 1"] if steps > 2 else ["0", "1"]
    places = [0, 1.4, 3.6][: len(names)]
    top, end = rnn.num_layers, places[-1] + 1.35
    fig, ax = plt.subplots(figsize=(6.6, 1.9 + 0.62 * top))

    def arrow(start: tuple, stop: tuple, color: str = INK["quiet"]) -> None:
        style = {"arrowstyle": "-|>", "color": color, "shrinkA": 0, "shrinkB": 0}
        ax.annotate("", stop, start, arrowprops=style)

    for name, x in zip(names, places, strict=True):
        ax.text(x, -0.95, f"input[{name}]", ha="center", va="top", color=INK["train"])
        ax.text(x, top + 0.1, f"output[{name}]", ha="center", color=INK["test"])
        for layer in range(top):
            arrow((x, layer - 0.7 if layer else -0.9), (x, layer - 0.3))
            box = Rectangle((x - 0.35, layer - 0.3), 0.7, 0.6, fc="0.92", ec="0.3")
            ax.add_patch(box)
            ax.text(x, layer, f"layer {layer}", ha="center", va="center", fontsize=8)
        arrow((x, top - 0.7), (x, top + 0.05))
    for layer in range(top):
        ax.text(-0.95, layer, f"h0[{layer}]", ha="right", va="center")
        arrow((-0.9, layer), (places[0] - 0.35, layer))
        for left, right in pairwise(places):
            gap = right - left > 2
            middle = (left + right) / 2
            if gap:
                ax.text(middle, layer, "...", ha="center", va="center")
                arrow((left + 0.35, layer), (middle - 0.2, layer))
            arrow((middle + 0.2 if gap else left + 0.35, layer), (right - 0.35, layer))
        arrow((places[-1] + 0.35, layer), (end - 0.4, layer), INK["mark"])
        ax.text(end - 0.3, layer, f"hidden[{layer}]", va="center", color=INK["mark"])
    for height, text, shape, color in (
        (-0.95, "input", inputs.shape, INK["train"]),
        (-0.5, "hidden", hidden.shape, INK["mark"]),
        (top + 0.1, "output", outputs.shape, INK["test"]),
    ):
        at = "top" if height < -0.9 else "baseline"
        ax.text(end - 0.3, height, f"{text}: {tuple(shape)}", va=at, color=color)
    ax.set(xlim=(-1.6, end + 1.2), ylim=(-1.35, top + 0.45))
    ax.set_axis_off()
    return fig
