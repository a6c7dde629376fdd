"""The diagram of a block with parallel branches, and dots for seeds."""

import matplotlib.pyplot as plt
import pytest

from lessons_lib.figures import branch_diagram, seed_dots


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def labels(fig):
    return {text.get_text(): text.get_position() for text in fig.axes[0].texts}


def test_each_branch_is_a_row_of_boxes():
    fig = branch_diagram([["a", "b"], ["c"]], "in", "out")
    assert labels(fig) == {
        "a": (1, 0),
        "b": (2, 0),
        "c": (1, 1),
        "in": (0, 0.5),
        "out": (3, 0.5),
    }
    assert len(fig.axes[0].lines) == 2


def test_branch_without_boxes_is_a_line():
    fig = branch_diagram([["a"], []], "in", "out")
    assert set(labels(fig)) == {"a", "in", "out"}
    assert list(fig.axes[0].lines[1].get_ydata()) == [0.5, 1, 1, 0.5]


def test_only_shortcuts():
    assert labels(branch_diagram([[]], "in", "out"))["out"] == (2, 0)


def test_no_branch():
    with pytest.raises(ValueError, match="no branch"):
        branch_diagram([], "in", "out")


def dots(fig):
    lines = [line for line in fig.axes[0].lines if line.get_marker() == "o"]
    return [
        (line.get_fillstyle(), list(line.get_xdata()), set(line.get_ydata()))
        for line in lines
        if len(line.get_xdata())
    ]


def test_each_run_is_a_dot():
    fig = seed_dots({"a": [1, 2, 3], "b": [4, 5]}, notes={"b": "slow"}, title="t")
    assert dots(fig) == [("full", [1, 2, 3], {0}), ("full", [4, 5], {1})]
    assert [label.get_text() for label in fig.axes[0].get_yticklabels()] == ["a", "b"]
    assert [text.get_text() for text in fig.axes[0].texts] == ["slow"]


def test_earlier_runs_are_hollow_and_above():
    fig = seed_dots({"a": [1], "b": [4]}, earlier={"a": [0]})
    assert dots(fig) == [
        ("none", [0], {-0.16}),
        ("full", [1], {0.16}),
        ("full", [4], {1}),
    ]


def test_nothing_to_draw():
    with pytest.raises(ValueError, match="no runs"):
        seed_dots({})


def test_earlier_runs_of_a_stranger():
    with pytest.raises(ValueError, match=r"\['c'\].*\['a'\]"):
        seed_dots({"a": [1]}, earlier={"c": [2]})
