"""Looking inside a network: sizes, parameters, multiply-adds, activations."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

__all__ = [
    "Layer",
    "layer_table",
    "mac_count",
    "output_size",
    "parameter_count",
    "record_activations",
]


def output_size(
    size: int, kernel_size: int, stride: int = 1, padding: int = 0, dilation: int = 1
) -> int:
    """Count the positions that a window takes along one side of an image.

    Args:
        size: pixels along that side.
        kernel_size: weights along that side, at least 1.
        stride: pixels from one position to the next, at least 1.
        padding: pixels added at each of the two ends.
        dilation: pixels from one weight to the next, at least 1.

    Returns:
        floor((size + 2 padding - dilation (kernel_size - 1) - 1) / stride) + 1.

    Raises:
        ValueError: if the window doesn't fit, or an argument is out of range.
    """
    if min(size, kernel_size, stride, dilation) < 1 or padding < 0:
        raise ValueError(
            "output_size() needs size, kernel_size, stride and dilation of at least 1 "
            f"and padding of at least 0; got size={size}, kernel_size={kernel_size}, "
            f"stride={stride}, padding={padding}, dilation={dilation}."
        )
    reach = dilation * (kernel_size - 1) + 1
    if reach > size + 2 * padding:
        raise ValueError(
            f"a window that reaches over {reach} pixels doesn't fit into {size} pixels "
            f"with {padding} of padding at each end; use a smaller kernel_size or "
            "dilation, or more padding."
        )
    return (size + 2 * padding - reach) // stride + 1


def parameter_count(model: nn.Module) -> int:
    """Count the numbers that training may change.

    Args:
        model: any module; shared parameters count once.

    Returns:
        The number of elements of all parameters that require a gradient.
    """
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


def mac_count(model: nn.Module, *inputs: Tensor) -> int:
    """Count the multiply-adds of one forward pass, as PyTorch's flop counter sees them.

    Args:
        model: any module of convolutions, linear layers and matrix products.
        inputs: what the model takes, batch dimension included.

    Returns:
        Multiply-adds; one multiply-add is two of the counter's operations.
    """
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        model(*inputs)
    return counter.get_total_flops() // 2


@contextmanager
def record_activations(model: nn.Module) -> Iterator[dict[str, Tensor]]:
    """Keep the output of every innermost layer while the context is open.

    Args:
        model: any module; layers that hold no other layers are watched.

    Yields:
        A dict from layer name to the output of its latest call, filled as the model
        runs, in order of the first calls. The hooks are removed at the end, also after
        an error.
    """
    activations: dict[str, Tensor] = {}
    hooks = []
    for name, layer in model.named_modules():
        if next(layer.children(), None) is None:

            def keep(_layer, _inputs, output, name=name):
                activations[name] = output

            hooks.append(layer.register_forward_hook(keep))
    try:
        yield activations
    finally:
        for hook in hooks:
            hook.remove()


class Layer(NamedTuple):
    """One row of a layer table."""

    name: str
    kind: str
    output_shape: tuple[int, ...]
    parameters: int
    macs: int


def layer_table(model: nn.Module, inputs: Tensor) -> list[Layer]:
    """List the innermost layers in the order in which data passes them.

    Args:
        model: any module.
        inputs: one batch, for example zeros of shape (1, 1, 28, 28).

    Returns:
        One row per layer: name, kind, shape of its output, parameters, multiply-adds
        for this batch.
    """
    counter = FlopCounterMode(display=False)
    with record_activations(model) as activations, counter, torch.no_grad():
        model(inputs)
    counts = counter.get_flop_counts()
    root = type(model).__name__
    layers = dict(model.named_modules())
    rows = []
    for name, output in activations.items():
        flops = counts.get(f"{root}.{name}" if name else root, {})
        rows.append(
            Layer(
                name,
                type(layers[name]).__name__,
                tuple(output.shape),
                parameter_count(layers[name]),
                sum(flops.values()) // 2,
            )
        )
    return rows
