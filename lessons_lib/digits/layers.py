"""A network as a list of layers that any language can compute."""

import base64
import contextlib
import operator
from itertools import pairwise
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, fx, nn

__all__ = ["layers_of"]

KNOWN = (
    "Conv2d (square kernel, stride 1, padded with zeros), MaxPool2d(n), ReLU, Flatten, "
    "Linear, Dropout, and a number added, subtracted, multiplied or divided by"
)
# What a forward() may call in place of a layer.
AS_LAYER: dict[Any, Any] = {
    F.dropout: lambda *_, **__: nn.Identity(),  # a reader that is asked has none
    F.max_pool2d: nn.MaxPool2d,
    F.relu: nn.ReLU,
    torch.flatten: nn.Flatten,
    torch.relu: nn.ReLU,
    "flatten": nn.Flatten,
    "relu": nn.ReLU,
    "reshape": nn.Flatten,
    "view": nn.Flatten,
}
ARITHMETIC: dict[Any, Any] = {
    operator.add: lambda number: {"factor": 1, "shift": number},
    operator.sub: lambda number: {"factor": 1, "shift": -number},
    operator.mul: lambda number: {"factor": number, "shift": 0},
    operator.truediv: lambda number: {"factor": 1 / number, "shift": 0},
}
MEASURING = {"size", getattr, operator.getitem}  # as in x.view(x.shape[0], -1)


def layers_of(model: nn.Module) -> list[dict[str, Any]]:
    """Describe a chain of layers by text and numbers alone, as JSON holds them.

    Args:
        model: a network whose ``forward`` is a chain: each layer gets what the one
            before gave. It may call functions such as ``F.relu``, too.

    Returns:
        A dictionary for each layer: its ``kind`` and what it needs. Weights are in
        base64, 16 bits each (half precision, lowest byte first).

    Raises:
        ValueError: a layer is of another kind, or the network is no chain.
    """
    try:
        graph = fx.symbolic_trace(model).graph
    except Exception as error:  # whatever a forward() does with what it can't handle
        raise ValueError(
            f"the way through {type(model).__name__} can't be followed: {error}. The "
            f"pad computes chains of these layers: {KNOWN}."
        ) from error
    nodes = [node for node in graph.nodes if node.target not in MEASURING]
    layers = []
    for before, node in pairwise(nodes):
        layer = _layer(model, node) if node.args[:1] == (before,) else None
        if layer is None:
            raise ValueError(
                f"the pad can't compute {_name(model, node)}. It computes chains of "
                f"these layers: {KNOWN}."
            )
        layers.append(layer)
    return layers[:-1]  # the last node hands the logits out


def _name(model: nn.Module, node: fx.Node) -> str:
    if node.op == "call_module":
        return f"the layer {node.target}, {model.get_submodule(str(node.target))}"
    return f"the step {node.name!r} of {type(model).__name__}"


def _layer(model: nn.Module, node: fx.Node) -> dict[str, Any] | None:
    if node.op == "output":
        return {}
    if node.op == "call_module":
        return _description(model.get_submodule(str(node.target)))
    if node.target in AS_LAYER:
        with contextlib.suppress(TypeError):  # a view of other shape than a layer's
            return _description(AS_LAYER[node.target](*node.args[1:], **node.kwargs))
    if node.target in ARITHMETIC and isinstance(node.args[1], int | float):
        return {"kind": "affine", **ARITHMETIC[node.target](node.args[1])}
    return None


def _description(layer: nn.Module) -> dict[str, Any] | None:
    match layer:
        case nn.Conv2d(
            kernel_size=(height, width),
            padding=(int(above), int(left)),
            stride=(1, 1),
            dilation=(1, 1),
            groups=1,
            padding_mode="zeros",
        ) if height == width and above == left:
            sizes = {"inputs": layer.in_channels, "outputs": layer.out_channels}
            shape = {**sizes, "kernel": height, "padding": above}
            return {"kind": "conv", **shape, **_weights(layer)}
        case nn.MaxPool2d(
            kernel_size=int(size), padding=0, dilation=1, ceil_mode=False
        ) if layer.stride == size:
            return {"kind": "pool", "size": size}
        case nn.Linear():
            return {"kind": "linear", **_weights(layer)}
        case nn.ReLU():
            return {"kind": "relu"}
        case nn.Flatten() | nn.Dropout() | nn.Identity():
            return {"kind": "same"}  # as values come one after the other anyway
    return None


def _weights(layer: nn.Conv2d | nn.Linear) -> dict[str, str]:
    bias = torch.zeros(len(layer.weight)) if layer.bias is None else layer.bias
    return {"weight": _base64(layer.weight), "bias": _base64(bias)}


def _base64(numbers: Tensor) -> str:
    halves = numbers.detach().cpu().numpy().astype("<f2")
    return base64.b64encode(halves.tobytes()).decode("ascii")
