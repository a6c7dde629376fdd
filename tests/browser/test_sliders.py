"""Sliders: by mouse and keyboard, without a kernel, and where none may be."""

import re
import shutil

import nbformat
import pytest
from driver import Notebook, saved, tagged
from playwright.sync_api import expect

FRAMES = "[role=group] img"


@pytest.fixture(scope="module")
def explored(server, pages):
    """Return a copy of lesson 01, run up to its slider, and the slider's cell."""
    path = server.folder / "slider.ipynb"
    shutil.copy(server.folder / "01_convolution.ipynb", path)
    cell_id = next(tagged(saved(path), "explore")).id
    notebook = Notebook(pages(), server, path.name)
    notebook.run_up_to(cell_id)
    notebook.save()
    return notebook, cell_id


def shown(output):
    """Return the words of the one frame that is visible."""
    frames = output.locator(FRAMES)
    visible = [frame for frame in frames.all() if frame.is_visible()]
    assert len(visible) == 1
    return visible[0].get_attribute("alt")


def use(notebook, cell_id):
    """Move the slider by keyboard and by mouse, and look what is shown and spoken."""
    output = notebook.output(cell_id)
    words = [frame.get_attribute("alt") for frame in output.locator(FRAMES).all()]
    name = words[0].split(" ")[0]
    slider = output.get_by_role("slider", name=name, exact=True)
    slider.focus()
    active = notebook.ask("return book.activeCellIndex")
    keys = ("Home", "ArrowRight", "ArrowRight", "ArrowLeft", "End", "ArrowUp", "Home")
    for key, place in zip(keys, (0, 1, 2, 1, -1, -1, 0), strict=True):
        notebook.page.keyboard.press(key)
        assert shown(output) == words[place], key
        spoken = slider.get_attribute("aria-valuetext")
        assert f"{name} {spoken}" == words[place], key
    assert notebook.ask("return book.activeCellIndex") == active
    expect(slider).to_be_focused()

    box = slider.bounding_box()
    middle = box["y"] + box["height"] / 2
    notebook.page.mouse.click(box["x"] + box["width"] - 3, middle)
    assert shown(output) == words[-1]
    notebook.page.mouse.down()
    notebook.page.mouse.move(box["x"] + 3, middle, steps=5)
    notebook.page.mouse.up()
    assert shown(output) == words[0]


def test_slider_by_keyboard_and_mouse(explored, screenshots):
    notebook, cell_id = explored
    use(notebook, cell_id)
    notebook.output(cell_id).screenshot(path=screenshots / "slider.png")


def test_frames_change_at_once(explored):
    notebook, cell_id = explored
    notebook.output(cell_id).get_by_role("slider").focus()
    milliseconds = notebook.page.evaluate(
        """async () => {
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
    first, cell_id = explored
    first.output(cell_id).get_by_role("slider").focus()
    first.page.keyboard.press("End")
    second = Notebook(pages(), server, first.path.name)
    use(second, cell_id)
    first_words = shown(first.output(cell_id))
    assert first_words != shown(second.output(cell_id))
    second.run(cell_id)
    second.save()
    first.page.keyboard.press("Control+S")  # the file has changed below it
    dialog = first.page.locator(".jp-Dialog")
    dialog.get_by_role("button", name=re.compile("Overwrite|Revert")).first.click()
    expect(dialog).to_be_hidden()
    assert saved(first.path).cells


def test_a_day_later_without_a_kernel(explored, server, pages):
    """The kernel is gone, the page is opened again: the slider moves."""
    notebook, cell_id = explored
    notebook.page.context.close()
    page = pages()
    page.route("**/api/kernels*", lambda route: route.abort())
    page.route("**/api/sessions*", lambda route: route.abort())
    later = Notebook(page, server, notebook.path.name, kernel=False)
    use(later, cell_id)


def test_not_trusted_the_frames_stand_side_by_side(
    explored, server, pages, screenshots
):
    """Scripts are taken out of an unknown notebook; pictures and words stay."""
    notebook, cell_id = explored
    strange = saved(notebook.path)
    strange.cells[0].source += "\n\nFrom somebody else."
    nbformat.write(strange, server.folder / "strange.ipynb")
    opened = Notebook(pages(), server, "strange.ipynb")
    output = opened.output(cell_id)
    trusted = opened.ask("return book.activeCell.model.trusted")
    assert not trusted
    expect(output.get_by_role("slider")).to_have_count(0)
    frames = output.locator("img").evaluate_all(
        "pictures => pictures.map((p) => [p.alt, p.naturalWidth, p.offsetWidth])"
    )
    assert len(frames) > 2
    assert all(len(alt) > 20 and natural and wide for alt, natural, wide in frames)
    output.screenshot(path=screenshots / "slider-not-trusted.png")


def test_notebook_7_goes_through_a_lesson_and_its_slider(notebook_7, pages):
    path = notebook_7.folder / "seven.ipynb"
    shutil.copy(notebook_7.folder / "01_convolution.ipynb", path)
    notebook = Notebook(pages(), notebook_7, path.name)
    notebook.run_all()
    assert notebook.errors() == []
    use(notebook, next(tagged(notebook.save(), "explore")).id)
