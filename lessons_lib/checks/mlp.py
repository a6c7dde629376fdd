"""Checks of lesson 03: an MLP reads handwriting."""

import math
from collections.abc import Callable, Mapping
from numbers import Real

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lessons_lib.checks.judge import (
    Mistakes,
    Status,
    Verdict,
    checker,
    fixed,
    judge_function,
    judge_quiz,
    judge_value,
    randn,
)

__all__ = [
    "backward",
    "cross_entropy",
    "evidence",
    "quiz",
    "small_network",
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
    leaves = [w.clone().requires_grad_() for w in (w1, b1, w2, b2, x)]
    hidden = F.relu(leaves[4] @ leaves[0].T + leaves[1])
    loss = F.cross_entropy(hidden @ leaves[2].T + leaves[3], targets)
    return torch.autograd.grad(loss, leaves)


@checker
def backward(attempt: Callable[..., tuple[Tensor, ...]]) -> Verdict:
    """Check exercise 3: all gradients of a network with one hidden layer.

    Args:
        attempt: (x (N, D), targets (N,), w1 (H, D), b1 (H,), w2 (C, H), b2 (C,)) ->
            the gradients of the mean cross-entropy for w1, b1, w2, b2, x.
    """
    mistakes = Mistakes()

    def by_hand(
        x, targets, w1, b1, w2, b2, *, mask=True, mean=True, one_hot=True, late=False
    ):
        hidden = F.relu(x @ w1.T + b1)
        at_logits = F.softmax(hidden @ w2.T + b2, dim=1)
        at_logits = at_logits - F.one_hot(targets, len(b2)) * one_hot
        at_logits = at_logits / len(x) if mean else at_logits
        at_sums = at_logits @ w2
        at_bias = at_sums * (hidden > 0) if late else at_sums
        at_sums = at_sums * (hidden > 0) if mask else at_sums
        bias = at_bias if late else at_sums
        first = at_sums.T @ x, bias.sum(0)
        return *first, at_logits.T @ hidden, at_logits.sum(0), at_sums @ w1

    @mistakes(
        "It looks as if ReLU was forgotten on the way back: where hidden is 0, no "
        "gradient passes."
    )
    def unmasked(*case: Tensor) -> tuple[Tensor, ...]:
        return by_hand(*case, mask=False)

    @mistakes(
        "It looks as if ReLU was forgotten on the way back to w1 and x, though not for "
        "b1: the same masked gradient goes to all three."
    )
    def partly_masked(*case: Tensor) -> tuple[Tensor, ...]:
        return by_hand(*case, mask=False, late=True)

    @mistakes(
        "It looks as if ReLU was forgotten on the way back to x: where hidden is 0, no "
        "gradient passes."
    )
    def unmasked_x(*case: Tensor) -> tuple[Tensor, ...]:
        return *by_hand(*case)[:4], by_hand(*case, mask=False)[4]

    @mistakes(
        "It looks as if the samples were added: the loss is their mean, so divide by "
        "their number."
    )
    def summed(*case: Tensor) -> tuple[Tensor, ...]:
        return by_hand(*case, mean=False)

    @mistakes("All signs are wrong: the gradient is p - y, not y - p.")
    def uphill(*case: Tensor) -> tuple[Tensor, ...]:
        return tuple(-g for g in _network_gradients(*case))

    @mistakes("It looks as if the gradient at the logits is p; it is p - y.")
    def guessing(*case: Tensor) -> tuple[Tensor, ...]:
        return by_hand(*case, one_hot=False)

    @mistakes("A gradient has the shape of what it belongs to: transpose both.")
    def turned(*case: Tensor) -> tuple[Tensor, ...]:
        w1, b1, w2, b2, x = _network_gradients(*case)
        return w1.T, b1, w2.T, b2, x

    @mistakes(
        "The gradients of the biases are sums over the samples; the gradient at the "
        "logits is divided by their number already."
    )
    def averaged(*case: Tensor) -> tuple[Tensor, ...]:
        w1, b1, w2, b2, x = _network_gradients(*case)
        return w1, b1 / len(case[0]), w2, b2 / len(case[0]), x

    @mistakes("The order of the five results should be w1, b1, w2, b2, x.")
    def exchanged(*case: Tensor) -> tuple[Tensor, ...]:
        w1, b1, w2, b2, x = _network_gradients(*case)
        return w2, b2, w1, b1, x

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
        returns=[f"gradient of {name}" for name in ("w1", "b1", "w2", "b2", "x")],
        praise="That is backpropagation, and autograd agrees.",
        without="autograd",
    )


# Shares of the validation set. With twelve seeds, the network read 92.7% to 94.6% of it
# without its last ReLU, 64% to 91.2% without the first one, 89% to 91% without either,
# and with the other changes 87% at most.
_MENDED, _HELPED, _WELL = 0.92, 0.8, 0.9


@checker
def evidence(answer: object) -> Verdict:
    """Check exercise 4: what four experiments say about a network that doesn't learn.

    Args:
        answer: letter of the explanation -> validation accuracy after that change.
    """
    if answer is ... or (
        isinstance(answer, Mapping)
        and answer
        and all(v is ... for v in answer.values())
    ):
        return Verdict(Status.NOT_TRIED, "evidence is still three dots.")
    if not isinstance(answer, Mapping) or set(answer) != set("abcd"):
        return Verdict(
            Status.NOT_YET,
            "evidence should be a dictionary with an accuracy for each of a, b, c, d.",
            "Run the four experiments, one change each.",
        )
    measured = {letter: _number(value) for letter, value in sorted(answer.items())}
    if absent := [letter for letter, value in measured.items() if math.isnan(value)]:
        return Verdict(
            Status.NOT_YET,
            f"evidence has no number for {', '.join(absent)}.",
            "suspect(...) returns the number to put there.",
        )
    if max(measured.values()) > 1 or min(measured.values()) < 0:
        return Verdict(
            Status.NOT_YET,
            "evidence should hold shares between 0 and 1.",
            "Is it in percent? Divide by 100.",
        )
    others = [letter for letter in "abd" if measured[letter] >= _WELL]
    if measured["c"] < _MENDED:
        reason = (
            "Take out one layer at a time and look: the ReLU between the two linear "
            "layers is needed. What about the other one?"
        )
        seen = f"your change for c gives {measured['c']:.1%}, and the trouble stays."
        if measured["c"] >= _HELPED:
            seen = f"your change for c gives {measured['c']:.1%}, and more is possible."
            reason = (
                "Removing that layer helps, but another removal, alone, helps more. "
                "Leave the rate and the number of pictures as they were."
            )
        return Verdict(Status.NOT_YET, seen, reason)
    if others:
        return Verdict(
            Status.NOT_YET,
            f"with {' and '.join(others)} the network does well, too.",
            "Did another change get in as well? Make each change alone, on the layers "
            "as they were.",
        )
    return Verdict(
        Status.RIGHT,
        "without the last ReLU it learns, and none of the other changes comes near. "
        "ReLU cuts the logits off at 0, so a class that is cut off gets no gradient, "
        "and no class can be voted down. How low a run ends depends on how many digits "
        "it never answers any more: each costs about a tenth.",
    )


def _number(value: object) -> float:
    """Return a number of Python, NumPy or PyTorch as a float, NaN for anything else."""
    if isinstance(value, Tensor) and value.numel() == 1:
        value = value.item()
    if isinstance(value, Real) and not isinstance(value, bool):
        return float(value)
    return math.nan


_MOST_PARAMETERS = 20_000
_GOAL = 0.975
_RUNS = 3


@checker
def small_network(answer: object) -> Verdict:
    """Check exercise 5: a small network, and how well it reads with three seeds.

    Args:
        answer: a trained network, and the validation accuracies of three seeds.
    """
    if answer is ...:
        return Verdict(Status.NOT_TRIED, "entry is still three dots.")
    if (
        not isinstance(answer, tuple | list)
        or len(answer) != 2
        or not isinstance(answer[0], nn.Module)
        or not isinstance(answer[1], tuple | list)
    ):
        return Verdict(
            Status.NOT_YET,
            "entry should be (model, [accuracy, accuracy, accuracy]).",
            "Put your trained network first, then the three measured accuracies.",
        )
    model, accuracies = answer[0], [_number(value) for value in answer[1]]
    count = sum(parameter.numel() for parameter in model.parameters())
    fault = _entry_fault(accuracies) or _small_fault(model, count)
    if fault:
        return Verdict(Status.NOT_YET, *fault)
    mean, spread = sum(accuracies) / _RUNS, max(accuracies) - min(accuracies)
    told = f"{count:,} parameters, mean {mean:.2%}, seeds {spread:.2%} apart."
    if mean < _GOAL:
        return Verdict(
            Status.NOT_YET,
            f"{told} The goal is {_GOAL:.1%}.",
            "Where do most of the parameters sit, and does the network need them "
            "there? Is the rate searched?",
        )
    return Verdict(Status.RIGHT, told)


def _entry_fault(accuracies: list[float]) -> tuple[str, str] | None:
    if len(accuracies) != _RUNS or any(math.isnan(value) for value in accuracies):
        return (
            "expected three accuracies, numbers each.",
            "One for each of three seeds.",
        )
    if max(accuracies) > 1 or min(accuracies) < 0:
        return "accuracies are shares between 0 and 1.", "Divide percent by 100."
    if len(set(accuracies)) == 1:
        return "the three accuracies are the same.", "Train with three different seeds."
    return None


def _small_fault(model: nn.Module, count: int) -> tuple[str, str] | None:
    if count > _MOST_PARAMETERS:
        return (
            f"the network has {count:,} parameters, at most {_MOST_PARAMETERS:,}.",
            "Most of them lead from pixels to hidden units: fewer of either.",
        )
    if not count:
        return "the network has no parameters.", "Hand in the one you trained."
    training = model.training
    try:
        with torch.no_grad():
            shape = tuple(model.eval()(torch.zeros(2, 1, 28, 28)).shape)
    except Exception as error:
        said = str(error).split("\n")[0][:120]
        return (
            f"the network raised {type(error).__name__}: {said}",
            "It has to take pictures of shape (N, 1, 28, 28).",
        )
    finally:
        model.train(training)
    if shape != (2, 10):
        return f"it makes {shape} of 2 pictures.", "Expected (2, 10): ten logits each."
    return None


@checker
def quiz(answers: object) -> Verdict:
    """Check the quiz.

    Args:
        answers: question -> letter.
    """
    return judge_quiz(
        answers,
        {
            "a": (False, "losses of different numbers of classes can't be compared."),
            "b": (True, "log 100 = 4.605 is the loss of equal probabilities."),
            "c": (False, "near 2.3 is a good start for ten classes. Here are 100."),
            "d": (False, "guessing costs the logarithm of the number of classes."),
        },
        {
            "a": (False, "10,000 pictures tell rates apart as well as 5,000 do."),
            "b": (False, "measuring changes no weight. It is we who would learn."),
            "c": (True, "the winner of a choice is partly lucky on what it won on."),
            "d": (False, "it is taken away from the training set."),
        },
        {
            "a": (True, "rule 2: where arrows leave the same number, add."),
            "b": (False, "one multiplies along an arrow, not across arrows."),
            "c": (False, "both uses change the loss, however small their share."),
            "d": (False, "nothing is counted twice: both uses change the loss."),
        },
        {
            "a": (False, "whatever they compute is a straight line there, too."),
            "b": (True, "their product is one matrix: the bend is missing."),
            "c": (False, "with 256 hidden numbers for ten outputs, nothing is lost."),
            "d": (False, "nothing about the rate follows, nor are the weights equal."),
        },
        {
            "a": (False, "0.01 may suit SGD badly, as it did here."),
            "b": (False, "three seeds do show that these two settings differ."),
            "c": (False, "plain SGD may compete, if its rate is searched as well."),
            "d": (True, "two things changed: optimizer and rate. Search both rates."),
        },
    )


@checker
def surest_mistakes(attempt: Callable[[Tensor, Tensor, int], Tensor]) -> Verdict:
    """Check exercise 6: the mistakes a network is surest of.

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

    @mistakes(
        "Right answers come first, and they are no mistakes: sort with descending=True."
    )
    def ascending(logits: Tensor, labels: Tensor, count: int) -> Tensor:
        probability, predicted = logits.softmax(dim=1).max(dim=1)
        probability = torch.where(predicted == labels, -1.0, probability)
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
