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
from torch import Tensor

import lessons_lib.checks
from lessons_lib.checks.judge import Status, Verdict

__all__ = ["Checker", "checkers", "find_faults", "judged", "lesson_modules"]

Checker = Callable[..., Verdict]

_MAX_LINES = 3


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
        wrong_functions = _wrong_functions(checker, right)
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
    if printed.count("\n") > _MAX_LINES or "Traceback" in printed:
        yield f"{label}: more than {_MAX_LINES} lines, or a traceback: {printed!r}"
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


def _wrong_functions(checker: Checker, right: Callable) -> Iterator[tuple]:
    """Yield (label, function): what can go wrong in any function of a learner."""
    calls = []

    def recorded(*args):
        calls.append((args, right(*args)))
        return calls[-1][1]

    judged(checker, recorded)

    def raises(*args):
        raise RuntimeError("broken on purpose\nin two lines")

    yield "a number instead of a function", 42
    yield "a word instead of a function", "conv2d"
    yield "raises", raises
    yield "returns a list of words", lambda *args: ["a", "list"]
    yield "returns a word", lambda *args: "a word"
    yield "returns itself", lambda *args: right
    yield "takes nothing", lambda: 0
    yield "takes too much", lambda a, b, c, d, e, f, g, h, i, j, k: 0
    for label, change in _CHANGES.items():
        changed = [_change(result, change) for _, result in calls]
        if any(change is not None for change in changed):
            yield f"returns {label}", _then(right, change)
    if any(args for args, _ in calls):
        first = calls[0][1]
        yield "returns the first result always", lambda *args: first
    if any(isinstance(value, Tensor) for args, _ in calls for value in args):
        yield "changes its input", _spoils_input(right)


def _then(right: Callable, change: Callable) -> Callable:
    def answer(*args):
        result = right(*args)
        changed = _change(result, change)
        return result if changed is None else changed

    return answer


def _spoils_input(right: Callable) -> Callable:
    def answer(*args):
        result = right(*args)
        with torch.no_grad():
            for value in args:
                if isinstance(value, Tensor):
                    value.add_(1)
        return result

    return answer


def _change(result: object, change: Callable[[Tensor], Tensor | None]) -> object:
    """Change a tensor, a number, or the first of several results; None: can't."""
    if isinstance(result, Tensor):
        return change(result)
    if isinstance(result, tuple) and result:
        first = _change(result[0], change)
        return None if first is None else (first, *result[1:])
    if isinstance(result, int | float):
        return change(torch.tensor(float(result), dtype=torch.float64))
    return None


_CHANGES = {
    "an extra axis": lambda x: torch.stack([x, x]),
    "one value for all": lambda x: x.double().mean() if x.numel() > 1 else None,
    "no value": lambda x: x.new_zeros(0),
    "whole numbers": lambda x: x.long() if x.ndim and x.is_floating_point() else None,
    "complex numbers": lambda x: x.to(torch.complex128) + 1j,
    "nan": lambda x: torch.full_like(x, torch.nan) if x.is_floating_point() else None,
    "infinity": lambda x: torch.full_like(x, torch.inf) if _finite(x) else None,
    "another sign": lambda x: -x - 1 if x.dtype != torch.bool else ~x,
    "its negative": lambda x: -x if x.dtype != torch.bool and x.any() else None,
    "slightly more": lambda x: x + 0.01 if x.is_floating_point() else None,
}


def _finite(x: Tensor) -> bool:
    return x.is_floating_point() and bool(x.isfinite().any())
