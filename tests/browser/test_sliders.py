"""Sliders: by mouse and keyboard, without a kernel, and where none may be."""

import nbformat
import pytest
from driver import (
    Notebook,
    make_notebook,
    move_slider,
    saved,
    shows,
)
from playwright.sync_api import expect

LESSON = """
from lessons_lib.figures import explore

def draw_one(ax, step):
    ax.plot([0, step])
    return f"A line up to {step}."

def draw_two(axes, size, stride):
    for ax in axes:
        ax.plot([size, stride])
    return f"Two lines from {size} to {stride}."
"""
ONE = 'explore(draw_one, range(1, 6), name="step", alt="A line.")'
TWO = 'explore(draw_two, {"size": [1, 3], "stride": [1, 2, 4]}, alt="L", panels=2)'


@pytest.fixture(scope="module")
def explored(server, pages):
    """Return a notebook after Run All, whose cells `one` and `two` have sliders."""
    path = server.folder / "sliders.ipynb"
    make_notebook(path, {"draw": LESSON, "one": ONE, "two": TWO})
    notebook = Notebook(pages(), server, path.name)
    notebook.run_all()
    notebook.save()
    return notebook


def test_slider_by_keyboard_and_mouse(explored, screenshots):
    move_slider(explored, "one")
    explored.picture(screenshots / "slider.png")


def test_each_of_two_sliders_moves_alone(explored, screenshots):
    output = explored.output("two")
    size = output.get_by_role("slider", name="size")
    stride = output.get_by_role("slider", name="stride")
    expect(size).to_have_attribute("aria-valuetext", "1: Two lines from 1 to 1.")
    stride.press("End")
    shows(output, "size 1, stride 4: Two lines from 1 to 4.")
    size.press("ArrowRight")
    shows(output, "size 3, stride 4: Two lines from 3 to 4.")
    expect(size).to_have_attribute("aria-valuetext", "3: Two lines from 3 to 4.")
    expect(stride).to_have_attribute("aria-valuetext", "4: Two lines from 3 to 4.")
    explored.picture(screenshots / "two-sliders.png")


def test_shortcuts_work_while_a_slider_has_the_focus(explored):
    slider = explored.output("one").get_by_role("slider")
    cells = explored.ask("return book.widgets.length")
    for key in ("a", "d", "d"):  # new cell, delete cell
        slider.press(key)
    assert explored.ask("return book.widgets.length") == cells
    slider.press("Shift+Enter")
    assert explored.ask("return book.activeCell.model.id") == "two"


def test_frames_change_at_once(explored):
    explored.output("one").get_by_role("slider").focus()
    milliseconds = explored.page.evaluate(
        """() => {
            const slider = document.activeElement;
            const start = performance.now();
            for (let step = 0; step < 100; step++) {
                slider.value = step % (Number(slider.max) + 1);
                slider.dispatchEvent(new Event("input", { bubbles: true }));
            }
            return (performance.now() - start) / 100;
        }"""
    )
    assert milliseconds < 16


def test_two_tabs_have_sliders_of_their_own(explored, server, pages):
    explored.save()
    explored.output("one").get_by_role("slider").press("End")
    second = Notebook(pages(), server, explored.path.name)
    move_slider(second, "one")
    shows(second.output("one"), "step 1: A line up to 1.")
    shows(explored.output("one"), "step 5: A line up to 5.")

    second.run("draw")
    second.save()
    explored.run("draw")
    explored.page.keyboard.press("Control+S")  # the file has changed below it
    dialog = explored.page.locator(".jp-Dialog")
    dialog.get_by_role("button", name="Overwrite").click()
    expect(dialog).to_have_count(0)
    assert len(explored.saved().cells) == 3
    second.page.context.close()


def test_not_trusted_the_frames_stand_side_by_side(
    explored, server, pages, screenshots
):
    """Scripts are taken out of an unknown notebook; pictures and words stay."""
    strange = saved(explored.path)
    strange.cells[0].source += "\n# From somebody else"
    nbformat.write(strange, server.folder / "strange.ipynb")
    opened = Notebook(pages(), server, "strange.ipynb")
    output = opened.output("one")
    assert not opened.ask("return book.activeCell.model.trusted")
    expect(output.get_by_role("slider")).to_have_count(0)
    frames = output.locator("img").evaluate_all(
        "pictures => pictures.map((p) => [p.alt, p.naturalWidth > 0 && p.offsetWidth])"
    )
    words = [f"step {step}: A line up to {step}." for step in range(1, 6)]
    assert [alt for alt, _ in frames] == words
    assert all(width for _, width in frames)
    opened.picture(screenshots / "slider-not-trusted.png")


def test_a_day_later_without_a_kernel(explored, server, pages):
    explored.page.context.close()
    later = Notebook(pages(), server, explored.path.name)
    later.ask("await panel.sessionContext.shutdown()")
    move_slider(later, "one")
