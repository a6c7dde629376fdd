"""The drawing of a gated cell has the parts of its equations, stage by stage."""

import matplotlib.pyplot as plt
import pytest

from lessons_lib import figures
from lessons_lib.figures import INK


def words(ax):
    return [text.get_text() for text in ax.texts if text.get_text()]


def colored(ax):
    return [
        text.get_text()
        for text in ax.texts
        if text.get_text() and text.get_color() == INK["mark"]
    ]


def arrows(ax):
    return [text for text in ax.texts if not text.get_text()]


def test_lstm_is_built_gate_by_gate():
    stages = [words(figures.cell_diagram("LSTM", stage)) for stage in (1, 2, 3)]
    gates = [[word[1] for word in said if "sigma" in word] for said in stages]
    assert gates == [["f"], ["f", "i"], ["f", "i", "o"]]
    assert [said.count("$\\times$") for said in stages] == [1, 2, 3]
    assert [said.count("+") for said in stages] == [0, 1, 1]
    assert ["$h_t$" in said for said in stages] == [False, False, True]


def test_what_a_stage_adds_is_colored():
    assert colored(figures.cell_diagram("LSTM", 1)) == []
    added = colored(figures.cell_diagram("GRU", 2))
    assert "$r:\\ \\sigma$" in added and "$z:\\ \\sigma$" not in added


def test_a_finished_cell_has_nothing_colored():
    for kind, sigmas in (("LSTM", 3), ("GRU", 2), ("leaky", 0)):
        ax = figures.cell_diagram(kind)
        assert colored(ax) == []
        assert sum("sigma" in word for word in words(ax)) == sigmas


def test_a_wire_gives_way_to_its_successors():
    before, after = (figures.cell_diagram("leaky", stage) for stage in (1, 2))
    assert len(arrows(before)) == 3
    assert len(arrows(after)) == 7  # one of the three is replaced by two


def test_everything_lies_inside():
    for kind in ("leaky", "LSTM", "GRU"):
        ax = figures.cell_diagram(kind)
        (left, right), (bottom, top) = ax.get_xlim(), ax.get_ylim()
        for x, y in (text.get_position() for text in ax.texts):
            assert left < x < right and bottom < y < top


def test_unknown_cell_is_refused():
    with pytest.raises(ValueError, match="it draws leaky, LSTM, GRU"):
        figures.cell_diagram("transformer")


def test_attention_draws_weights_as_widths():
    ax = figures.attention_diagram(["the", "cat"], [0.25, 0.75])
    first, second = (line.get_linewidth() for line in ax.lines)
    assert second > 2 * first
    assert {"the", "cat", "0.25", "0.75", "weighted average"} <= set(words(ax))
    with pytest.raises(ValueError, match="2 words and 1 weights"):
        figures.attention_diagram(["the", "cat"], [1.0])


def test_given_axes_are_used():
    _, axes = plt.subplots(1, 2)
    assert figures.cell_diagram("GRU", 1, axes[0]) is axes[0]
    assert figures.attention_diagram(["a"], [1.0], axes[1]) is axes[1]
