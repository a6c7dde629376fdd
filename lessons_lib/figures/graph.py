"""A computational graph: what depends on what, with values and gradients."""

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes

from .diagrams import arrow
from .style import INK, axes_or_new

__all__ = ["graph"]

_BOX: dict[str, Any] = {"boxstyle": "round,pad=0.35", "facecolor": "white"}
_PAPER = {"boxstyle": "round,pad=0.1", "facecolor": "white", "edgecolor": "none"}
_CENTERED: dict[str, Any] = {"ha": "center", "va": "center"}


def graph(
    nodes: Mapping[str, Sequence[str]],
    ax: Axes | None = None,
    *,
    values: Mapping[str, str] | None = None,
    gradients: Mapping[str, str] | None = None,
    local: Mapping[tuple[str, str], str] | None = None,
) -> Axes:
    """Draw a computational graph from left to right.

    Args:
        nodes: what a node is called -> the nodes that it is computed from, none for an
            input; every node stands after those. Names may be formulas, "$z$".
        ax: where to draw; None makes a new figure.
        values: node -> its value, written above it.
        gradients: node -> the gradient that arrives there, written below it.
        local: (from, to) -> the local derivative of `to` by `from`, written on the
            arrow.

    Returns:
        The axes: one column for each step of the computation, a node in the column
        after its last input.

    Raises:
        ValueError: if a node is computed from one that doesn't stand before it.
    """
    places = _places(nodes)
    wide = max(x for x, _ in places.values()) + 1
    top, bottom = (limit(y for _, y in places.values()) for limit in (min, max))
    ax = axes_or_new(ax, min(1.15 * wide, 6.6), 0.95 * (bottom - top + 1) + 0.2)
    boxes = {}
    for node, (x, y) in places.items():
        edge = {"edgecolor": INK["train"] if nodes[node] else INK["quiet"]}
        boxes[node] = ax.text(x, y, node, fontsize=9, bbox=_BOX | edge, **_CENTERED)
        for texts, dy, va, color in (
            (values, -0.27, "bottom", INK["train"]),
            (gradients, 0.27, "top", INK["mark"]),
        ):
            text = (texts or {}).get(node, "")
            ax.text(x, y + dy, text, ha="center", va=va, fontsize=8, color=color)
    ax.set(xlim=(-0.5, wide - 0.5), ylim=(bottom + 0.55, top - 0.55))
    ax.figure.canvas.draw()  # only then are the boxes as large as they look
    for node, sources in nodes.items():
        for source in sources:
            (x, y), start = places[node], places[source]
            patches = (boxes[end].get_bbox_patch() for end in (source, node))
            ends: dict[str, Any] = dict(zip(("patchA", "patchB"), patches, strict=True))
            arrow(ax, start, (x, y), zorder=3, **ends)
            middle = (x + start[0]) / 2, (y + start[1]) / 2
            if text := (local or {}).get((source, node)):
                ax.text(*middle, text, fontsize=8, bbox=_PAPER, **_CENTERED)
    ax.set_axis_off()
    return ax


def _columns(nodes: Mapping[str, Sequence[str]]) -> dict[str, int]:
    column: dict[str, int] = {}
    for node, sources in nodes.items():
        if missing := [source for source in sources if source not in column]:
            raise ValueError(
                f"graph() got {node!r}, computed from {missing[0]!r}, which doesn't "
                "stand before it; list every node after those it is computed from."
            )
        column[node] = 1 + max((column[source] for source in sources), default=-1)
    # An input stands just before the first node that needs it.
    for node, sources in nodes.items():
        users = [column[user] for user, needs in nodes.items() if node in needs]
        if not sources and users:
            column[node] = min(users) - 1
    return column


def _places(nodes: Mapping[str, Sequence[str]]) -> dict[str, tuple[int, float]]:
    """Put what is computed onto the middle line, and inputs below it."""
    column = _columns(nodes)
    places: dict[str, tuple[int, float]] = {}
    for c in range(max(column.values()) + 1):
        computed = [node for node in nodes if column[node] == c and nodes[node]]
        inputs = [node for node in nodes if column[node] == c and not nodes[node]]
        first = -(len(computed) - 1) / 2 if computed else 0.0
        for row, node in enumerate([*computed, *inputs]):
            places[node] = (c, first + row)
    return places
