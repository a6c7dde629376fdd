"""A network from left to right: its layers, and the shape of what lies between them."""

from collections.abc import Iterator, Mapping
from math import log2, sqrt
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from torch import Tensor, nn

from lessons_lib.anatomy import layer_table

from .diagrams import arrow
from .style import INK, axes_or_new

__all__ = ["architecture"]

_TALLEST = 0.52  # of a map, in units of one column
_SHEETS, _STEP = 8, 0.036  # of a stack, at most, and from one to the next
_PER_ROW = 8  # stacks side by side, at most
# Layers that compute no sum stand in one group with the layer before them.
_JOINED = (nn.ReLU, nn.Tanh, nn.Sigmoid, nn.GELU, nn.Dropout, nn.Flatten)
_NAMES = {
    "BatchNorm2d": "batch norm",
    "BatchNorm1d": "batch norm",
    "Linear": "linear",
    "Flatten": "flatten",
    "Tanh": "tanh",
    "Sigmoid": "sigmoid",
    "Dropout": "dropout",
}


class _Stage(NamedTuple):
    """What lies between two groups of layers, and the layers that made it."""

    layers: list[str]
    shape: tuple[int, ...]


def architecture(
    model: nn.Module,
    inputs: Tensor,
    ax: Axes | None = None,
    *,
    depth: int | None = None,
    names: Mapping[str, str] | None = None,
) -> Axes:
    """Draw a network with the shapes of a real run, one stack for each stage.

    A stack's height stands for the height and width of its maps, its thickness for
    the number of its channels; vectors are bars. Activations, normalization, and
    dropout are written below the layer that they follow.

    Args:
        model: a network whose layers follow one another; blocks may branch inside.
        inputs: a batch of pictures, for example zeros (1, 1, 28, 28).
        ax: where to draw; None makes a new figure, in several rows if need be.
        depth: as in `layer_table`: 1 draws each direct child of the model as one layer.
        names: name of a layer in the model -> what to write for it.

    Returns:
        The axes.
    """
    stages = list(_stages(model, inputs, depth, names or {}))
    rows = -(-len(stages) // _PER_ROW)
    columns = -(-len(stages) // rows)
    ax = axes_or_new(ax, min(0.95 * columns, 6.5) + 0.1, 1.7 * rows)
    largest = max(shape[1] for _, shape in stages if len(shape) == 3)
    for place, (layers, shape) in enumerate(stages):
        x, y = place % columns, 1.5 * (place // columns)
        if len(shape) == 3:
            _maps(ax, x, y, shape, largest)
        else:
            _vector(ax, x, y, shape)
        below, above = " x ".join(map(str, shape)), "\n".join(layers) or "input"
        ax.text(x, y + 0.42, below, ha="center", va="top", fontsize=7.5)
        ax.text(x, y - 0.42, above, ha="center", va="bottom", fontsize=7.5)
        if place:
            arrow(ax, (x - 0.62, y), (x - 0.38, y), zorder=3)
    ax.set(xlim=(-0.6, columns - 0.4), ylim=(1.5 * rows - 0.9, -0.85))
    ax.set_axis_off()
    return ax


def _stages(
    model: nn.Module, inputs: Tensor, depth: int | None, names: Mapping[str, str]
) -> Iterator[_Stage]:
    layers = dict(model.named_modules())
    stages = [_Stage([], tuple(inputs.shape[1:]))]
    for row in layer_table(model, inputs, depth):
        layer, shape = layers[row.name], row.output_shape[1:]
        label = names.get(row.name, _label(layer))
        norm = isinstance(layer, nn.modules.batchnorm._BatchNorm)
        if len(stages) > 1 and (norm or isinstance(layer, _JOINED)):
            last = stages.pop()
            stages.append(_Stage([*last.layers, label], shape))
        else:
            stages.append(_Stage([label], shape))
    yield from stages


def _label(layer: nn.Module) -> str:
    kind = type(layer).__name__
    size = getattr(layer, "kernel_size", None)
    if isinstance(layer, nn.Conv2d):
        stride = f", stride {layer.stride[0]}" if layer.stride[0] > 1 else ""
        return f"conv {layer.kernel_size[0]} x {layer.kernel_size[1]}{stride}"
    if isinstance(layer, nn.MaxPool2d | nn.AvgPool2d):
        return f"{'max' if isinstance(layer, nn.MaxPool2d) else 'mean'}-pool {size}"
    if isinstance(layer, nn.AdaptiveAvgPool2d):
        return "global mean"
    return _NAMES.get(kind, kind)


def _maps(ax: Axes, x: float, y: float, shape: tuple[int, ...], largest: int) -> None:
    channels, height, _ = shape
    side = max(0.12, _TALLEST * sqrt(height / largest))
    sheets = min(_SHEETS, max(1, round(1 + log2(channels))))
    for sheet in reversed(range(sheets)):
        shift = _STEP * (sheet - (sheets - 1) / 2)
        corner = x - side / 2 + shift, y - side / 2 - shift
        above = 3 - sheet / 10
        square = Rectangle(corner, side, side, fc="white", zorder=above)
        square.set(edgecolor=INK["train"], linewidth=0.9)
        ax.add_patch(square)


def _vector(ax: Axes, x: float, y: float, shape: tuple[int, ...]) -> None:
    height = min(0.7, 0.12 + 0.055 * log2(max(shape[-1], 1)))  # clear of the labels
    bar = Rectangle((x - 0.06, y - height / 2), 0.12, height, fc="0.92")
    bar.set_edgecolor(INK["test"])
    ax.add_patch(bar)
