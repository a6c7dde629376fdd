"""The path of gradient descent in a bowl: where it goes, and what is said of it."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from lessons_lib.figures import descent_in_bowl


def drawn(rate, **how):
    """Return what is said, the points of the path, and the panel."""
    _, ax = plt.subplots()
    said = descent_in_bowl(ax, rate, **how)
    return said, ax.lines[0].get_xydata(), ax


def test_the_path_is_that_of_gradient_descent():
    _, path, _ = drawn(0.03, start=(-2.0, 1.0), curvatures=(2.0, 6.0), steps=5)
    point, walked = np.array([-2.0, 1.0]), []
    for _ in range(6):
        walked.append(point)
        point = point - 0.03 * np.array([2.0, 6.0]) * point
    np.testing.assert_allclose(path, walked, rtol=1e-12)


def test_the_loss_that_is_said_is_that_of_the_last_point():
    said, path, ax = drawn(0.05, steps=3)
    loss = (path[-1, 0] ** 2 + 10 * path[-1, 1] ** 2) / 2
    assert said.endswith(f"3 steps take the loss from 13 to {loss:.2g}.")
    title = ax.get_title() or ax.get_title(loc="left")
    assert title == f"rate 0.05: loss {loss:.2g}"


@pytest.mark.parametrize(
    "rate, way",
    [
        (0.01, "without crossing"),
        (0.1, "without crossing"),
        (0.15, "less far each time"),
        (0.2, "always equally far"),
        (0.21, "farther each time"),
    ],
)
def test_each_kind_of_path_is_told(rate, way):
    assert way in drawn(rate)[0]


def test_a_path_out_of_the_bowl_leaves_the_surface_in_view():
    limits = [drawn(rate)[2].axis() for rate in (0.01, 0.3)]
    assert limits[0] == limits[1]
    assert abs(drawn(0.3)[1][-1, 1]) > limits[1][3]


def test_the_start_lies_on_a_slope_that_is_drawn():
    _, path, ax = drawn(0.01)
    left, right, low, high = ax.axis()
    assert left < path[0, 0] < right and low < path[0, 1] < high
    levels = ax.collections[0].levels
    assert levels[0] < 13 < levels[-1]


@pytest.mark.parametrize(
    "rate, how, said",
    [
        (0, {}, "above 0"),
        (float("nan"), {}, "above 0"),
        (0.1, {"steps": 0}, "at least one step"),
        (0.1, {"curvatures": (10.0, 1.0)}, "steeper along the second"),
        (0.1, {"curvatures": (0.0, 1.0)}, "steeper along the second"),
        (0.1, {"start": (0.0, 1.0)}, "the start no 0"),
    ],
)
def test_what_cannot_be_drawn_is_refused(rate, how, said):
    _, ax = plt.subplots()
    with pytest.raises(ValueError, match=said):
        descent_in_bowl(ax, rate, **how)
