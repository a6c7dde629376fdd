"""A class from the assignment to the feedback, with nbgrader's own commands."""

import contextlib
import csv
import html
import io
import re
import warnings
from types import SimpleNamespace
from urllib.parse import urlsplit

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_raw_cell
from submissions import Handed, lesson, shortened

from classroom.__main__ import grade, grades, release
from classroom.collecting import Nothing, collect
from classroom.marks import tags_of
from classroom.pages import FeedbackPage
from lessons_lib.desk.notebooks import read_notebook, write_notebook

STEM = "01_convolution"
ALL = 34
GENERAL = ("student", "points", "of")  # columns that every table has
FLIPPED = """\
def conv2d(image, kernel):
    rows, columns = kernel.shape
    result = image.new_zeros(image.shape[0] - rows + 1, image.shape[1] - columns + 1)
    for r in range(result.shape[0]):
        for c in range(result.shape[1]):
            result[r, c] = (image[r:r + rows, c:c + columns] * kernel.flip(0, 1)).sum()
    return result
"""
WRONG_BIAS = """

def wrong_backward(x, weight, arriving):
    of_x, of_weight, _ = solution_conv_backward(x, weight, arriving)
    return of_x, of_weight, arriving.mean(dim=(0, 2, 3))


conv_backward = wrong_backward
"""


def perfect(whole):
    return Handed(whole).fill()


def empty(whole):
    return Handed(whole)


def half(whole):
    handed = Handed(whole).fill("echo", "conv2d", "output_size")
    return handed.answer(
        "quiz", 'answers = {1: "b", 2: "c", 3: "a", 4: "a", 5: "d", 6: ...}'
    )


def wrong(whole):
    handed = (
        Handed(whole).answer("conv2d", FLIPPED).answer("parameters", "parameters = 0")
    )
    source = handed.right["conv_backward"] + WRONG_BIAS
    return handed.answer("conv_backward", source)


def deleted(whole):
    handed = Handed(whole).fill()
    place = handed.place("conv2d")
    del handed.notebook.cells[place : place + 2]  # the answer and its check
    del handed.notebook.cells[-1]  # the last check
    return handed


def duplicated(whole):
    handed = Handed(whole).fill()
    cells = handed.notebook.cells
    place = handed.place("conv2d")
    copied = nbformat.from_dict({**cells[place], "id": "a-copy"})
    cells.insert(place + 1, copied)  # with nbgrader's own metadata, as JupyterLab does
    check = handed.place("echo") + 1
    cells.insert(check, nbformat.from_dict({**cells[check], "id": "another"}))
    split = handed.cell("output_size")
    first, *rest = split.source.splitlines(keepends=True)
    half = nbformat.from_dict({**split, "id": "a-half", "source": "".join(rest)})
    split.source = first
    cells.insert(cells.index(split) + 1, half)
    return handed


def edited_checks(whole):
    handed = Handed(whole)
    for name in handed.right:
        check = handed.check(name)
        check.source = "100.0"
        check.metadata.nbgrader["points"] = 100
    return handed


def endless(whole):
    handed = Handed(whole).fill().insert("echo", "while True:\n    pass")
    source = "def output_size(*_):\n    while True:\n        pass\n"
    return handed.answer("output_size", source)


def exits(whole):
    handed = Handed(whole).fill()
    handed.answer("echo", "def echo(signal, response):\n    import os; os._exit(0)\n")
    return handed.answer("conv2d", "import os\nos._exit(0)")


def warns(whole):
    handed = Handed(whole).fill()
    source = "import warnings, sys\nwarnings.warn('old')\nprint('x', file=sys.stderr)\n"
    loud = "\n\ndef loud(*case):\n    warnings.warn('old')\n    return echo_(*case)\n"
    loud += "\n\necho_, echo = echo, loud\n"
    return handed.answer("echo", source + handed.right["echo"] + loud)


def talks(whole):
    handed = Handed(whole).fill()
    loop = "for number in range(300_000):\n    print('line', number)\n"
    return handed.answer("conv2d", loop + handed.right["conv2d"])


ATTACKS = """\
<script>won()</script><img src=x onerror="won()"><iframe src="https://won.example">
</iframe> [link](javascript:won()) <a href="java&#10;script:won()">link</a>
<svg onload="won()"></svg><style>body {display: none}</style> <a href="data:,won">a</a>
<details ontoggle="won()" open>x</details><form action="https://won.example">
<base href="https://won.example">

[a link](javascript:won()) ![seen](https://won.example/seen.png "x' onerror='won()")
"""


def scripts(whole):
    """Put scripts into all that a page shows."""
    handed = Handed(whole).fill()
    cells = handed.notebook.cells
    released_text = next(cell for cell in cells if cell.cell_type == "markdown")
    released_text.source += f"\n\n{ATTACKS}"
    attached = {"x.svg": {"image/svg+xml": "PHN2Zy8+"}}
    told = f"**My own words** {ATTACKS} ![x](attachment:x.svg) ![](x.png'onerror='won)"
    named = {"tags": ['"><script>won()</script>'], "raw_mimetype": "text/html"}
    cells += [
        new_markdown_cell(told, attachments=attached, metadata=named),
        new_raw_cell(ATTACKS, metadata=named),
        new_raw_cell(ATTACKS),
    ]
    shown = f"text = {ATTACKS!r}\nfrom IPython.display import display\nprint(text)\n"
    for kind in ("html", "markdown", "latex", "vnd.mermaid", "plain"):
        shown += f"display({{'text/{kind}': text}}, raw=True)\n"
    for kind in ("application/javascript", "image/svg+xml", "image/png"):
        shown += f"display({{{kind!r}: text}}, raw=True)\n"
    handed.insert("echo", f"{shown}raise ValueError(text)")
    return handed


FAIR = {
    perfect: ALL,
    empty: 0,
    half: 4 + 4 + 4 + 3,
    wrong: 4,  # of 6: two of three gradients
    deleted: ALL - 4,
    duplicated: ALL,
    edited_checks: 0,
    endless: ALL - 4,
    exits: ALL - 4 - 4,
    warns: ALL,
    talks: ALL,
    scripts: ALL,
}
SHORT = [perfect, empty, wrong, scripts]


@pytest.fixture(scope="module")
def trial(tmp_path_factory, request):
    """Release the lesson, hand in every submission, grade all."""
    folder = tmp_path_factory.mktemp("a class") / "class"
    originals = tmp_path_factory.mktemp("lessons")
    whole = shortened(lesson(STEM))
    write_notebook(originals / f"{STEM}.ipynb", whole)
    assert release(folder, originals=originals) == 0
    chosen = SHORT if request.config.getoption("-m") == "short" else FAIR
    for make in chosen:
        hand_in(folder, make.__name__, make(whole).notebook, f"{STEM}.ipynb")
    if chosen is FAIR:
        hand_in(folder, "renamed", perfect(whole).notebook, "My homework (2).ipynb")
    printed = io.StringIO()
    with (
        pytest.MonkeyPatch.context() as patch,
        contextlib.redirect_stdout(printed),
        warnings.catch_warnings(record=True) as warned,
    ):
        warnings.simplefilter("always")
        patch.setenv("LESSONS_CELL_SECONDS", "20")
        assert grade(folder) == 0
    rows = dict(row.split(", ", 1) for row in printed.getvalue().splitlines())
    return SimpleNamespace(folder=folder, rows=rows, warned=warned)


@pytest.fixture(scope="module")
def course(trial):
    return trial.folder


def hand_in(folder, student, notebook, name):
    path = folder / "submitted" / student / STEM / name
    path.parent.mkdir(parents=True)
    path.write_text(nbformat.writes(notebook), encoding="utf-8")


@pytest.fixture(scope="module")
def points(course):
    """Return the table of the lesson: student -> points."""
    assert grades(course) == 0
    table = course / "grades" / f"{STEM}.csv"
    with table.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert {float(row["of"]) for row in rows} == {ALL}
    for row in rows:
        apart = [float(row[name]) for name in row if name not in GENERAL]
        assert sum(apart) == float(row["points"]) and len(apart) == 8
    return {row["student"]: float(row["points"]) for row in rows}


def feedback(course, student):
    page = course / "feedback" / student / STEM / f"{STEM}.html"
    return html.unescape(page.read_text(encoding="utf-8"))


@pytest.mark.short
def test_release_holds_stubs_hints_and_stored_outputs_but_no_solution(course):
    made = read_notebook(course / "release" / STEM / f"{STEM}.ipynb")
    text = "\n".join(cell.source for cell in made.cells)
    assert "def conv2d(image, kernel):\n    ..." in text
    assert "<summary>Hint</summary>" in text
    assert "solution_" not in text and "Solution of exercise" not in text
    outputs = [o for cell in made.cells for o in cell.get("outputs", [])]
    assert any("Not tried yet" in o.get("text", "") for o in outputs)
    assert any("weights add up" in o.get("text", "") for o in outputs)


@pytest.mark.short
@pytest.mark.parametrize("make", SHORT)
def test_points_of_the_usual_submissions(points, make):
    assert points[make.__name__] == FAIR[make]


@pytest.mark.parametrize("make", [make for make in FAIR if make not in SHORT])
def test_points_that_a_fair_teacher_would_give(points, make):
    assert points[make.__name__] == FAIR[make]


def test_renamed_file_is_found(points):
    assert points["renamed"] == ALL


@pytest.mark.short
def test_feedback_says_what_the_checks_say(course):
    page = feedback(course, "wrong")
    assert "It looks as if the kernel was flipped." in page
    assert "The gradient of the bias is a mean." in page
    assert "numpy's np.convolve" in feedback(course, "perfect")


@pytest.mark.short
def test_pictures_of_the_lesson_are_pictures_and_fit_in():
    shown = lesson(STEM)
    drawn = [cell for cell in shown.cells if "explore" in tags_of(cell)]
    shown.cells = drawn
    about = {"notebook": STEM, "score": 0, "max_score": 0, "late_penalty": 0}
    made, _ = FeedbackPage().from_notebook_node(
        shown, {"nbgrader": {**about, "student": "ada"}, "inlining": {}}
    )
    page = BeautifulSoup(made, "html.parser")
    assert len(page.find_all("img", src=True)) >= len(drawn) > 1
    assert "<img" not in page.get_text() and "base64" not in page.get_text()
    assert "max-width: 100%" in made


@pytest.mark.short
def test_nothing_in_a_page_can_run_or_load(course):
    pages = {
        student: course / "feedback" / student / STEM / f"{STEM}.html"
        for student in ("perfect", "scripts")
    }
    plain, attacked = (
        BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        for path in pages.values()
    )
    active = ["script", "iframe", "svg", "style", "form", "base", "object", "embed"]
    for name in [*active, "link", "meta", "template", "math", "video", "audio"]:
        assert len(attacked.find_all(name)) == len(plain.find_all(name)), name
    for element in attacked.find_all(True):
        assert not [name for name in element.attrs if name.startswith("on")], element
        scheme = urlsplit(element.get("href", "")).scheme
        assert scheme in ("", "http", "https", "mailto"), element
        if element.name == "img":
            assert element.get("src", "data:image/png;").startswith("data:image/png;")
    assert "My own words" in attacked.get_text()  # it was there to be cleaned


@pytest.mark.short
def test_feedback_names_the_student_and_each_exercise(course):
    page = course / "feedback" / "wrong" / STEM / f"{STEM}.html"
    found = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    [heading] = [h.get_text() for h in found.find_all("h1") if STEM in h.get_text()]
    assert " ".join(heading.split()) == f"wrong, {STEM}: 4.0 of 34.0 points"
    listed = [item.get_text() for item in found.find(id="toc").find_all("li")]
    assert "Exercise 1, echo" in listed[0] and "Quiz, quiz" in " ".join(listed)
    assert len({line.partition(":")[0] for line in listed}) == len(listed) == 8
    assert "practice" not in " ".join(listed)
    for link in found.find(id="toc").find_all("a"):
        assert found.find(attrs={"name": link["href"][1:]})


def test_feedback_says_why_a_cell_has_no_points(course):
    assert "It looks as if a loop never ends" in feedback(course, "endless")
    assert "it ended Python" in feedback(course, "exits")
    assert "echo couldn't be judged: it ended Python." in feedback(course, "exits")
    assert "conv2d isn't set" in feedback(course, "exits")


def test_feedback_stays_small(course):
    page = course / "feedback" / "talks" / STEM / f"{STEM}.html"
    assert page.stat().st_size < 3 * 2**20
    assert "... Output truncated ..." in feedback(course, "talks")


@pytest.mark.short
def test_graded_again_only_when_it_changed(course, capsys):
    assert grade(course) == 0
    told = capsys.readouterr().out
    assert told.startswith("Nothing new to grade in class/submitted/STUDENT/")
    assert len(told.splitlines()) == 1


@pytest.mark.short
def test_table_of_all_lessons(points, course):
    lines = (course / "grades.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == f"student,points,{STEM}"
    assert "perfect,34,34" in lines and len(lines) == len(points) + 1


@pytest.mark.short
def test_rows_name_points_and_what_is_odd(trial):
    assert trial.rows["perfect"] == f"{STEM}: 34 of 34 points"
    assert trial.rows["empty"] == f"{STEM}: 0 of 34 points"
    assert re.fullmatch(
        rf"{STEM}: 34 of 34 points \(failed: In \[\d+\] \(ValueError\)\)",
        trial.rows["scripts"],
    )


@pytest.mark.parametrize(
    "student, odd",
    [
        ("deleted", "answer deleted: conv2d; check deleted: conv2d"),
        ("duplicated", "duplicated or split: .*output_size"),
        ("edited_checks", r"check changed: echo, conv2d, output_size, .* and \d more"),
        ("endless", r"stopped: In \[\d+\]"),
        ("exits", r"left out: In \[\d+\] \(it ended Python\)"),
        ("renamed", r"My homework \(2\)\.ipynb was taken for 01_convolution\.ipynb"),
    ],
)
def test_rows_say_what_was_odd(trial, student, odd):
    assert re.search(odd, trial.rows[student])


@pytest.mark.short
def test_warnings_of_nbgrader_do_not_bury_the_rows(trial):
    assert not [w for w in trial.warned if "not in session" in str(w.message)]


def test_a_file_that_is_no_notebook_is_named(tmp_path, course):
    base = read_notebook(course / "release" / STEM / f"{STEM}.ipynb")
    (tmp_path / f"{STEM}.ipynb").write_text("<<<<<<< mine", encoding="utf-8")
    with pytest.raises(Nothing, match="merge conflict"):
        collect(tmp_path, f"{STEM}.ipynb", base)
    (tmp_path / f"{STEM}.ipynb").unlink()
    (tmp_path / f"{STEM}.ipynb").mkdir()
    with pytest.raises(Nothing, match="can't be read"):
        collect(tmp_path, f"{STEM}.ipynb", base)
    (tmp_path / f"{STEM}.ipynb").rmdir()
    other = nbformat.v4.new_notebook(cells=[new_code_cell("1")])
    write_notebook(tmp_path / f"{STEM}.ipynb", other)
    (tmp_path / f"{STEM}.ipynb").rename(tmp_path / "other.ipynb")
    with pytest.raises(Nothing, match=r"other\.ipynb was handed in, and no"):
        collect(tmp_path, f"{STEM}.ipynb", base)
