"""Repeatable runs: seeds, threads, device; and whether a person is watching."""

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch

__all__ = ["live", "seed_shift", "seeds", "setup", "threads"]

# Sums of floating-point numbers depend on how many threads share the work. With a
# fixed number, two machines with the same kind of processor get the same bits.
THREADS = 2


def setup(seed: int, threads: int | None = None) -> torch.device:
    """Seed every random generator, fix threads and algorithms, set the figure style.

    Args:
        seed: whole number, 0 or larger, from which every random number follows.
        threads: among how many threads PyTorch shares its work; None takes two, or what
            the environment variable ``LESSONS_THREADS`` says.

    Returns:
        The device to train on: the one named by the environment variable
        ``LESSONS_DEVICE`` (``"cuda"``, ``"mps"``), else the processor.

    Raises:
        ValueError: if ``seed`` is not a whole number of at least 0, or an environment
            variable of the course holds what it can't mean.
    """
    from lessons_lib.figures.style import apply_style  # here: only lessons need figures

    if not isinstance(seed, int) or isinstance(seed, bool) or seed < 0:
        raise ValueError(
            f"setup() got seed={seed!r}; it needs a whole number of at least 0, "
            "for example setup(seed=1)."
        )
    seed += seed_shift()
    random.seed(seed)
    np.random.seed(seed % 2**32)  # noqa: NPY002  (libraries still draw from it)
    torch.manual_seed(seed)
    if threads is None:  # the variable is for trials
        threads = _whole_number("LESSONS_THREADS", THREADS, least=1)
    torch.set_num_threads(threads)
    # cuBLAS reads this variable when it starts and is not deterministic without it.
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.use_deterministic_algorithms(True)
    # Else PyTorch also fills every new tensor with NaN, to make mistakes in its own
    # code visible: a sixth of the time of a training, and not a bit of difference.
    deterministic: Any = torch.utils.deterministic  # its type doesn't list the setting
    deterministic.fill_uninitialized_memory = False
    apply_style()
    return _device()


def _device() -> torch.device:
    named = os.environ.get("LESSONS_DEVICE", "").strip() or "cpu"
    try:
        device = torch.device(named)
        torch.empty(0, device=device)
        return device
    except (RuntimeError, AssertionError):  # no device, or none that is here
        raise ValueError(
            f"LESSONS_DEVICE={named!r} names no device of this machine; set it to cpu, "
            "cuda or mps, or unset it to use the processor."
        ) from None


def seeds(count: int) -> tuple[int, ...]:
    """Return the seeds of a contest: 1, 2, 3 and so on.

    The environment variable ``LESSONS_SEED_SHIFT`` is added to each of them, and to the
    seed of ``setup``: ``make referee`` repeats a lesson with other random numbers and
    looks whether its claims still hold.

    Args:
        count: how many, at least 1.

    Returns:
        As many whole numbers, all different.

    Raises:
        ValueError: if ``count`` is below 1, or the variable holds no whole number.
    """
    if count < 1:
        raise ValueError(f"seeds() got count={count}; it needs at least 1.")
    first = 1 + seed_shift()
    return tuple(range(first, first + count))


def seed_shift() -> int:
    """Return what ``LESSONS_SEED_SHIFT`` adds to every seed; 0 if it isn't set.

    Raises:
        ValueError: if the variable holds something else than a whole number from 0 up.
    """
    return _whole_number("LESSONS_SEED_SHIFT", 0)


def _whole_number(variable: str, usual: int, least: int = 0) -> int:
    said = os.environ.get(variable, "").strip() or str(usual)
    if not said.isdecimal() or int(said) < least:
        raise ValueError(
            f"{variable}={said!r} is not a whole number of at least {least}; set it to "
            "one, or unset it."
        )
    return int(said)


@contextmanager
def threads(count: int) -> Iterator[None]:
    """Let PyTorch share its work among so many threads inside a ``with`` block.

    Args:
        count: threads, at least 1. For small networks one is often the fastest, as
            sharing the work costs time, too.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def live() -> bool:
    """Tell whether a person sits before this notebook.

    Where people work, each run says which cell it runs: JupyterLab, Notebook 7 and
    VS Code as ``cellId``, Colab as ``colab.cell_id``, Databricks as ``commandId``.
    nbclient, nbval and papermill, which execute notebooks unattended, don't.

    Returns:
        True in a live notebook; False when executed unattended or outside a notebook.
    """
    from IPython import get_ipython

    kernel = getattr(get_ipython(), "kernel", None)
    if kernel is None:
        return False
    about = kernel.get_parent("shell").get("metadata") or {}
    colab = about.get("colab") or {}
    return bool(about.get("cellId") or about.get("commandId") or colab.get("cell_id"))
