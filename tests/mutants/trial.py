"""Offer mutants to the checks, and count what is said about them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any
from unittest import mock

import torch
from checkers import judged

from lessons_lib.checks.judge import Status, Verdict, attempts
from lessons_lib.runtime import threads
from mutants.behavior import misbehaving
from mutants.comparison import copied, equivalent
from mutants.inputs import random_inputs
from mutants.solutions import Exercise
from mutants.source import mutated
from mutants.values import miscounted, neighbors

__all__ = ["Report", "in_full", "in_short", "names_mistake", "tried"]

# Exercises whose functions have to let gradients pass.
GRADIENTS = {
    "batchnorm.batch_norm",
    "gates.attend",
    "gates.gru_cell",
    "gates.lstm",
    "inception.pointwise",
    "residual.pre_activation",
    "residual.zero_padded",
    "recurrence.run_cell",
}
ANY_ORDER = {"pooling.hopeless"}  # several numbers that are a set
INPUTS = 40  # random inputs on which an equivalent mutant agrees with the solution
SECONDS = 0.5  # that one call of a mutated function may take
# Words of a message that name a fault of form; everything else is a verdict's mistake.
FORM = ("returned", "raised", "should be", "changed its input", "was stopped")


@dataclass
class Report:
    """What a check said about the mutants of its exercise."""

    exercise: Exercise
    said: list[tuple[str, Verdict]] = field(default_factory=list)
    survived: list[str] = field(default_factory=list)
    wrong_words: list[str] = field(default_factory=list)

    @property
    def killed(self) -> int:
        return len(self.said)

    @property
    def mutants(self) -> int:
        return len(self.said) + len(self.survived)

    @property
    def named(self) -> int:
        return sum(names_mistake(verdict) for _, verdict in self.said)

    @property
    def unnamed(self) -> list[str]:
        """What was said without naming a mistake, by mutant."""
        pairs = ((label, v) for label, v in self.said if not names_mistake(v))
        return [f"{label}: {verdict.text}" for label, verdict in pairs]

    def __str__(self) -> str:
        return (
            f"{self.exercise}: killed {self.killed} of {self.mutants}, messages that "
            f"name the mistake {self.named}"
        )


def names_mistake(verdict: Verdict) -> bool:
    """Tell whether a verdict says more than what was given and expected."""
    return bool(verdict.mistake) or any(words in verdict.message for words in FORM)


@cache
def tried(exercise: Exercise) -> Report:
    """Offer every mutant of an exercise's solution to its check."""
    # What autograd imports when it is first used must not count as a mutant's time.
    x = torch.ones(1, requires_grad=True)
    torch.autograd.grad(x, x, torch.ones(1))
    report = Report(exercise)
    mutants = _functions if callable(exercise.right) else _values
    with mock.patch.object(attempts, "SECONDS", SECONDS), threads(1):
        for label, wrong, words in mutants(exercise):
            _try(report, label, wrong, words)
    return report


def _try(report: Report, label: str, wrong: Any, words: str) -> None:
    exercise = report.exercise
    verdict, _ = judged(partial(exercise.check, seed=2), wrong)
    if verdict.status is Status.RIGHT:
        if not _is_right(exercise, wrong):
            report.survived.append(label)
        return
    report.said.append((label, verdict))
    if words not in verdict.text or "the solution passes" in verdict.text:
        report.wrong_words.append(f"{label}: expected {words!r} in {verdict.text!r}")


def _is_right(exercise: Exercise, wrong: Any) -> bool:
    """Tell whether a mutant is no mutant: it does what the solution does."""
    name = str(exercise)
    if name in ANY_ORDER and isinstance(wrong, tuple):
        return set(wrong) == set(exercise.right)
    if not callable(wrong):
        return wrong == exercise.right
    return equivalent(wrong, _right_answers(exercise), gradients=name in GRADIENTS)


@cache
def _right_answers(exercise: Exercise) -> list[tuple]:
    """Return random inputs with what the solution says to them."""
    inputs, right = random_inputs(str(exercise), INPUTS), exercise.right
    return [(args, right(*copied(args))) for args in inputs]


def _functions(exercise: Exercise) -> Iterator[tuple[str, Callable, str]]:
    for label, mutant in mutated(exercise.source):
        try:
            yield label, exercise.run(mutant), ""
        except Exception:  # it can't even be defined
            continue
    gradients = str(exercise) in GRADIENTS
    yield from misbehaving(exercise.right, _calls(exercise), gradients)


def _calls(exercise: Exercise) -> list[tuple]:
    """Return the arguments with which a check calls an answer."""
    calls, right = [], exercise.right

    def recorded(*args):
        calls.append(copied(args))
        return right(*args)

    judged(partial(exercise.check, seed=1), recorded)
    return calls


def _values(exercise: Exercise) -> Iterator[tuple[str, Any, str]]:
    right = exercise.right
    seen = [right]
    mutants = list(neighbors(right))
    if not isinstance(right, str | dict):
        for label, mutant in miscounted(exercise.source):
            try:
                mutants.append((label, exercise.run(mutant)))
            except Exception:  # a division by zero, for example
                continue
    for label, wrong in mutants:
        if wrong not in seen:
            seen.append(wrong)
            yield f"{label} ({wrong!r})", wrong, ""


def in_full(report: Report) -> str:
    """Return a report with every mutant that survived or wasn't named."""
    found = (
        ("survived", report.survived),
        ("wrong words", report.wrong_words),
        ("not named", report.unnamed),
    )
    lines = [f"    {kind}: {one}" for kind, ones in found for one in ones]
    return "\n".join([str(report), *(" | ".join(n.splitlines()) for n in lines)])


def in_short(reports: list[Report]) -> list[str]:
    """Return the totals of each lesson, and the checks that name the least."""
    lessons: dict[str, list[Report]] = {}
    for report in reports:
        lessons.setdefault(str(report.exercise).partition(".")[0], []).append(report)
    lines = [_total(lesson, its) for lesson, its in lessons.items()]
    worst = sorted(reports, key=lambda r: r.named / max(r.killed, 1))[:3]
    return [*lines, _total("all", reports), "Least named:", *map(str, worst)]


def _total(name: str, reports: list[Report]) -> str:
    killed, mutants, named = (
        sum(getattr(report, count) for report in reports)
        for count in ("killed", "mutants", "named")
    )
    return (
        f"{name}: killed {killed} of {mutants}, messages that name the mistake {named}"
    )
