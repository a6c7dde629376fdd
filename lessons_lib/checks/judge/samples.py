"""Inputs to compare functions on."""

import contextlib
from collections.abc import Iterator

import torch
from torch import Tensor

__all__ = ["default_dtype_of", "randn"]

_SMALL = 24  # values that a message can show and a learner can compute with by hand


def randn(*shape: int, seed: int = 0) -> Tensor:
    """Draw float64 numbers from a normal distribution, the same for the same seed.

    Args:
        shape: the sizes of the tensor.
        seed: whole number from which the numbers follow.

    Returns:
        A tensor of this shape; a small one has one digit behind the point. The global
        random state stays as it is.
    """
    generator = torch.Generator().manual_seed(seed)
    values = torch.randn(*shape, generator=generator, dtype=torch.float64)
    return values.round(decimals=1) if values.numel() <= _SMALL else values


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
