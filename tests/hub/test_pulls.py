"""A link that pulls the class's folder keeps whatever a student has done meanwhile.

nbgitpuller itself pulls, from a repository on this disk, copies as the desk makes them.
"""

import copy
import json
import random
import subprocess
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from nbgitpuller.pull import GitPuller

from lessons_lib.desk.folder import lay_out

STUB = "exercise"
STUDENT, TEACHER = "# by the student ", "# by the teacher "


class Classroom:
    """A teacher's repository, and a student's folder that follows it."""

    def __init__(self, folder: Path, page: Path):
        self.teacher, self.student = folder / "teacher", folder / "student"
        self.name = page.name
        self.teacher.mkdir()
        (self.teacher / self.name).write_bytes(page.read_bytes())
        self.git("init", "--quiet", "--initial-branch=main")
        self.publish()
        self.pull()

    def git(self, *command: str) -> None:
        who = ("-c", "user.name=teacher", "-c", "user.email=teacher@example.org")
        subprocess.run(["git", *who, *command], cwd=self.teacher, check=True)

    def publish(self) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message=lesson")

    def pull(self) -> None:
        """Do what a click on the link does."""
        origin = self.teacher.as_uri()
        for _ in GitPuller(origin, str(self.student), branch="main", depth=0).pull():
            pass

    def edit(self, side: Path, change) -> None:
        """Change the lesson on one side, and save it as JupyterLab does."""
        lesson = self.read(side)
        change(lesson)
        text = nbformat.writes(lesson) + "\n"
        (side / self.name).write_text(text, encoding="utf-8")

    def read(self, side: Path) -> nbformat.NotebookNode:
        return nbformat.read(side / self.name, as_version=4)

    def after(self, students, teachers) -> nbformat.NotebookNode:
        """Let both change the lesson; return the student's copy after a pull."""
        self.edit(self.student, students)
        self.edit(self.teacher, teachers)
        self.publish()
        self.pull()
        return self.valid()

    def valid(self) -> nbformat.NotebookNode:
        """Return the student's lesson; fail unless it is a valid notebook."""
        text = (self.student / self.name).read_text(encoding="utf-8")
        nbformat.validate(json.loads(text))
        lesson = self.read(self.student)
        ids = [cell.id for cell in lesson.cells]
        assert len(ids) == len(set(ids))
        return lesson


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """Return a student's copy of lesson 01."""
    desk = tmp_path_factory.mktemp("desk")
    lay_out(desk=desk)
    [page] = desk.glob("01 *.ipynb")
    return page


@pytest.fixture
def classroom(tmp_path, page):
    return Classroom(tmp_path, page)


def stub(lesson):
    """Return the place of the first exercise's stub."""
    tags = [cell.metadata.get("tags", []) for cell in lesson.cells]
    return next(n for n, names in enumerate(tags) if STUB in names)


def fill(lesson):
    lesson.cells[stub(lesson)].source = f"{STUDENT}an answer"


def run(lesson):
    for number, cell in enumerate(lesson.cells):
        if cell.cell_type == "code":
            cell.execution_count = number
            cell.outputs = [new_output("stream", text=f"{STUDENT}{number}\n")]


def insert(lesson):
    lesson.cells.insert(stub(lesson) + 1, new_code_cell(f"{STUDENT}a trial"))
    lesson.cells.insert(3, new_markdown_cell(f"{STUDENT}a note"))


def delete(lesson):
    del lesson.cells[stub(lesson) + 3]


def everything(lesson):
    run(lesson)
    fill(lesson)
    delete(lesson)
    insert(lesson)


def new_text(lesson):
    before = lesson.cells[stub(lesson) - 1]
    assert before.cell_type == "markdown"
    before.source = f"{TEACHER}a better question"
    lesson.cells[0].source += f"\n\n{TEACHER}a new line"


def new_stub(lesson):
    lesson.cells[stub(lesson)].source = f"{TEACHER}another stub\n..."


def new_cell(lesson):
    lesson.cells.insert(stub(lesson) + 1, new_code_cell(f"{TEACHER}one more cell"))


def no_cell(lesson):
    del lesson.cells[stub(lesson)]


STUDENTS = [fill, run, insert, delete, everything]
TEACHERS = [new_text, new_stub, new_cell, no_cell]


def kept(before, after):
    """Return what the student has written or seen that is gone."""

    def own(lesson):
        words = [cell.source for cell in lesson.cells]
        words += [o.text for cell in lesson.cells for o in cell.get("outputs", [])]
        return {word for word in words if STUDENT in word}

    return own(before) - own(after)


@pytest.mark.parametrize("teachers", TEACHERS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("students", STUDENTS, ids=lambda f: f.__name__)
def test_a_pull_keeps_the_students_work_and_a_valid_notebook(
    classroom, students, teachers
):
    mine = classroom.read(classroom.student)
    students(mine)
    assert kept(mine, classroom.after(students, teachers)) == set()


def test_what_the_student_has_not_touched_is_renewed(classroom):
    def change(lesson):
        new_text(lesson)
        new_cell(lesson)

    lesson = classroom.after(lambda lesson: None, change)
    assert lesson.cells == classroom.read(classroom.teacher).cells


def test_new_text_reaches_a_student_who_filled_a_stub_elsewhere(classroom):
    lesson = classroom.after(fill, new_text)
    assert f"{TEACHER}a new line" in lesson.cells[0].source


def test_a_cell_that_the_student_deleted_stays_deleted(classroom):
    gone = classroom.read(classroom.student)
    gone = gone.cells[stub(gone) + 3].id
    lesson = classroom.after(delete, new_text)
    assert gone not in [cell.id for cell in lesson.cells]


def test_a_lesson_that_the_student_threw_away_comes_back(classroom):
    (classroom.student / classroom.name).unlink()
    classroom.pull()
    assert classroom.valid().cells == classroom.read(classroom.teacher).cells


def test_a_lesson_that_the_teacher_took_back_stays_with_who_worked_in_it(classroom):
    classroom.edit(classroom.student, fill)
    (classroom.teacher / classroom.name).unlink()
    classroom.publish()
    classroom.pull()
    assert classroom.valid().cells[stub(classroom.valid())].source.startswith(STUDENT)


@pytest.mark.parametrize("seed", range(10))
def test_random_work_survives_random_updates(classroom, seed):
    """Edits anywhere on both sides, also in the same place."""
    dice = random.Random(seed)

    def edits(author):
        def change(lesson):
            for number in range(dice.randint(1, 8)):
                place = dice.randrange(len(lesson.cells))
                words = f"{author}{number}"
                deed = dice.choice(["append", "replace", "insert", "delete"])
                if deed == "append":
                    lesson.cells[place].source += f"\n{words}"
                elif deed == "replace":
                    lesson.cells[place].source = words
                elif deed == "insert":
                    lesson.cells.insert(place, new_code_cell(words))
                else:
                    del lesson.cells[place]

        return change

    classroom.edit(classroom.student, edits(STUDENT))
    mine = copy.deepcopy(classroom.read(classroom.student))
    after = classroom.after(lambda lesson: None, edits(TEACHER))
    assert kept(mine, after) == set()
