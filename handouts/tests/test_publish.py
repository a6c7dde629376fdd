"""The command line: what is current stays, what is written is whole."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import handout_samples as sample
import nbformat
import pytest
from handout_pdfs import SETTINGS, with_title

from handouts.__main__ import main
from handouts.editions import EDITIONS
from handouts.publish import publish
from handouts.settings import Settings


@pytest.fixture
def settings(tmp_path) -> Settings:
    return replace(SETTINGS, exports=tmp_path / "exports")


@pytest.fixture
def course(tmp_path) -> list[Path]:
    paths = []
    for number in (1, 2):
        path = tmp_path / "notebooks" / f"0{number}_lesson.ipynb"
        path.parent.mkdir(exist_ok=True)
        nbformat.write(with_title(*sample.exercise(number)), path)
        paths.append(path)
    return paths


def all_of(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != ".published.json"
    }


def test_course_is_written_once_and_again_only_where_stale(course, settings, capsys):
    assert publish(course, settings, EDITIONS, "a4", whole_course=True) == 0
    written = all_of(settings.exports)
    assert sorted(written) == [
        "course-instructor.pdf",
        "course.pdf",
        "instructor/01_lesson.pdf",
        "instructor/02_lesson.pdf",
        "student/01_lesson.ipynb",
        "student/01_lesson.pdf",
        "student/02_lesson.ipynb",
        "student/02_lesson.pdf",
    ]
    capsys.readouterr()
    assert publish(course, settings, EDITIONS, "a4", whole_course=True) == 0
    assert capsys.readouterr().out.count("wrote") == 0
    (settings.exports / "course.pdf").unlink()
    notebook = nbformat.read(course[1], as_version=4)
    notebook.cells.append(sample.markdown("## New section"))
    nbformat.write(notebook, course[1])
    assert publish(course, settings, ("student",), "a4", whole_course=True) == 0
    out = capsys.readouterr().out
    assert out.count("wrote") == 3
    assert not re.search("wrote .*01_lesson", out)
    assert publish(course, settings, EDITIONS, "us-letter", whole_course=True) == 0
    assert capsys.readouterr().out.count("wrote") == 8


def test_other_settings_make_handouts_stale_and_other_folders_do_not(
    course, settings, capsys, tmp_path
):
    publish(course, settings, ("instructor",), "a4")
    capsys.readouterr()
    renamed = replace(settings, imprint="Version 2")
    publish(course, renamed, ("instructor",), "a4")
    assert capsys.readouterr().out.count("wrote") == 2
    moved = renamed.exports.rename(tmp_path / "elsewhere")
    publish(course, replace(renamed, exports=moved), ("instructor",), "a4")
    assert "wrote" not in capsys.readouterr().out


def test_a_course_without_name_is_not_printed_as_one(course, settings):
    publish(course, replace(settings, course=""), EDITIONS, "a4", whole_course=True)
    assert not list(settings.exports.glob("*.pdf"))
    assert len(list(settings.exports.rglob("*.pdf"))) == 4


def test_a_problem_leaves_former_files_and_says_all(course, settings, capsys):
    publish(course, settings, EDITIONS, "a4", whole_course=True)
    before = all_of(settings.exports)
    for path in course:
        notebook = nbformat.read(path, as_version=4)
        notebook.cells.append(sample.markdown("$\\nonsense$"))
        nbformat.write(notebook, path)
    capsys.readouterr()
    assert publish(course, settings, EDITIONS, "a4", whole_course=True) == 1
    said = capsys.readouterr()
    assert all_of(settings.exports) == before
    assert "01_lesson, cell 7" in said.err
    assert "02_lesson, cell 7" in said.err
    assert "Traceback" not in said.err
    assert "wrote" not in said.out


@pytest.mark.drill("one notebook is damaged during make pdf", "the others are printed")
def test_a_good_lesson_is_written_beside_a_bad_one(course, settings):
    course[0].write_text("not a notebook")
    assert publish(course, settings, ("student",), "a4", whole_course=True) == 1
    assert sorted(all_of(settings.exports)) == [
        "student/02_lesson.ipynb",
        "student/02_lesson.pdf",
    ]


def test_nothing_half_written_when_the_disk_fails(
    course, settings, monkeypatch, capsys
):
    publish(course, settings, ("student",), "a4")
    before = all_of(settings.exports)

    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr("handouts.publish.os.replace", fail)
    assert publish(course, settings, ("student",), "us-letter") == 1
    assert "01_lesson.pdf: can't be written (disk full)" in capsys.readouterr().err
    assert all_of(settings.exports) == before


def test_command_takes_the_settings_from_a_folder_above(course, tmp_path, monkeypatch):
    (tmp_path / "pyproject.toml").write_text('[tool.handouts]\nexports = "out"')
    monkeypatch.chdir(course[0].parent)
    assert main(["--edition", "student", course[0].name]) == 0
    assert sorted(all_of(tmp_path / "out")) == [
        "student/01_lesson.ipynb",
        "student/01_lesson.pdf",
    ]


def test_missing_notebook_is_one_line(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main([str(tmp_path / "nowhere.ipynb")]) == 1
    assert "nowhere.ipynb: can't be read" in capsys.readouterr().err


def test_a_course_without_lessons_says_so(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main([]) == 1
    assert "nothing to print" in capsys.readouterr().err


def test_wrong_settings_are_one_line(tmp_path, monkeypatch, capsys):
    (tmp_path / "pyproject.toml").write_text("[tool.handouts]\npaper = 'a5'")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["handouts"])
    assert main() == 1
    said = capsys.readouterr().err
    assert "unknown setting 'paper'" in said
    assert said.count("\n") == 1
