"""Feature maps and reliability diagrams show the numbers they are given."""

from itertools import combinations

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch

from lessons_lib import figures


def drawn(fig):
    return [ax for ax in fig.axes if ax.images]


def test_each_layer_is_a_row_on_one_scale():
    first, second = torch.randn(1, 5, 8, 8), 9 * torch.randn(2, 4, 4)
    fig = figures.feature_maps({"first": first, "second": second}, maps=3)
    assert len(fig.axes) == 6 and len(drawn(fig)) == 5
    values = [np.asarray(ax.images[0].get_array()) for ax in drawn(fig)]
    assert np.array_equal(values[2], first[0, 2]) and np.array_equal(
        values[4], second[1]
    )
    limits = [ax.images[0].get_clim() for ax in drawn(fig)]
    top = first[0, :3].abs().max().item()
    assert limits[:3] == [(-top, top)] * 3 and limits[3] != limits[0]
    assert [part.get_suptitle() for part in fig.subfigs] == ["first", "second"]


def test_a_long_title_leaves_the_maps_side_by_side():
    with plt.rc_context({"figure.constrained_layout.use": True}):
        layers = {"a title as long as three maps": torch.ones(5, 4, 4)}
        fig = figures.feature_maps(layers, maps=5)
        fig.canvas.draw()
    left = np.array([ax.get_window_extent().x0 for ax in drawn(fig)])
    assert np.ptp(np.diff(left)) < 1


def test_a_given_scale_is_used_for_all():
    fig = figures.feature_maps({"a": torch.ones(2, 3, 3)}, maps=2, limit=4)
    assert {ax.images[0].get_clim() for ax in drawn(fig)} == {(-4, 4)}


@pytest.mark.parametrize("shape", [(2, 3, 8, 8), (8, 8), (1, 10)])
def test_maps_of_one_picture_only(shape):
    with pytest.raises(ValueError, match="the maps of one picture"):
        figures.feature_maps({"layer": torch.zeros(shape)})


def test_no_layer():
    with pytest.raises(ValueError, match="at least one layer"):
        figures.feature_maps({})


def points(ax):
    """Return (x, y, lower end, upper end) of each point."""
    found = []
    for bars in ax.containers:
        line, _, (segments,) = bars.lines
        (low, high) = segments.get_segments()[0][:, 1]
        found.append((*line.get_xydata()[0], low, high))
    return np.array(found)


def test_reliability_of_two_bins():
    confidence = torch.tensor([0.6, 0.6, 0.6, 0.6, 1.0, 0.98])
    correct = torch.tensor([True, False, True, True, True, True])
    found = points(figures.reliability(confidence, correct, bins=5))
    assert np.allclose(found[:, :2], [[60, 75], [99, 100]])
    assert (found[:, 2] < found[:, 1]).all() and (found[:, 3] > found[:, 1]).all()


def test_more_samples_give_a_shorter_bar():
    few, many = (
        points(figures.reliability(torch.full((n,), 0.7), torch.arange(n) % 10 < 7))[0]
        for n in (10, 1000)
    )
    assert few[1] == many[1] == 70
    assert many[3] - many[2] < 0.2 * (few[3] - few[2])


def test_reliability_counts_the_samples():
    ax = figures.reliability(torch.full((1234,), 0.7), torch.ones(1234) > 0)
    assert [text.get_text() for text in ax.texts] == ["1,234"]


def test_the_counts_stand_apart_from_points_and_from_each_other():
    confidence = torch.tensor([0.1, 0.5, 0.7, 0.9]).repeat_interleave(250)
    correct = (torch.arange(1000) % 250 < 240) & (confidence > 0.2)
    with plt.rc_context({"figure.constrained_layout.use": True}):
        _, ax = plt.subplots(figsize=(2.2, 2.9))
        figures.reliability(confidence, correct, ax, bins=5)
        ax.figure.canvas.draw()
    boxes = [text.get_window_extent() for text in ax.texts]
    dots = ax.transData.transform(points(ax)[:, :2])
    assert len(boxes) == len(dots) == 4
    assert not any(box.contains(*dot) for box in boxes for dot in dots)
    assert not any(a.overlaps(b) for a, b in combinations(boxes, 2))
    assert all(box.y0 > ax.get_window_extent().y0 for box in boxes)
