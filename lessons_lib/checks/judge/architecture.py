"""Find in a network what an exercise asks for, however the network is written.

A shortcut or a pooling may be a module, a function or a plus sign. What they do is the
same: so these probes read the graph that autograd records, and the gradients in it.
"""

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from lessons_lib.checks.judge.behavior import depends

__all__ = ["batch_norm_fault", "pooling_fault", "shortcut_fault"]

# What a shortcut may pass: each output value is a weighted sum of input channels at one
# place, or one of the input values.
_HARMLESS = (
    "Alias",
    "AsStrided",
    "AvgPool2D",
    "BatchNorm",
    "Cat",
    "Clone",
    "ConstantPadNd",
    "CopySlices",
    "NativeBatchNorm",
    "Permute",
    "ReshapeAlias",
    "Slice",
    "ToCopy",
    "Transpose",
    "UnsafeView",
    "View",
)
_WITH_A_CONSTANT = ("Add", "Sub", "Mul", "Div")


def batch_norm_fault(model: nn.Module, pictures: Tensor) -> str:
    """Say whether batch normalization is missing or has no effect.

    In training mode it makes the logits of a picture depend on the rest of its batch,
    and follows mean and variance in buffers; in evaluation mode it uses the buffers.

    Args:
        model: the network.
        pictures: a batch of four or more.

    Returns:
        What is wrong, or "".
    """
    kinds = nn.modules.batchnorm._BatchNorm
    has_layer = any(isinstance(module, kinds) for module in model.modules())
    missing = "there is no nn.BatchNorm2d in it."
    unused = "its batch normalization has no effect: forward has to call the layers."
    other = torch.cat([pictures[:1], pictures[1:].flip(2) * 3 + 1])
    with torch.no_grad():
        model.train()
        before = [buffer.clone() for buffer in model.buffers()]
        torch.manual_seed(0)
        first = model(pictures)[:1]
        followed = [
            buffer
            for buffer, old in zip(model.buffers(), before, strict=True)
            if buffer.is_floating_point() and not torch.equal(buffer, old)
        ]
        torch.manual_seed(0)
        if not depends(first, model(other)[:1]):
            return unused if has_layer else missing
        model.eval()
        logits = model(pictures)
        for buffer in followed:
            buffer += 0.5 + buffer.abs()
        if not followed or not depends(logits, model(pictures)):
            return (
                "it normalizes by the batch in training, and uses no running mean and "
                "variance in evaluation mode, as nn.BatchNorm2d does."
            )
    return ""


def pooling_fault(model: nn.Module, pictures: Tensor) -> str:
    """Say whether global average pooling is missing.

    Behind it all places of a map count the same: the last maps get one and the same
    gradient everywhere. Max pooling rewards one place, a dense layer each in its way.
    At one place the gradient may differ, so that a maximum can stand beside the mean.

    Args:
        model: the network, in evaluation mode.
        pictures: a batch.

    Returns:
        What is wrong, or "".
    """
    with _Maps() as maps:
        logits = model(pictures)
    direction = torch.randn_like(logits)
    found = torch.autograd.grad(logits, maps.seen, direction, allow_unused=True)
    gradient = next((g for g in reversed(found) if g is not None and g.any()), None)
    advice = "nn.AdaptiveAvgPool2d(1) in front of nn.Flatten() takes it."
    if gradient is None:
        return f"there is no mean over whole maps. {advice}"
    # (N, C, H, W) or, with the channels last, (N, H, W, C)
    layouts = gradient.flatten(2), gradient.flatten(1, 2).transpose(1, 2)
    if any(_even(layout) for layout in layouts):
        return ""
    places = layouts[0]
    alone = (places != 0).sum(dim=2) == 1
    # amax shares its gradient out where a whole map is zero.
    shared = places.amax(dim=2) == places.amin(dim=2)
    winners = places.abs().argmax(dim=2)[alone].unique()
    if (alone | shared).all() and len(winners) > 1:
        return f"it takes the maximum of each map; asked is the mean. {advice}"
    return (
        "there is no global average pooling: each place of the last maps counts in its "
        f"own way. {advice}"
    )


def _even(gradients: Tensor) -> bool:
    """Tell whether all places but one have the same gradient, which isn't zero.

    Maps without any gradient don't count: a layer behind may make no use of them.
    """
    # contiguous, because median is wrong about an expanded tensor (PyTorch 2.14)
    gradients = gradients.contiguous()
    usual = gradients.median(dim=2, keepdim=True).values
    scale = gradients.abs().max()
    strangers = ((gradients - usual).abs() > 1e-4 * scale).sum(dim=2)
    used = gradients.any(dim=2)
    return bool((strangers <= 1).all() and used.any() and usual[used].all())


class _Maps(TorchFunctionMode):
    """Keep every map of more than one pixel that a network computes."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[Tensor] = []

    def __torch_function__(self, func, types, args=(), kwargs=None):
        result = func(*args, **(kwargs or {}))
        if (
            isinstance(result, Tensor)
            and result.ndim == 4
            and result.requires_grad
            and result.shape[1:3].numel() > 1
            and result.shape[2:].numel() > 1
        ):
            self.seen.append(result)
        return result


def shortcut_fault(model: nn.Module, pictures: Tensor) -> str:
    """Say whether a residual block is missing.

    In the graph of autograd, a residual block is an addition of two maps, one of which
    is, or is a 1x1 projection of, the map that the other was made of by convolutions.
    Both must count: a branch or a shortcut times zero is none.

    Args:
        model: the network, in evaluation mode and with parameters that hide nothing.
        pictures: a batch.

    Returns:
        What is wrong, or "".
    """
    logits = model(pictures.clone().requires_grad_())
    model.zero_grad()
    (logits * torch.randn_like(logits)).sum().backward(retain_graph=True)
    graph = _Graph(logits.grad_fn)
    additions = [node for node in graph.nodes if _adds_maps(node)]
    sums = [graph.maps_before(node) for node in additions]
    sums = [operands for operands in sums if len(operands) > 1]
    if not sums:
        return (
            "nowhere are two feature maps added: a residual block returns its "
            "input plus what its layers make of it."
        )
    if any(graph.is_residual(a, b) for s in sums for a in s for b in s if a is not b):
        return ""
    return (
        "where two maps are added, neither is the input of the layers that made the "
        "other: a residual block returns its input, unchanged or through one 1 x 1 "
        "convolution, plus what its layers make of it."
    )


def _adds_maps(node: Any) -> bool:
    """Tell whether a step of the graph adds feature maps."""
    name, shape = node.name(), _shape(node)
    if name.startswith("Stack"):  # torch.stack([x, y]).sum(dim=0)
        return len(shape) == 5
    alpha = getattr(node, "_saved_alpha", 1)
    return name.startswith(("Add", "Sub", "Lerp")) and len(shape) == 4 and alpha != 0


def _shape(node: Any) -> torch.Size:
    """Return the shape of what a step made."""
    return node._input_metadata[0].shape


class _Graph:
    """The steps that led to a result, as autograd recorded them."""

    def __init__(self, last: Any) -> None:
        self.nodes: list[Any] = []
        self.before: dict[Any, set] = {}  # step -> all steps before it, and itself
        stack = [(last, False)]
        while stack:
            node, ready = stack.pop()
            if node in self.before:
                continue
            inputs = self.inputs(node)
            if ready:
                self.nodes.append(node)
                self.before[node] = {node}.union(*(self.before[n] for n in inputs))
            else:
                stack += [(node, True), *((n, False) for n in inputs)]

    @staticmethod
    def inputs(node: Any) -> list[Any]:
        return [before for before, _ in node.next_functions if before is not None]

    def maps_before(self, node: Any) -> list[Any]:
        """Return the inputs of a step but parameters and what is made of them."""
        return [n for n in self.inputs(node) if any(map(_sees, self.before[n]))]

    def is_residual(self, shortcut: Any, branch: Any) -> bool:
        for start, projections in self.along(shortcut):
            layers = [
                node
                for node in self.before[branch]
                if _is_convolution(node) and start in self.before[node] - {node}
            ]
            # Where the shape stays, one convolution beside another is a branch, too.
            resized = _shape(start) != _shape(branch)
            least = 1 if resized or not projections else 2
            if len(layers) >= least and any(map(_learns, layers)):
                return True
        return False

    def along(self, node: Any) -> Iterable[tuple[Any, int]]:
        """Go back along a shortcut; yield each step and the projections up to it."""
        projections = 0
        while True:
            yield node, projections
            maps = self.maps_before(node)
            projections += _is_convolution(node)
            if len(maps) != 1 or projections > 1 or not _hands_on(node):
                return
            node = maps[0]


def _sees(node: Any) -> bool:
    """Tell whether a step gets the picture or a map, not parameters alone."""
    if hasattr(node, "variable"):
        return node.variable.ndim == 4 and not isinstance(node.variable, nn.Parameter)
    return _is_convolution(node)


def _is_convolution(node: Any) -> bool:
    return "Convolution" in node.name()


def _learns(convolution: Any) -> bool:
    """Tell whether a gradient other than zero reaches the weights of a convolution."""
    leaves = [getattr(n, "variable", None) for n in _Graph.inputs(convolution)]
    weights = [leaf for leaf in leaves if isinstance(leaf, nn.Parameter)]
    made = len(weights) < len(leaves) - 1  # of other tensors, as by weight_norm
    return made or any(w.grad is not None and bool(w.grad.any()) for w in weights)


def _hands_on(node: Any) -> bool:
    """Tell whether a step may stand on a shortcut."""
    name = node.name().removeprefix("torch::autograd::")
    if _is_convolution(node):  # whose windows don't overlap: nothing is smeared
        size, stride = node._saved_weight.shape[2:], node._saved_stride
        return all(k <= s for k, s in zip(size, stride, strict=True))
    if name.startswith(_WITH_A_CONSTANT):
        factors = (getattr(node, f"_saved_{key}", None) for key in ("self", "other"))
        return all(f is None or bool(torch.as_tensor(f).any()) for f in factors)
    return name.startswith(_HARMLESS)
