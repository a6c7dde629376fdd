"""Whatever is left in a notebook, students get no solution."""

from __future__ import annotations

import subprocess
from dataclasses import replace

import handout_samples as sample
import nbformat
import pytest
from handout_pdfs import SETTINGS, pdf_of, text_of, with_title

from handouts.editions import student_edition
from handouts.handout import Source, printed
from handouts.lint import lint
from handouts.publish import publish

LENIENT = replace(SETTINGS, strict=False)
MARKED = (
    "def double(x):\n    ### BEGIN SOLUTION\n    return SECRET\n"
    "    ### END SOLUTION\n\nprint(double(1))"
)


def given_to_students(notebook) -> str:
    """Return all that students get: text of the PDF, and the notebook."""
    source = Source(notebook, "01_sample")
    pdf = printed(source, "student", "a4", LENIENT).pdf
    assert b"SECRET" not in pdf
    return text_of(pdf) + nbformat.writes(student_edition(notebook, LENIENT))


@pytest.mark.parametrize(
    "cell",
    [
        sample.code(MARKED, outputs=[sample.printed("SECRET")]),
        sample.code("x = 1\n# BEGIN SOLUTION\nSECRET"),
        sample.code("...\n### BEGIN HIDDEN TESTS\nassert SECRET\n### END HIDDEN TESTS"),
        sample.markdown("Text. <!-- SECRET\n\nSECRET --> More text."),
        sample.markdown("Text. <!-- SECRET without end"),
        sample.markdown("### BEGIN SOLUTION\nSECRET\n### END SOLUTION"),
        sample.code("f(x)", "check", outputs=[sample.printed("Right: SECRET")]),
        sample.code("f(x)", "check", outputs=[sample.shown({"text/html": "SECRET"})]),
        sample.code("x = ...", "exercise", outputs=[sample.printed("SECRET")]),
        sample.code("SECRET = 1", "solution"),
    ],
)
def test_students_get_nothing_of_it(cell):
    assert "SECRET" not in given_to_students(with_title(cell))


def test_comments_in_code_are_no_comments():
    notebook = with_title(sample.markdown("`<!-- a -->`\n\n```\n<!-- b -->\n```"))
    kept = student_edition(notebook, SETTINGS).cells[1].source
    assert "<!-- a -->" in kept and "<!-- b -->" in kept


def test_stub_stands_where_the_marked_solution_stood():
    text = student_edition(with_title(sample.code(MARKED)), SETTINGS).cells[1].source
    assert text == "def double(x):\n    ...\n\nprint(double(1))"


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ([sample.code("def f(x):\n    return 2 * x", "exercise")], "looks filled in"),
        (
            [sample.code("best = 3", "solution"), sample.code("print(best)")],
            "uses best",
        ),
        (
            [sample.code("from a import b as c", "solution"), sample.code("%time c()")],
            None,
        ),
        (
            [
                sample.code("def f(): ...", "solution"),
                sample.code("y = [f() for _ in x]"),
            ],
            "uses f",
        ),
        (
            [
                sample.code("def f(): ...", "exercise"),
                sample.code("def f(): return 1", "solution"),
                sample.code("f()", "check"),
            ],
            None,
        ),
        ([sample.code("# BEGIN SOLUTION\n1")], "BEGIN SOLUTION without its END"),
    ],
)
def test_strict_names_the_cell(cells, said):
    found = lint(with_title(*cells), "x", SETTINGS)
    if said is None:
        assert found == []
    else:
        [problem] = found
        assert problem.startswith("x, cell ") and said in problem


def test_exercise_that_is_not_as_committed_is_refused(tmp_path, capsys):
    path = tmp_path / "01_x.ipynb"
    notebook = with_title(*sample.exercise(1))
    nbformat.write(notebook, path)
    git = ["git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a@b.c"]
    for command in (["init", "--quiet"], ["add", "."], ["commit", "-qm", "a"]):
        subprocess.run([*git, *command], check=True)
    settings = replace(SETTINGS, exports=tmp_path / "exports")
    assert publish([path], settings, ("student",), "a4") == 0
    notebook.cells[2].source = "def double(x):\n    ...  # SECRET partly"
    nbformat.write(notebook, path)
    assert publish([path], settings, ("student",), "a4") == 1
    assert "01_x, cell 3 (id cell-3): an exercise that is not as" in (
        capsys.readouterr().err
    )
    assert "SECRET" not in (settings.exports / "student/01_x.ipynb").read_text()


def test_strict_sample_is_as_before():
    assert "Write double(x)" in text_of(pdf_of(sample.lesson()))
