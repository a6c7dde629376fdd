"""Cases are fresh on every run, can be drawn again, and never turn a right one away."""

import inspect

import pytest
from checkers import judged
from test_checkers_covered import CHECKS, right_answers

from lessons_lib.checks.convolution import conv2d
from lessons_lib.checks.inception import ablate
from lessons_lib.checks.judge import Status

SEEDS = 50
# What they draw is a training set.
OPEN_ENDED = {"deep_network", "deep_reader", "long_memory", "own_network", "writer"}
SLOW = {"resnet18"}  # a network of 11 million weights, and nothing is drawn for it


def functions():
    """Return every check of a function with its right answers."""
    for name, check in CHECKS.items():
        for number, right in enumerate(right_answers(name), 1):
            slow = name.partition(".")[2] in OPEN_ENDED | SLOW
            if inspect.isroutine(right) and not slow:
                yield pytest.param(check, right, id=f"{name}-{number}")


@pytest.mark.parametrize("check, right", list(functions()))
def test_a_right_answer_is_right_whatever_is_drawn(check, right):
    texts = {check(right, seed=seed).text for seed in range(1, SEEDS + 1)}
    assert len(texts) == 1 and texts.pop().startswith("Right: ")


def seen_by(check, **more):
    seen = []

    def attempt(*arguments):
        seen.append(str(arguments))
        return original(*arguments)

    original = next(p.values[1] for p in functions() if p.values[0] is check)
    check(attempt, **more)
    return seen


@pytest.mark.parametrize("check", [conv2d, ablate])
def test_the_first_case_stays_and_the_others_are_new(check):
    first, second = seen_by(check), seen_by(check)
    assert first[0] == second[0] == first[-1]
    assert not set(first[1:-1]) & set(second[1:-1])


def test_a_seed_draws_the_same_cases_again():
    assert seen_by(conv2d, seed=5) == seen_by(conv2d, seed=5)


def test_a_message_tells_the_seed_of_a_case_that_it_cannot_show():
    def small_only(image, kernel):
        right = next(p.values[1] for p in functions() if p.values[0] is conv2d)
        return right(image, kernel) + (len(image) > 5)

    verdict, _ = judged(conv2d, small_only)
    assert verdict.status is Status.NOT_YET
    seed = int(verdict.message.partition("seed=")[2].split()[0])
    assert conv2d(small_only, seed=seed) == verdict
