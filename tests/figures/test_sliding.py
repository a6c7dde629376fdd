"""A sliding window is drawn with what lies under it and what comes out."""

import matplotlib.pyplot as plt
import pytest
import torch

from lessons_lib import figures

IMAGE = torch.tensor([[1, 0, 2], [2, 1, 0]])
KERNEL = torch.tensor([[3, 1], [0, 2]])  # gives 5 and 2


def title(ax):
    """Return the title of a panel, wherever the style of the course puts it."""
    return ax.get_title() or ax.get_title(loc="left")


def step(number):
    _, axes = plt.subplots(1, 3)
    return axes, figures.sliding_step(axes, IMAGE, KERNEL, number)


def texts(ax):
    return [text.get_text() for text in ax.texts]


def test_a_step_says_which_pixels_give_which_value():
    _, sentence = step(2)
    assert sentence == "Step 2: pixels 0 2 1 0 give 2."


def test_a_step_shows_the_products_and_their_sum():
    axes, _ = step(1)
    assert texts(axes[1]) == ["1·3", "0·1", "2·0", "1·2"]
    assert title(axes[1]) == "products: 5"


def test_the_map_has_grown_as_far_as_the_step():
    assert texts(step(1)[0][2]) == ["5"]
    assert texts(step(2)[0][2]) == ["5", "2"]


def test_the_window_moves_on_image_and_map_together():
    frames = [[ax.patches[-1].get_xy() for ax in step(n)[0][::2]] for n in (1, 2)]
    assert frames == [[(-0.5, -0.5)] * 2, [(0.5, -0.5)] * 2]


def under(ax):
    return [line.get_xdata().tolist() for line in ax.lines]


def test_positions_follow_stride_padding_and_dilation():
    assert under(figures.window_positions(6, 3, stride=2)) == [[0, 1, 2], [2, 3, 4]]
    assert under(figures.window_positions(3, 3, padding=1))[0] == [-1, 0, 1]
    ax = figures.window_positions(5, 3, dilation=2)
    assert under(ax) == [[0, 2, 4]] and title(ax) == "1 position"


def test_padding_is_drawn_white():
    faces = [
        p.get_facecolor()[0] for p in figures.window_positions(2, 1, padding=1).patches
    ]
    assert faces[0] == faces[-1] == 1 and faces[1] == faces[2] < 1


def test_given_axes_are_used():
    _, ax = plt.subplots()
    assert figures.window_positions(4, 2, ax) is ax


def test_a_window_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="doesn't fit"):
        figures.window_positions(2, 3)


def test_texts_stand_in_the_squares_instead_of_the_numbers():
    ax = figures.number_grid(torch.tensor([[1.0, torch.nan]]), texts=[["a", "b"]])
    assert texts(ax) == ["a"]
