"""Tables, lines and dots of numbers: how trainings went, and how sure that is."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke
from torch import Tensor

from .style import INK, axes_or_new

__all__ = ["confusion", "reliability", "seed_dots", "sweep"]


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
    ax = axes_or_new(ax, 4.4, 4.0)
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
    ax = axes_or_new(ax, 4.4, 3.0)
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
    ax = axes_or_new(ax, 3.2, 3.0)
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


def seed_dots(
    runs: Mapping[str, Sequence[float]],
    ax: Axes | None = None,
    *,
    notes: Mapping[str, str] | None = None,
    xlabel: str = "test accuracy (%), one dot for each seed",
    title: str = "",
) -> Axes:
    """Draw every run of several competitors, so that the spread can be seen.

    Args:
        runs: name -> one value per seed, for example accuracies in percent.
        ax: where to draw; None makes a new figure.
        notes: name -> a few words to stand at the right end of the row.
        xlabel: what the values are, with their unit.
        title: states what the picture shows.

    Returns:
        The axes, with one row for each name.

    Raises:
        ValueError: if there are no runs.
    """
    if not runs:
        raise ValueError("seed_dots() got no runs; give it at least one.")
    ax = axes_or_new(ax, 6.4, 0.42 * len(runs) + 1.0)
    for row, (name, values) in enumerate(runs.items()):
        ax.axhline(row, color=INK["quiet"], linewidth=0.4, zorder=1)
        dots = [row] * len(values)
        ax.plot(values, dots, "o", color="black", markersize=7, alpha=0.6)
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
    return ax
