"""Answers to lesson 08's exercises that a learner may give, right and wrong."""

import torch
from checkers import judged
from torch import nn

from lessons_lib.checks import recurrence

__all__ = ["RIGHT", "WRONG"]


def run_batch_first(x, h, w_ih, w_hh, b_ih, b_hh):
    states = []
    for x_t in x:
        h = torch.tanh(x_t @ w_ih.T + b_ih + h @ w_hh.T + b_hh)
        states.append(h)
    return torch.stack(states, dim=1), h


def run_with_h0(x, h, w_ih, w_hh, b_ih, b_hh):
    states = [h]
    for x_t in x:
        h = torch.tanh(x_t @ w_ih.T + b_ih + h @ w_hh.T + b_hh)
        states.append(h)
    return torch.stack(states), h


def clip_to_one(first, second, limit):
    norm = torch.cat([first.flatten(), second.flatten()]).norm()
    return first / norm, second / norm


def clip_by_square(first, second, limit):
    factor = limit / (first.square().sum() + second.square().sum())
    return first * factor, second * factor


def bptt_by_autograd(x, h0, w_ih, w_hh, b, grad):
    leaves = [leaf.clone().requires_grad_() for leaf in (w_ih, w_hh, b, h0)]
    h = leaves[3]
    for x_t in x:
        h = torch.tanh(x_t @ leaves[0].T + h @ leaves[1].T + leaves[2])
    h.backward(grad)
    return tuple(leaf.grad for leaf in leaves)


class Rows(nn.Module):
    """A reader of rows with one part that may be mistaken."""

    def __init__(
        self, *, carries=False, hidden=64, detaches=False, by_batch=False, dropout=0.2
    ):
        super().__init__()
        self.rnn = nn.RNN(28, hidden, batch_first=True)
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(hidden, 10)
        self.carries, self.detaches, self.by_batch = carries, detaches, by_batch
        self.kept = None

    def forward(self, images):
        x, h = images.squeeze(1), None
        if self.carries and self.kept is not None:
            h = self.kept if self.carries == "always" else self.kept * 0
        if self.detaches:
            x = torch.cat([x[:, :14].detach(), x[:, 14:]], dim=1)
        steps, h = self.rnn(x, h)
        self.kept = h.detach()
        logits = self.head(self.dropout(steps[:, -1]))
        return logits - logits.mean(dim=0) if self.by_batch else logits


class Memory(nn.Module):
    def __init__(self, hidden=32, orthogonal=True, answers=4, read=-1):
        super().__init__()
        self.read = read
        self.rnn = nn.RNN(4, hidden, batch_first=True)
        self.head = nn.Linear(hidden, answers)
        if orthogonal:
            nn.init.orthogonal_(self.rnn.weight_hh_l0)
            nn.init.normal_(self.rnn.weight_ih_l0, std=0.03)
            nn.init.zeros_(self.rnn.bias_ih_l0)
            nn.init.zeros_(self.rnn.bias_hh_l0)

    def forward(self, x):
        return self.head(self.rnn(x)[0][:, self.read])


def mended():
    return Rows()


def long_memory():
    return Memory()


RIGHT = {
    "parameters_of_rnn": [6016.0],
    "shapes": [[8, 15, 20, 2, 8, 20]],
    "mended": [mended],
    "long_memory": [long_memory],
}


WRONG = {
    "parameters_of_rnn": [
        ("a slip", 6000, "Two matrices"),
    ],
    "run_cell": [
        ("with h0", run_with_h0, "isn't among them"),
        ("batch first", run_batch_first, "expected (2, 1, 2)"),
    ],
    "shapes": [
        ("three numbers", (8, 15, 20), "6 whole numbers"),
    ],
    "clip": [
        ("to one", clip_to_one, "expected"),
        ("by the square, always", clip_by_square, "root is missing"),
    ],
    "bptt": [
        ("autograd", bptt_by_autograd, "right values, but it calls PyTorch's backward"),
    ],
    "mended": [
        ("as it was", lambda: Rows(carries="always"), "What does it keep"),
        ("zeros of the last batch", lambda: Rows(carries="zeros"), "a batch of 6"),
        ("detached rows", lambda: Rows(detaches=True), "first row"),
        ("smaller", lambda: Rows(hidden=32), "keep nn.RNN(28, 64)"),
        ("batch", lambda: Rows(by_batch=True), "the others in the batch"),
        ("no dropout", lambda: Rows(dropout=0), "its dropout is gone"),
    ],
    "long_memory": [
        ("default start", lambda: Memory(orthogonal=False), "hears next to nothing"),
        ("first state alone", lambda: Memory(read=0), "depend on the last step"),
        ("too large", lambda: Memory(hidden=64), "the budget is 2,000"),
        ("five answers", lambda: Memory(answers=5), "logits (N, 4)"),
    ],
}


def test_a_memory_that_hears_the_first_step_is_told_so(monkeypatch):
    monkeypatch.setattr(recurrence, "_accuracy_after_training", lambda *_: 0.26)
    verdict, _ = judged(recurrence.long_memory, long_memory)
    assert "answers 26% of the questions" in verdict.message
    assert "A gradient does reach the first step" in verdict.message
