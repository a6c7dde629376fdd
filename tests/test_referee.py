"""The referee counts, claim by claim, under how many shifts of the seeds it holds."""

import nbformat
import pytest
import referee
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

FIRST = """\
from lessons_lib.checks import claim
from lessons_lib.runtime import seeds
claim(True, "one is one")
claim(seeds(1)[0] != 11, "the first seed is not eleven")
claim(seeds(1)[0] == 1, "the first seed is one")
claim(True, f"what comes after is judged, too ({seeds(1)[0]})")
"""


@pytest.fixture(scope="module")
def lesson(tmp_path_factory):
    path = tmp_path_factory.mktemp("lessons") / "01_seeds.ipynb"
    cells = [
        new_markdown_cell("# Seeds"),
        new_code_cell(FIRST, id="first"),
        new_code_cell("1 / (seeds(1)[0] - 11)", id="second"),
    ]
    nbformat.write(new_notebook(cells=cells), path)
    return path


def test_report(lesson, capsys):
    referee.main([str(lesson), "--shifts", "10", "20"])
    assert capsys.readouterr().out.splitlines() == [
        "01_seeds: 2 of 4 claims hold under all shifts (10, 20)",
        "  2 of 2  first: one is one",
        "  1 of 2  first: the first seed is not eleven",
        "  0 of 2  first: the first seed is one",
        "  2 of 2  first: what comes after is judged, too (11)",
        "  error under 10  second: ZeroDivisionError: division by zero",
    ]


def test_the_notebook_itself_stays_as_it_is(lesson):
    before = lesson.read_bytes()
    referee.executed(lesson, 5)
    assert lesson.read_bytes() == before
