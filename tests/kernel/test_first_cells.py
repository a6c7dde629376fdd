"""Which cells have to run first, and how that is said."""

import pytest

from lessons_lib.kernel.first_cells import cells_to_run_first, explain

CELLS = [
    {"id": "imports", "source": "import torch\nfrom lessons_lib import x as check"},
    {"id": "old", "source": "image = None"},
    {"id": "image", "source": "image = torch.ones(len(str(3)))"},
    {"id": "text", "source": "print('no name')"},
    {"id": "stub", "source": "def blur(x):\n    return image"},
]


def first(*names, known=(), done=()):
    found = cells_to_run_first(names, CELLS, dict.fromkeys(known), done)
    return [cell["id"] for cell in found]


def test_the_cell_that_sets_a_name():
    assert first("check") == ["imports"]


@pytest.mark.drill("cells run out of order", "those to run first are listed, in order")
def test_also_what_that_cell_needs_in_the_order_of_the_notebook():
    assert first("blur") == ["imports", "image", "stub"]


def test_several_names_in_one_go():
    assert first("blur", "check") == ["imports", "image", "stub"]


def test_not_what_is_there():
    assert first("blur", known=["torch"]) == ["image", "stub"]
    assert first("blur", known=["torch", "image"]) == ["stub"]


def test_nothing_for_a_slip_of_the_pen():
    assert first("imgae") == []


def test_nothing_for_a_name_that_was_deleted_again():
    assert first("check", done=[CELLS[0]["source"]]) == []


def test_cells_that_need_each_other_come_to_an_end():
    cells = [{"id": "a", "source": "a = b"}, {"id": "b", "source": "b = a"}]
    assert len(cells_to_run_first(["a"], cells, {}, ())) == 1


def test_it_is_said_in_few_lines():
    lines = explain("check", [CELLS[0], {"source": "x" * 200}])
    assert lines[0].startswith("NameError: there is no check yet. These 2 cells have")
    assert lines[1].strip() == "import torch"
    assert len(lines[2]) < 80 and lines[2].endswith(" ...")
    assert "Run All Above Selected Cell" in lines[-1]
    assert "This cell has" in explain("check", CELLS[:1])[0]
