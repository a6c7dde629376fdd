"""Random inputs: fresh ones for each call of a check, unless they are to stay."""

import contextlib
import contextvars
from collections.abc import Callable, Iterator

import torch
from torch import Tensor

__all__ = [
    "default_dtype_of",
    "drawn_with",
    "fixed",
    "generator",
    "randn",
    "seed_in_use",
]

_SMALL = 24  # values that a message can show and a learner can compute with by hand
_seed = contextvars.ContextVar("seed of the check that runs", default=0)


@contextlib.contextmanager
def drawn_with(seed: int) -> Iterator[None]:
    """Let all inputs follow from a seed while the context is open.

    Args:
        seed: whole number of at most 32 bits; 0 for those that are always the same.
    """
    token = _seed.set(seed)
    try:
        yield
    finally:
        _seed.reset(token)


def seed_in_use() -> int:
    """Return the seed that inputs follow from, 0 if they are always the same."""
    return _seed.get()


def fixed(case: Callable[..., tuple], *arguments: int, **more: float) -> tuple:
    """Build a case that is the same on every run, as the first one should be.

    Args:
        case: builds a case with `randn`.
        arguments: what to call it with.
        more: keyword arguments.

    Returns:
        The case.
    """
    with drawn_with(0):
        return case(*arguments, **more)


def generator(seed: int = 0) -> torch.Generator:
    """Return a source of random numbers for the check that runs.

    Args:
        seed: whole number of at most 16 bits, another one for each of its tensors.

    Returns:
        The generator. The global random state stays as it is.
    """
    return torch.Generator().manual_seed((_seed.get() << 16) + seed)


def randn(*shape: int, seed: int = 0) -> Tensor:
    """Draw float64 numbers from a normal distribution.

    Args:
        shape: the sizes of the tensor.
        seed: as in `generator`.

    Returns:
        A tensor of this shape. A small one that is always the same has one digit behind
        the point; fresh numbers are never rounded, so that no two of them are equal.
    """
    values = torch.randn(*shape, generator=generator(seed), dtype=torch.float64)
    round_off = values.numel() <= _SMALL and not _seed.get()
    return values.round(decimals=1) if round_off else values


@contextlib.contextmanager
def default_dtype_of(case: tuple) -> Iterator[None]:
    """Let new tensors be like those of a case, as float32 ones are in the lessons.

    Args:
        case: a tuple of arguments.
    """
    dtypes = [v.dtype for v in case if isinstance(v, Tensor) and v.is_floating_point()]
    usual = torch.get_default_dtype()
    torch.set_default_dtype(dtypes[0] if dtypes else usual)
    try:
        yield
    finally:
        torch.set_default_dtype(usual)
