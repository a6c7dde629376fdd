"""How much slower than a quiet laptop this machine is now, for limits of time."""

import time
from collections.abc import Callable

import numpy as np

__all__ = ["USUAL", "slowness"]

ROUNDS = 12
LONGEST = 1.0  # seconds to look for; on a loaded machine fewer rounds say enough
USUAL = 0.025  # seconds for a round, on two quiet cores
HIGHEST = 20.0


def slowness(
    work: Callable[[], object] | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> float:
    """Return by what to multiply a limit of time: 1 on a quiet machine, more on a slow.

    Args:
        work: what a round does; None takes a matrix product and a convolution.
        clock: returns seconds.

    Returns:
        From 1 to 20: a faster machine gets no shorter limits, and a hung one an end.
    """
    work = work or _work()
    work()  # the first time costs what later ones don't
    start = clock()
    seconds, rounds = 0.0, 0
    while rounds < ROUNDS and seconds <= LONGEST:
        work()
        seconds, rounds = clock() - start, rounds + 1
    return min(max(seconds / (rounds * USUAL), 1.0), HIGHEST)


def _work() -> Callable[[], object]:
    generator = np.random.default_rng(0)
    square = generator.random((768, 768), dtype=np.float32)
    pictures = generator.random((64, 30, 30), dtype=np.float32)
    kernels = generator.random((16, 3, 3), dtype=np.float32)
    windows = np.lib.stride_tricks.sliding_window_view(pictures, (3, 3), axis=(1, 2))

    def work() -> tuple[np.ndarray, np.ndarray]:
        return square @ square, np.tensordot(windows, kernels, axes=((3, 4), (1, 2)))

    return work
