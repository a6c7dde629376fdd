"""The first page: its list of lessons, what is done, the machine."""

import json
import re

import pytest
from live_kernel import live_kernel

from lessons_lib.desk.contents import Lesson, contents, describe
from lessons_lib.desk.first_page import machine, progress_table
from lessons_lib.desk.folder import ORIGINALS, lay_out
from lessons_lib.desk.notebooks import read_notebook
from lessons_lib.doctor import Finding

from .samples import lesson

PAGE = read_notebook(ORIGINALS / "00_start_here.ipynb")
LESSONS = [
    Lesson("01_echo", 1, "Echo", 20, 9, "echo", ("a", "b")),
    Lesson("02_pool", 2, "Pool", 30, 9, "pool", ("a", "b", "c")),
]
FILES = {"01_echo": "01 Echo.ipynb", "02_pool": "02 Pool.ipynb"}


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("desk") / "work"
    lay_out(desk=folder)
    return folder


@pytest.fixture(scope="module")
def kernel(desk):
    with live_kernel(LESSONS_WORK=str(desk)) as kernel:
        kernel.run("from lessons_lib.checks import start as check", "imports")
        yield kernel


def test_a_lesson_is_described_by_its_text():
    notebook = lesson()
    notebook.cells[0].source += "\n\n**Reading:** 45 minutes, and 3 more."
    notebook.cells[1].source = "from lessons_lib.checks import pooling as check"
    assert describe("02_pooling", notebook) == Lesson(
        "02_pooling", 2, "Pooling, and more", 45, 3, "pooling", ("many",)
    )


def test_a_page_without_a_number_is_no_lesson():
    assert describe("00_start_here", PAGE) is None


@pytest.mark.parametrize("lesson", [*contents()], ids=lambda lesson: lesson.stem)
def test_the_page_lists_every_lesson_as_the_lesson_says(lesson):
    text = "\n".join(cell.source for cell in PAGE.cells)
    title = f"[{lesson.number} {lesson.title}]({lesson.stem}.ipynb)"
    assert f"| {title} | {lesson.reading} | {lesson.practice} |" in text
    assert lesson.reading and lesson.practice and lesson.checks
    assert len(lesson.exercises) >= 4


def test_the_copy_of_the_page_links_to_the_copies(desk):
    text = (desk / "00 Start here.ipynb").read_text(encoding="utf-8")
    assert "(01%20Convolution.ipynb)" in text and "(01_conv" not in text
    assert (desk / "01 Convolution.ipynb").exists()


def test_at_the_beginning_nothing_is_done():
    rows = progress_table(LESSONS, FILES, {}).splitlines()
    assert rows[2] == "| [1 Echo](01%20Echo.ipynb) | 0 of 2 | exercise 1 |"


def test_what_is_done_and_what_is_next():
    progress = {
        "echo": {"a": "Right", "b": "Right"},
        "pool": {"a": "Right", "b": "Not yet", "c": "Right", "gone": "Right"},
    }
    rows = progress_table(LESSONS, FILES, progress).splitlines()
    assert rows[2].endswith("| 2 of 2 | all done |")
    assert rows[3].endswith("| 2 of 3 (exercises 1 and 3) | exercise 2 (tried) |")
    rows = progress_table(LESSONS, FILES, {"pool": {"b": "Right"}}).splitlines()
    assert rows[3].endswith("| 1 of 3 (exercise 2) | exercise 1 |")


def test_a_machine_that_is_in_order_is_one_sentence():
    assert machine([Finding("OK", "a")] * 3) == "**In order.** 3 things were looked at."


def test_what_is_missing_is_named():
    told = machine([Finding("OK", "a"), Finding("PROBLEM", "b"), Finding("NOTE", "c")])
    assert told.splitlines()[0] == "**1 thing is missing:**"
    assert "- b" in told and told.endswith("Good to know:\n\n- c")


def test_verdicts_write_down_what_is_done(kernel, desk):
    for code, stored in [
        ("numbers = ...", None),
        ("numbers = 56", "Not yet"),
        ("numbers = 784", "Right"),
        ("numbers = 3", "Right"),
    ]:
        kernel.run(code, "stub")
        kernel.run("check.numbers(numbers)", "check")
        found = {}
        if (desk / "progress.json").exists():
            found = json.loads((desk / "progress.json").read_text())
        assert found.get("start", {}).get("numbers") == stored


def test_solutions_and_unattended_runs_write_nothing(kernel, desk):
    (desk / "progress.json").unlink(missing_ok=True)
    kernel.run("check.numbers(784, solution=True)", "solution")
    kernel.run("check.numbers(784)")
    assert not (desk / "progress.json").exists()


def test_a_person_sees_what_is_done(kernel):
    kernel.run("from lessons_lib.desk.first_page import show_progress", "imports")
    [output] = kernel.run("show_progress()", "done")
    table = output["data"]["text/markdown"]
    assert re.search(r"\]\(01%20Convolution\.ipynb\) \| 0 of \d \|", table)
    assert kernel.said("show_progress()") == (
        "Run this cell in JupyterLab to see what you have done.\n"
    )
