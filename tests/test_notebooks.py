"""Every guard on every notebook."""

from pathlib import Path

import nbformat
import pytest
from guards import GUARDS, find_problems
from guards.cells import is_lesson
from tolerant.lessons import LOWEST_SHARE, figures_of, read, share, table, with_outputs

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))


def test_there_are_notebooks():
    assert NOTEBOOKS, "notebooks/ holds no lesson"


@pytest.fixture(scope="module", params=NOTEBOOKS, ids=lambda path: path.stem)
def lesson(request):
    text = request.param.read_text(encoding="utf-8")
    return nbformat.reads(text, as_version=nbformat.NO_CONVERT), request.param.name


def test_format(lesson):
    notebook, name = lesson
    version = (notebook.nbformat, notebook.nbformat_minor)
    assert version == (4, 5), f"{name} has format {version}, expected (4, 5)"
    nbformat.validate(notebook)


def test_all_but_page_00_are_lessons_with_their_number(lesson):
    notebook, name = lesson
    number = int(name.partition("_")[0])
    assert is_lesson(notebook) == (number > 0)
    if number:
        assert notebook.cells[0].source.startswith(f"# {number}. ")


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.__name__)
def test_guard(lesson, guard):
    problems = find_problems(guard, *lesson)
    assert not problems, "\n".join([guard.__doc__, *problems])


def test_nine_of_ten_outputs_are_compared():
    lessons = read()
    assert share(list(lessons.values())) >= LOWEST_SHARE, "\n".join(table(lessons))


def test_lessons_store_what_was_drawn():
    for name, notebook in read().items():
        figures = [
            f for cell in with_outputs(notebook) for f in figures_of(cell.outputs)
        ]
        assert all(figures), name
