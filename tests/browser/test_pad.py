"""The pad to draw digits on: by mouse, finger and keyboard, in both themes, alone."""

import re

import pytest
from driver import Notebook, make_notebook
from playwright.sync_api import expect

SEVEN = """
import torch
from lessons_lib import digits

own = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(784, 10))
with torch.no_grad():
    own[1].weight.zero_()
    own[1].bias.copy_(torch.eye(10)[7] * 9)
digits.pad(own)
"""  # a network that takes everything for a 7
PAD = "from lessons_lib import digits\n\ndigits.pad()"
ONE = [(5.2, 2), (5, 5), (4.8, 8)]  # corners of a stroke, in tenths of the pad


@pytest.fixture(scope="module")
def pad(server, pages):
    """Return the output of a cell with a pad, after Run All."""
    path = server.folder / "pad.ipynb"
    make_notebook(path, {"pad": PAD, "own": SEVEN})
    notebook = Notebook(pages(), server, path.name)
    notebook.run_all()
    notebook.save()
    return notebook


def paper(notebook, cell="pad"):
    return notebook.output(cell).get_by_role("application")


def draw(notebook, corners):
    """Draw with the mouse; hovering waits until JupyterLab has done scrolling."""
    places = [{"x": 28 * x, "y": 28 * y} for x, y in corners]
    paper(notebook).hover(position=places[0])
    notebook.page.mouse.down()
    for place in places[1:]:
        paper(notebook).hover(position=place)
    notebook.page.mouse.up()


def touch(notebook, corners):
    """Draw with a finger."""
    paper(notebook).scroll_into_view_if_needed()
    box = paper(notebook).bounding_box()
    finger = notebook.page.context.new_cdp_session(notebook.page)
    kinds = ["touchStart", *(len(corners) - 1) * ["touchMove"]]
    for kind, (x, y) in zip(kinds, corners, strict=True):
        place = {"x": box["x"] + 28 * x, "y": box["y"] + 28 * y}
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [place]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def answers(notebook, digit, cell="pad"):
    status = notebook.output(cell).get_by_role("status").first
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


def test_a_one_by_finger_moves_no_page(pad):
    paper(pad).press("Delete")
    scrolled = "return [...document.querySelectorAll('*')].map((e) => e.scrollTop)"
    paper(pad).scroll_into_view_if_needed()
    before = pad.ask(scrolled)
    touch(pad, ONE)
    answers(pad, 1)
    assert pad.ask(scrolled) == before


def test_the_learners_own_network_answers(pad):
    paper(pad, "own").press("Space")  # the pen goes down
    paper(pad, "own").press("ArrowDown")
    answers(pad, 7, "own")


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
