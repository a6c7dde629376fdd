"""Treat the checks of the exercises as learners do, and say what they get wrong."""

import contextlib
import importlib
import inspect
import io
import pkgutil
import random
from collections.abc import Callable, Iterator
from types import ModuleType

import numpy as np
import torch

import lessons_lib.checks
from lessons_lib.checks.judge import Status, Verdict

__all__ = ["Checker", "checkers", "find_faults", "judged", "lesson_modules"]

Checker = Callable[..., Verdict]

_MAX_LINES = 3
_MAX_QUESTIONS = 6  # a quiz has a line for each


def lesson_modules() -> list[ModuleType]:
    """Return the modules of lessons_lib.checks that belong to a lesson."""
    package = lessons_lib.checks
    names = [module.name for module in pkgutil.iter_modules(package.__path__)]
    names.remove("judge")  # what all lessons share
    return [importlib.import_module(f"{package.__name__}.{name}") for name in names]


def checkers(module: ModuleType) -> dict[str, Checker]:
    """Return the public checkers of a lesson's module by name."""
    public = {name: getattr(module, name) for name in module.__all__}
    return {name: thing for name, thing in public.items() if inspect.isfunction(thing)}


def judged(checker: Checker, answer: object) -> tuple[Verdict, str]:
    """Return the verdict of a checker about an answer, and what it prints."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        verdict = checker(answer)
    return verdict, printed.getvalue()


def find_faults(checker: Checker, right: object) -> list[str]:
    """Offer a checker a right answer, no answer and every abuse of the right answer.

    Args:
        checker: the checker.
        right: an answer that it must accept: a function, or a value.

    Returns:
        one line for each thing that the checker gets wrong.
    """
    cases = [
        ("right answer", Status.RIGHT, right),
        ("None", Status.NOT_YET, None),
        ("three dots", Status.NOT_TRIED, ...),
    ]
    if inspect.isroutine(right):
        cases += [
            ("function of three dots", Status.NOT_TRIED, lambda *_, **__: None),
            ("function that returns three dots", Status.NOT_TRIED, lambda *_: ...),
        ]
        wrong_functions = _WRONG_FUNCTIONS.items()
        cases += [(label, Status.NOT_YET, wrong) for label, wrong in wrong_functions]
    else:
        wrong = [*_WRONG_VALUES, *_nearly(right)]
        cases += [(f"the value {value!r}", Status.NOT_YET, value) for value in wrong]
    return [fault for case in cases for fault in _faults(checker, *case)]


def _faults(
    checker: Checker, label: str, status: Status, answer: object
) -> Iterator[str]:
    before = _random_state()
    try:
        verdict, printed = judged(checker, answer)
    except Exception as error:
        yield f"{label}: the checker raised {type(error).__name__}: {error}"
        return
    if not isinstance(verdict, Verdict):
        yield f"{label}: the checker returned {verdict!r}, expected a Verdict"
        return
    if verdict.status is not status:
        yield f"{label}: expected {status!r}, the checker said {verdict.text!r}"
    if printed != f"{verdict.text}\n":
        yield f"{label}: printed {printed!r} instead of the verdict, {verdict.text!r}"
    lines = _MAX_LINES + (_MAX_QUESTIONS if isinstance(answer, dict) else 0)
    if printed.count("\n") > lines or "Traceback" in printed:
        yield f"{label}: more than {lines} lines, or a traceback: {printed!r}"
    if _random_state() != before:
        yield f"{label}: the checker moved the global random numbers on"


def _random_state() -> tuple:
    numbers = np.random.get_state()[1]  # noqa: NPY002 (a lesson's NumPy may use it)
    return random.getstate(), numbers.tobytes(), torch.get_rng_state().numpy().tobytes()


_WRONG_VALUES = [
    "a word",
    "",
    -987654321,
    0.123,
    float("nan"),
    float("inf"),
    True,
    (),
    ("a", "b"),
    ([1], [2]),
    ["a", "b"],
    {},
    torch.tensor([0.25, 0.75]),
    print,
]


def _nearly(right: object) -> list[object]:
    """Return answers that become right if somebody rounds them down."""
    if isinstance(right, tuple) and all(isinstance(part, int) for part in right):
        parts = [part + 0.4 for part in right]
        return [tuple(parts), parts, torch.tensor(parts)]
    return [right + 0.4] if isinstance(right, int) else []


def _raises(*args):
    raise RuntimeError("broken on purpose\nin two lines")


# What isn't even like a right answer; the mutants are.
_WRONG_FUNCTIONS = {
    "a number instead of a function": 42,
    "a word instead of a function": "conv2d",
    "raises": _raises,
    "returns a list of words": lambda *args: ["a", "list"],
    "returns a word": lambda *args: "a word",
    "returns a function": lambda *args: print,
    "takes nothing": lambda: 0,
    "takes too much": lambda a, b, c, d, e, f, g, h, i, j, k: 0,
}
