"""The desk on disk: made once, renewed, and whatever a learner left there survives."""

import json
import multiprocessing
import os
import shutil

import nbformat
import pytest

from lessons_lib.desk.folder import DeskError, lay_out
from lessons_lib.desk.notebooks import write_notebook

from .samples import changed, code, find, fresh_copy, ids, lesson, text, with_cell

NAME = "02 Pooling.ipynb"
OTHER = "01 Echo.ipynb"


@pytest.fixture
def course(tmp_path):
    """A folder with two lessons, and a place for the desk beside it."""
    (tmp_path / "notebooks").mkdir()
    nbformat.write(lesson(), tmp_path / "notebooks" / "02_pooling.ipynb")
    nbformat.write(lesson("# 1. Echo"), tmp_path / "notebooks" / "01_echo.ipynb")
    return tmp_path


def run(course):
    return lay_out(course / "notebooks", course / "work")


def publish(course, notebook, stem="02_pooling"):
    nbformat.write(notebook, course / "notebooks" / f"{stem}.ipynb")


def read(course, name=NAME):
    notebook = nbformat.read(course / "work" / name, as_version=nbformat.NO_CONVERT)
    nbformat.validate(notebook)
    return notebook


def work_in(course, **written):
    write_notebook(course / "work" / NAME, changed(read(course), **written))


def backups(course):
    return sorted((course / "work" / "backups").glob("*"))


def test_copies_are_made_once(course):
    [line] = run(course)
    assert "2 lessons" in line and str(course / "work") in line
    assert ids(read(course)) == ids(fresh_copy())
    assert "(01%20Echo.ipynb#sound)" in find(read(course), "question").source
    work_in(course, stub="many = 4")
    before = (course / "work" / NAME).read_bytes()
    assert run(course) == []
    assert (course / "work" / NAME).read_bytes() == before
    assert backups(course) == []


def test_a_lesson_that_is_new_joins(course):
    run(course)
    publish(course, lesson("# 3. Recurrence"), "03_recurrence")
    [line] = run(course)
    assert "03 Recurrence.ipynb" in line
    assert read(course, "03 Recurrence.ipynb")


def test_a_new_version_is_told_in_two_lines(course):
    run(course)
    work_in(course, stub="many = 4")
    before = (course / "work" / NAME).read_bytes()
    new = changed(lesson(), figure="show(5)", stub="many = ...  # a number")
    publish(course, with_cell(new, text("more", "More."), after="figure"))
    first, second = run(course)
    assert first.startswith(NAME) and "1 renewed, 1 added" in first
    [kept] = backups(course)
    assert "In 1 more cell yours stays" in second and kept.name in second
    assert kept.read_bytes() == before
    assert find(read(course), "stub").source == "many = 4"
    assert "stub-new" in ids(read(course))
    assert run(course) == []


def test_what_only_the_outputs_of_the_course_changed_is_no_news(course):
    run(course)
    new = lesson()
    find(new, "figure").outputs = []
    publish(course, new)
    assert run(course) == []


def test_a_new_title_leaves_the_file_its_name(course):
    run(course)
    work_in(course, stub="many = 4")
    publish(course, lesson("# 2. Shrinking maps"))
    run(course)
    assert find(read(course), "title").source == "# 2. Shrinking maps"
    assert len(list((course / "work").glob("02*"))) == 1


@pytest.mark.drill("a learner deletes a copy", "the next start makes it again")
def test_a_copy_that_was_removed_is_made_again(course):
    run(course)
    (course / "work" / NAME).unlink()
    [line] = run(course)
    assert line == f"{NAME} was not there any more: here is a fresh copy."
    assert ids(read(course)) == ids(fresh_copy())


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b'{"cells": [', "no valid JSON"),
        (b"\xff\xfe\x00{", "no valid JSON"),
        (b"[" * 100_000, "no valid JSON"),
        (b"[]", "no valid notebook"),
        (b'{"nbformat": 4, "nbformat_minor": 5}', "no valid notebook"),
        (b'{"nbformat": 4, "cells": 3, "metadata": {}}', "no valid notebook"),
        (b'{\n<<<<<<< Updated upstream\n "cells": []\n}', "merge conflict"),
    ],
)
@pytest.mark.drill(
    "a learner's copy is no notebook any more",
    "it is kept aside, a fresh one is made",
)
def test_a_file_that_is_no_notebook_is_kept_aside(course, content, words):
    run(course)
    (course / "work" / NAME).write_bytes(content)
    [line] = run(course)
    [kept] = backups(course)
    assert words in line and kept.name in line and "fresh copy" in line
    assert kept.suffix == ".txt" and kept.read_bytes() == content
    assert ids(read(course)) == ids(fresh_copy())
    assert run(course) == []


def test_two_broken_files_in_one_second_are_both_kept(course):
    run(course)
    for content in (b"one", b"two"):
        (course / "work" / NAME).write_bytes(content)
        run(course)
    assert {kept.read_bytes() for kept in backups(course)} == {b"one", b"two"}


@pytest.mark.drill(
    "cells of a copy are duplicated, ids and all",
    "all stay, ids are mended",
)
def test_ids_that_are_there_twice_are_mended(course):
    run(course)
    stored = json.loads((course / "work" / NAME).read_text(encoding="utf-8"))
    stored["cells"].insert(6, {**stored["cells"][5], "source": "many = 4"})
    (course / "work" / NAME).write_text(json.dumps(stored), encoding="utf-8")
    publish(course, changed(lesson(), title="# 2. Other"))
    run(course)
    sources = [cell.source for cell in read(course).cells]
    assert "many = 4" in sources and "many = ..." in sources
    assert len(set(ids(read(course)))) == len(sources) == len(lesson().cells) + 1


@pytest.mark.drill(
    "a program drops the ids of all cells",
    "no word is lost at an update",
)
def test_a_program_that_drops_ids_does_no_harm(course):
    run(course)
    work_in(course, stub="many = 4")
    stored = json.loads((course / "work" / NAME).read_text(encoding="utf-8"))
    stored["nbformat_minor"] = 4
    for cell in stored["cells"]:
        del cell["id"]
    (course / "work" / NAME).write_text(json.dumps(stored), encoding="utf-8")
    publish(course, changed(lesson(), figure="show(5)"))
    run(course)
    assert ids(read(course)) == ids(lesson())
    assert find(read(course), "stub").source == "many = 4"
    assert find(read(course), "figure").source == "show(5)"


def test_a_file_with_a_byte_order_mark_is_read(course):
    run(course)
    path = course / "work" / NAME
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert run(course) == []


@pytest.mark.drill("the version under a copy is lost", "the copy stays")
def test_when_the_first_version_is_lost_the_copy_stays(course):
    run(course)
    work_in(course, stub="many = 4")
    shutil.rmtree(course / "work" / ".versions")
    before = (course / "work" / NAME).read_bytes()
    run(course)
    assert (course / "work" / NAME).read_bytes() == before
    publish(course, changed(lesson(), figure="show(5)"))
    run(course)
    assert find(read(course), "figure").source == "show(5)"
    assert find(read(course), "stub").source == "many = 4"


@pytest.mark.drill("the version under a copy is damaged", "the copy stays")
def test_a_first_version_that_is_damaged_is_as_good_as_lost(course):
    run(course)
    work_in(course, stub="many = 4")
    (course / "work" / ".versions" / "02_pooling.ipynb").write_text("{")
    assert run(course) == []
    assert find(read(course), "stub").source == "many = 4"


@pytest.mark.parametrize("write", [1, 2])
@pytest.mark.drill(
    "an update of the copies crashes",
    "the next one goes on, nothing twice",
)
def test_after_a_crash_the_next_run_goes_on(course, monkeypatch, write):
    run(course)
    work_in(course, stub="many = 4")
    publish(course, changed(lesson(), stub="many = ...  # a number", figure="x"))
    replace, count = os.replace, iter(range(1, 9))

    def pull_the_plug(*paths):
        if next(count) == write:
            raise KeyboardInterrupt
        replace(*paths)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(os, "replace", pull_the_plug)
        run(course)
    assert find(read(course), "stub").source == "many = 4"
    run(course)
    assert ids(read(course)).count("stub-new") == 1
    assert find(read(course), "figure").source == "x"
    assert not list((course / "work").glob("*.part"))
    assert run(course) == []


def test_a_disk_that_is_full_leaves_the_old_file(course, monkeypatch):
    run(course)
    work_in(course, stub="many = 4")
    before = (course / "work" / NAME).read_bytes()
    publish(course, changed(lesson(), figure="show(5)"))

    def full(*_):
        raise OSError(28, "No space left on device", NAME)

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(DeskError, match="No space left on device"):
        run(course)
    assert (course / "work" / NAME).read_bytes() == before


@pytest.mark.drill("a file stands where the copies should be", "one error names it")
def test_a_desk_that_cannot_be_written_is_one_clear_error(course):
    (course / "work").write_text("a file where the folder should be")
    with pytest.raises(DeskError) as error:
        run(course)
    assert str(course / "work") in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="needs permissions of Unix")
def test_a_read_only_desk_is_one_clear_error(course, monkeypatch):
    run(course)
    publish(course, changed(lesson(), figure="show(5)"))
    if os.geteuid():
        (course / "work").chmod(0o500)
    else:  # whom nothing is forbidden

        def refuse(*_, **__):
            raise PermissionError(13, "Permission denied", str(course / "work"))

        monkeypatch.setattr("filelock.FileLock.acquire", refuse)
    with pytest.raises(DeskError, match="Permission denied"):
        run(course)
    (course / "work").chmod(0o700)


@pytest.mark.drill("an original lesson is damaged", "it is named, copies stay")
def test_an_original_that_is_damaged_leaves_the_copies_alone(course):
    run(course)
    work_in(course, stub="many = 4")
    (course / "notebooks" / "02_pooling.ipynb").write_text("<<<<<<< ours\n{")
    publish(course, lesson("# 1. Echo, again"), "01_echo")
    fault, *told = run(course)
    assert "02_pooling.ipynb" in fault and "merge conflict" in fault
    assert told[0].startswith(OTHER)
    assert find(read(course), "stub").source == "many = 4"


def test_no_lesson_is_an_error_that_says_where(tmp_path):
    with pytest.raises(DeskError, match="notebooks"):
        lay_out(tmp_path / "notebooks", tmp_path / "work")


@pytest.mark.drill(
    "a learner renames or duplicates a copy",
    "an update leaves it alone",
)
def test_other_files_on_the_desk_are_left_alone(course):
    run(course)
    for name in ("mine.ipynb", "02 Pooling-Copy1.ipynb", "photo.png"):
        (course / "work" / name).write_text("anything")
    publish(course, changed(lesson(), figure="show(5)"))
    run(course)
    for name in ("mine.ipynb", "02 Pooling-Copy1.ipynb", "photo.png"):
        assert (course / "work" / name).read_text() == "anything"


@pytest.mark.drill("two desks are laid out at once", "there is one, whole")
def test_two_runs_at_once_make_one_desk(course):
    context = multiprocessing.get_context("spawn")
    with context.Pool(2) as pool:
        lines = pool.map(run, [course, course])
    assert sorted(map(len, lines)) == [0, 1]
    assert ids(read(course)) == ids(fresh_copy())


def test_an_update_keeps_the_trust_in_what_was_drawn(course, monkeypatch):
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(course / "jupyter"))
    run(course)
    mine = read(course)
    page = nbformat.v4.new_output("display_data", data={"text/html": "<b>4</b>"})
    find(mine, "figure").outputs = [page]
    write_notebook(course / "work" / NAME, mine)
    publish(course, changed(lesson(), title="# 2. Other"))
    nbformat.sign.NotebookNotary().sign(mine)
    run(course)
    assert nbformat.sign.NotebookNotary().check_signature(read(course))
    publish(course, changed(lesson(), title="# 2. Another"))
    mine = with_cell(read(course), code("new", "x"), after="title")
    write_notebook(course / "work" / NAME, mine)  # nobody has trusted this one
    run(course)
    assert not nbformat.sign.NotebookNotary().check_signature(read(course))


def test_an_old_page_that_saves_over_the_new_version_is_renewed_again(course):
    run(course)
    work_in(course, stub="many = 4")
    old = (course / "work" / NAME).read_bytes()  # open in a browser all the time
    publish(course, changed(lesson(), figure="show(5)"))
    run(course)
    assert find(read(course), "figure").source == "show(5)"
    (course / "work" / NAME).write_bytes(old)
    first, _ = run(course)
    assert "1 renewed" in first
    assert find(read(course), "figure").source == "show(5)"
    assert find(read(course), "stub").source == "many = 4"
    assert run(course) == []
