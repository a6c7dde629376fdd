"""Looking inside a network: sizes, parameters, multiply-adds, activations."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from functools import partial
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

__all__ = [
    "Layer",
    "ReceptiveField",
    "class_heat",
    "evaluation_mode",
    "joined_field",
    "layer_table",
    "mac_count",
    "output_size",
    "parameter_count",
    "receptive_field",
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


@contextmanager
def evaluation_mode(model: nn.Module) -> Iterator[None]:
    """Keep all layers in evaluation mode while the context is open.

    Args:
        model: any module; afterwards each of its layers is in the mode it was in.
    """
    training = [layer for layer in model.modules() if layer.training]
    model.eval()
    try:
        yield
    finally:
        for layer in training:
            layer.training = True


def mac_count(model: Callable, *inputs: Tensor) -> int:
    """Count the multiply-adds of one forward pass, as PyTorch's flop counter sees them.

    A module computes in evaluation mode, so that it stays as it is.

    Args:
        model: a module or a function of convolutions, linear layers, matrix products.
        inputs: what the model takes, batch dimension included.

    Returns:
        Multiply-adds; one multiply-add is two of the counter's operations.
    """
    counter = FlopCounterMode(display=False)
    as_it_is = evaluation_mode(model) if isinstance(model, nn.Module) else nullcontext()
    with as_it_is, counter, torch.no_grad():
        model(*inputs)
    return counter.get_total_flops() // 2


@contextmanager
def record_activations(
    model: nn.Module, names: Iterable[str] | None = None
) -> Iterator[dict[str, Tensor]]:
    """Keep the output of every innermost layer while the context is open.

    Args:
        model: any module.
        names: of the layers to watch, as ``named_modules`` has them; None watches those
            that hold no other layers.

    Yields:
        A dict from layer name to the output of its latest call, filled as the model
        runs, in order of the first calls. The hooks are removed at the end of the
        context, also after an error.
    """
    outputs: dict[str, Tensor] = {}
    layers = dict(model.named_modules())
    if names is None:
        names = [name for name, layer in layers.items() if _is_innermost(layer)]

    def keep(_layer, _inputs, output, *, name):
        outputs[name] = output

    with ExitStack() as hooks:
        for name in names:
            keep_output = partial(keep, name=name)
            hooks.enter_context(layers[name].register_forward_hook(keep_output))
        yield outputs


def _is_innermost(layer: nn.Module) -> bool:
    return next(layer.children(), None) is None


class Layer(NamedTuple):
    """One row of a layer table."""

    name: str
    kind: str
    output_shape: tuple[int, ...]
    parameters: int
    macs: int


def layer_table(
    model: nn.Module, inputs: Tensor, depth: int | None = None
) -> list[Layer]:
    """List the layers of a model in the order in which data passes them.

    The data passes in evaluation mode, so that the model stays as it is.

    Args:
        model: any module.
        inputs: one batch, for example zeros of shape (1, 1, 28, 28); on the meta device
            shapes are followed, nothing is computed.
        depth: None lists the innermost layers; 1 the model's direct children, each with
            all that is inside it as one row; 2 their children, and so on.

    Returns:
        One row per layer: name, kind, shape of its output (of the first one, if it has
        several), parameters, multiply-adds for this batch. What ``forward`` does
        outside of the layers is not counted; a layer that is not called has no row.

    Raises:
        ValueError: if ``depth`` is below 1.
    """
    if depth is not None and depth < 1:
        raise ValueError(
            f"layer_table() got depth={depth}; it needs at least 1, or None for the "
            "innermost layers."
        )

    layers = dict(model.named_modules())
    levels = {name: name.count(".") + 1 if name else 0 for name in layers}
    listed = [
        name
        for name, layer in layers.items()
        if levels[name] == depth
        or (_is_innermost(layer) and (depth is None or levels[name] < depth))
    ]
    counter = FlopCounterMode(display=False)
    with (
        evaluation_mode(model),
        record_activations(model, listed) as outputs,
        counter,
        torch.no_grad(),
    ):
        model(inputs)
    counts = counter.get_flop_counts()
    root, rows = type(model).__name__, []
    for name, output in outputs.items():
        flops = counts.get(f"{root}.{name}" if name else root, {})
        first = output[0] if isinstance(output, tuple) else output
        kind, shape = type(layers[name]).__name__, tuple(first.shape)
        parameters, macs = parameter_count(layers[name]), sum(flops.values()) // 2
        rows.append(Layer(name, kind, shape, parameters, macs))
    return rows


def class_heat(maps: Tensor, gradients: Tensor) -> Tensor:
    """Weigh feature maps by a class's gradients, as Grad-CAM does, for a batch.

    Args:
        maps: (N, C, H, W).
        gradients: of each picture's logit with respect to its maps, the same shape.

    Returns:
        The places that speak for the class, (N, H, W), none of them negative.
    """
    return torch.einsum("nc,nchw->nhw", gradients.mean(dim=(2, 3)), maps).relu()


class ReceptiveField(NamedTuple):
    """What the values of a feature map see along one side of the input.

    Attributes:
        name: the layer that made the map.
        size: pixels that one value sees.
        jump: pixels between the centers of neighboring values.
        center: where the first value looks, in pixels; 0 is the first pixel.
    """

    name: str
    size: int
    jump: int
    center: float

    def span(self, index: int = 0) -> tuple[float, float]:
        """Return the first and last pixel that value number ``index`` sees.

        Args:
            index: 0 is the first value of the map along this side.

        Returns:
            Both ends; one that lies outside the input lies in the padding.
        """
        middle = self.center + index * self.jump
        return middle - (self.size - 1) / 2, middle + (self.size - 1) / 2


_INPUT = ReceptiveField("input", 1, 1, 0.0)
_WINDOWED = (
    *(nn.Conv1d, nn.Conv2d, nn.Conv3d),
    *(nn.MaxPool1d, nn.MaxPool2d, nn.MaxPool3d),
    *(nn.AvgPool1d, nn.AvgPool2d, nn.AvgPool3d),
)
# In evaluation, each of their values comes from one value of the map before.
_POINTWISE = (
    *(nn.Identity, nn.ReLU, nn.LeakyReLU, nn.GELU, nn.SiLU, nn.Sigmoid, nn.Tanh),
    *(nn.Dropout, nn.Dropout2d, nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d),
)


def receptive_field(
    layers: nn.Module | Iterable[nn.Module],
    start: ReceptiveField = _INPUT,
    axis: int = -1,
) -> list[ReceptiveField]:
    """Follow the receptive field through a chain of layers.

    Args:
        layers: an ``nn.Sequential``, one layer, or several, in the order in which data
            passes them: convolutions, poolings, and layers that work value by value.
        start: where the chain begins: the input, or what another chain ended with.
        axis: the side, counted from the last: -1 is the width, -2 the height.

    Returns:
        ``start``, then one field per layer; ``[-1]`` is what the whole chain sees. For
        parallel branches, follow each one and give the ends to ``joined_field``.

    Raises:
        ValueError: if a layer has no window that could be followed.
    """
    fields = [start]
    for name, layer in _chain(layers):
        _, size, jump, center = fields[-1]
        if isinstance(layer, _WINDOWED):
            kernel_size, stride, before, dilation = _window(layer, axis)
            size += dilation * (kernel_size - 1) * jump
            center += (dilation * (kernel_size - 1) / 2 - before) * jump
            jump *= stride
        elif not isinstance(layer, _POINTWISE):
            raise ValueError(
                f"receptive_field() can't follow layer {name} "
                f"({type(layer).__name__}): it knows convolutions, poolings and layers "
                "that work value by value. Give it the layers in front of this one, or "
                "follow the branches of a block one by one and use joined_field()."
            )
        fields.append(ReceptiveField(name, size, jump, center))
    return fields


def joined_field(*branches: ReceptiveField) -> ReceptiveField:
    """Tell what a value sees after parallel branches are added or concatenated.

    Args:
        branches: the last field of each branch.

    Returns:
        The smallest field that covers all of them, named "joined".

    Raises:
        ValueError: if there is no branch, or the maps don't lie on the same grid.
    """
    if len({field.jump for field in branches}) != 1:
        raise ValueError(
            "joined_field() needs branches with one and the same jump; got "
            f"{[field.jump for field in branches]}. Give all branches the same stride."
        )
    first = min(field.span()[0] for field in branches)
    last = max(field.span()[1] for field in branches)
    size = int(last - first) + 1
    return ReceptiveField("joined", size, branches[0].jump, (first + last) / 2)


def _chain(layers, prefix: str = "") -> Iterator[tuple[str, nn.Module]]:
    """Yield the names and layers of a chain, those of inner chains included."""
    if isinstance(layers, nn.Module) and not isinstance(layers, nn.Sequential):
        layers = [layers]
    for number, layer in enumerate(layers):
        name = f"{prefix}{number}"
        if isinstance(layer, nn.Sequential):
            yield from _chain(layer, f"{name}.")
        else:
            yield name, layer


def _window(layer: Any, axis: int) -> tuple[int, int, int, int]:
    """Return kernel size, stride, padding before and dilation along one axis."""

    def along(value: int | tuple[int, ...]) -> int:
        return value[axis] if isinstance(value, tuple) else value

    kernel_size = along(layer.kernel_size)
    dilation = along(getattr(layer, "dilation", 1))
    before = layer.padding
    if isinstance(before, str):
        before = dilation * (kernel_size - 1) // 2 if before == "same" else 0
    return kernel_size, along(layer.stride), along(before), dilation
