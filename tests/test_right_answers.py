"""Right answers are right in every style, and whatever the random numbers are."""

import os
from functools import partial, wraps
from itertools import cycle, product

import pytest
import torch
from checkers import judged
from mutants.solutions import TRAINED, exercises, trained
from right_answers import STYLES

from lessons_lib.checks.judge import Status
from lessons_lib.runtime import threads

SEEDS = range(1, 31)
# Where a check trains, a run takes seconds: `make mutants` asks for all thirty.
TRAININGS = SEEDS[: int(os.environ.get("TRAININGS", "3"))]
SETTINGS = list(product((1, 4), (torch.float32, torch.float64)))


def accepts(exercise, answer, seed):
    verdict, said = judged(partial(exercise.check, seed=seed), answer)
    assert verdict.status is Status.RIGHT, said


@pytest.fixture
def default_dtype():
    before = torch.get_default_dtype()
    yield torch.set_default_dtype
    torch.set_default_dtype(before)


@pytest.mark.parametrize("name", exercises())
def test_solution_passes_with_any_seed_threads_and_dtype(name, default_dtype):
    exercise = exercises()[name]
    for seed, (count, dtype) in zip(SEEDS, cycle(SETTINGS), strict=False):
        torch.manual_seed(seed)
        default_dtype(dtype)
        with threads(count):
            accepts(exercise, exercise.right, seed)


@pytest.mark.parametrize("name", TRAINED)
def test_solution_that_is_trained_passes_with_any_seed(name, default_dtype):
    check, solution = trained(name)
    for seed, (count, dtype) in zip(TRAININGS, cycle(SETTINGS), strict=False):
        torch.manual_seed(seed)
        default_dtype(dtype)
        with threads(count):
            verdict, said = judged(check, solution)
        assert verdict.status is Status.RIGHT, said


def plain_numbers(result):
    """Turn each tensor with a single value into a number of Python."""
    if isinstance(result, tuple):
        return tuple(plain_numbers(part) for part in result)
    single = isinstance(result, torch.Tensor) and result.ndim == 0
    return result.item() if single else result


@pytest.mark.parametrize("name", STYLES)
def test_a_number_may_be_one_of_python_unless_a_gradient_flows_through_it(name):
    right = exercises()[name].right
    verdict, said = judged(
        partial(exercises()[name].check, seed=1),
        wraps(right)(lambda *given: plain_numbers(right(*given))),
    )
    assert verdict.status is Status.RIGHT or "a gradient can flow through it" in said


def test_every_function_has_another_style():
    functions = {n for n, exercise in exercises().items() if callable(exercise.right)}
    assert set(STYLES) == functions


@pytest.mark.parametrize(
    "name, answer", [(name, answer) for name in STYLES for answer in STYLES[name]]
)
def test_other_styles_are_right(name, answer):
    for seed in (1, 2, 3):
        accepts(exercises()[name], answer, seed)
