"""The desk around the lessons: the first page, a fresh kernel, an update."""

import re
import shutil

import nbformat
from driver import Notebook, first_exercise, saved, tagged
from playwright.sync_api import expect

from lessons_lib.desk.contents import contents
from lessons_lib.desk.folder import ORIGINALS, lay_out
from lessons_lib.desk.progress import DONE, record


def test_the_first_page_opens_by_itself(server, pages, screenshots):
    page = pages()
    page.goto(server.url)
    shown = page.locator(".jp-Notebook")
    expect(shown.get_by_role("heading", name="Start here")).to_be_visible()
    first_page = Notebook(page, server, "00 Start here.ipynb")
    first_page.picture(screenshots / "first-page.png")
    first_page.show_all()
    for lesson in contents():
        row = shown.get_by_role("row").filter(
            has=page.get_by_role("link", name=f"{lesson.number} {lesson.title}")
        )
        expect(row).to_contain_text(str(lesson.reading))
        expect(row).to_contain_text(str(lesson.practice))
    page.get_by_role("link", name="1 Convolution").first.click()
    tab = page.get_by_role("tab", name="01 Convolution")
    expect(tab).to_be_visible(timeout=60_000)
    page.context.close()


def test_the_first_page_shows_what_is_done(server, pages, screenshots):
    lesson = next(contents())
    record(lesson.checks, lesson.exercises[1], DONE, server.folder)
    first_page = Notebook(pages(), server, "00 Start here.ipynb")
    first_page.run_all()
    file = first_page.save()
    table = next(cell.id for cell in file.cells if cell.source == "show_progress()")
    row = first_page.output(table).get_by_role("row").filter(has_text=lesson.title)
    expect(row).to_contain_text(re.compile(r"\(exercises? .*\b2\b"))
    first_page.picture(screenshots / "done.png")
    first_page.page.context.close()


def test_a_fresh_kernel_says_which_cells_to_run_first(server, pages, screenshots):
    lesson = Notebook(pages(), server, next(server.folder.glob("02 *.ipynb")).name)
    exercise = first_exercise(saved(lesson.path))
    imports = next(cell for cell in saved(lesson.path).cells if cell.id == "imports")
    said = lesson.run(exercise.check)
    expect(said).to_contain_text("to run first")
    expect(said).to_contain_text(imports.source.splitlines()[0])
    lesson.picture(screenshots / "fresh-kernel.png")
    lesson.run_up_to(exercise.check)
    expect(lesson.output(exercise.check)).to_contain_text("Not tried yet")
    lesson.page.context.close()


def test_an_update_brings_the_new_and_loses_nothing(
    server, pages, tmp_path, screenshots
):
    """The course changes a text and the stub; the learner has an answer and notes."""
    original = shutil.copy(ORIGINALS / "01_convolution.ipynb", tmp_path)
    desk = server.folder / "updated"
    lay_out(tmp_path, desk)
    [path] = desk.glob("*.ipynb")
    before = Notebook(pages(), server, f"{desk.name}/{path.name}")
    stub, check, _, right = first_exercise(saved(path))
    before.write(stub, right)
    before.run(stub)
    before.ask(
        """book.activeCellIndex = index(given[0]);
        await window.jupyterapp.commands.execute("notebook:insert-cell-below");
        book.activeCell.model.sharedModel.setSource("mine = 'my own notes'");""",
        check,
    )
    before.save()
    before.page.context.close()

    lesson = nbformat.read(original, as_version=4)
    title = lesson.cells[0]
    title.source += "\n\nThe course has a new sentence."
    next(cell for cell in lesson.cells if cell.id == stub).source += "  # new"
    nbformat.write(lesson, original)
    told = lay_out(tmp_path, desk)
    assert len(told) == 2

    after = Notebook(pages(), server, f"{desk.name}/{path.name}")
    expect(after.cell(title.id)).to_contain_text("The course has a new sentence.")
    assert (
        after.ask("return book.widgets[index(given[0])].model.sharedModel.source", stub)
        == right
    )
    [note] = tagged(saved(path), "course-update")
    expect(after.cell(note.id)).to_contain_text("The course has changed the cell above")
    expect(after.cell(note.id)).to_contain_text("# new")
    assert any("my own notes" in cell.source for cell in saved(path).cells)
    after.picture(screenshots / "updated.png")
    after.page.context.close()


def test_letters_that_were_commands_can_be_taken_back(server, pages):
    """Who types without a cursor changes cells; the first page says how to undo it."""
    first_page = Notebook(pages(), server, "00 Start here.ipynb")
    stub = first_exercise(saved(first_page.path)).stub
    shown = """return book.widgets.map(
        ({ model }) => [model.id, model.type, model.sharedModel.source]);"""
    before = first_page.ask(shown)
    first_page.cell(stub).locator(".jp-InputPrompt").click()
    for letter in "rxb":  # raw, cut, a new cell below
        first_page.page.keyboard.press(letter)
    assert first_page.ask(shown) != before
    for _ in range(6):
        if first_page.ask(shown) == before:
            break
        first_page.page.get_by_role("menuitem", name="Edit", exact=True).click()
        first_page.page.get_by_role("menuitem", name="Undo Cell Operation").click()
    assert first_page.ask(shown) == before
    first_page.page.context.close()
