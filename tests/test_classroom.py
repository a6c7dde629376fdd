"""A lesson as an assignment, submissions that are mended, values as plain data."""

import copy
import json
import os
from pathlib import Path

import nbformat
import numpy as np
import pytest
import torch
from mutants.solutions import OPEN_ENDED
from nbformat.v4 import new_code_cell
from right_answers.convolution import conv_backward_by_convolutions
from torch import nn

from classroom.hollow import write_hollow
from classroom.judging import NETWORKS
from classroom.lesson_notebooks import POINTS, ReleaseError, released
from classroom.marks import called, check_of, is_answer
from classroom.mending import likeness, mended
from classroom.oddities import oddities
from classroom.outputs import about_cell, about_check
from classroom.plain_data import Malformed, Opaque, decode, encode
from classroom.sandbox import end_container
from lessons_lib import checks
from lessons_lib.checks import convolution
from lessons_lib.checks.judge import Status, Verdict
from lessons_lib.checks.judge.grading import NotRight
from lessons_lib.desk.notebooks import read_notebook

FROM_DATA = {"convolution.restore", "mlp.evidence"}  # open ends, but no networks
NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("[0-9]*.ipynb"))


@pytest.fixture(scope="module")
def lesson():
    return read_notebook(next(path for path in NOTEBOOKS if path.stem[:2] == "01"))


@pytest.fixture
def handed_out(lesson):
    return released(lesson, "01_convolution")


def cell(notebook, cell_id):
    return next(cell for cell in notebook.cells if cell.id == cell_id)


def test_networks_are_those_without_one_right_answer():
    assert NETWORKS == OPEN_ENDED - FROM_DATA


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_lesson_becomes_an_assignment(path):
    whole = read_notebook(path)
    made = released(whole, path.stem)
    nbformat.validate(made)
    found = [check for c in made.cells if (check := check_of(c))]
    solved = [c for c in whole.cells if "solution" in c.metadata.get("tags", [])]
    assert found and solved
    assert len(found) == sum(map(is_answer, made.cells))
    assert all(check.points > 0 for check in found)
    assert not {c.id for c in made.cells} & {c.id for c in solved}


def test_points_follow_difficulty_and_questions(handed_out):
    points = {
        check.name: check.points for c in handed_out.cells if (check := check_of(c))
    }
    assert points["parameters"] == POINTS[1]
    assert points["conv2d"] == POINTS[2]
    assert points["conv_backward"] == POINTS[3]
    assert points["quiz"] == 6


def test_only_the_chosen_exercises_carry_points(lesson, handed_out):
    made = released(lesson, "01_convolution", ["conv2d", "conv_backward"])
    points = {check.name: check.points for c in made.cells if (check := check_of(c))}
    worth = {name: value for name, value in points.items() if value}
    assert worth == {"conv2d": POINTS[2], "conv_backward": POINTS[3]}
    assert len(points) == sum(map(is_answer, handed_out.cells))


def test_exercise_that_the_lesson_does_not_have_is_refused(lesson):
    with pytest.raises(ReleaseError, match=r"no exercise conv3d; it has echo, conv2d"):
        released(lesson, "01_convolution", ["conv3d"])


def test_lesson_without_checks_is_refused():
    with pytest.raises(ReleaseError, match="nothing is checked"):
        released(nbformat.v4.new_notebook(), "empty")


def test_check_that_is_more_than_a_call_is_refused():
    with pytest.raises(ValueError, match="one call"):
        called("check.echo(echo); print(1)")


def test_submission_without_changes_is_the_lesson(handed_out):
    assert mended(handed_out, handed_out).cells[1].source == handed_out.cells[1].source
    assert likeness(handed_out, handed_out) == 1


def test_edited_check_is_as_it_was(handed_out):
    theirs = copy.deepcopy(handed_out)
    check = cell(theirs, "loop-check")
    check.source = "1000"
    check.metadata.nbgrader["points"] = 1000
    made = cell(mended(theirs, handed_out), "loop-check")
    assert made.source == "check.conv2d(conv2d)"
    assert made.metadata.nbgrader["points"] == 4


def test_answer_split_in_two_is_one(handed_out):
    theirs = copy.deepcopy(handed_out)
    first = cell(theirs, "loop-stub")
    first.source = "def conv2d(image, kernel):"
    second = nbformat.from_dict({**first, "source": "    return 1"})
    theirs.cells.insert(theirs.cells.index(first) + 1, second)
    made = mended(theirs, handed_out)
    assert "kernel):\n\n    return 1" in cell(made, "loop-stub").source
    assert len({c.id for c in made.cells}) == len(made.cells) == len(handed_out.cells)


def test_answer_in_a_cell_of_ones_own_counts_if_the_stub_is_untouched(handed_out):
    theirs = copy.deepcopy(handed_out)
    theirs.cells.append(new_code_cell("def conv2d(image, kernel):\n    return 1"))
    assert "return 1" in cell(mended(theirs, handed_out), "loop-stub").source
    cell(theirs, "loop-stub").source = "def conv2d(image, kernel):\n    return 2"
    assert "return 1" not in cell(mended(theirs, handed_out), "loop-stub").source


def test_own_cell_stays_behind_the_cell_before_it(handed_out):
    theirs = copy.deepcopy(handed_out)
    place = theirs.cells.index(cell(theirs, "echo-stub"))
    theirs.cells.insert(place, new_code_cell("helper = 1"))
    sources = [c.source for c in mended(theirs, handed_out).cells]
    assert sources.index("helper = 1") == place


def test_deleted_cells_come_back(handed_out):
    theirs = copy.deepcopy(handed_out)
    theirs.cells = theirs.cells[:3]
    assert [c.id for c in mended(theirs, handed_out).cells] == [
        c.id for c in handed_out.cells
    ]


def test_a_fair_submission_is_not_odd(handed_out):
    theirs = copy.deepcopy(handed_out)
    cell(theirs, "loop-stub").source = "def conv2d(image, kernel):\n    return 1"
    theirs.cells.append(new_code_cell("check.conv2d(conv2d)"))
    assert oddities(theirs, handed_out) == []


def test_what_was_done_to_cells_is_odd(handed_out):
    theirs = copy.deepcopy(handed_out)
    cell(theirs, "echo-check").source = "100"
    cell(theirs, "loop-check").metadata.nbgrader["points"] = 100
    theirs.cells.remove(cell(theirs, "size-check"))
    theirs.cells.remove(cell(theirs, "count-stub"))
    copied = nbformat.from_dict(cell(theirs, "loop-stub"))
    theirs.cells.append(copied)
    theirs.metadata.kernelspec["name"] = "\x1b[2J/evil"
    assert oddities(theirs, handed_out) == [
        "check changed: echo",
        "answer duplicated or split: conv2d",
        "other points than released: conv2d",
        "check deleted: output_size",
        "answer deleted: parameters",
        r"another kernel: '\x1b[2J/evil'",
    ]


@pytest.mark.parametrize(
    "source",
    [
        "check.conv2d = print",
        "setattr(check, 'conv2d', print)",
        "check = None",
        "def f():\n    from lessons_lib.checks.judge import Verdict",
        "import classroom.judging",
    ],
)
def test_code_that_meddles_with_checks_is_odd(handed_out, source):
    theirs = copy.deepcopy(handed_out)
    cell(theirs, "loop-stub").source += f"\n{source}"
    assert oddities(theirs, handed_out) == ["code that replaces or imports checks"]


def test_the_course_s_own_notebook_is_named(lesson, handed_out):
    assert oddities(lesson, handed_out) == ["the course's solutions are in it"]


PLAIN = [
    *(None, True, 3, 10**30, -0.5, float("inf"), "text", ..., 1 + 2j),
    (1, [2, (3, ...)]),
    {1: "a", 2: ...},
]


@pytest.mark.parametrize("value", PLAIN, ids=str)
def test_plain_values_arrive(value):
    assert decode(json.loads(json.dumps(encode(value)))) == value


@pytest.mark.parametrize(
    "tensor",
    [
        torch.randn(3, 4).T,
        torch.tensor(3),
        torch.empty(0, 3),
        torch.tensor([True, False]),
        torch.tensor([1 + 2j]).conj(),
        torch.randn(2, requires_grad=True),
        torch.randn(2).bfloat16(),
    ],
    ids=str,
)
def test_tensors_arrive_bit_for_bit(tensor):
    found = decode(json.loads(json.dumps(encode(tensor))))
    assert found.dtype == tensor.dtype and torch.equal(found, tensor)


def test_arrays_arrive():
    assert (
        decode(encode(np.arange(6).reshape(2, 3))) == np.arange(6).reshape(2, 3)
    ).all()
    assert decode(encode(np.float32(0.5))) == 0.5


def test_what_is_not_plain_is_named_only():
    found = decode(encode({"a": nn.ReLU()}))["a"]
    assert isinstance(found, Opaque) and type(found).__name__ == "ReLU"


@pytest.mark.parametrize(
    "data",
    [
        [1],
        {"a": 1, "b": 2},
        {"tensor": ["float32", [-1], ""]},
        {"tensor": ["float32", [2**60, 2**60], ""]},
        {"tensor": ["float32", [2], "AAAA"]},
        {"tensor": ["object", [1], "AAAA"]},
        {"array": ["|O", [1], "AAAAAAAAAAA="]},
        {"dict": [[{"list": []}, 1]]},
        {"opaque": "a\0b"},
        {"tuple": 3},
        {"complex": [10**400, 0]},
    ],
    ids=str,
)
def test_made_up_data_is_refused(data):
    with pytest.raises(Malformed):
        decode(data)


def test_a_function_without_a_whole_number_is_refused():
    with pytest.raises(Malformed):
        decode({"function": [float("inf"), "f"]}, lambda number, name: name)


def test_deep_data_is_refused():
    data: object = 1
    for _ in range(50):
        data = {"list": [data]}
    with pytest.raises(Malformed, match="deeply"):
        decode(data)


def test_hollow_checks_show_the_camera_and_no_other_answer(tmp_path):
    folder = tmp_path / "checks"
    write_hollow(Path(checks.__file__).parent, "convolution", {"camera"}, folder)
    text = (folder / "convolution.py").read_text(encoding="utf-8")
    assert "def camera" in text
    assert "_convolve" not in text and "quiz" not in text
    assert not (folder / "pooling.py").exists()


@pytest.fixture
def graded(monkeypatch):
    monkeypatch.setenv("LESSONS_GRADING", "1")


def test_in_grading_mode_what_is_not_right_is_an_error(graded, capsys):
    with pytest.raises(NotRight, match=r"Not yet: parameters is not 0\."):
        convolution.parameters(0)
    with pytest.raises(NotRight, match="Not tried yet"):
        convolution.parameters(...)
    assert convolution.parameters(1216).status is Status.RIGHT
    assert "Right" in capsys.readouterr().out


def test_quiz_earns_a_share(graded):
    answers = {1: "b", 2: "c", 3: "a", 4: "a", 5: "d", 6: ...}
    with pytest.raises(NotRight) as found:
        convolution.quiz(answers)
    assert found.value.verdict.credit == 0.5


def test_function_with_several_values_earns_a_share(graded):
    def mean_bias(x, weight, arriving):
        of_x, of_weight, _ = conv_backward_by_convolutions(x, weight, arriving)
        return of_x, of_weight, arriving.mean(dim=(0, 2, 3))

    with pytest.raises(NotRight, match="gradient of the bias is a mean") as found:
        convolution.conv_backward(mean_bias)
    assert found.value.verdict.credit == pytest.approx(2 / 3)


def test_values_found_by_forbidden_means_earn_no_share(graded):
    def autograd(x, weight, arriving):
        of_x, of_weight, of_bias = convolution._conv_gradients(x, weight, arriving)
        return of_x, of_weight, 2 * of_bias

    with pytest.raises(NotRight) as found:
        convolution.conv_backward(autograd)
    assert found.value.verdict.credit == 0


def test_points_as_nbgrader_reads_them():
    wrong = Verdict(Status.NOT_YET, "no")
    assert about_check(wrong, 4)[0].output_type == "error"
    (told,) = about_check(Verdict(Status.RIGHT, "yes"), 4)
    assert told.output_type == "stream"
    _, result = about_check(Verdict(Status.NOT_YET, "half", share=0.5), 3)
    assert result.data["text/plain"] == "1.5"


def test_outputs_of_a_submission_are_text_and_pictures():
    said = [
        {"output_type": "stream", "name": "evil", "text": {"a": 1}},
        {"output_type": "display_data", "data": {"text/html": "<script>", "x": 1}},
        {"output_type": "display_data", "data": {"image/png": '"><script>'}},
        {"output_type": "unknown"},
        "text",
    ]
    made = about_cell(said)
    nbformat.validate(nbformat.v4.new_notebook(cells=[new_code_cell("", outputs=made)]))
    kinds = {kind for output in made for kind in output.get("data", {})}
    assert len(made) == 3 and kinds == {"text/plain"}


def test_a_container_is_ended_by_its_name(tmp_path, monkeypatch):
    docker = tmp_path / "docker"
    docker.write_text(f'#!/bin/sh\necho "$@" > "{tmp_path}/asked"\n')
    docker.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    end_container(["docker", "run", "--name", "lessons-1", "image"])
    assert (tmp_path / "asked").read_text() == "kill lessons-1\n"
    (tmp_path / "asked").unlink()
    end_container(["bwrap", "--", "python"])
    assert not (tmp_path / "asked").exists()
