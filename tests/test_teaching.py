"""The instructor's guide says of each lesson what the lesson says of itself."""

import re
from pathlib import Path

import pytest

from lessons_lib.desk.contents import contents

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "docs" / "teaching.md").read_text(encoding="utf-8")
# week, number and title of the lesson, minutes of reading and of exercises, checks
ROW = re.compile(
    r"^\| (\d+) \| (\d+)[ ,](.*?) \| (\d*) ?\| (\d*) ?\| (.*) \|$", re.MULTILINE
)
ROWS = [match.groups() for match in ROW.finditer(GUIDE)]
LESSONS = {str(lesson.number): lesson for lesson in contents()}


def test_the_plan_has_every_lesson_and_each_week_once():
    assert {number for _, number, *_ in ROWS} >= LESSONS.keys()
    weeks = re.findall(r"^\| (\d+) \| (?:\d|none)", GUIDE, re.MULTILINE)
    assert weeks == [str(week) for week in range(1, 13)]


@pytest.mark.parametrize("number", LESSONS)
def test_minutes_are_those_of_the_lesson(number):
    lesson = LESSONS[number]
    [row] = [row for row in ROWS if row[1] == number and row[3]]
    said = f"| {number} {row[2]} | {row[3]} | {row[4]} |"
    assert said == f"| {number} {lesson.title} | {lesson.reading} | {lesson.practice} |"


@pytest.mark.parametrize("number", LESSONS)
def test_what_is_handed_in_is_an_exercise_of_the_lesson(number):
    named = [row[5] for row in ROWS if row[1] == number]
    checks = re.findall(r"`(\w+)`", " ".join(named))
    assert checks
    assert set(checks) <= set(LESSONS[number].exercises)


def test_six_weeks_leave_out_nothing_that_a_lesson_builds_on():
    [plan] = re.findall(r"In six weeks: ([\d, ]+);", GUIDE)
    lessons = plan.split(", ")
    assert len(lessons) == 6
    for place, number in enumerate(lessons):
        text = (ROOT / "notebooks" / f"{LESSONS[number].stem}.ipynb").read_text("utf-8")
        [needed] = re.findall(r'Builds on:\*\* (.*?)\.[ "\\]', text)
        named = set(re.findall(r"\b\d+\b", re.sub(r"\(.*?\)", "", needed)))
        if found := re.search(r"lessons (\d+) to (\d+)", needed):
            first, last = map(int, found.groups())
            named |= {str(k) for k in range(first, last + 1)}
        assert named <= set(lessons[:place]), number


def test_exercises_of_the_example_are_those_of_the_first_week():
    [named] = re.findall(r'EXERCISES="([\w ]+)"', GUIDE)
    assert ROWS[0][5] == ", ".join(f"`{name}`" for name in named.split())


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(([^)#:]+)[)#]", GUIDE))))
def test_what_the_guide_links_to_exists(link):
    assert (ROOT / "docs" / link).exists()


def test_files_and_commands_that_the_guide_names_are_there():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"`make ([a-z-]+)", GUIDE)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
    for path in re.findall(r"`(tests/[\w/.]+)`", GUIDE):
        assert (ROOT / path).exists()
