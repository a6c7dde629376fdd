"""The quiz: each question is judged by itself, and what is open stays untold."""

import pytest
from checkers import judged

from lessons_lib.checks.judge import Status, checker, judge_quiz

SIZES = {"a": (False, "That is the kernel."), "b": (True, "5 - 3 + 1 = 3.")}
FLIPS = {"a": (True, "The kernel is learned."), "b": (False, "Look at the sign.")}


@checker
def quiz(answers):
    return judge_quiz(answers, SIZES, FLIPS)


@pytest.mark.parametrize("right", [{1: "b", 2: "a"}, {2: "(A)", 1: "b)"}])
def test_right(right):
    verdict, said = judged(quiz, right)
    assert verdict.status is Status.RIGHT
    assert "5 - 3 + 1 = 3." in said
    assert "The kernel is learned." in said


@pytest.mark.parametrize("untried", [..., {1: ..., 2: ...}])
def test_untried(untried):
    verdict, said = judged(quiz, untried)
    assert verdict.status is Status.NOT_TRIED
    assert "kernel" not in said


def test_one_wrong_answer_does_not_tell_the_right_one():
    verdict, said = judged(quiz, {1: "a", 2: "a"})
    assert verdict.status is Status.NOT_YET
    assert "1 of 2" in said
    assert "1. Not yet: That is the kernel." in said
    assert "5 - 3 + 1" not in said


def test_an_open_question_stays_untold():
    verdict, said = judged(quiz, {1: "b", 2: ...})
    assert verdict.status is Status.NOT_YET
    assert "1. Right: 5 - 3 + 1 = 3." in said
    assert "learned" not in said
    assert "sign" not in said


@pytest.mark.parametrize("absurd", [{1: "b"}, {1: "b", 2: "a", 3: "a"}, "ba", ["b"], 7])
def test_what_is_no_answer_is_told_the_form(absurd):
    verdict, said = judged(quiz, absurd)
    assert verdict.status is Status.NOT_YET
    assert "a letter for each question, from 1 to 2" in said


def test_a_letter_that_is_no_option():
    verdict, said = judged(quiz, {1: "x", 2: "a"})
    assert verdict.status is Status.NOT_YET
    assert "one of the letters a, b" in said
