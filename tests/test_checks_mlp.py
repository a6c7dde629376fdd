"""Answers to lesson 03's exercises that a learner may give, right and wrong."""

import torch
import torch.nn.functional as F
from torch import nn

__all__ = ["RIGHT", "WRONG"]


def cross_entropy_of_logits(logits, targets):
    return -logits[torch.arange(len(targets)), targets].mean()


def backward(x, targets, w1, b1, w2, b2):
    hidden = F.relu(x @ w1.T + b1)
    p = F.softmax(hidden @ w2.T + b2, dim=1)
    delta = (p - F.one_hot(targets, len(b2))) / len(x)
    sums = delta @ w2 * (hidden > 0)
    return sums.T @ x, sums.sum(dim=0), delta.T @ hidden, delta.sum(dim=0), sums @ w1


def network(*sizes):
    return nn.Sequential(nn.Flatten(), nn.Linear(784, sizes[0]), nn.Linear(*sizes))


def surest_mistakes(logits, labels, count):
    probability, predicted = logits.softmax(dim=1).max(dim=1)
    wrong = (predicted != labels).nonzero().flatten()
    return wrong[probability[wrong].argsort(descending=True)][:count]


def ascending(logits, labels, count):
    probability, predicted = logits.softmax(dim=1).max(dim=1)
    probability[predicted == labels] = -1
    return probability.argsort()[:count]


def probabilities(logits, labels, count):
    probability, predicted = logits.softmax(dim=1).max(dim=1)
    return probability[predicted != labels].sort(descending=True).values[:count]


RIGHT = {
    "updates": [3525, 3525.0],
    "evidence": [
        {"a": 0.65, "b": 0.62, "c": 0.94, "d": 0.75},
        {"a": 0.69, "b": 0.87, "c": 0.9268, "d": 0.87},  # the narrowest of 12 seeds
        {"a": torch.tensor(0.5), "b": 0.78, "c": torch.tensor([0.93]), "d": 0},
    ],
    "small_network": [
        (network(25, 10), [0.976, 0.978, 0.975]),
        [network(20, 10), (0.98, torch.tensor(0.979), 0.981)],
    ],
}


WRONG = {
    "cross_entropy": [
        ("no softmax", cross_entropy_of_logits, "expected 0.407"),
    ],
    "backward": [
        ("one result", lambda *case: backward(*case)[0], "expected 5 values"),
    ],
    "evidence": [
        ("letter", "c", "an accuracy for each"),
        ("one missing", {"a": 0.6, "b": 0.6, "c": 0.9}, "an accuracy for each"),
        ("not run", {"a": 0.6, "b": 0.6, "c": 0.95, "d": ...}, "no number for d"),
        ("percent", {"a": 65.0, "b": 62.0, "c": 94.0, "d": 75.0}, "Divide by 100"),
        ("wrong layer", {"a": 0.6, "b": 0.6, "c": 0.7, "d": 0.7}, "trouble stays"),
        ("first ReLU", {"a": 0.6, "b": 0.6, "c": 0.9118, "d": 0.7}, "helps more"),
        ("neither ReLU", {"a": 0.6, "b": 0.6, "c": 0.9102, "d": 0.7}, "helps more"),
        ("smaller rate", {"a": 0.6, "b": 0.6, "c": 0.9186, "d": 0.7}, "helps more"),
        (
            "two changes",
            {"a": 0.94, "b": 0.6, "c": 0.94, "d": 0.7},
            "each change alone",
        ),
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
        ("probabilities", probabilities, "whole numbers"),
        ("ascending", ascending, "sort with descending=True"),
        ("surest last", lambda *case: surest_mistakes(*case).flip(0), "reverse order"),
    ],
}
