"""Lines with a band over the seeds: what the sweeps of lesson 05 are drawn with."""

import matplotlib.pyplot as plt
import pytest
import torch

from lessons_lib.figures import sweep

RATES = [0.01, 0.1, 1.0]
FOUND = {
    "with": torch.tensor([[0.2, 0.4], [0.5, 0.7], [0.1, 0.1]]),
    "without": [[0.1, 0.1], [0.3, 0.5], [0.0, 1.0]],
}


def test_lines_are_the_means_in_percent():
    ax = sweep(RATES, FOUND)
    lines = dict(zip(FOUND, ax.get_lines(), strict=True))
    assert lines["with"].get_ydata() == pytest.approx([30, 60, 10])
    assert lines["without"].get_ydata() == pytest.approx([10, 40, 50])
    assert list(lines["with"].get_xdata()) == RATES
    assert ax.get_xscale() == "log"
    assert ax.get_ylim() == (0, 100)


def test_bands_reach_from_the_lowest_to_the_highest_seed():
    bands = [
        band.get_paths()[0].vertices[:, 1] for band in sweep(RATES, FOUND).collections
    ]
    assert (bands[0].min(), bands[0].max()) == pytest.approx((10, 70))
    assert (bands[1].min(), bands[1].max()) == pytest.approx((0, 100))


def test_lines_differ_in_more_than_color():
    with_, without = sweep(RATES, FOUND).get_lines()
    assert with_.get_linestyle() != without.get_linestyle()
    assert with_.get_marker() != without.get_marker()


def test_only_lines_with_a_spot_are_named_in_their_color():
    ax = sweep(RATES, FOUND, spots={"without": (0.1, 45)})
    (text,) = ax.texts
    assert (text.get_text(), text.get_position()) == ("without", (0.1, 45))
    assert text.get_color() == ax.get_lines()[1].get_color()


def test_given_axes_are_used():
    _, ax = plt.subplots()
    assert sweep(RATES, FOUND, ax) is ax


@pytest.mark.parametrize("seeds", [[[0.1, 0.2]], [0.1, 0.2, 0.3]])
def test_one_row_of_seeds_per_value_is_needed(seeds):
    with pytest.raises(ValueError, match="for each of the 3 values"):
        sweep(RATES, {"short": seeds})
