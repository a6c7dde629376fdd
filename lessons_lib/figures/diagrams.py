"""Boxes and arrows: how a block, its branches or a recurrent network is built."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from torch import Tensor, nn

from .style import INK, axes_or_new

__all__ = ["arrow", "block_diagram", "branch_diagram", "unrolled"]

Point = tuple[float, float]


def _box(ax: Axes, x: float, y: float, text: str, color: str, **shape: Any) -> None:
    style = {"boxstyle": "round,pad=0.35", "facecolor": "white", "edgecolor": color}
    style |= shape
    ax.text(x, y, text, ha="center", va="center", fontsize=8, bbox=style, zorder=2)


def arrow(
    ax: Axes,
    start: Point,
    stop: Point,
    color: str = INK["quiet"],
    zorder: float = 1,
    **line: Any,
) -> None:
    """Draw an arrow whose tip lies at `stop`; `line` are properties of its patch."""
    ends = {"arrowstyle": "-|>", "color": color, "shrinkA": 0, "shrinkB": 0, **line}
    ax.annotate("", stop, start, arrowprops=ends, zorder=zorder)


def block_diagram(
    steps: Sequence[str],
    ax: Axes | None = None,
    *,
    shortcut: str | None = "",
    after: Sequence[str] = (),
    join: str = "+",
    title: str = "",
) -> Axes:
    """Draw a block as a column of boxes, with a line that goes around the branch.

    Args:
        steps: labels of the boxes of the branch, from the input down.
        ax: where to draw; None makes a new figure.
        shortcut: label of a box on the line around the branch; "" draws the line alone,
            None leaves out both the line and the addition.
        after: labels of the boxes after the addition.
        join: what happens where the line meets the branch again.
        title: stands above the column.

    Returns:
        The axes. One box is one unit high; y grows downward from 0, the input.
    """
    ax = axes_or_new(ax, 1.65, 0.4 * (len(steps) + len(after) + 3))
    addition = [] if shortcut is None else [join]
    meet, side = len(steps) + 1, 1.55
    column = ["x", *steps, *addition, *after, ""]
    ax.text(0, 0, "x", ha="center", va="center", fontsize=9, style="italic")
    edges = [0.3 + 0.12 * text.count("\n") if text else 0.0 for text in column]
    for y, text in enumerate(column[1:], 1):
        arrow(ax, (0, y - 1 + edges[y - 1]), (0, y - edges[y]))
        if shortcut is not None and y == meet:
            round_ = "circle,pad=0.15" if len(join) == 1 else "round,pad=0.3"
            _box(ax, 0, y, text, INK["mark"], boxstyle=round_)
        elif text:
            _box(ax, 0, y, text, INK["train"])
    if shortcut is not None:
        around = [0.15, side, side], [0, 0, meet]
        ax.plot(*around, color=INK["mark"], linewidth=1.4, zorder=1)
        tip = 0.22 if len(join) == 1 else 0.2 + 0.05 * len(join)
        arrow(ax, (side, meet), (tip, meet), INK["mark"], linewidth=1.4)
        if shortcut:
            _box(ax, side, meet / 2, shortcut, INK["mark"])
    ax.set(xlim=(-1.1, 2.4), ylim=(len(column) - 0.8, -0.5), title=title)
    ax.set_axis_off()
    return ax


def branch_diagram(
    branches: Sequence[Sequence[str]],
    start: str,
    end: str,
    ax: Axes | None = None,
) -> Axes:
    """Draw a block whose input takes several ways at once: one row of boxes each.

    Args:
        branches: the labels of the boxes of each way, in the order in which data passes
            them; a way without boxes is drawn as a line (a shortcut).
        start: label of the box in which all ways begin.
        end: label of the box in which they meet.
        ax: where to draw; None makes a new figure.

    Returns:
        The axes. Row number n, counted from 0, has color number n of the cycle.

    Raises:
        ValueError: if there is no way.
    """
    if len(branches) == 0:
        raise ValueError("branch_diagram() got no branch; give it at least one.")
    steps = max(1, *(len(labels) for labels in branches))
    middle = (len(branches) - 1) / 2
    ax = axes_or_new(ax, 6.6, 0.62 * len(branches) + 0.2)
    shape: dict[str, Any] = {"boxstyle": "round,pad=0.4", "linewidth": 1.6}
    for row, labels in enumerate(branches):
        way = [0, 0.5, steps + 0.5, steps + 1], [middle, row, row, middle]
        ax.plot(*way, color=INK["quiet"], linewidth=1.2, zorder=1)
        for column, label in enumerate(labels, 1):
            _box(ax, column, row, label, f"C{row}", **shape)
    _box(ax, 0, middle, start, INK["quiet"], **shape)
    _box(ax, steps + 1, middle, end, INK["quiet"], **shape)
    ax.set(xlim=(-0.45, steps + 1.45), ylim=(len(branches) - 0.45, -0.55))
    ax.set_axis_off()
    return ax


def unrolled(rnn: nn.RNNBase, inputs: Tensor, ax: Axes | None = None) -> Axes:
    """Draw a recurrent network unrolled in time, with the shapes of a real run.

    Args:
        rnn: ``nn.RNN``, ``nn.LSTM`` or ``nn.GRU``, one direction.
        inputs: a batch that it accepts, of at least two steps; drawn are the first two
            steps and the last.
        ax: where to draw; None makes a new figure.

    Returns:
        The axes: time runs to the right, layers are stacked upward; below the inputs,
        above the outputs, on the right the hidden state of each layer at the end, each
        with its shape.

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
    ax = axes_or_new(ax, 6.6, 1.9 + 0.62 * top)
    for name, x in zip(names, places, strict=True):
        ax.text(x, -0.95, f"input[{name}]", ha="center", va="top", color=INK["train"])
        ax.text(x, top + 0.1, f"output[{name}]", ha="center", color=INK["test"])
        for layer in range(top):
            arrow(ax, (x, layer - 0.7 if layer else -0.9), (x, layer - 0.3))
            box = Rectangle((x - 0.35, layer - 0.3), 0.7, 0.6, fc="0.92", ec="0.3")
            ax.add_patch(box)
            ax.text(x, layer, f"layer {layer}", ha="center", va="center", fontsize=8)
        arrow(ax, (x, top - 0.7), (x, top + 0.05))
    for layer in range(top):
        ax.text(-0.95, layer, f"h0[{layer}]", ha="right", va="center")
        arrow(ax, (-0.9, layer), (places[0] - 0.35, layer))
        for left, right in pairwise(places):
            start, stop = (left + 0.35, layer), (right - 0.35, layer)
            if right - left > 2:  # steps are left out
                middle = (left + right) / 2
                ax.text(middle, layer, "...", ha="center", va="center")
                arrow(ax, start, (middle - 0.2, layer))
                start = (middle + 0.2, layer)
            arrow(ax, start, stop)
        arrow(ax, (places[-1] + 0.35, layer), (end - 0.4, layer), INK["mark"])
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
    return ax
