"""Judge a learner's network."""

import contextlib
from collections.abc import Callable, Iterator

import torch
from torch import nn
from torch.nn.parameter import is_lazy

from lessons_lib.checks.judge.attempts import kind, run
from lessons_lib.checks.judge.failures import judge_failure
from lessons_lib.checks.judge.verdict import Status, Verdict

__all__ = ["judge_module"]

_CALLS = 20  # of the network, about as many as the probes make


def judge_module(
    name: str,
    attempt: Callable[[], nn.Module],
    faults: Callable[[nn.Module], str],
    praise: Callable[[nn.Module], str],
) -> Verdict:
    """Build a learner's network and judge it; its mode and parameters stay.

    Args:
        name: what the exercise calls the function that builds the network.
        attempt: the learner's function; it takes nothing and returns a module.
        faults: returns what is wrong with the module, or "" if nothing is.
        praise: returns what a right answer is told beyond "Right".

    Returns:
        The verdict.
    """
    if attempt is ...:
        return Verdict(Status.NOT_TRIED, f"{name} is still three dots.")
    if not callable(attempt) or isinstance(attempt, nn.Module):
        return Verdict(
            Status.NOT_YET,
            f"{name} should be a function that builds the network, but it is "
            f"{kind(attempt)}. Define it with def {name}().",
        )
    built = run(attempt)
    if failed := judge_failure(f"{name}()", built, attempt):
        return failed
    model = built.value
    if not isinstance(model, nn.Module):
        return Verdict(
            Status.NOT_YET,
            f"{name}() returned {kind(model)}; expected an nn.Module, "
            "for example nn.Sequential(...).",
        )
    with _unharmed(model):
        fault = run(faults, model, calls=_CALLS)
        mode = "in training mode" if model.training else "in evaluation mode"
        told = fault if fault.error or fault.value else run(praise, model)
    network = f"the network of {name}()"
    if failed := judge_failure(f"{network} {mode}", told, model.forward):
        return failed
    if fault.value:
        return Verdict(Status.NOT_YET, f"{name}() builds a network, but {fault.value}")
    return Verdict(Status.RIGHT, f"{network} keeps to the plan.\n{told.value}")


@contextlib.contextmanager
def _unharmed(model: nn.Module) -> Iterator[None]:
    """Give a network its modes, parameters, buffers and gradients back afterwards."""
    modes = [(module, module.training) for module in model.modules()]
    tensors = [*model.parameters(), *model.buffers()]
    values = [(t, t.detach().clone()) for t in tensors if not is_lazy(t)]
    gradients = [(parameter, parameter.grad) for parameter in model.parameters()]
    for parameter in model.parameters():
        parameter.grad = None
    try:
        yield
    finally:
        for module, training in modes:
            module.training = training
        with torch.no_grad():
            for tensor, value in values:
                tensor.copy_(value)
        for parameter, gradient in gradients:
            parameter.grad = gradient
