"""Inside a gated cell: which states, gates, products and sums lead where."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from matplotlib.axes import Axes
from matplotlib.text import Text

from .diagrams import arrow
from .style import INK, axes_or_new

__all__ = ["attention_diagram", "cell_diagram"]

Point = tuple[float, float]


class _Part(NamedTuple):
    """A state ("text"), a layer ("box"), a product or a sum ("round")."""

    stage: int  # of the construction, in which it is added
    shape: str
    x: float
    y: float
    label: str


class _Wire(NamedTuple):
    """A line through points; names of parts stand for their places."""

    stage: int
    way: tuple[str | Point, ...]
    until: int = 99  # the stage that replaces it


class _Cell(NamedTuple):
    parts: Mapping[str, _Part]
    wires: Sequence[_Wire]
    size: Point  # of the drawing: its largest x and y


_BOTH = "$h_{t-1},\\ x_t$"

_LEAKY = _Cell(
    {
        "old": _Part(1, "text", 0, 2, "$c_{t-1}$"),
        "keep": _Part(1, "round", 1.6, 2, "$\\times$"),
        "k": _Part(1, "text", 1.6, 0.9, "keep $k$"),
        "sum": _Part(2, "round", 3.2, 2, "+"),
        "share": _Part(2, "round", 3.2, 0.9, "$\\times$"),
        "rest": _Part(2, "text", 2.45, 0.1, "$1 - k$"),
        "x": _Part(2, "text", 3.95, 0.1, "$x_t$"),
        "new": _Part(1, "text", 4.8, 2, "$c_t$"),
    },
    (
        _Wire(1, ("old", "keep")),
        _Wire(1, ("k", "keep")),
        _Wire(1, ("keep", "new"), until=2),
        _Wire(2, ("keep", "sum")),
        _Wire(2, ("sum", "new")),
        _Wire(2, ("rest", "share")),
        _Wire(2, ("x", "share")),
        _Wire(2, ("share", "sum")),
    ),
    (5.2, 2.4),
)

_LSTM = _Cell(
    {
        "c": _Part(1, "text", 0, 3, "$c_{t-1}$"),
        "both": _Part(1, "text", 0, 0, _BOTH),
        "f": _Part(1, "box", 1.5, 1, "$f:\\ \\sigma$"),
        "keep": _Part(1, "round", 1.5, 3, "$\\times$"),
        "i": _Part(2, "box", 2.8, 1, "$i:\\ \\sigma$"),
        "g": _Part(2, "box", 4.1, 1, "$g$: tanh"),
        "enter": _Part(2, "round", 3.45, 2, "$\\times$"),
        "sum": _Part(2, "round", 3.45, 3, "+"),
        "o": _Part(3, "box", 5.4, 1, "$o:\\ \\sigma$"),
        "tanh": _Part(3, "box", 6.5, 2.05, "tanh"),
        "show": _Part(3, "round", 6.5, 1, "$\\times$"),
        "h": _Part(3, "text", 7.7, 1, "$h_t$"),
        "new": _Part(1, "text", 7.7, 3, "$c_t$"),
    },
    (
        _Wire(1, ("c", "keep")),
        _Wire(1, ("both", (1.5, 0), "f")),
        _Wire(1, ("f", "keep")),
        _Wire(1, ("keep", "new"), until=2),
        _Wire(2, ("keep", "sum")),
        _Wire(2, ("sum", "new")),
        _Wire(2, ((1.5, 0), (2.8, 0), "i")),
        _Wire(2, ((2.8, 0), (4.1, 0), "g")),
        _Wire(2, ("i", (2.8, 2), "enter")),
        _Wire(2, ("g", (4.1, 2), "enter")),
        _Wire(2, ("enter", "sum")),
        _Wire(3, ((4.1, 0), (5.4, 0), "o")),
        _Wire(3, ("o", "show")),
        _Wire(3, ((6.5, 3), "tanh")),
        _Wire(3, ("tanh", "show")),
        _Wire(3, ("show", "h")),
    ),
    (8.1, 3.4),
)

_GRU = _Cell(
    {
        "h": _Part(1, "text", 0, 3.6, "$h_{t-1}$"),
        "both": _Part(1, "text", 0, 0, _BOTH),
        "z": _Part(1, "box", 1.6, 1.5, "$z:\\ \\sigma$"),
        "keep": _Part(1, "round", 1.6, 3.6, "$\\times$"),
        "rest": _Part(1, "round", 3.3, 2.6, "$1-z$"),
        "n": _Part(1, "box", 6.1, 1.5, "$n$: tanh"),
        "enter": _Part(1, "round", 6.1, 2.6, "$\\times$"),
        "sum": _Part(1, "round", 6.1, 3.6, "+"),
        "r": _Part(2, "box", 3.0, 1.5, "$r:\\ \\sigma$"),
        "from_h": _Part(2, "box", 4.5, 0.6, "$W_{hn} h_{t-1} + b_{hn}$"),
        "reset": _Part(2, "round", 4.5, 1.5, "$\\times$"),
        "from_x": _Part(2, "box", 7.1, 0.6, "$W_{in} x_t + b_{in}$"),
        "new": _Part(1, "text", 7.9, 3.6, "$h_t$"),
    },
    (
        _Wire(1, ("h", "keep")),
        _Wire(1, ("both", (1.6, 0), "z")),
        _Wire(1, ("z", "keep")),
        _Wire(1, ("keep", "sum")),
        _Wire(1, ((1.6, 2.6), "rest")),
        _Wire(1, ("rest", "enter")),
        _Wire(1, ("n", "enter")),
        _Wire(1, ("enter", "sum")),
        _Wire(1, ("sum", "new")),
        _Wire(1, ((1.6, 0), (6.1, 0), "n"), until=2),
        _Wire(2, ((1.6, 0), (3.0, 0), "r")),
        _Wire(2, ((3.0, 0), (4.5, 0), "from_h")),
        _Wire(2, ((4.5, 0), (7.1, 0), "from_x")),
        _Wire(2, ("from_h", "reset")),
        _Wire(2, ("r", "reset")),
        _Wire(2, ("reset", "n")),
        _Wire(2, ("from_x", (7.1, 1.5), "n")),
    ),
    (8.3, 4.0),
)

_CELLS = {"leaky": _LEAKY, "LSTM": _LSTM, "GRU": _GRU}


def cell_diagram(kind: str, stage: int = 9, ax: Axes | None = None) -> Axes:
    """Draw a cell that keeps a memory, as far as it has been built.

    Args:
        kind: "leaky" (a running mean; stages 1 and 2), "LSTM" (1: forget gate, 2: input
            gate and new content, 3: output gate) or "GRU" (1: update gate and new
            content, 2: reset gate).
        stage: draw all parts up to this one, those of the stage itself in color.
        ax: where to draw; None makes a new figure.

    Returns:
        The axes: old states on the left, new ones on the right, time runs to the right.

    Raises:
        ValueError: if there is no such cell.
    """
    if kind not in _CELLS:
        raise ValueError(
            f"cell_diagram() got kind={kind!r}; it draws {', '.join(_CELLS)}."
        )
    cell = _CELLS[kind]
    last = min(stage, max(part.stage for part in cell.parts.values()))
    wide, high = cell.size
    ax = axes_or_new(ax, 0.75 * (wide + 0.7), 0.62 * (high + 0.5))
    ax.set(xlim=(-0.7, wide), ylim=(-0.5, high))
    ax.set_axis_off()
    boxes = {
        name: _draw_part(ax, part, _ink(part.stage, stage))
        for name, part in cell.parts.items()
        if part.stage <= last
    }
    ax.figure.canvas.draw()  # only then are the boxes as large as they look
    for wire in cell.wires:
        if wire.stage <= last < wire.until:
            _draw_wire(ax, wire, cell.parts, boxes, _ink(wire.stage, stage))
    return ax


def _ink(added: int, stage: int) -> str:
    return INK["mark"] if added == stage and stage > 1 else "0.25"


def _draw_part(ax: Axes, part: _Part, color: str) -> Text:
    style: dict[str, Any] = {"facecolor": "white", "edgecolor": color, "linewidth": 1.2}
    style["boxstyle"] = "round,pad=0.35"
    if part.shape == "round":
        style["boxstyle"] = "circle,pad=0.2"
    if part.shape == "text":
        style |= {"edgecolor": "none", "boxstyle": "round,pad=0.15"}
    return ax.text(
        part.x,
        part.y,
        part.label,
        ha="center",
        va="center",
        fontsize=9,
        color=color,
        bbox=style,
        zorder=3,
    )


def _draw_wire(
    ax: Axes,
    wire: _Wire,
    parts: Mapping[str, _Part],
    boxes: Mapping[str, Text],
    color: str,
) -> None:
    points = [
        (parts[stop].x, parts[stop].y) if isinstance(stop, str) else stop
        for stop in wire.way
    ]
    if len(points) > 2:
        ax.plot(*zip(*points[:-1], strict=True), color=color, linewidth=1.2, zorder=1)
    ends = {
        end: boxes[stop].get_bbox_patch()
        for end, stop in (("patchA", wire.way[-2]), ("patchB", wire.way[-1]))
        if isinstance(stop, str)
    }
    arrow(ax, points[-2], points[-1], color, zorder=2, linewidth=1.2, **ends)


def attention_diagram(
    words: Sequence[str], weights: Sequence[float], ax: Axes | None = None
) -> Axes:
    """Draw a weighted average over all past states: the wider a line, the more weight.

    Args:
        words: what was read at each step.
        weights: of the state after each step, from 0 to 1.
        ax: where to draw; None makes a new figure.

    Returns:
        The axes: the words at the bottom, the states above them, the average on top.

    Raises:
        ValueError: if there is not one weight for each word.

    Bahdanau, Cho and Bengio, Neural Machine Translation by Jointly Learning to Align
    and Translate, 2014.
    """
    if len(words) != len(weights):
        raise ValueError(
            f"attention_diagram() got {len(words)} words and {len(weights)} weights; "
            "give it one weight for each word."
        )
    ax = axes_or_new(ax, 0.95 * len(words) + 0.6, 2.5)
    middle = (len(words) - 1) / 2
    line: dict[str, Any] = {"color": INK["mark"], "solid_capstyle": "butt", "zorder": 1}
    for k, (word, weight) in enumerate(zip(words, weights, strict=True)):
        _draw_part(ax, _Part(1, "text", k, 0, word), "0.25")
        _draw_part(ax, _Part(1, "box", k, 1, f"$h_{{{k + 1}}}$"), "0.25")
        arrow(ax, (k, 0.25), (k, 0.72), zorder=2)
        if k:
            arrow(ax, (k - 0.8, 1), (k - 0.2, 1), zorder=2)
        ax.plot([k, middle], [1.22, 2.6], linewidth=0.4 + 9 * weight, alpha=0.6, **line)
        share = 0.35
        place = k + share * (middle - k), 1.22 + share * 1.38
        share_text = ax.text(*place, f"{weight:.2f}", ha="center", va="center")
        share_text.set(fontsize=8, zorder=4)
        share_text.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 1})
    _draw_part(ax, _Part(1, "box", middle, 2.6, "weighted average"), INK["mark"])
    ax.set(xlim=(-0.7, len(words) - 0.3), ylim=(-0.35, 2.95))
    ax.set_axis_off()
    return ax
