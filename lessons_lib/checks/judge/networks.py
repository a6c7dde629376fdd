"""Judge a learner's network."""

from collections.abc import Callable

import torch
from torch import nn

from lessons_lib.checks.judge.attempts import kind, where_raised
from lessons_lib.checks.judge.verdict import Status, Verdict

__all__ = ["judge_module"]


def judge_module(
    name: str,
    attempt: Callable[[], nn.Module],
    faults: Callable[[nn.Module], str],
    praise: Callable[[nn.Module], str],
) -> Verdict:
    """Build a learner's network and judge it, leaving all random numbers as they are.

    Args:
        name: what the exercise calls the function that builds the network.
        attempt: the learner's function; it takes nothing and returns a module.
        faults: returns what is wrong with the module, or "" if nothing is.
        praise: returns what a right answer is told beyond "Right".
    """
    if attempt is None or attempt is ...:
        return Verdict(Status.NOT_TRIED, f"{name} is still three dots.")
    if not callable(attempt) or isinstance(attempt, nn.Module):
        return Verdict(
            Status.NOT_YET,
            f"{name} should be a function that builds the network, but it is "
            f"{kind(attempt)}. Define it with def {name}().",
        )
    with torch.random.fork_rng():
        try:
            model = attempt()
        except Exception as error:  # a learner's function may raise anything
            return Verdict(Status.NOT_YET, f"{name}() raised {where_raised(error)}.")
        if model is None or model is ...:
            return Verdict(
                Status.NOT_TRIED,
                f"{name}() returned None. Replace the three dots, end "
                "with a return, and run both cells again.",
            )
        if not isinstance(model, nn.Module):
            return Verdict(
                Status.NOT_YET,
                f"{name}() returned {kind(model)}; expected an nn.Module, "
                "for example nn.Sequential(...).",
            )
        try:
            complaint = faults(model)
        except Exception as error:
            return Verdict(
                Status.NOT_YET, f"the network of {name}() raised {where_raised(error)}."
            )
        if complaint:
            return Verdict(
                Status.NOT_YET, f"{name}() builds a network, but {complaint}"
            )
        return Verdict(
            Status.RIGHT, f"the network of {name}() keeps to the plan.", praise(model)
        )
