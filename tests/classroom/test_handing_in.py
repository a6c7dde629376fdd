"""What lies in the wrong place, or is no notebook, is named in a line each."""

import re
import shutil

import nbformat
import pytest
from submissions import Handed, lesson, shortened

from classroom.__main__ import grade, grades, main, mark, release
from classroom.amending import AmendError
from classroom.lesson_notebooks import ReleaseError
from lessons_lib.desk.notebooks import write_notebook

STEM = "01_convolution"
pytestmark = pytest.mark.short


@pytest.fixture(scope="module")
def handed_out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("a class") / "class"
    originals = tmp_path_factory.mktemp("lessons")
    write_notebook(originals / f"{STEM}.ipynb", shortened(lesson(STEM), checks=2))
    assert release(folder, originals=originals, exercises=["conv2d"]) == 0
    return folder


@pytest.fixture
def graded(handed_out, capsys):
    """Hand in a file, grade, and return what was said."""
    capsys.readouterr()

    def run(place, content="{"):
        path = handed_out / "submitted" / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
        assert grade(handed_out) == 0
        return capsys.readouterr()

    yield run
    shutil.rmtree(handed_out / "submitted")


def test_unreadable_notebook_is_a_row_a_page_and_no_traceback(handed_out, graded):
    told = graded(f"ada/{STEM}/{STEM}.ipynb")
    fault = f"{STEM}.ipynb can't be read: it is no valid JSON"
    assert told.out == f"ada, {STEM}: not graded ({fault})\n" and not told.err
    page = handed_out / "feedback" / "ada" / STEM / f"{STEM}.html"
    assert "can&#x27;t be read: it is no valid JSON" in page.read_text("utf-8")
    assert grade(handed_out) == 0
    assert not (handed_out / "autograded").exists()


def test_unreadable_notebook_is_a_row_once(handed_out, graded, capsys):
    graded(f"bea/{STEM}/{STEM}.ipynb")
    assert grade(handed_out) == 0
    assert capsys.readouterr().out.startswith("Nothing new to grade in class/submitted")


def test_script_instead_of_a_notebook_is_a_row(graded):
    told = graded(f"cleo/{STEM}/<b>.py", "print(1)").out
    assert told == (
        f"cleo, {STEM}: not graded (<b>.py was handed in, and no notebook of "
        f"{STEM}.ipynb)\n"
    )


def test_folder_that_is_no_lesson_is_named(graded):
    told = graded(f"cleo/convolution/{STEM}.ipynb").err
    assert told == (
        "class/submitted/cleo/convolution/: not graded; no lesson of this name was "
        f"released. LESSON is {STEM}.\n"
    )


@pytest.mark.parametrize("place", ["dora.ipynb", "dora/01_convolution.ipynb"])
def test_loose_file_is_named(graded, place):
    told = graded(place).err
    assert told == (
        f"class/submitted/{place}: not graded; expected in "
        "class/submitted/STUDENT/LESSON/\n"
    )


def test_only_chosen_exercises_count_and_the_others_are_practice(handed_out, graded):
    handed = Handed(shortened(lesson(STEM), checks=2)).fill()
    told = graded(f"eli/{STEM}/{STEM}.ipynb", nbformat.writes(handed.notebook)).out
    assert told.startswith(f"eli, {STEM}: 4 of 4 points")
    page = handed_out / "feedback" / "eli" / STEM / f"{STEM}.html"
    assert "practice" in page.read_text(encoding="utf-8")
    assert grades(handed_out) == 0
    table = (handed_out / "grades" / f"{STEM}.csv").read_text(encoding="utf-8")
    assert table.startswith("student,points,of,conv2d\n") and "eli,4,4,4\n" in table


def test_points_and_comment_of_an_instructor_stay(handed_out, graded, capsys):
    handed = Handed(shortened(lesson(STEM), checks=2))
    graded(f"gus/{STEM}/{STEM}.ipynb", nbformat.writes(handed.notebook))
    words = "Told **aloud**. <script>won()</script>"
    assert mark(handed_out, STEM, "gus", "conv2d", points="3.5", comment=words) == 0
    assert capsys.readouterr().out == f"gus, {STEM}: 3.5 of 4 points\n"
    page = handed_out / "feedback" / "gus" / STEM / f"{STEM}.html"
    assert "Told <strong>aloud</strong>" in page.read_text(encoding="utf-8")
    [line] = re.findall(r"<li>.*?3\.5 of 4.*?</li>", page.read_text("utf-8"), re.DOTALL)
    assert "conv2d" in line and "with a comment" in line
    assert "<script>won" not in page.read_text(encoding="utf-8")
    assert grade(handed_out, again=True) == 0
    assert f"gus, {STEM}: 3.5 of 4 points" in capsys.readouterr().out
    assert mark(handed_out, STEM, "gus", "conv2d", points="auto", comment="none") == 0
    assert capsys.readouterr().out == f"gus, {STEM}: 0 of 4 points\n"
    assert "aloud" not in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "change, told",
    [
        (("conv3d", "1"), "EXERCISE is one of echo, conv2d"),
        (("conv2d", "5"), "conv2d is worth 0 to 4 points"),
        (("conv2d", "many"), "POINTS is a number or auto"),
        (("conv2d", "1"), "Nothing of nobody in 01_convolution was graded yet"),
    ],
)
def test_changes_that_cannot_be_are_refused(handed_out, change, told):
    exercise, points = change
    with pytest.raises(AmendError, match=told):
        mark(handed_out, STEM, "nobody", exercise, points=points)


def test_student_whose_notebook_is_unreadable_is_in_the_table(handed_out, graded):
    graded(f"flo/{STEM}/{STEM}.ipynb")
    assert grades(handed_out) == 0
    table = (handed_out / "grades.csv").read_text(encoding="utf-8")
    assert "flo,0,\n" in table


def test_exercises_of_several_lessons_are_refused(handed_out):
    with pytest.raises(ReleaseError, match="EXERCISES are those of one lesson"):
        release(handed_out, exercises=["conv2d"])


def test_unknown_lesson_is_refused_with_the_names(handed_out, capsys, monkeypatch):
    monkeypatch.setenv("LESSONS_CLASS", str(handed_out))
    assert main(["grade", "nonsense"]) == 1
    told = capsys.readouterr().err
    assert told == f"nonsense wasn't released. LESSON is {STEM}.\n"
    assert main(["release", "2"]) == 1
    told = capsys.readouterr().err
    assert told.startswith("There is no lesson 2. LESSON is one of 00_")
    assert len(told.splitlines()) == 1


def test_grading_before_a_release_says_so(tmp_path):
    with pytest.raises(ReleaseError, match="begin with `make release`"):
        grade(tmp_path)
