"""Every guard finds the defect it is there for, and lets a good lesson pass."""

import re
from pathlib import Path

import pytest
from guard_defects import DEFECTS, HARMLESS
from guard_samples import find, good_lesson, say, set_source
from guards import GUARDS, find_problems
from guards.exercises import KIND

from handouts.settings import find_settings

GUARD = {guard.__name__: guard for guard in GUARDS}
CASES = [
    pytest.param(name, change, words, id=f"{name}-{label.replace(' ', '-')}")
    for name, defects in DEFECTS.items()
    for label, change, words in defects
]


@pytest.mark.parametrize("name", GUARD)
def test_good_lesson_passes(name):
    assert find_problems(GUARD[name], good_lesson(), "good.ipynb") == []


def test_every_guard_is_proven():
    assert DEFECTS.keys() == GUARD.keys()


@pytest.mark.parametrize("name, change, words", CASES)
def test_defect_is_found(name, change, words):
    notebook = good_lesson()
    change(notebook)
    problems = find_problems(GUARD[name], notebook, "bad.ipynb")
    assert any(words in problem for problem in problems), problems
    for problem in problems:
        assert "\n" not in problem
        assert re.match(r"bad\.ipynb(, cell \d+ \(id .+\))?: ", problem)


def test_each_tag_of_the_course_has_its_kind_of_cell():
    assert set(find_settings(Path(__file__).parent).tags) == KIND.keys()


def test_problem_names_the_cell():
    notebook = good_lesson()
    say("It works!")(notebook)
    number = 1 + notebook.cells.index(find(notebook, "reading-1"))
    [problem] = find_problems(GUARD["words_are_plain"], notebook, "bad.ipynb")
    assert problem.startswith(f"bad.ipynb, cell {number} (id reading-1): ")


@pytest.mark.parametrize("name, change", HARMLESS)
def test_harmless_passes(name, change):
    notebook = good_lesson()
    change(notebook)
    assert find_problems(GUARD[name], notebook, "good.ipynb") == []


def test_code_that_cannot_be_parsed_stops_no_guard():
    notebook = good_lesson()
    set_source("count", "def f(:")(notebook)
    for guard in GUARDS:
        find_problems(guard, notebook, "bad.ipynb")
