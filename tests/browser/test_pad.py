"""The pad to draw digits on: by mouse, by keyboard, in both themes, alone."""

import re

import pytest
from driver import Notebook, make_notebook
from playwright.sync_api import expect

PAD = "from lessons_lib import digits\n\ndigits.pad()"
ONE = [(5.2, 2), (5, 5), (4.8, 8)]  # corners of a stroke, in tenths of the pad


@pytest.fixture(scope="module")
def pad(server, pages):
    """Return the output of a cell with a pad, after Run All."""
    path = server.folder / "pad.ipynb"
    make_notebook(path, {"pad": PAD})
    notebook = Notebook(pages(), server, path.name)
    notebook.run_all()
    notebook.save()
    return notebook


def paper(notebook):
    return notebook.output("pad").get_by_role("application")


def draw(notebook, corners):
    """Draw with the mouse; hovering waits until JupyterLab has done scrolling."""
    places = [{"x": 28 * x, "y": 28 * y} for x, y in corners]
    paper(notebook).hover(position=places[0])
    notebook.page.mouse.down()
    for place in places[1:]:
        paper(notebook).hover(position=place)
    notebook.page.mouse.up()


def answers(notebook, digit):
    status = notebook.output("pad").get_by_role("status").first
    expect(status).to_have_text(re.compile(f"Most likely {digit}, "))


def test_a_one_by_mouse(pad, screenshots):
    paper(pad).press("Delete")
    draw(pad, ONE)
    answers(pad, 1)
    pad.picture(screenshots / "pad.png")


def test_a_one_by_keyboard(pad):
    paper(pad).press("Delete")
    for key in [*9 * ["ArrowUp"], "Space", *16 * ["ArrowDown"], "Space"]:
        paper(pad).press(key)
    answers(pad, 1)
    cells = pad.ask("return book.widgets.length")
    paper(pad).press("a")  # would insert a cell
    assert pad.ask("return book.widgets.length") == cells


def test_clear_takes_the_answer_away(pad):
    draw(pad, ONE)
    answers(pad, 1)
    pad.output("pad").get_by_role("button", name="Clear").click()
    status = pad.output("pad").get_by_role("status").first
    expect(status).to_have_text(re.compile("Draw a digit"))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(pad, theme, axe, screenshots):
    pad.theme(theme)
    draw(pad, ONE)
    assert axe(pad.page)[1] == []
    pad.picture(screenshots / f"pad-{theme}.png")
    pad.theme("light")


def test_the_pad_works_without_a_kernel(pad, server, pages):
    again = Notebook(pages(), server, "pad.ipynb", kernel=False)
    draw(again, ONE)
    answers(again, 1)
    again.page.context.close()
