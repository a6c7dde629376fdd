"""Judge a learner's network."""

import contextlib
import copy
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

import torch
from torch import nn
from torch.nn.parameter import is_lazy

from lessons_lib.checks.judge.attempts import kind, run
from lessons_lib.checks.judge.failures import judge_failure
from lessons_lib.checks.judge.verdict import Status, Verdict

__all__ = ["judge_module", "trained"]

_CALLS = 20  # of the network, about as many as the probes make


def judge_module(
    name: str,
    attempt: Callable[..., nn.Module],
    faults: Callable[[nn.Module], str],
    praise: Callable[[nn.Module], str],
    given: Mapping[str, object] = MappingProxyType({}),
) -> Verdict:
    """Build a learner's network and judge it; its mode and parameters stay.

    Args:
        name: what the exercise calls the function that builds the network.
        attempt: the learner's function; it returns a module.
        faults: returns what is wrong with the module, or "" if nothing is.
        praise: returns what a right answer is told beyond "Right".
        given: what the function is called with, by the name of the argument.

    Returns:
        The verdict.
    """
    call = f"{name}({', '.join(given)})"
    if attempt is ...:
        return Verdict(Status.NOT_TRIED, f"{name} is still three dots.")
    if not callable(attempt) or isinstance(attempt, nn.Module):
        return Verdict(
            Status.NOT_YET,
            f"{name} should be a function that builds the network, but it is "
            f"{kind(attempt)}. Define it with def {call}.",
        )
    built = run(attempt, *given.values())
    if failed := judge_failure(call, built, attempt):
        return failed
    model = built.value
    if not isinstance(model, nn.Module):
        return Verdict(
            Status.NOT_YET,
            f"{call} returned {kind(model)}; expected an nn.Module, "
            "for example nn.Sequential(...).",
        )
    with _unharmed(model):
        fault = run(faults, model, calls=_CALLS)
        mode = "in training mode" if model.training else "in evaluation mode"
        told = fault if fault.error or fault.value else run(praise, model)
    network = f"the network of {call}"
    if failed := judge_failure(f"{network} {mode}", told, model.forward):
        return failed
    if fault.value:
        return Verdict(Status.NOT_YET, f"{call} builds a network, but {fault.value}")
    return Verdict(Status.RIGHT, f"{network} keeps to the plan.\n{told.value}")


@contextlib.contextmanager
def _unharmed(model: nn.Module) -> Iterator[None]:
    """Give a network its modes, parameters, buffers and gradients back afterwards."""
    modes = [(module, module.training) for module in model.modules()]
    buffers = [
        (module, name, buffer)
        for module in model.modules()
        for name, buffer in module.named_buffers(recurse=False)
    ]
    tensors = [*model.parameters(), *model.buffers()]
    values = [(t, t.data) for t in tensors if not is_lazy(t)]
    gradients = [(parameter, parameter.grad) for parameter in model.parameters()]
    dtype = _single_dtype(model)
    for tensor, value in values:
        constant = value.is_floating_point() and not tensor.requires_grad
        tensor.data = value.to(dtype if constant else value.dtype, copy=True)
    for parameter in model.parameters():
        parameter.grad = None
    try:
        yield
    finally:
        for module, training in modes:
            module.training = training
        for module, name, buffer in buffers:
            setattr(module, name, buffer)
        for tensor, value in values:
            tensor.data = value
        for parameter, gradient in gradients:
            parameter.grad = gradient


def _single_dtype(model: nn.Module) -> torch.dtype | None:
    """Return the dtype that all parameters to be trained have, if it is one.

    The pictures have it, too. So should constants beside them while a network is
    judged: in which dtype they were written down is no matter of the exercise.
    """
    dtypes = {p.dtype for p in model.parameters() if p.requires_grad}
    return dtypes.pop() if len(dtypes) == 1 else None


def trained(
    model: nn.Module,
    measure: Callable[[nn.Module, int], float],
    enough: Callable[[float], bool],
) -> float:
    """Train a copy of a network and measure it; where that isn't enough, once more.

    A good network has bad luck with the draw of the data a few times in a hundred, and
    twice in a row hardly ever.

    Args:
        model: an untrained network; it stays as it is.
        measure: trains a network with a seed and returns what it reached.
        enough: whether that meets the goal.

    Returns:
        What the last training reached.
    """
    reached = measure(copy.deepcopy(model), 0)
    return reached if enough(reached) else measure(copy.deepcopy(model), 1)
