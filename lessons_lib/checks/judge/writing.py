"""Judge a model that predicts the next character of a text."""

from functools import cache

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lessons_lib.checks.judge.behavior import depends, shake
from lessons_lib.checks.judge.samples import generator
from lessons_lib.data import python_reference
from lessons_lib.runtime import threads
from lessons_lib.training import one_cycle

__all__ = ["SYMBOLS", "loss_after_training", "peeks"]

SYMBOLS = 96  # the line break and the 95 printable characters of ASCII
_UPDATES, _BATCH, _STEPS, _RATE, _LIMIT = 150, 32, 64, 0.02, 1.0


@cache
def _texts() -> tuple[Tensor, Tensor]:
    """Return the symbols of the training and of the validation text."""
    text = python_reference()
    symbols = torch.tensor([0 if sign == "\n" else ord(sign) - 31 for sign in text])
    first, second = int(0.8 * len(symbols)), int(0.9 * len(symbols))
    return symbols[:first], symbols[first:second]


@torch.no_grad()
def peeks(model: nn.Module, symbols: Tensor) -> str:
    """Say whether a model sees characters that it should predict.

    Args:
        model: maps symbols (N, T) to logits (N, T, `SYMBOLS`).
        symbols: a batch of three or more sequences, of at least four steps.

    Returns:
        What is wrong, to be read after "it builds a network, but", or "".
    """
    model.eval()
    shake(model)
    half = symbols.shape[1] // 2
    changed = symbols.clone()
    changed[:, half:] = (changed[:, half:] + 5) % SYMBOLS
    before, after = model(symbols), model(changed)
    if depends(before[:, :half], after[:, :half]):
        return (
            "its logits for a step change with characters that come later. It would "
            "read the answer instead of predicting it: one direction only."
        )
    if not depends(before[:, half:], after[:, half:]):
        return "its logits don't depend on what it reads."
    if depends(model(symbols[:2]), before[:2]):
        return "the logits of a sequence depend on the others of its batch."
    return ""


def loss_after_training(model: nn.Module) -> float:
    """Train a model as the lesson does, and return its loss on validation text.

    Args:
        model: maps symbols (N, T) to logits (N, T, `SYMBOLS`).

    Returns:
        The mean loss for a character, in nats.
    """
    train, validation = _texts()
    optimizer = torch.optim.Adam(model.parameters(), lr=_RATE)
    schedule = one_cycle(optimizer, _RATE, _UPDATES)
    window, source = torch.arange(_STEPS + 1), generator()
    model.train()
    with threads(2):
        for _ in range(_UPDATES):
            starts = torch.randint(len(train) - _STEPS, (_BATCH, 1), generator=source)
            optimizer.zero_grad()
            _loss(model, train[starts + window]).backward()
            nn.utils.clip_grad_norm_(model.parameters(), _LIMIT)
            optimizer.step()
            schedule.step()
        model.eval()
        with torch.no_grad():
            sequences = validation[: len(validation) // 500 * 500].view(-1, 500)
            return _loss(model, sequences).item()


def _loss(model: nn.Module, symbols: Tensor) -> Tensor:
    logits = model(symbols[:, :-1])
    return F.cross_entropy(logits.flatten(0, 1), symbols[:, 1:].flatten())
