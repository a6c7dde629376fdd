"""Right answers are right in every style, and whatever the random numbers are."""

from functools import partial
from itertools import cycle, product

import pytest
import torch
from checkers import judged
from mutants.solutions import exercises
from right_answers import STYLES

from lessons_lib.checks.judge import Status
from lessons_lib.runtime import threads

SEEDS = range(1, 31)
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


def test_every_function_has_another_style():
    functions = {n for n, exercise in exercises().items() if callable(exercise.right)}
    assert set(STYLES) == functions


@pytest.mark.parametrize(
    "name, answer", [(name, answer) for name in STYLES for answer in STYLES[name]]
)
def test_other_styles_are_right(name, answer):
    for seed in (1, 2, 3):
        accepts(exercises()[name], answer, seed)
