"""A block diagram shows every step, and the shortcut that it is asked for."""

import matplotlib.pyplot as plt

from lessons_lib import figures


def words(ax):
    """Return the labels of the column from top to bottom, then those beside it."""
    texts = [text for text in ax.texts if text.get_text()]
    texts.sort(key=lambda text: (text.get_position()[0], text.get_position()[1]))
    return [text.get_text() for text in texts]


def test_plain_block_has_neither_line_nor_addition():
    ax = figures.block_diagram(["conv", "ReLU"], shortcut=None, title="plain")
    assert words(ax) == ["x", "conv", "ReLU"]
    assert len(ax.lines) == 0 and "plain" in (ax.get_title(), ax.get_title(loc="left"))


def test_shortcut_joins_behind_the_branch():
    ax = figures.block_diagram(["conv", "BatchNorm"], after=["ReLU"])
    assert words(ax) == ["x", "conv", "BatchNorm", "+", "ReLU"]
    (line,) = ax.lines
    plus = next(text for text in ax.texts if text.get_text() == "+")
    assert line.get_ydata()[0] == 0
    assert line.get_ydata()[-1] == plus.get_position()[1] == 3


def test_shortcut_with_a_box():
    ax = figures.block_diagram(["conv"], shortcut="1 x 1 conv")
    assert words(ax) == ["x", "conv", "+", "1 x 1 conv"]
    beside = next(text for text in ax.texts if text.get_text() == "1 x 1 conv")
    assert beside.get_position() == (ax.lines[0].get_xdata()[-1], 1.0)


def test_the_line_may_be_joined_in_another_way():
    ax = figures.block_diagram(["conv"], join="concat")
    assert words(ax) == ["x", "conv", "concat"]


def test_an_arrow_ends_above_a_box_of_two_lines():
    ax = figures.block_diagram(["conv", "conv\n3 x 3"], shortcut=None)
    tips = [text.xy[1] for text in ax.texts if not text.get_text()]
    assert tips[0] == 0.7 and tips[1] < 1.6


def test_given_axes_are_used():
    _, ax = plt.subplots()
    assert figures.block_diagram([], ax) is ax
    assert words(ax) == ["x", "+"]


def test_everything_lies_inside():
    ax = figures.block_diagram(["a", "b", "c"], shortcut="d", after=["e"])
    bottom, top = ax.get_ylim()
    assert all(top < text.get_position()[1] < bottom for text in ax.texts)
