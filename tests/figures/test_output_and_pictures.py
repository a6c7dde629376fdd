import base64
import io
import re

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from nbconvert import HTMLExporter
from nbformat.v4 import new_code_cell, new_notebook, new_output
from PIL import Image

from handouts.embedded import pictures_in_html
from lessons_lib import figures

ALT = "Two bars; the second, at 3, is the higher one."


def picture(data):
    encoded = re.search(r'src="data:image/png;base64,([^"]+)"', data["text/html"])
    return Image.open(io.BytesIO(base64.b64decode(encoded[1])))


def bars():
    fig, ax = plt.subplots(figsize=(3, 2))
    ax.bar([0, 1], [1, 3])
    return fig


def test_show_stores_words_with_the_picture_and_closes_it(displayed):
    fig = bars()
    figures.show(fig, ALT)
    (data,) = displayed
    assert set(data) == {"text/html", "text/plain"}
    assert data["text/plain"] == ALT
    assert data["text/html"].startswith(f'<img alt="{ALT}" width="{3 * 96}" ')
    assert picture(data).width == 2 * 3 * 96
    assert not plt.fignum_exists(fig.number)


def test_words_with_signs_of_html_stay_words(displayed):
    alt = "Loss < 0.1 & \"falling\", in 'both' runs."
    figures.show(bars(), alt)
    assert displayed[0]["text/plain"] == alt
    [found] = pictures_in_html(displayed[0]["text/html"])
    assert found.alt == alt and found.width == str(3 * 96)


def test_pictures_need_no_background_of_the_page(displayed):
    figures.show(bars(), ALT)
    corner = picture(displayed[0]).convert("RGBA").getpixel((0, 0))
    assert corner == (255, 255, 255, 255)


def test_show_takes_axes_too_also_those_of_a_part(displayed):
    fig = plt.figure(figsize=(3, 2))
    _, right = fig.subfigures(1, 2)
    figures.show(right.subplots(), ALT)
    assert not plt.fignum_exists(fig.number)
    assert picture(displayed[0]).size == (2 * 3 * 96, 2 * 2 * 96)


def test_axes_without_a_figure_are_told(displayed):
    ax = bars().axes[0]
    ax.remove()
    with pytest.raises(ValueError, match="draw them again"):
        figures.show(ax, ALT)
    assert displayed == []


def test_ranges_say_lowest_and_highest_and_the_unit_once():
    runs = {"A": [0.93, 0.912, 0.92], "B:": torch.tensor([0.5])}
    assert figures.ranges(runs) == "A 91.2 to 93.0%; B: 50.0 to 50.0%"
    assert figures.ranges({"A": [93, 91.2]}, ".1f", "%") == "A 91.2 to 93.0%"
    assert figures.ranges({"A": [0.251, 0.5]}, ".2f") == "A 0.25 to 0.50"


def test_every_meaning_has_a_color_of_its_own():
    assert len(set(figures.INK.values())) == len(figures.INK)


def test_the_same_figure_has_the_same_bytes(displayed):
    figures.show(bars(), ALT)
    figures.show(bars(), ALT)
    assert displayed[0] == displayed[1]


def test_alt_text_over_several_lines_becomes_one(displayed):
    figures.show(bars(), "Two bars;\n   the second is higher.")
    assert displayed[0]["text/plain"] == "Two bars; the second is higher."


@pytest.mark.parametrize("alt", ["", "a plot", "   short      words   "])
def test_alt_text_that_says_nothing_is_refused(alt, displayed):
    with pytest.raises(ValueError, match="too short"):
        figures.show(bars(), alt)
    assert displayed == []


def test_table_has_header_alignment_caption_and_plain_form(displayed):
    rows = [["CNN", 1234567, 0.5], ["MLP", 8, 0.25]]
    figures.show_table(["network", "parameters", "loss"], rows, "Two networks.")
    data = displayed[0]
    lines = data["text/markdown"].splitlines()
    assert lines[0].split() == ["|", "network", "|", "parameters", "|", "loss", "|"]
    assert lines[1].split() == ["|", "-------", "|", "---------:", "|", "---:", "|"]
    assert "1,234,567" in lines[2] and len({len(line) for line in lines[:4]}) == 1
    assert lines[-1] == "Table: Two networks."
    assert data["text/plain"].startswith("Two networks.\nnetwork  parameters")


def test_bars_in_a_cell_do_not_break_the_table(displayed):
    figures.show_table(["a"], [["x | y"]], "One cell.")
    assert r"x \| y" in displayed[0]["text/markdown"]


def test_table_with_a_row_too_short_is_refused(displayed):
    with pytest.raises(ValueError, match="row 2 of the table has 1 cells"):
        figures.show_table(["a", "b"], [[1, 2], [3]], "Wrong.")
    assert displayed == []


@pytest.mark.parametrize("shape", [(5, 4, 6), (5, 1, 4, 6), (5, 3, 4, 6)])
def test_image_grid_draws_every_picture(shape):
    fig = figures.image_grid(torch.rand(shape), columns=3)
    drawn = [ax.images[0].get_array().shape[:2] for ax in fig.axes if ax.images]
    assert drawn == [(4, 6)] * 5 and len(fig.axes) == 6


def test_image_grid_names_what_is_wrong():
    with pytest.raises(ValueError, match="no picture"):
        figures.image_grid([])
    with pytest.raises(ValueError, match="3 pictures and 2 titles"):
        figures.image_grid(torch.rand(3, 2, 2), ["a", "b"])


def test_number_grid_writes_the_numbers_and_leaves_nan_empty():
    values = np.array([[1, np.nan], [3, 4]])
    ax = figures.number_grid(values, window=(0, 0, 1, 1))
    assert [text.get_text() for text in ax.texts] == ["1", "3", "4"]
    assert len(ax.patches) == 1


def test_filters_share_one_scale_with_zero_in_the_middle():
    weight = torch.tensor([[[1.0, -3.0]], [[0.5, 0.0]]])
    fig = figures.filters(weight)
    limits = {image.get_clim() for ax in fig.axes for image in ax.images}
    assert limits == {(-3.0, 3.0)}


def test_small_pictures_fill_their_row():
    with plt.rc_context({"figure.constrained_layout.use": True}):
        fig = figures.filters(torch.rand(32, 3, 3), columns=16, size=0.33)
        fig.canvas.draw()
    drawn = sum(ax.get_window_extent().width for ax in fig.axes[:16])
    assert drawn > 0.8 * fig.bbox.width


def test_confusion_shades_mistakes_only():
    counts = torch.tensor([[90, 2], [0, 80]])
    ax = figures.confusion(counts, "ab")
    assert ax.images[0].get_array().tolist() == [[0, 2], [0, 0]]
    assert [text.get_text() for text in ax.texts] == ["90", "2", "80"]


def test_surest_mistakes_come_in_order_and_with_their_names():
    logits = torch.tensor([[2.0, 0], [0, 5], [0, 1], [3, 0]])
    labels = torch.tensor([0, 0, 0, 1])
    fig = figures.surest_mistakes(
        torch.rand(4, 1, 3, 3), logits, labels, names=("cat", "dog")
    )
    assert figures.panel_titles(fig) == (
        "cat, read as dog, 99.33% sure; dog, read as cat, 95.26% sure; "
        "cat, read as dog, 73.11% sure."
    )
    assert len([ax for ax in fig.axes if ax.get_title()]) == 3


def test_without_a_mistake_there_is_none_to_draw():
    with pytest.raises(ValueError, match="no wrong answer"):
        figures.surest_mistakes(
            torch.rand(1, 3, 3), torch.tensor([[1.0, 0]]), torch.tensor([0])
        )


@pytest.mark.parametrize("template", ["lab", "classic"])
def test_words_reach_the_pages_that_nbconvert_writes(template, displayed):
    figures.show(bars(), ALT)
    output = new_output("display_data", data=displayed[0])
    notebook = new_notebook(cells=[new_code_cell("show(fig, alt)", outputs=[output])])
    page, _ = HTMLExporter(template_name=template).from_notebook_node(notebook)
    assert re.findall(r"<img\b[^>]*\balt=\"([^\"]*)\"", page) == [ALT]


@pytest.mark.parametrize("place", ["left", "center"])
def test_panel_titles_are_found_wherever_the_style_puts_them(place):
    with plt.rc_context({"axes.titlelocation": place}):
        fig, axes = plt.subplots(1, 2)
        axes[0].set_title("before")
        axes[1].set_title("after\none epoch")
    assert figures.panel_titles(fig) == "before; after, one epoch."
