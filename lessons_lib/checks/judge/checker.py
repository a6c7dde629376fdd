"""What makes a function that judges an answer a check of an exercise."""

import contextlib
import functools
import random
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch

from lessons_lib.checks.judge.provenance import with_provenance
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
        a solution folded, but unfolds its output when everything is run.
    """

    @functools.wraps(judge)
    def check(answer: object, *, solution: bool = False) -> Verdict:
        with _usual_settings():
            verdict = judge(answer)
        if solution and verdict.status is Status.RIGHT:
            verdict = Verdict(Status.RIGHT, "the solution passes this check.")
        if not solution:
            verdict = with_provenance(verdict, answer, judge.__name__)
            if live() and verdict.status is not Status.NOT_TRIED:
                lesson = judge.__module__.rpartition(".")[2]
                record(lesson, judge.__name__, verdict.status)
        verdict.show()
        return verdict

    return check


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
            torch.device("cpu"),
        ):
            yield
    finally:
        torch.set_default_dtype(dtype)
        random.setstate(python)
        np.random.set_state(numpy)  # noqa: NPY002
