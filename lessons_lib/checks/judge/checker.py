"""What makes a function that judges an answer a check of an exercise."""

import contextlib
import functools
import random
import secrets
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch

from lessons_lib.checks.judge.grading import grading, insist
from lessons_lib.checks.judge.provenance import look_again, with_provenance
from lessons_lib.checks.judge.samples import drawn_with
from lessons_lib.checks.judge.verdict import Status, Verdict
from lessons_lib.desk.progress import record
from lessons_lib.kernel import watch
from lessons_lib.runtime import live

__all__ = ["checker"]

watch()  # from here on at the latest, the kernel knows which cell set what


def checker(judge: Callable[[Any], Verdict]) -> Callable[..., Verdict]:
    """Make a function that judges an answer a check, which also shows its verdict.

    Args:
        judge: takes a learner's answer and returns the verdict.

    Returns:
        The check. With ``solution=True`` it doesn't repeat the answer: JupyterLab keeps
        a solution folded, but unfolds its output when everything is run. Its inputs are
        drawn anew each time, so that nobody can learn them by heart, unless it is told
        the ``seed``. In grading mode it raises a verdict that isn't right.
    """

    @functools.wraps(judge)
    def check(
        answer: object, *, solution: bool = False, seed: int | None = None
    ) -> Verdict:
        drawn = secrets.randbelow(2**31 - 1) + 1 if seed is None else seed
        with _usual_settings(), drawn_with(drawn):
            verdict = judge(answer)
        if grading():
            insist(verdict)
        return _show_solution(verdict) if solution else _show(verdict, answer, judge)

    return check


def _show_solution(verdict: Verdict) -> Verdict:
    """Show how a solution fares; no box in a notebook: that is the learner's own."""
    if verdict.status is Status.RIGHT:
        verdict = Verdict(Status.RIGHT, "the solution passes this check.")
        if live():
            print("The solution passes.")
            return verdict
    verdict.show()
    return verdict


def _show(judged: Verdict, answer: object, judge: Callable[[Any], Verdict]) -> Verdict:
    """Show a learner's verdict, and write down how far the exercise is."""
    verdict = with_provenance(judged, answer, judge.__name__)
    if live() and verdict.status is not Status.NOT_TRIED:
        lesson = judge.__module__.rpartition(".")[2]
        record(lesson, judge.__name__, verdict.status)
    if box := verdict.show():
        look_again(judged, answer, judge.__name__, box)
    return verdict


@contextlib.contextmanager
def _usual_settings() -> Iterator[None]:
    """Run with the settings PyTorch starts with; leave the learner's as they were."""
    dtype = torch.get_default_dtype()
    python, numpy = random.getstate(), np.random.get_state()  # noqa: NPY002
    try:
        torch.set_default_dtype(torch.float32)
        with (
            torch.random.fork_rng(devices=[]),
            torch.inference_mode(False),
            torch.enable_grad(),
            _on_cpu(),
        ):
            yield
    finally:
        torch.set_default_dtype(dtype)
        random.setstate(python)
        np.random.set_state(numpy)  # noqa: NPY002


def _on_cpu() -> contextlib.AbstractContextManager:
    """Let new tensors be on the CPU; to say so costs time in every call of PyTorch."""
    on_cpu = torch.get_default_device() == torch.device("cpu")
    return contextlib.nullcontext() if on_cpu else torch.device("cpu")
