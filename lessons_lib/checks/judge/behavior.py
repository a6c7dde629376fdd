"""How a classifier has to behave, in evaluation and in training mode.

Every probe looks at what goes in and what comes out, parameters and gradients included,
so that it doesn't matter how a network is written.
"""

import contextlib
import copy
from collections.abc import Iterator, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lessons_lib.checks.judge.attempts import kind

__all__ = ["behavior_fault", "depends", "shake", "training_fault"]

_COLORS = 3  # a frozen tensor no larger than this holds constants, one for each color


def behavior_fault(model: nn.Module, pictures: Tensor, classes: int) -> str:
    """Say what is wrong with a classifier in evaluation mode.

    Args:
        model: the network; its parameters are changed at random.
        pictures: a batch of four or more.
        classes: the number of logits of each picture.

    Returns:
        What is wrong, to be read after "it builds a network, but", or "".
    """
    model.eval()
    return (
        _output_fault(model, pictures, classes)
        or _registration_fault(model, pictures)
        or _repetition_fault(model, pictures)
        or _range_fault(model, pictures)
        or shake(model)
        or _company_fault(model, pictures)
        or _gradient_fault(model, pictures)
        or _sharing_fault(model, pictures)
        or _device_fault(model, pictures)
    )


def training_fault(model: nn.Module, pictures: Tensor, classes: int) -> str:
    """Say what is wrong with a classifier in training mode.

    Args:
        model: the network.
        pictures: a batch of four or more.
        classes: the number of logits of each picture.

    Returns:
        What is wrong, to be read after "it builds a network, but", or "".
    """
    model.train()
    if fault := _output_fault(model, pictures, classes):
        return f"in training mode {fault}"
    model.zero_grad()
    F.cross_entropy(model(pictures), torch.arange(len(pictures)) % classes).backward()
    for name, parameter in model.named_parameters():
        if parameter.grad is not None and not parameter.grad.isfinite().all():
            return f"in training, the gradient of {name} is NaN or infinite."
    return ""


@torch.no_grad()
def shake(model: nn.Module, seed: int = 0) -> None:
    """Change all parameters at random, by about half their size.

    A scale or a layer that starts at zero would hide what lies behind it.

    Args:
        model: the network.
        seed: whole number from which the changes follow.
    """
    generator = torch.Generator().manual_seed(seed)
    for parameter in model.parameters():
        spread = parameter.std(correction=0).item() if parameter.numel() else 0
        noise = torch.randn(parameter.shape, generator=generator)
        parameter.add_((spread / 2 or 0.1) * noise.to(parameter))


def depends(first: Tensor, second: Tensor) -> bool:
    """Tell whether two results differ by more than rounding.

    Args:
        first: one result.
        second: another of the same shape.

    Returns:
        True if they do.
    """
    scale = first.abs().max().clamp(min=1e-6)
    return bool((first - second).abs().max() > 1e-4 * scale)


@torch.no_grad()
def _output_fault(model: nn.Module, pictures: Tensor, classes: int) -> str:
    given = pictures.clone()
    logits = model(given)
    wanted = (len(pictures), classes)
    if not isinstance(logits, Tensor) or logits.shape != wanted:
        made = tuple(logits.shape) if isinstance(logits, Tensor) else kind(logits)
        sizes = " x ".join(map(str, pictures.shape[1:]))
        return (
            f"it makes {made} of {len(pictures)} pictures of {sizes}; expected "
            f"{wanted}, a logit for each picture and class."
        )
    if not logits.is_floating_point():
        return f"its outputs are {logits.dtype}; logits are floating-point numbers."
    if not logits.isfinite().all():
        return "its outputs are NaN or infinite."
    if not torch.equal(given, pictures):
        return "it changes the pictures that it is given; avoid in-place operations."
    return ""


@torch.no_grad()
def _repetition_fault(model: nn.Module, pictures: Tensor) -> str:
    """Notice what changes an answer from call to call."""

    def logits(seed: int) -> Tensor:
        torch.manual_seed(seed)
        return model(pictures)

    first, second, again = logits(0), logits(1), logits(0)
    if not depends(first, second):
        return ""
    if depends(first, again):
        return (
            "in evaluation mode it answers the same pictures differently from call to "
            "call: something is kept or changed in forward."
        )
    return (
        "in evaluation mode its answers are random: dropout has to stop there. "
        "nn.Dropout does; F.dropout needs training=self.training."
    )


@torch.no_grad()
def _range_fault(model: nn.Module, pictures: Tensor) -> str:
    """Notice logits that something bounds or cuts off.

    With parameters large enough, a last layer that nothing follows reaches far to both
    sides of zero; a softmax, a sigmoid, a tanh or a ReLU behind it never does.
    """
    outputs = []
    kept = [parameter.clone() for parameter in model.parameters()]
    for seed in range(3):
        for factor in (1, 10):
            shake(model, seed)
            for parameter in model.parameters():
                parameter.mul_(factor)
            outputs.append(model(pictures))
            for parameter, value in zip(model.parameters(), kept, strict=True):
                parameter.copy_(value)
    rows = torch.cat(outputs).double()
    rows = rows[rows.isfinite().all(dim=1)]
    if not len(rows):
        return ""
    sums = rows.logsumexp(dim=1).exp() if rows.max() <= 0 else rows.sum(dim=1)
    if (sums - 1).abs().max() < 1e-3:
        return "its outputs are probabilities; hand the logits out as they are."
    low, high = rows.min().item(), rows.max().item()
    as_they_are = "hand the logits out as the last layer makes them."
    if low >= 0 and high <= 1:
        return f"its outputs stay between 0 and 1, as behind a sigmoid; {as_they_are}"
    if low >= -1 and high <= 1:
        return f"its outputs stay between -1 and 1, as behind a tanh; {as_they_are}"
    if -low < 0.05 * high:
        return (
            "its logits are cut off below, as behind a ReLU: no class can be voted "
            f"down. Instead, {as_they_are}"
        )
    if high < -0.05 * low:
        return f"its outputs are hardly ever positive; {as_they_are}"
    return ""


@torch.no_grad()
def _company_fault(model: nn.Module, pictures: Tensor) -> str:
    """Notice a sample whose logits depend on the others of its batch."""
    together = model(pictures)
    if not depends(together[:1].expand_as(together), together):
        return "it answers all pictures alike."
    for size in (1, len(pictures) - 1):
        try:
            alone = model(pictures[:size])
        except Exception as error:
            said = str(error).split("\n")[0][:120]
            return (
                f"it takes batches of {len(pictures)}, and fails on one of {size}: "
                f"{said}. Leave the first axis free, as flatten(1) does."
            )
        if alone.shape != together[:size].shape:
            return (
                f"it makes {tuple(alone.shape)} of {size} pictures; expected "
                f"{tuple(together[:size].shape)}. Is it squeeze() without a dim?"
            )
        if depends(together[:size], alone):
            reason = "Does something average or normalize over the first axis?"
            if _untracked(model):
                reason = "Keep track_running_stats=True in batch normalization."
            return (
                "in evaluation mode the logits of a picture depend on the other "
                f"pictures of its batch. {reason}"
            )
    return ""


def _untracked(model: nn.Module) -> bool:
    norms = (
        m for m in model.modules() if isinstance(m, nn.modules.batchnorm._NormBase)
    )
    return any(norm.running_mean is None for norm in norms)


def _registration_fault(model: nn.Module, pictures: Tensor) -> str:
    """Notice layers that model.parameters() doesn't reach."""
    logits = model(pictures)
    if not logits.requires_grad:
        return (
            "no gradient leads from its logits to any parameter: leave out detach(), "
            ".data and torch.no_grad() in forward."
        )
    known = {id(parameter) for parameter in model.parameters()}
    if any(id(leaf) not in known for leaf in _leaves(logits)):
        return (
            "it computes with parameters that model.parameters() doesn't know, so no "
            "optimizer trains them. Layers in a plain list are not found: use "
            "nn.ModuleList or nn.Sequential, and build them in __init__."
        )
    return ""


def _gradient_fault(model: nn.Module, pictures: Tensor) -> str:
    """Notice parameters that training would leave as they are."""
    frozen = [
        name
        for name, parameter in model.named_parameters()
        if not parameter.requires_grad and parameter.numel() > _COLORS
    ]
    if frozen:
        return (
            f"{_listed(frozen)} can't learn: requires_grad is False. Every layer of "
            "this network should be trained."
        )
    logits = model(pictures)
    model.zero_grad()
    (logits * torch.randn_like(logits)).sum().backward()
    cut = [
        name
        for name, parameter in model.named_parameters()
        if parameter.requires_grad
        and (parameter.grad is None or not parameter.grad.any())
        and _matters(model, parameter, pictures)
    ]
    if cut:
        return (
            f"no gradient reaches {_listed(cut)}, though the logits depend on it: "
            "leave out detach(), .data, torch.no_grad() and torch.tensor(...) in "
            "forward."
        )
    return ""


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - 2} more" if len(names) > 2 else ""
    return ", ".join(names[:2]) + more


def _leaves(result: Tensor) -> Iterator[Tensor]:
    """Find the leaves that a result was computed from."""
    seen, waiting = set(), [result.grad_fn]
    while waiting:
        node = waiting.pop()
        if node is None or node in seen:
            continue
        seen.add(node)
        if hasattr(node, "variable"):
            yield node.variable
        waiting += [before for before, _ in node.next_functions]


def _matters(model: nn.Module, parameter: nn.Parameter, pictures: Tensor) -> bool:
    """Tell whether the logits change with a parameter, whatever its gradient says."""
    with torch.no_grad():
        kept, before = parameter.clone(), model(pictures)
        size = parameter.abs().max().clamp(min=0.1)
        parameter.add_(torch.randn_like(parameter) * size)
        after = model(pictures)
        parameter.copy_(kept)
    return depends(before, after)


def _sharing_fault(model: nn.Module, pictures: Tensor) -> str:
    """Notice one layer in several places, as [block] * 3 puts it there."""
    calls: list[str] = []
    with contextlib.ExitStack() as stack, torch.no_grad():
        for name, layer in model.named_modules():
            if any(True for _ in layer.parameters(recurse=False)):

                def count(_layer, _inputs, _output, name=name):
                    calls.append(name)

                stack.callback(layer.register_forward_hook(count).remove)
        model(pictures)
    shared = [name for name in dict.fromkeys(calls) if calls.count(name) > 1]
    if not shared:
        return ""
    return (
        f"the layer {shared[0]} stands in {calls.count(shared[0])} places, with one "
        "and the same weights: [block] * 3 is one block three times. Build a new one "
        "for each place."
    )


def _device_fault(model: nn.Module, pictures: Tensor) -> str:
    """Notice a tensor that stays behind when the network moves to another device."""
    try:
        moved = copy.deepcopy(model).to("meta")  # a device that every computer has
        moved(pictures.to("meta"))
    except Exception as error:
        if "device" in str(error):
            return (
                "it would fail on a graphics processor: some tensor in it stays on the "
                "CPU. Make constants buffers (register_buffer), and new tensors with "
                "device=x.device."
            )
    return ""
