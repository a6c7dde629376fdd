"""Students get no trace of a solution, instructors get everything."""

from __future__ import annotations

import io

import handout_samples as sample
import nbformat
import pytest
from handout_pdfs import SETTINGS, pdf_of, tags_in, text_of, with_title
from pypdf import PdfReader

from handouts.editions import FoldingError, student_edition, unfolded


def test_students_get_no_trace_of_a_solution(pdfs):
    notebook = student_edition(sample.lesson(), SETTINGS)
    nbformat.validate(notebook)
    assert "SECRET" not in nbformat.writes(notebook)
    text = text_of(pdfs["student"])
    assert "SECRET" not in text
    assert "Solution" not in text
    assert not any("SECRET" in alt for _, alt in tags_in(pdfs["student"]))
    assert b"SECRET" not in pdfs["student"]


def test_instructors_get_all_of_every_solution(pdfs):
    text = text_of(pdfs["instructor"])
    for piece in ("SECRET-source", "SECRET-output", "SECRET-answer"):
        assert piece in text
    assert any("SECRET-alt" in alt for _, alt in tags_in(pdfs["instructor"]))


def test_student_notebook_keeps_exercises_checks_and_hints():
    original = sample.lesson()
    tags = [tag for cell in original.cells for tag in cell.metadata.get("tags", [])]
    kept = student_edition(original, SETTINGS)
    assert [t for c in kept.cells for t in c.metadata.get("tags", [])] == [
        tag for tag in tags if tag != "solution"
    ]
    assert [c.id for c in kept.cells] == [
        c.id for c in original.cells if "solution" not in c.metadata.get("tags", [])
    ]


def test_metadata_of_a_session_does_not_reach_students():
    notebook = sample.lesson()
    notebook.metadata["widgets"] = {"state": "SECRET"}
    notebook.cells[0].metadata["history"] = "SECRET"
    assert "SECRET" not in nbformat.writes(student_edition(notebook, SETTINGS))


def test_student_edition_leaves_the_original_alone():
    notebook = sample.lesson()
    before = nbformat.writes(notebook)
    student_edition(notebook, SETTINGS)
    assert nbformat.writes(notebook) == before


def test_hints_come_last_for_students_and_in_place_for_instructors(pdfs):
    student, instructor = text_of(pdfs["student"]), text_of(pdfs["instructor"])
    assert student.index("Quiz") < student.index("Hints") < student.index("HINT-1")
    assert student.index("HINT-1") < student.index("HINT-2")
    assert instructor.index("HINT-1") < instructor.index("SECRET-source")
    assert instructor.index("SECRET-source") < instructor.index("HINT-2")
    last = len(PdfReader(io.BytesIO(pdfs["student"])).pages)
    assert f"hint on page {last}" in " ".join(student.split())


def test_two_hints_of_an_exercise_do_not_run_together():
    fold = "<details><summary>{}</summary>\n\n{}\n\n</details>"
    pdf = pdf_of(
        with_title(
            sample.markdown("**Exercise 1 (difficulty 3 of 3).** Try."),
            sample.markdown(fold.format("Hint", "Look left."), "hint"),
            sample.markdown(fold.format("A stronger hint", "Look up."), "hint"),
        )
    )
    lines = [line.strip() for line in text_of(pdf).splitlines()]
    assert "Look left." in lines
    assert "A stronger hint. Look up." in lines


def test_not_tried_yet_is_not_printed(pdfs):
    assert all("Not tried yet" not in text_of(pdf) for pdf in pdfs.values())


def test_check_that_says_something_else_is_printed():
    """To instructors: what a check says of a solution is nothing for students."""
    cell = sample.code(
        "check.f(f)", "check", outputs=[sample.printed("Right: 3 cases agree\n")]
    )
    notebook = with_title(cell)
    assert "Right: 3 cases" in text_of(pdf_of(notebook, "instructor"))
    assert "Right" not in text_of(pdf_of(notebook))
    assert "Right" not in nbformat.writes(student_edition(notebook, SETTINGS))


def test_several_folded_blocks_in_a_cell():
    source = (
        "Before\n<details><summary>One</summary>\n\n1\n\n</details>\n"
        "<details>\n<summary>**Two**</summary>\n\n2\n\n</details>\nAfter"
    )
    labels = [part.label for part in unfolded(source)]
    assert labels == [None, "One", "Two", None]


@pytest.mark.parametrize(
    "source",
    [
        "<details><summary>A</summary>open",
        "</details>",
        "<details><summary>A</summary><details><summary>B</summary></details></details>",
        "<details>no summary</details>",
    ],
)
def test_broken_folding_is_refused(source):
    with pytest.raises(FoldingError):
        unfolded(source)
