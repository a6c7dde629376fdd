"""Judge a learner's ResNet-18 by the published weights: do they fit, and agree?"""

from collections import defaultdict
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
import torchvision
from torch import Tensor, nn

from lessons_lib.anatomy import parameter_count
from lessons_lib.checks.judge.attempts import kind

__all__ = ["resnet18_fault"]

Join = Callable[[Tensor, Tensor], Tensor]


class _Call(NamedTuple):
    """A convolution as it was called, and the batch normalization of its output."""

    conv: nn.Conv2d
    norm: nn.BatchNorm2d | None
    side: int  # of the maps that it makes


def resnet18_fault(model: nn.Module) -> str:
    """Say what keeps a network from being ResNet-18.

    The names in it are free: weights are matched in the order of the calls, shape by
    shape, and each batch normalization belongs to the convolution before it.

    Args:
        model: the network; it is given torchvision's layout of weights, at random.

    Returns:
        What is wrong, to be read after "it builds a network, but", or "".
    """
    model.eval()
    published = _published()
    like = next(model.parameters(), torch.zeros(()))
    pictures = torch.randn(2, 3, 64, 96, generator=torch.Generator().manual_seed(1))
    calls, heads, logits = _trace(model, pictures.to(like))
    if not isinstance(logits, Tensor) or logits.shape != (2, 1000):
        made = tuple(logits.shape) if isinstance(logits, Tensor) else kind(logits)
        return f"it makes {made} of 2 pictures of 3 x 64 x 96; expected (2, 1000)."
    theirs, their_heads, _ = _trace(published, pictures)
    if fault := _parts_fault(calls, heads, theirs) or _count_fault(model):
        return fault
    pairs = _matched(calls, theirs)
    for ours, wanted in pairs:
        if ours.side != wanted.side:
            return (
                f"a convolution with weights {_sizes(ours.conv)} makes maps "
                f"{ours.side} rows high where {wanted.side} are expected, from "
                "pictures of 64 rows. Look at the stride and the padding, and at the "
                "max-pooling."
            )
    _load(pairs, heads[0], their_heads[0])
    with torch.no_grad():
        return _logits_fault(model(pictures.to(like)).float(), published, pictures)


@cache
def _published() -> nn.Module:
    """Return torchvision's network with random weights and running statistics."""
    with torch.random.fork_rng(devices=[]), torch.no_grad():
        torch.manual_seed(1)
        network = torchvision.models.resnet18().eval()
        for norm in network.modules():
            if isinstance(norm, nn.BatchNorm2d):
                for name, tensor in norm.state_dict().items():
                    if name in ("weight", "running_var"):
                        tensor.uniform_(0.5, 1.5)
                    elif name in ("bias", "running_mean"):
                        tensor.normal_(0, 0.2)
    return network


def _trace(model: nn.Module, pictures: Tensor) -> tuple[list[_Call], list, Any]:
    """Run a network; list the convolutions and the linear layers that were called."""
    seen: list[tuple[nn.Module, Tensor, Tensor]] = []  # tensors are kept: so ids differ

    def keep(layer: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        seen.append((layer, inputs[0], output))

    kinds = nn.Conv2d | nn.BatchNorm2d | nn.Linear
    layers = [layer for layer in model.modules() if isinstance(layer, kinds)]
    hooks = [layer.register_forward_hook(keep) for layer in layers]
    try:
        with torch.no_grad():
            logits = model(pictures.clone())
    finally:
        for hook in hooks:
            hook.remove()
    norms = {id(x): layer for layer, x, _ in seen if isinstance(layer, nn.BatchNorm2d)}
    calls = [
        _Call(layer, norms.get(id(y)), y.shape[2])
        for layer, _, y in seen
        if isinstance(layer, nn.Conv2d)
    ]
    return calls, [layer for layer, *_ in seen if isinstance(layer, nn.Linear)], logits


def _sizes(conv: nn.Conv2d) -> str:
    return " x ".join(map(str, conv.weight.shape))


def _parts_fault(calls: list[_Call], heads: list, theirs: list[_Call]) -> str:
    """Say which layers are missing, or are there too often."""
    if not calls or not heads:
        return (
            "no nn.Conv2d or no nn.Linear is called, so there is nothing to load the "
            "weights into. Build it from nn.Conv2d, nn.BatchNorm2d and nn.Linear."
        )
    if len({id(call.conv) for call in calls}) < len(calls):
        return "a convolution is called twice; each needs weights of its own."
    for conv in (call.conv for call in calls):
        if conv.bias is not None:
            return (
                "a convolution has a bias; the published ones have none, because "
                "batch normalization, which follows, would take it away again."
            )
    ours = [_sizes(call.conv) for call in calls]
    wanted = [_sizes(call.conv) for call in theirs]
    for sizes in sorted({*ours, *wanted}, key=lambda s: (s.endswith("1 x 1"), s)):
        if (found := ours.count(sizes)) != (count := wanted.count(sizes)):
            why = " These are the projections." if sizes.endswith("1 x 1") else ""
            return (
                f"it has {found} convolutions with weights {sizes}; the published "
                f"weights have {count}.{why}"
            )
    for call in calls:
        if call.norm is None or call.norm.weight is None:
            return (
                f"no nn.BatchNorm2d follows a convolution with weights "
                f"{_sizes(call.conv)}; every convolution has its own."
            )
    if len(heads) > 1 or heads[0].weight.shape != (1000, 512) or heads[0].bias is None:
        return "it should end with one linear layer from 512 to 1,000, with a bias."
    return ""


def _count_fault(model: nn.Module) -> str:
    count, wanted = parameter_count(model), parameter_count(_published())
    if count == wanted:
        return ""
    return (
        f"it has {count:,} parameters; the published weights have {wanted:,}. Is "
        "there a layer that is never called, or called twice?"
    )


def _matched(ours: list[_Call], theirs: list[_Call]) -> list[tuple[_Call, _Call]]:
    """Pair convolutions of the same shape, in the order of the calls."""
    waiting: dict[str, list[_Call]] = defaultdict(list)
    for call in theirs:
        waiting[_sizes(call.conv)].append(call)
    return [(call, waiting[_sizes(call.conv)].pop(0)) for call in ours]


@torch.no_grad()
def _load(pairs: list[tuple[_Call, _Call]], ours: nn.Module, theirs: nn.Module) -> None:
    modules: list[tuple[Any, Any]] = [(ours, theirs)]
    for mine, published in pairs:
        modules += [(mine.conv, published.conv), (mine.norm, published.norm)]
    for mine, published in modules:
        mine.load_state_dict(published.state_dict())


def _add(y: Tensor, x: Tensor) -> Tensor:
    return F.relu(y + x)


def _logits(
    network: Any,
    pictures: Tensor,
    *,
    join: Join = _add,
    inner: Callable = F.relu,
    stem: Callable = F.relu,
    pool: Callable = F.max_pool2d,
    last: Callable = lambda x: x.mean(dim=(2, 3)),
    end: Callable = lambda logits: logits,
) -> Tensor:
    """Run torchvision's network, or one with a mistake in it."""
    x = pool(stem(network.bn1(network.conv1(pictures))), 3, stride=2, padding=1)
    stages = network.layer1, network.layer2, network.layer3, network.layer4
    for block in (block for stage in stages for block in stage):
        y = block.bn2(block.conv2(inner(block.bn1(block.conv1(x)))))
        x = join(y, x if block.downsample is None else block.downsample(x))
    return end(network.fc(last(x)))


_SLIPS: dict[str, dict[str, Callable]] = {
    "the ReLU of each block seems to come before the addition. Add first.": {
        "join": lambda y, x: F.relu(y) + x
    },
    "the ReLU after the addition seems to be missing.": {"join": lambda y, x: y + x},
    "there seems to be a ReLU before the addition as well as after it.": {
        "join": lambda y, x: F.relu(F.relu(y) + x)
    },
    "the shortcuts seem to be missing: add what came into the block.": {
        "join": lambda y, x: F.relu(y)
    },
    "the branch seems to be subtracted; the block adds it.": {
        "join": lambda y, x: F.relu(x - y)
    },
    "the shortcut seems to be subtracted; the block adds it.": {
        "join": lambda y, x: F.relu(y - x)
    },
    "the shortcut seems to be multiplied; the block adds it.": {
        "join": lambda y, x: F.relu(y * x)
    },
    "a ReLU seems to stand on the projection. Nothing follows its batch norm.": {
        "join": lambda y, x: F.relu(y + F.relu(x))
    },
    "the ReLU between the two convolutions of a block seems to be missing.": {
        "inner": lambda y: y
    },
    "the ReLU after the first batch normalization seems to be missing.": {
        "stem": lambda y: y
    },
    "the pooling after the first layer seems to take means instead of maxima.": {
        "pool": F.avg_pool2d
    },
    "the end seems to take the maximum over all pixels instead of the mean.": {
        "last": lambda x: x.amax(dim=(2, 3))
    },
    "the end seems to take the sum over all pixels instead of the mean.": {
        "last": lambda x: x.sum(dim=(2, 3))
    },
    "a ReLU seems to follow the last linear layer; logits may be negative.": {
        "end": F.relu
    },
    "a softmax seems to follow the last linear layer; logits are expected.": {
        "end": lambda logits: logits.softmax(dim=1)
    },
}


def _logits_fault(found: Tensor, network: nn.Module, pictures: Tensor) -> str:
    def agrees(wanted: Tensor) -> bool:
        return bool((found - wanted).abs().max() <= 1e-3 * wanted.abs().max())

    if agrees(_logits(network, pictures)):
        return ""
    loaded = "its logits differ, although the published weights fit: "
    for words, changes in _SLIPS.items():
        if agrees(_logits(network, pictures, **changes)):
            return loaded + words
    return (
        f"{loaded}compare the order inside a block with the drawing, step by step, "
        "and the first and the last layers with the table."
    )
