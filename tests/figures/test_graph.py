"""A computational graph shows what depends on what, from left to right."""

import matplotlib.pyplot as plt
import pytest

from lessons_lib import figures

NODES = {"x": [], "w": [], "z": ["x", "w"], "v": [], "y": ["z", "v"]}


def places(ax):
    return {text.get_text(): text.get_position() for text in ax.texts}


def test_nodes_stand_after_what_they_are_computed_from():
    x = {name: place[0] for name, place in places(figures.graph(NODES)).items()}
    assert x["x"] == x["w"] < x["z"] == x["v"] < x["y"]


def test_computed_nodes_lie_on_one_line_and_inputs_below():
    y = {name: place[1] for name, place in places(figures.graph(NODES)).items()}
    assert y["x"] == y["z"] == y["y"] < y["w"] == y["v"]


def test_an_arrow_for_each_dependency():
    ax = figures.graph(NODES)
    arrows = [text for text in ax.texts if getattr(text, "arrow_patch", None)]
    assert len(arrows) == 4


def test_values_gradients_and_local_derivatives_are_written():
    ax = figures.graph(
        NODES, values={"z": "6"}, gradients={"z": "5"}, local={("w", "z"): "2"}
    )
    found = places(ax)
    assert found["6"][1] < found["z"][1] < found["5"][1]
    assert found["z"][1] < found["2"][1] < found["w"][1]


def test_a_node_before_its_inputs_is_refused():
    with pytest.raises(ValueError, match="computed from 'z', which doesn't stand"):
        figures.graph({"y": ["z"], "z": []})


def test_given_axes_are_used():
    _, ax = plt.subplots()
    assert figures.graph(NODES, ax) is ax
