"""The same random inputs on every run."""

import torch
from torch import Tensor

__all__ = ["randn", "short"]


def randn(*shape: int, seed: int = 0) -> Tensor:
    """Draw float64 numbers from a normal distribution, the same for the same seed.

    Args:
        shape: the sizes of the tensor.
        seed: whole number from which the numbers follow.

    Returns:
        A tensor of this shape; the global random state stays as it is.
    """
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=generator, dtype=torch.float64)


def short(values: Tensor) -> Tensor:
    """Keep one digit behind the point, so that a message can show the numbers.

    Args:
        values: any tensor of floating-point numbers.

    Returns:
        A tensor like it, rounded.
    """
    return (10 * values).round() / 10
