"""Answers to lesson 03's exercises that a learner may give, right and wrong."""

import torch
import torch.nn.functional as F
from torch import nn

__all__ = ["RIGHT", "UNTRIED", "WRONG"]


def cross_entropy(logits, targets):
    shifted = logits - logits.amax(dim=1, keepdim=True)
    log_p = shifted - shifted.exp().sum(dim=1, keepdim=True).log()
    return -log_p[torch.arange(len(targets)), targets].mean()


def cross_entropy_overflowing(logits, targets):
    p = logits.exp() / logits.exp().sum(dim=1, keepdim=True)
    return -p[torch.arange(len(targets)), targets].log().mean()


def cross_entropy_wrong_axis(logits, targets):
    return -logits.log_softmax(dim=0)[torch.arange(len(targets)), targets].mean()


def cross_entropy_of_logits(logits, targets):
    return -logits[torch.arange(len(targets)), targets].mean()


def cross_entropy_of_probabilities(logits, targets):
    shifted = logits - logits.amax(dim=1, keepdim=True)
    p = shifted.exp() / shifted.exp().sum(dim=1, keepdim=True)
    return -p[torch.arange(len(targets)), targets].log().mean()


def cross_entropy_whole_table(logits, targets):
    p = logits.flatten().softmax(dim=0).view_as(logits)
    return -p[torch.arange(len(targets)), targets].log().mean()


def cross_entropy_one_largest(logits, targets):
    shifted = logits - logits.max()
    log_p = shifted - shifted.exp().sum(dim=1, keepdim=True).log()
    return -log_p[torch.arange(len(targets)), targets].mean()


def backward(x, targets, w1, b1, w2, b2):
    hidden = F.relu(x @ w1.T + b1)
    p = F.softmax(hidden @ w2.T + b2, dim=1)
    delta = (p - F.one_hot(targets, len(b2))) / len(x)
    sums = delta @ w2 * (hidden > 0)
    return sums.T @ x, sums.sum(dim=0), delta.T @ hidden, delta.sum(dim=0), sums @ w1


def backward_through_closed_relu(x, targets, w1, b1, w2, b2):
    hidden = F.relu(x @ w1.T + b1)
    p = F.softmax(hidden @ w2.T + b2, dim=1)
    delta = (p - F.one_hot(targets, len(b2))) / len(x)
    sums = delta @ w2
    return sums.T @ x, sums.sum(dim=0), delta.T @ hidden, delta.sum(dim=0), sums @ w1


def backward_x_through_closed_relu(*case):
    return *backward(*case)[:4], backward_through_closed_relu(*case)[4]


def backward_summed(x, *others):
    return tuple(len(x) * gradient for gradient in backward(x, *others))


def backward_uphill(*case):
    return tuple(-gradient for gradient in backward(*case))


def backward_transposed(*case):
    w1, b1, w2, b2, x = backward(*case)
    return w1.T, b1, w2.T, b2, x


def backward_without_y(x, targets, w1, b1, w2, b2):
    hidden = F.relu(x @ w1.T + b1)
    delta = F.softmax(hidden @ w2.T + b2, dim=1) / len(x)
    sums = delta @ w2 * (hidden > 0)
    return sums.T @ x, sums.sum(dim=0), delta.T @ hidden, delta.sum(dim=0), sums @ w1


def backward_averaged_biases(x, *others):
    w1, b1, w2, b2, at_x = backward(x, *others)
    return w1, b1 / len(x), w2, b2 / len(x), at_x


def network(*sizes):
    return nn.Sequential(nn.Flatten(), nn.Linear(784, sizes[0]), nn.Linear(*sizes))


def surest_mistakes(logits, labels, count):
    probability, predicted = logits.softmax(dim=1).max(dim=1)
    wrong = (predicted != labels).nonzero().flatten()
    return wrong[probability[wrong].argsort(descending=True)][:count]


def surest_of_all(logits, labels, count):
    return logits.softmax(dim=1).amax(dim=1).argsort(descending=True)[:count]


def least_sure(logits, labels, count):
    probability, predicted = logits.softmax(dim=1).max(dim=1)
    wrong = (predicted != labels).nonzero().flatten()
    return wrong[probability[wrong].argsort()][:count]


def positions_among_mistakes(logits, labels, count):
    probability, predicted = logits.softmax(dim=1).max(dim=1)
    return probability[predicted != labels].argsort(descending=True)[:count]


def mistakes_in_order(logits, labels, count):
    return (logits.argmax(dim=1) != labels).nonzero().flatten()[:count]


def probabilities(logits, labels, count):
    probability, predicted = logits.softmax(dim=1).max(dim=1)
    return probability[predicted != labels].sort(descending=True).values[:count]


RIGHT = {
    "updates": [3525, 3525.0],
    "cross_entropy": [cross_entropy, F.cross_entropy],
    "backward": [backward],
    "evidence": [
        {"a": 0.65, "b": 0.62, "c": 0.94, "d": 0.75},
        {"a": torch.tensor(0.5), "b": 0.78, "c": torch.tensor([0.93]), "d": 0},
    ],
    "quiz": [{1: "b", 2: "c", 3: "a", 4: "b", 5: "d"}],
    "small_network": [
        (network(25, 10), [0.976, 0.978, 0.975]),
        [network(20, 10), (0.98, torch.tensor(0.979), 0.981)],
    ],
    "surest_mistakes": [surest_mistakes],
}

UNTRIED = {
    "updates": [...],
    "cross_entropy": [lambda logits, targets: None],
    "backward": [lambda x, targets, w1, b1, w2, b2: None],
    "evidence": [..., {"a": ..., "b": ..., "c": ..., "d": ...}],
    "quiz": [..., dict.fromkeys(range(1, 6), ...)],
    "small_network": [...],
    "surest_mistakes": [lambda logits, labels, count: None],
}

WRONG = {
    "updates": [
        ("last batch dropped", 3510, "smaller batch are used"),
        ("a fraction", 3515.625, "no fraction"),
        ("rounded once", 3516, "Round up within each epoch"),
        ("one epoch", 235, "one epoch"),
        ("full batches of one epoch", 234, "15 epochs"),
        ("samples", 900_000, "number of samples"),
        ("a slip", 3520, "How many batches"),
    ],
    "cross_entropy": [
        ("overflows", cross_entropy_overflowing, "too large for the machine"),
        ("softmax over samples", cross_entropy_wrong_axis, "each row (dim=1)"),
        ("sign", lambda z, t: -cross_entropy(z, t), "sign is wrong"),
        ("sum", lambda z, t: len(z) * cross_entropy(z, t), "take their mean"),
        ("base 10", lambda z, t: cross_entropy(z, t) / 2.302585092994046, "base 10"),
        ("logarithm of 0", cross_entropy_of_probabilities, "0 has no logarithm"),
        ("whole table", cross_entropy_whole_table, "over the whole table"),
        ("one largest", cross_entropy_one_largest, "largest of each row"),
        ("no softmax", cross_entropy_of_logits, "expected 0.407"),
    ],
    "backward": [
        ("closed ReLU", backward_through_closed_relu, "ReLU was forgotten"),
        ("summed", backward_summed, "divide by their number"),
        ("uphill", backward_uphill, "p - y, not y - p"),
        ("transposed", backward_transposed, "shape of what it belongs to"),
        ("p without y", backward_without_y, "it is p - y"),
        ("bias mean", backward_averaged_biases, "sums over the samples"),
        ("x past ReLU", backward_x_through_closed_relu, "way back to x"),
        ("one result", lambda *case: backward(*case)[0], "expected 5 values"),
    ],
    "evidence": [
        ("letter", "c", "an accuracy for each"),
        ("one missing", {"a": 0.6, "b": 0.6, "c": 0.9}, "an accuracy for each"),
        ("not run", {"a": 0.6, "b": 0.6, "c": 0.95, "d": ...}, "no number for d"),
        ("percent", {"a": 65.0, "b": 62.0, "c": 94.0, "d": 75.0}, "Divide by 100"),
        ("wrong layer", {"a": 0.6, "b": 0.6, "c": 0.7, "d": 0.7}, "trouble stays"),
        (
            "two changes",
            {"a": 0.94, "b": 0.6, "c": 0.94, "d": 0.7},
            "each change alone",
        ),
    ],
    "quiz": [
        ("ten classes", {1: "c", 2: "c", 3: "a", 4: "b", 5: "d"}, "Here are 100"),
        ("product", {1: "b", 2: "c", 3: "b", 4: "b", 5: "d"}, "multiplies along"),
        ("optimizer", {1: "b", 2: "c", 3: "a", 4: "b", 5: "a"}, "as it did here"),
    ],
    "small_network": [
        ("accuracies alone", [0.98, 0.979, 0.981], "entry should be"),
        ("no network", ("mlp", [0.98, 0.979, 0.981]), "entry should be"),
        ("too large", (network(26, 10), [0.98, 0.979, 0.981]), "at most 20,000"),
        ("below the goal", (network(25, 10), [0.971, 0.97, 0.973]), "goal is 97.5%"),
        ("one seed", (network(25, 10), [0.98]), "three accuracies"),
        ("same seed", (network(25, 10), [0.98, 0.98, 0.98]), "different seeds"),
        ("percent", (network(25, 10), [98.0, 97.9, 98.1]), "percent by 100"),
        ("two classes", (network(25, 2), [0.98, 0.979, 0.981]), "ten logits"),
        ("flat input", (nn.Linear(784, 10), [0.98, 0.979, 0.981]), "raised Runtime"),
        ("empty", (nn.Flatten(), [0.98, 0.979, 0.981]), "no parameters"),
    ],
    "surest_mistakes": [
        ("right ones, too", surest_of_all, "not left out"),
        ("least sure", least_sure, "descending order"),
        ("positions among mistakes", positions_among_mistakes, "whole set"),
        ("probabilities", probabilities, "whole numbers"),
        ("surest last", lambda *case: surest_mistakes(*case).flip(0), "reverse order"),
        ("not sorted", mistakes_in_order, "not sorted"),
    ],
}
