"""Gradient descent on a loss surface that can be drawn."""

import math

import numpy as np
from matplotlib.axes import Axes

from .style import INK

__all__ = ["descent_in_bowl"]

LEVELS = np.linspace(0.15, 2.1, 10) ** 2  # of the contour lines, against the start


def descent_in_bowl(
    ax: Axes,
    rate: float,
    *,
    start: tuple[float, float] = (-4.0, 1.0),
    curvatures: tuple[float, float] = (1.0, 10.0),
    steps: int = 20,
) -> str:
    """Draw the path of gradient descent in an elongated bowl, over its contour lines.

    The loss is half the sum of curvature times weight squared, which is lowest at 0.

    Args:
        ax: the panel.
        rate: the learning rate, above 0.
        start: the two weights before the first step, neither of them 0.
        curvatures: of the bowl along the first weight and, larger, the second.
        steps: how many are taken, at least 1.

    Returns:
        A sentence that says how the path goes and which loss it reaches.

    Raises:
        ValueError: if the rate or the number of steps is too small, or the bowl isn't
            steeper along the second weight.
    """
    if not rate > 0 or steps < 1:
        raise ValueError(
            f"descent_in_bowl() got rate={rate!r} and steps={steps!r}; the rate must "
            "be above 0, and there must be at least one step."
        )
    if not 0 < curvatures[0] < curvatures[1] or 0 in start:
        raise ValueError(
            f"descent_in_bowl() got curvatures={curvatures!r} and start={start!r}; the "
            "bowl must be steeper along the second weight, and the start no 0."
        )
    factors = 1 - rate * np.asarray(curvatures)
    path = np.asarray(start) * factors ** np.arange(steps + 1)[:, None]
    losses = path**2 @ curvatures / 2
    _contours(ax, start, curvatures, losses[0])
    ax.plot(*path.T, "o-", color=INK["train"], markersize=2.5, linewidth=1)
    ax.plot(*start, "o", color=INK["train"], markersize=6)
    ax.plot(0, 0, "+", color=INK["test"], markersize=9, markeredgewidth=2)
    ax.set(
        xlabel="weight 1",
        ylabel="weight 2",
        title=f"rate {rate:g}: loss {_short(losses[-1])}",
    )
    return (
        f"Learning rate {rate:g}: the path {_way(factors[1])}; {steps} steps take the "
        f"loss from {_short(losses[0])} to {_short(losses[-1])}."
    )


def _contours(ax: Axes, start, curvatures, loss: float) -> None:
    width, height = abs(start[0]), abs(start[1])
    x = np.linspace(-1.2 * width, 1.2 * width, 120)
    y = np.linspace(-2.4 * height, 2.4 * height, 120)
    grid = (curvatures[0] * x**2 + curvatures[1] * y[:, None] ** 2) / 2
    ax.contour(x, y, grid, levels=loss * LEVELS, colors="0.75", linewidths=0.7)
    # A path that climbs out of the bowl must not shrink it.
    ax.set(xlim=(x[0], x[-1]), ylim=(y[0], y[-1]), aspect="equal")


def _way(factor: float) -> str:
    """Say what a step does across the valley, where it multiplies the weight."""
    if factor >= 0 or math.isclose(factor, 0, abs_tol=1e-9):
        return "goes down without crossing the valley"
    if math.isclose(factor, -1):
        return "jumps across the valley at each step, always equally far"
    farther = "farther" if factor < -1 else "less far"
    return f"jumps across the valley at each step, {farther} each time"


def _short(loss: float) -> str:
    return f"{loss:.2g}" if loss < 10 else f"{loss:.0f}"
