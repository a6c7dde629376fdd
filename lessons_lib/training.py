"""One training loop and one evaluation for every lesson."""

import time
from collections.abc import Callable, Iterable, Iterator, Sized
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lessons_lib.progress import progress

__all__ = [
    "History",
    "Score",
    "TrainingStopped",
    "evaluate",
    "fit",
    "fit_one_cycle",
    "one_cycle",
]

Loss = Callable[[Tensor, Tensor], Tensor]
Batch = tuple[Tensor, Tensor]
Batches = Iterable[Batch]


class SizedBatches(Sized, Iterable[Batch], Protocol):
    """Batches whose number is known."""


class Score(NamedTuple):
    """How a model did on a set: mean loss and accuracy over samples, not batches."""

    loss: float
    accuracy: float
    samples: int

    def __repr__(self) -> str:
        return (
            f"loss {self.loss:.4f}, accuracy {self.accuracy:.2%} "
            f"on {self.samples:,} samples"
        )


@dataclass
class History:
    """What happened in each epoch of a training: one list entry per epoch.

    Attributes:
        train_loss, train_accuracy: means over the samples of the epoch, each sample
            judged by the weights of the moment when it was used.
        test_loss, test_accuracy: measured after the epoch, in evaluation mode.
        seconds: time spent on training alone, evaluation not included.
    """

    train_loss: list[float] = field(default_factory=list)
    train_accuracy: list[float] = field(default_factory=list)
    test_loss: list[float] = field(default_factory=list)
    test_accuracy: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def __repr__(self) -> str:
        lines = ["epoch  train loss  train acc.  test loss  test acc.  seconds"]
        for epoch in range(len(self.seconds)):
            lines.append(
                f"{epoch + 1:5d}  {self.train_loss[epoch]:10.4f}"
                f"  {self.train_accuracy[epoch]:10.2%}  {self.test_loss[epoch]:9.4f}"
                f"  {self.test_accuracy[epoch]:9.2%}  {self.seconds[epoch]:7.1f}"
            )
        return "\n".join(lines)


class TrainingStopped(KeyboardInterrupt):
    """Somebody stopped a training; a notebook shows the message alone.

    It ends the cell, as any interrupt does: a loop over seeds must not take half a
    training for a whole one.

    Attributes:
        history: the epochs that were finished.
    """

    def __init__(self, message: str, history: History) -> None:
        if count := len(history.seconds):
            epochs = "one epoch is" if count == 1 else f"{count} epochs are"
            message += f" Of before, {epochs} in sys.last_value.history (import sys)."
        super().__init__(message)
        self.history = history

    def _render_traceback_(self) -> list[str]:
        """Return what IPython shows in place of a screen of traceback."""
        return [str(self)]


@dataclass
class _Tally:
    """Running sums of loss and hits, weighted by the number of samples."""

    loss: float = 0.0
    hits: int = 0
    samples: int = 0
    batches: int = 0

    def add(self, loss: Tensor, logits: Tensor, labels: Tensor) -> None:
        self.loss += loss.item() * len(labels)
        self.hits += int((logits.argmax(dim=1) == labels).sum())
        self.samples += len(labels)
        self.batches += 1

    def score(self) -> Score:
        if self.samples == 0:
            raise ValueError("there was no batch: the set is empty; give it samples.")
        return Score(self.loss / self.samples, self.hits / self.samples, self.samples)


def fit(
    model: nn.Module,
    train: Batches,
    test: Batches,
    optimizer: torch.optim.Optimizer,
    epochs: int,
    *,
    loss_fn: Loss = F.cross_entropy,
    scheduler: torch.optim.lr_scheduler.LRScheduler | None = None,
) -> History:
    """Train a classifier and measure it after every epoch.

    Args:
        model: maps a batch of inputs (N, ...) to logits (N, classes).
        train: batches ``(inputs, labels)``, labels (N,) int64; walked once an epoch.
        test: batches of the same form, used only for measuring.
        optimizer: holds the parameters of ``model``.
        epochs: how often ``train`` is walked through, at least 1.
        loss_fn: maps logits (N, classes) and labels (N,) to the mean loss of the batch.
        scheduler: learning rate schedule, advanced after every batch; None keeps the
            optimizer's rate.

    Returns:
        One entry per epoch: losses, accuracies, seconds. The model is left
        in evaluation mode. Batches are moved to the device of the model.

    Raises:
        ValueError: if ``epochs`` is below 1 or a set is empty.
        TrainingStopped: if it is interrupted. The model keeps what it has learned, and
            is in evaluation mode; the error holds the history of the finished epochs.
    """
    if epochs < 1:
        raise ValueError(f"fit() got epochs={epochs}; it needs at least 1.")
    history = History()
    for epoch in range(epochs):
        label = f"epoch {epoch + 1} of {epochs}"
        tally = _Tally()
        try:
            started = time.perf_counter()
            model.train()
            with progress(train, label) as batches:
                for inputs, labels in _on_device_of(model, batches):
                    logits = model(inputs)
                    loss = loss_fn(logits, labels)
                    optimizer.zero_grad()
                    loss.backward()
                    optimizer.step()
                    if scheduler is not None:
                        scheduler.step()
                    tally.add(loss.detach(), logits.detach(), labels)
            seconds = time.perf_counter() - started
            trained, tested = tally.score(), evaluate(model, test, loss_fn)
        except KeyboardInterrupt:
            model.eval()
            raise TrainingStopped(_how_far(label, tally, train), history) from None
        history.seconds.append(seconds)
        history.train_loss.append(trained.loss)
        history.train_accuracy.append(trained.accuracy)
        history.test_loss.append(tested.loss)
        history.test_accuracy.append(tested.accuracy)
    return history


def _how_far(label: str, tally: _Tally, train: Batches) -> str:
    """Say in one line where a training was stopped."""
    of_all = f" of {len(train)}" if isinstance(train, Sized) else ""
    loss = f", mean loss so far {tally.score().loss:.4f}" if tally.batches else ""
    return (
        f"Training stopped in {label}, after batch {tally.batches}{of_all}{loss}. The "
        "model keeps what it has learned and is in evaluation mode."
    )


def one_cycle(
    optimizer: torch.optim.Optimizer, max_lr: float, updates: int
) -> torch.optim.lr_scheduler.OneCycleLR:
    """Return the course's learning rate schedule: up to a peak, then down to near zero.

    While the rate rises, the momentum falls from 0.95 to 0.85, and the other way around
    (for Adam: its first beta), which is PyTorch's default.

    Args:
        optimizer: one with momentum or betas.
        max_lr: the rate at the peak, after 30% of the updates.
        updates: optimizer steps from the first to the last.

    Returns:
        A scheduler to be advanced after every update.

    Smith and Topin, Super-convergence, 2017; for the momentum: Smith, A disciplined
    approach to neural network hyper-parameters, 2018.
    """
    return torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr, total_steps=updates)


def fit_one_cycle(
    model: nn.Module,
    train: SizedBatches,
    test: Batches,
    optimizer: torch.optim.Optimizer,
    epochs: int,
    max_lr: float,
    *,
    loss_fn: Loss = F.cross_entropy,
) -> History:
    """Train a classifier with `fit` while the learning rate runs through `one_cycle`.

    Args:
        model: maps a batch of inputs (N, ...) to logits (N, classes).
        train: batches ``(inputs, labels)``; their number must be known: ``len(train)``.
        test: batches of the same form, used only for measuring.
        optimizer: holds the parameters of ``model``; its own rate is not used.
        epochs: how often ``train`` is walked through, at least 1.
        max_lr: the learning rate at the peak of the cycle.
        loss_fn: maps logits (N, classes) and labels (N,) to the mean loss of the batch.

    Returns:
        What `fit` returns, which also raises its errors.
    """
    updates = max(epochs, 1) * max(len(train), 1)  # what is wrong with 0, fit says
    schedule = one_cycle(optimizer, max_lr, updates)
    return fit(
        model, train, test, optimizer, epochs, loss_fn=loss_fn, scheduler=schedule
    )


@torch.no_grad()
def evaluate(
    model: nn.Module,
    batches: Batches,
    loss_fn: Loss = F.cross_entropy,
) -> Score:
    """Measure a classifier in evaluation mode, and leave it in that mode.

    Args:
        model: maps a batch of inputs (N, ...) to logits (N, classes).
        batches: ``(inputs, labels)``, labels (N,) int64; sizes may differ.
        loss_fn: maps logits (N, classes) and labels (N,) to the mean loss of the batch.

    Returns:
        Mean loss and accuracy, every sample counting once.

    Raises:
        ValueError: if there is no batch.
    """
    model.eval()
    tally = _Tally()
    for inputs, labels in _on_device_of(model, batches):
        logits = model(inputs)
        tally.add(loss_fn(logits, labels), logits, labels)
    return tally.score()


def _on_device_of(model: nn.Module, batches: Batches) -> Iterator[Batch]:
    """Move batch after batch to where the model is."""
    parameter = next(model.parameters(), None)
    for inputs, labels in batches:
        if parameter is not None:
            inputs, labels = inputs.to(parameter.device), labels.to(parameter.device)
        yield inputs, labels
