"""A lesson in Notebook 7, which has another page around the same cells."""

import nbformat
from driver import Notebook, first_exercise, move_slider, tagged
from playwright.sync_api import expect

from lessons_lib.desk.copies import learners_copy
from lessons_lib.desk.folder import ORIGINALS


def test_notebook_7_goes_through_a_lesson(notebook_7, pages):
    path = notebook_7.folder / "seven.ipynb"
    original = nbformat.read(ORIGINALS / "01_convolution.ipynb", as_version=4)
    nbformat.write(learners_copy(original, {}), path)
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
