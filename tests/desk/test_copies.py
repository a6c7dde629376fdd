"""What a learner's copy of a lesson looks like."""

import copy

import pytest

from lessons_lib.desk.copies import learners_copy, readable_name

from .samples import code, find, fresh_copy, ids, lesson, text


def test_nothing_has_run():
    for cell in fresh_copy().cells:
        assert cell.get("outputs", []) == [] and cell.get("execution_count") is None


@pytest.mark.parametrize("cell_id", ["solution", "imports"])
def test_solutions_and_plumbing_are_folded(cell_id):
    assert find(fresh_copy(), cell_id).metadata["jupyter"]["source_hidden"]


def test_what_the_learner_works_with_is_open():
    for cell_id in ("figure", "stub", "check"):
        assert "jupyter" not in find(fresh_copy(), cell_id).metadata


def test_text_ids_and_tags_are_those_of_the_lesson():
    original, made = lesson(), fresh_copy()
    assert ids(made) == ids(original)
    for before, after in zip(original.cells, made.cells, strict=True):
        assert before.source == after.source
        assert before.metadata.get("tags") == after.metadata.get("tags")


def test_the_original_stays_as_it_is():
    original = lesson()
    before = copy.deepcopy(original)
    learners_copy(original, {"01_echo.ipynb": "01 Echo.ipynb"})
    assert original == before


def test_links_lead_to_the_copies():
    made = learners_copy(lesson(), {"01_echo.ipynb": "01 An echo.ipynb"})
    assert "(01%20An%20echo.ipynb#sound)" in find(made, "question").source
    assert "(01_echo.ipynb#sound)" in find(fresh_copy(), "question").source


def test_code_is_no_place_for_links():
    original = lesson()
    original.cells.append(code("link", "x = f[0](01_echo.ipynb)"))
    made = learners_copy(original, {"01_echo.ipynb": "01 An echo.ipynb"})
    assert find(made, "link").source == "x = f[0](01_echo.ipynb)"


def test_clock_times_and_widgets_are_left_out():
    original = lesson()
    original.metadata["widgets"] = {"state": {}}
    original.cells[1].metadata["execution"] = {"iopub.status.busy": "now"}
    made = learners_copy(original, {})
    assert "widgets" not in made.metadata
    assert "execution" not in made.cells[1].metadata


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("# 2. Pooling and the rest", "02 Pooling and the rest.ipynb"),
        ("# 2. Pooling, by hand", "02 Pooling.ipynb"),
        ("# 2. 1 \N{MULTIPLICATION SIGN} 1 windows: why?", "02 1 x 1 windows.ipynb"),
        ("# Start here\n\nA page.", "02 Start here.ipynb"),
        ("# 2. Größe/Maß?", "02 GrößeMaß.ipynb"),
        ("no title", "02 pooling.ipynb"),
    ],
)
def test_names_can_be_read(title, name):
    assert readable_name("02_pooling", lesson(title)) == name


def test_a_notebook_without_cells_has_a_name_too():
    empty = lesson()
    empty.cells = []
    assert readable_name("02_max_pooling", empty) == "02 max pooling.ipynb"
    empty.cells = [text("quiet", "")]
    assert readable_name("02_max_pooling", empty) == "02 max pooling.ipynb"
