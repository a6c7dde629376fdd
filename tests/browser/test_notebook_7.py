"""A lesson in Notebook 7, which has another page around the same cells."""

import shutil

from driver import Notebook, first_exercise, move_slider, tagged
from playwright.sync_api import expect


def test_notebook_7_goes_through_a_lesson(notebook_7, pages):
    path = notebook_7.folder / "seven.ipynb"
    shutil.copy(next(path.parent.glob("01 *.ipynb")), path)
    notebook = Notebook(pages(), notebook_7, path.name)
    notebook.run_all()
    assert notebook.errors() == []
    file = notebook.save()
    for cell in tagged(file, "explore"):
        move_slider(notebook, cell.id)

    stub, check, wrong, right = first_exercise(file)
    for answer, said in ((wrong, "Not yet"), (right, "Right")):
        notebook.write(stub, answer)
        notebook.run(stub)
        expect(notebook.run(check)).to_contain_text(said)
    notebook.write(stub, right + "\n(")
    expect(notebook.run(stub)).to_contain_text("SyntaxError")
    expect(notebook.run(check)).to_contain_text("ended with SyntaxError")
