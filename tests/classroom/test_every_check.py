"""Every right answer of every lesson is right from afar, too, or is a network."""

import ast

import pytest
import torch
from mutants.solutions import exercises

import lessons_lib.checks
from classroom.hollow import write_hollow
from classroom.judging import CHECKS, _grading, judge_apart
from classroom.marks import Check
from classroom.student import Missing, Submission
from lessons_lib.checks.judge import Status


@pytest.fixture(scope="module")
def submission(tmp_path_factory):
    hollow = tmp_path_factory.mktemp("hollow") / "checks"
    write_hollow(CHECKS, "convolution", set(), hollow)
    with Submission(hollow) as running, _grading():
        running.run("import math, torch\nimport torch.nn.functional as F", 60)
        yield running


@pytest.mark.parametrize("name", exercises())
def test_right_answer_is_right_from_afar(submission, name):
    exercise = exercises()[name]
    variable = f"solution_{'answers' if exercise.name == 'quiz' else exercise.name}"
    _, failed = submission.run(ast.unparse(exercise.source), 60)
    assert not failed
    lesson, _, check = name.partition(".")
    verdict = judge_apart(submission, Check(lesson, check, variable, 1))
    assert verdict.status is Status.RIGHT, verdict.text


def test_gradients_flow_through_a_function_from_afar(submission):
    submission.run("def f(x, w):\n    return (x @ w).tanh(), x.detach()", 10)
    f = submission.look("f")
    x = torch.randn(3, 4, requires_grad=True)
    w = torch.randn(4, 2, requires_grad=True)
    result, cut = f(x, w)
    assert result.requires_grad and not cut.requires_grad
    found = torch.autograd.grad(result.sum(), (x, w))
    expected = torch.autograd.grad((x @ w).tanh().sum(), (x, w))
    for gradient, right in zip(found, expected, strict=True):
        torch.testing.assert_close(gradient, right)


def test_what_a_function_changes_is_changed_here(submission):
    submission.run("def f(x, rows):\n    x += 1\n    rows.append(2)", 10)
    x, rows = torch.zeros(2), [1]
    assert submission.look("f")(x, rows) is None
    assert x.tolist() == [1, 1] and rows == [1, 2]


def test_an_error_arrives_with_its_line(submission):
    submission.run("def f(x):\n    y = x\n    raise KeyError('lost')", 10)
    with pytest.raises(Exception, match=r"'lost' \(line 3 of your cell\)") as found:
        submission.look("f")(1)
    assert type(found.value).__name__ == "KeyError"


def test_a_name_that_is_not_set_is_missing(submission):
    with pytest.raises(Missing):
        submission.look("nothing_of_this_name")


def test_the_package_that_is_judged_with_is_the_courses():
    assert CHECKS.samefile(lessons_lib.checks.__path__[0])
