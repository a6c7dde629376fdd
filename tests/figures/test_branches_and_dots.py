"""The diagram of a block with parallel branches, and dots for seeds."""

import matplotlib.pyplot as plt
import pytest

from lessons_lib.figures import branch_diagram, seed_dots


def labels(ax):
    return {text.get_text(): text.get_position() for text in ax.texts}


def test_each_branch_is_a_row_of_boxes():
    ax = branch_diagram([["a", "b"], ["c"]], "in", "out")
    assert labels(ax) == {
        "a": (1, 0),
        "b": (2, 0),
        "c": (1, 1),
        "in": (0, 0.5),
        "out": (3, 0.5),
    }
    assert len(ax.lines) == 2


def test_branch_without_boxes_is_a_line():
    ax = branch_diagram([["a"], []], "in", "out")
    assert set(labels(ax)) == {"a", "in", "out"}
    assert list(ax.lines[1].get_ydata()) == [0.5, 1, 1, 0.5]


def test_only_shortcuts():
    assert labels(branch_diagram([[]], "in", "out"))["out"] == (2, 0)


def test_no_branch():
    with pytest.raises(ValueError, match="no branch"):
        branch_diagram([], "in", "out")


def dots(ax):
    lines = [line for line in ax.lines if line.get_marker() == "o"]
    return [
        (line.get_fillstyle(), list(line.get_xdata()), set(line.get_ydata()))
        for line in lines
        if len(line.get_xdata())
    ]


def test_each_run_is_a_dot():
    ax = seed_dots({"a": [1, 2, 3], "b": [4, 5]}, notes={"b": "slow"}, title="t")
    assert dots(ax) == [("full", [1, 2, 3], {0}), ("full", [4, 5], {1})]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "b"]
    assert [text.get_text() for text in ax.texts] == ["slow"]


def test_nothing_to_draw():
    with pytest.raises(ValueError, match="no runs"):
        seed_dots({})


@pytest.mark.parametrize(
    "draw",
    [
        lambda ax: branch_diagram([["a"]], "in", "out", ax),
        lambda ax: seed_dots({"a": [1]}, ax),
    ],
)
def test_given_axes_are_used(draw):
    _, ax = plt.subplots()
    assert draw(ax) is ax
