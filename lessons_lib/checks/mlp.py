"""Checks of lesson 03: an MLP reads handwriting."""

import math
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from lessons_lib.checks.judge import (
    Mistakes,
    Verdict,
    checker,
    fixed,
    judge_choice,
    judge_function,
    judge_value,
    randn,
)

__all__ = [
    "backward",
    "cross_entropy",
    "stuck_network",
    "surest_mistakes",
    "updates",
]


@checker
def updates(answer: object) -> Verdict:
    """Check exercise 1: optimizer steps in 15 epochs of 60,000 samples, batch 256.

    Args:
        answer: the number of updates.
    """
    mistakes = Mistakes()
    mistakes("These are the updates of one epoch.", 235)
    mistakes(
        "These are the full batches of one epoch. A smaller last batch counts, too, "
        "and there are 15 epochs.",
        234,
    )
    mistakes(
        "The samples that are left for a last, smaller batch are used, too.", 15 * 234
    )
    mistakes(
        "There is no fraction of an update: a last, smaller batch is a batch.",
        60_000 * 15 / 256,
    )
    mistakes("Round up within each epoch: every epoch has a smaller last batch.", 3516)
    mistakes(
        "Batch size times epochs says nothing about the data. How many batches are in "
        "one epoch?",
        15 * 256,
    )
    mistakes("That is the number of samples seen. One update uses 256.", 60_000 * 15)
    return judge_value(
        "updates",
        answer,
        15 * 235,
        mistakes,
        nudge="How many batches of 256 does it take to use all 60,000 samples once? "
        "The last one may be smaller. Then 15 times that.",
        praise="15 epochs of 235 batches: 234 full ones, and one with the 96 samples "
        "that are left.",
    )


@checker
def cross_entropy(attempt: Callable[[Tensor, Tensor], Tensor]) -> Verdict:
    """Check exercise 2: the mean cross-entropy, from logits and targets.

    Args:
        attempt: (logits (N, C), targets (N,) int64) -> scalar tensor.
    """
    mistakes = Mistakes()

    @mistakes("It looks as if the samples were added; take their mean.")
    def summed(logits: Tensor, targets: Tensor) -> Tensor:
        return F.cross_entropy(logits, targets, reduction="sum")

    @mistakes("The sign is wrong: a loss is -log(probability), never negative.")
    def each(logits: Tensor, targets: Tensor) -> Tensor:
        return -F.cross_entropy(logits, targets)

    @mistakes(
        "It looks as if softmax ran over the samples: each row (dim=1) has to add up "
        "to 1."
    )
    def over_samples(logits: Tensor, targets: Tensor) -> Tensor:
        log_p = logits.log_softmax(dim=0)
        return -log_p[torch.arange(len(targets)), targets].mean()

    @mistakes("It looks as if the logarithm is missing.")
    def without_log(logits: Tensor, targets: Tensor) -> Tensor:
        p = logits.softmax(dim=1)
        return -p[torch.arange(len(targets)), targets].mean()

    @mistakes(
        "It looks as if you took the mean over all classes: only the probability of "
        "the right class counts."
    )
    def over_classes(logits: Tensor, targets: Tensor) -> Tensor:
        return F.cross_entropy(logits, targets) / logits.shape[1]

    @mistakes("It looks as if you used the logarithm to base 2; take the natural one.")
    def two(logits: Tensor, targets: Tensor) -> Tensor:
        return F.cross_entropy(logits, targets) / math.log(2)

    @mistakes("It looks as if you used the logarithm to base 10; take the natural one.")
    def ten(logits: Tensor, targets: Tensor) -> Tensor:
        return F.cross_entropy(logits, targets) / math.log(10)

    @mistakes(
        "It looks as if softmax ran over the whole table: each row has to add up to 1."
    )
    def whole_table(logits: Tensor, targets: Tensor) -> Tensor:
        log_p = logits - logits.logsumexp(dim=(0, 1))
        return -log_p[torch.arange(len(targets)), targets].mean()

    @mistakes(
        "It looks as if one number, the largest of the whole table, was subtracted "
        "everywhere: take the largest of each row."
    )
    def one_largest(logits: Tensor, targets: Tensor) -> Tensor:
        powers = (logits - logits.max()).exp()
        log_p = logits - logits.max() - powers.sum(dim=1, keepdim=True).log()
        return -log_p[torch.arange(len(targets)), targets].mean()

    @mistakes(
        "A probability became 0, and 0 has no logarithm. Don't compute p first: log p "
        "is the logit minus the logarithm of the sum of exp."
    )
    def vanishing(logits: Tensor, targets: Tensor) -> Tensor:
        p = logits.softmax(dim=1)
        return -p[torch.arange(len(targets)), targets].log().mean()

    @mistakes(
        "exp(1000) is too large for the machine. Subtract the largest logit of each "
        "row first: it changes nothing else."
    )
    def overflowing(logits: Tensor, targets: Tensor) -> Tensor:
        p = logits.exp() / logits.exp().sum(dim=1, keepdim=True)
        return -p[torch.arange(len(targets)), targets].log().mean()

    return judge_function(
        "cross_entropy",
        attempt,
        F.cross_entropy,
        [
            (torch.tensor([[2.0, 0, 1]]).double(), torch.tensor([0])),
            (torch.tensor([[1.0, 0], [0, 2]]).double(), torch.tensor([1, 1])),
            (randn(5, 4), torch.tensor([0, 3, 1, 1, 2])),
            (torch.tensor([[1000.0, 0]]).double(), torch.tensor([0])),
            (torch.tensor([[1000.0, 0]]), torch.tensor([0])),  # float32
            (torch.tensor([[0.0, 1000]]), torch.tensor([0])),
            (torch.tensor([[0.0, 1], [-2000, -2001]]).double(), torch.tensor([0, 1])),
            (torch.tensor([[1000.0, 0], [0, -1000]]).double(), torch.tensor([1, 0])),
        ],
        mistakes,
        arguments=("logits", "targets"),
        praise="Also where exp() alone would overflow.",
        gradients=("logits",),
    )


def _network_gradients(
    x: Tensor, targets: Tensor, w1: Tensor, b1: Tensor, w2: Tensor, b2: Tensor
) -> tuple[Tensor, ...]:
    weights = [w.clone().requires_grad_() for w in (w1, b1, w2, b2)]
    hidden = F.relu(x @ weights[0].T + weights[1])
    loss = F.cross_entropy(hidden @ weights[2].T + weights[3], targets)
    return torch.autograd.grad(loss, weights)


@checker
def backward(attempt: Callable[..., tuple[Tensor, ...]]) -> Verdict:
    """Check exercise 3: all gradients of a network with one hidden layer.

    Args:
        attempt: (x (N, D), targets (N,), w1 (H, D), b1 (H,), w2 (C, H), b2 (C,)) ->
            the gradients of the mean cross-entropy for w1, b1, w2, b2.
    """
    mistakes = Mistakes()

    def by_hand(x, targets, w1, b1, w2, b2, *, mask=True, mean=True):
        hidden = F.relu(x @ w1.T + b1)
        delta = F.softmax(hidden @ w2.T + b2, dim=1)
        delta = delta - F.one_hot(targets, len(b2))
        delta = delta / len(x) if mean else delta
        blame = delta @ w2
        blame = blame * (hidden > 0) if mask else blame
        return blame.T @ x, blame.sum(0), delta.T @ hidden, delta.sum(0)

    @mistakes(
        "It looks as if ReLU was forgotten on the way back: where hidden is 0, no "
        "blame passes."
    )
    def unmasked(*case: Tensor) -> tuple[Tensor, ...]:
        return by_hand(*case, mask=False)

    @mistakes(
        "It looks as if the samples were added: the loss is their mean, so divide by "
        "their number."
    )
    def summed(*case: Tensor) -> tuple[Tensor, ...]:
        return by_hand(*case, mean=False)

    @mistakes("All signs are wrong: the gradient is p - y, not y - p.")
    def uphill(*case: Tensor) -> tuple[Tensor, ...]:
        return tuple(-g for g in _network_gradients(*case))

    @mistakes("It looks as if the blame at the logits is p; it is p - y.")
    def guessing(x, targets, w1, b1, w2, b2) -> tuple[Tensor, ...]:
        hidden = F.relu(x @ w1.T + b1)
        delta = F.softmax(hidden @ w2.T + b2, dim=1) / len(x)
        blame = delta @ w2 * (hidden > 0)
        return blame.T @ x, blame.sum(0), delta.T @ hidden, delta.sum(0)

    @mistakes("A gradient has the shape of its weights: transpose both.")
    def turned(*case: Tensor) -> tuple[Tensor, ...]:
        w1, b1, w2, b2 = _network_gradients(*case)
        return w1.T, b1, w2.T, b2

    @mistakes(
        "The gradients of the biases are sums over the samples; delta is divided by "
        "their number already."
    )
    def averaged(*case: Tensor) -> tuple[Tensor, ...]:
        w1, b1, w2, b2 = _network_gradients(*case)
        return w1, b1 / len(case[0]), w2, b2 / len(case[0])

    @mistakes("The order of the four results should be w1, b1, w2, b2.")
    def exchanged(*case: Tensor) -> tuple[Tensor, ...]:
        w1, b1, w2, b2 = _network_gradients(*case)
        return w2, b2, w1, b1

    def case(n: int, d: int, h: int, c: int) -> tuple[Tensor, ...]:
        targets = torch.arange(n) % c
        first = randn(h, d, seed=2), randn(h, seed=3)
        second = randn(c, h, seed=4), randn(c, seed=5)
        return randn(n, d, seed=1), targets, *first, *second

    return judge_function(
        "backward",
        attempt,
        _network_gradients,
        [fixed(case, 1, 2, 3, 2), case(4, 3, 5, 3), case(7, 2, 4, 3)],
        mistakes,
        arguments=("x", "targets", "w1", "b1", "w2", "b2"),
        returns=[f"gradient of {name}" for name in ("w1", "b1", "w2", "b2")],
        praise="That is backpropagation, and autograd agrees.",
        without="autograd",
    )


@checker
def stuck_network(answer: object) -> Verdict:
    """Check exercise 4: why does this network stop learning?

    Args:
        answer: the letter of the diagnosis.
    """
    return judge_choice(
        "stuck_network",
        answer,
        {
            "a": (
                False,
                "overfitting shows as a training accuracy far above the test accuracy. "
                "Here both are low. Look at the smallest logit.",
            ),
            "b": (
                False,
                "the same learning rate trains the same network without the last "
                "line. Look at the smallest logit.",
            ),
            "c": (
                True,
                "ReLU cuts the logits off at 0. A class whose logit is cut off gets no "
                "gradient, so it can never be learned; and no class can be voted "
                "down. The last layer hands its numbers to the loss as they are.",
            ),
            "d": (
                False,
                "256 hidden units suffice: the same ones do well without the last "
                "line. Look at the smallest logit.",
            ),
        },
    )


@checker
def surest_mistakes(attempt: Callable[[Tensor, Tensor, int], Tensor]) -> Verdict:
    """Check exercise 5: the mistakes a network is surest of.

    Args:
        attempt: (logits (N, C), labels (N,), count) -> (count,) int64, indices of the
            samples, the surest mistake first.
    """
    mistakes = Mistakes()

    def surest(logits: Tensor, labels: Tensor, count: int) -> Tensor:
        probability, predicted = logits.softmax(dim=1).max(dim=1)
        probability = torch.where(predicted == labels, -1.0, probability)
        return probability.argsort(descending=True)[:count]

    @mistakes("These are the mistakes it is least sure of: sort in descending order.")
    def unsure(logits: Tensor, labels: Tensor, count: int) -> Tensor:
        probability, predicted = logits.softmax(dim=1).max(dim=1)
        probability = torch.where(predicted == labels, 2.0, probability)
        return probability.argsort()[:count]

    @mistakes("It looks as if right answers were not left out.")
    def surest_of_all(logits: Tensor, labels: Tensor, count: int) -> Tensor:
        best = logits.softmax(dim=1).amax(dim=1)
        return best.argsort(descending=True)[:count]

    @mistakes(
        "It looks as if the largest logit was taken for the surest: compare "
        "probabilities (softmax), because a large logit beside another large one is "
        "no certainty."
    )
    def by_logit(logits: Tensor, labels: Tensor, count: int) -> Tensor:
        largest, predicted = logits.max(dim=1)
        largest = torch.where(predicted == labels, -torch.inf, largest)
        return largest.argsort(descending=True)[:count]

    @mistakes(
        "These are positions among the mistakes; the caller needs positions in the "
        "whole set."
    )
    def among_mistakes(logits: Tensor, labels: Tensor, count: int) -> Tensor:
        wrong = logits.argmax(dim=1) != labels
        best = logits.softmax(dim=1).amax(dim=1)[wrong]
        return best.argsort(descending=True)[:count]

    @mistakes("These are probabilities; the caller needs positions.")
    def certainties(logits: Tensor, labels: Tensor, count: int) -> Tensor:
        return logits.softmax(dim=1).amax(dim=1)[surest(logits, labels, count)]

    @mistakes("These are mistakes, but not sorted by how sure the network is.")
    def unsorted(logits: Tensor, labels: Tensor, count: int) -> Tensor:
        return (logits.argmax(dim=1) != labels).nonzero().flatten()[:count]

    def case(n: int, count: int, seed: int) -> tuple[Tensor, Tensor, int]:
        labels = torch.arange(n) % 4
        return 2 * randn(n, 4, seed=seed), labels, count

    return judge_function(
        "surest_mistakes",
        attempt,
        surest,
        [fixed(case, 6, 2, 1), case(41, 5, 2), case(100, 9, 3)],
        mistakes,
        arguments=("logits", "labels", "count"),
        tolerance=0,
        praise="The surest one comes first.",
    )
