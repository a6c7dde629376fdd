"""The table of how long commands take: what is timed, and what is kept."""

import json

import pytest

from benchmarks import timings
from benchmarks.timings import TASKS, Task, report, seconds_of, stored


@pytest.fixture(autouse=True)
def log(tmp_path, monkeypatch):
    monkeypatch.setattr(timings, "LOG", tmp_path / "cache" / "timings.log")


def test_what_comes_before_is_not_timed(tmp_path):
    seconds = seconds_of(Task("", "test -f made", "sleep 1; touch made"), tmp_path)
    assert seconds < 1


def test_a_command_that_fails_is_named(tmp_path):
    with pytest.raises(RuntimeError, match=r"exit 3 failed here; see .*timings\.log"):
        seconds_of(Task("", "exit 3"), tmp_path)
    with pytest.raises(RuntimeError, match="false failed"):
        seconds_of(Task("", "true", before="false"), tmp_path)


def test_settings_of_this_shell_stay_out(tmp_path, monkeypatch):
    monkeypatch.setenv("LESSONS_DATA", "/elsewhere")
    seconds_of(Task("", 'test -z "$LESSONS_DATA"'), tmp_path)


def test_the_page_says_how_often_each_was_run():
    name = TASKS[0].name
    lines = [json.dumps([name, s]) for s in (60.0, 70.0, 90.0)]
    lines.append(json.dumps([TASKS[-1].name, 2.0]))
    page = report(stored(lines))
    assert f"| {name} | 70.0 (60.0 to 90.0) | 3 |" in page
    assert f"| {TASKS[-1].name} | 2.0 | 1 |" in page
    assert f"| {TASKS[1].name} |" not in page
    [missing] = [line for line in page.splitlines() if line.startswith("Not measured")]
    assert TASKS[1].name in missing
    assert name not in missing


def test_the_page_says_whether_the_pictures_were_drawn():
    measured = {task.name: [1.0] for task in TASKS}
    assert "drawn" in report(measured, drawn=True)
    assert "drawn" not in report(measured)
    assert "Not measured" not in report(measured)


def test_each_lesson_is_timed_and_names_are_not_shared():
    names = [task.name for task in TASKS]
    assert len(set(names)) == len(names)
    assert sum("executed and compared" in name for name in names) == len(
        timings.LESSONS
    )
