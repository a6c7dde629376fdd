"""What is stored of a figure changes when the figure does, and only then."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from nbconvert import HTMLExporter, MarkdownExporter
from nbformat.v4 import new_code_cell, new_notebook, new_output

from lessons_lib.figures import image_grid, show
from lessons_lib.figures.digest import digest

ALT = "Two panels: a falling loss, and three bars of different height."


def loss(epochs=20, low=0.1):
    return np.linspace(1, low, epochs)


def drawn(values=None, heights=(1, 2, 3), pixels=None, **changes):
    """Draw a curve, bars and an image, one of them changed."""
    values = loss() if values is None else values
    pixels = np.eye(6) if pixels is None else pixels
    fig, (curve, bars, image) = plt.subplots(1, 3)
    curve.plot(values, label=changes.get("label", "train"))
    curve.set(title=changes.get("title", "Loss"), xlabel="epoch")
    curve.set_ylim(*changes.get("limits", (0, 1.2)))
    curve.set_yscale(changes.get("scale", "linear"))
    curve.legend()
    bars.bar(["a", "b", "c"], heights)
    bars.text(np.int64(changes.get("place", 0)), 1, changes.get("text", "low"))
    image.imshow(pixels)
    image.axhline(changes.get("mark", 2))
    image.scatter(*changes.get("cloud", ([1, 2], [3, 4])))
    image.fill_between([0, 1, 2], changes.get("area", 1))
    return fig


def pictured(**changes):
    return digest(drawn(**changes))


@pytest.mark.parametrize(
    "change",
    [
        {"values": loss(low=0.2)},
        {"values": loss(epochs=21)},
        {"values": np.where(np.arange(20) == 7, np.nan, loss())},
        {"values": np.where(np.arange(20) == 7, 0.9, loss())},
        {"values": loss()[::-1]},
        {"heights": (1, 2, 2)},
        {"pixels": np.eye(6)[::-1]},
        {"pixels": np.eye(7)},
        {"pixels": np.eye(6) * 2},
        {"label": "test"},
        {"title": "Accuracy"},
        {"limits": (0, 1.3)},
        {"scale": "symlog"},
        {"text": "high"},
        {"place": 1},
        {"mark": 3},
        {"cloud": ([1, 2], [3, 5])},
        {"area": 2},
    ],
    ids=lambda change: next(iter(change)),
)
def test_every_change_is_seen(change):
    assert pictured(**change) != pictured()


def test_the_same_figure_says_the_same_whatever_its_colors_and_size():
    fig = drawn()
    fig.set_size_inches(9, 9)
    fig.axes[0].lines[0].set_color("red")
    assert digest(fig) == pictured()


def test_long_curves_are_summed_up_and_short_ones_stand_whole():
    text = "\n".join(pictured(values=np.arange(1000.0)))
    assert "line 'train': 1000 values | x 0 999 62 187 " in text
    assert "x -0.4 0.6 1.6 | y 0 0 0 | x 0.4 1.4 2.4 | y 1 2 3" in text


def test_values_on_a_logarithmic_axis_are_their_logarithms():
    fig, ax = plt.subplots()
    ax.plot([1, 2], [1e-8, 1e2])
    ax.set_yscale("log")
    assert digest(fig)[2] == "line: 2 values | x 1 2 | y -8 2"


def test_what_is_placed_by_the_panel_has_no_place_among_the_data():
    fig, ax = plt.subplots()
    ax.axhline(3)
    ax.text(0.5, 0.5, "| middle |  1 | x 5", transform=ax.transAxes)
    assert digest(fig)[2:] == ["line: 2 values | y 3 3", "texts '| middle / 1 / x 5'"]


@pytest.mark.parametrize(
    "draw",
    [
        lambda ax: ax.pie([1, 2]),
        lambda ax: ax.boxplot([1, 2, 9]),
        lambda ax: ax.hexbin([1, 2, 3], [1, 2, 3]),
        lambda ax: ax.quiver([1, 2], [1, 2], [1, 2], [1, 2]),
        lambda ax: ax.contourf(np.eye(4)),
        lambda ax: ax.errorbar([1, 2], [3, 4], [1, 1]),
        lambda ax: ax.pcolormesh(np.eye(3)),
        lambda ax: ax.plot([], []),
        lambda ax: ax.imshow(np.full((2, 2), np.nan)),
        lambda ax: ax.plot(["u", "v"], [1, np.inf]),
        lambda ax: ax.annotate("a", ("u", 1)),
        lambda ax: ax.set_axis_off(),
        lambda ax: ax.stairs([1, 2]),
    ],
)
def test_no_drawing_is_too_odd(draw):
    fig, ax = plt.subplots()
    draw(ax)
    assert digest(fig)


@pytest.mark.parametrize("kind", ["polar", "3d"])
def test_no_panel_is_too_odd(kind):
    fig = plt.figure()
    fig.add_subplot(projection=kind).plot([1, 2], [1, 2])
    assert digest(fig)


def test_show_stores_it_where_no_reader_meets_it(monkeypatch):
    stored = {}

    def display(data, raw, metadata):
        stored.update(data=data, metadata=metadata)

    monkeypatch.setattr("lessons_lib.figures.output.display", display)
    show(image_grid([np.eye(4)], titles=["one"]), ALT)
    lines = stored["metadata"]["figure"]
    assert any("image 4 by 4" in line for line in lines)
    assert "image 4 by 4" not in str(stored["data"])
    output = new_output("display_data", **stored)
    notebook = new_notebook(cells=[new_code_cell("show()", outputs=[output])])
    for exporter in (HTMLExporter(), MarkdownExporter()):
        assert "image 4 by 4" not in exporter.from_notebook_node(notebook)[0]
