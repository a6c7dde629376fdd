"""Answers to lesson 10's exercises that a learner may give, right and wrong."""

import torch
from torch import nn

__all__ = ["RIGHT", "WRONG"]


def lstm_of_torch(x, h, c, *weights):
    layers = nn.LSTM(x.shape[2], h.shape[2], num_layers=2, dtype=x.dtype)
    names = [name for name, _ in layers.named_parameters()]
    given = dict(zip(names, weights, strict=True))
    output, (last, cell) = torch.func.functional_call(layers, given, (x, (h, c)))
    return output, last, cell


def lstm_with_pair(x, h, c, *weights):
    output, last, cell = lstm_of_torch(x, h, c, *weights)
    return output, (last, cell)


def opened_lstm():
    layer = nn.LSTM(4, 32)
    with torch.no_grad():
        layer.bias_ih_l0[32:64] = 3.0
        layer.bias_hh_l0[32:64] = 0.0
    return layer


def opened_by_halves():
    layer = nn.LSTM(4, 32)
    for name, parameter in layer.named_parameters():
        if "bias" in name:
            parameter.data[32:64] = 1.5
    return layer


def opened_alone():
    layer = opened_lstm()
    with torch.no_grad():
        for biases in (layer.bias_ih_l0, layer.bias_hh_l0):
            biases[:32] = biases[64:] = 0.0
    return layer


def opened_rows(rows, biases=("bias_ih_l0",), value=3.0):
    def build():
        layer = nn.LSTM(4, 32)
        with torch.no_grad():
            for name in biases:
                getattr(layer, name)[rows] = value
        return layer

    return build


class Writer(nn.Module):
    def __init__(self, hidden=64, kind=nn.GRU, **options):
        super().__init__()
        self.embed = nn.Embedding(96, 24)
        self.rnn = kind(24, hidden, batch_first=True, **options)
        self.head = nn.Linear(hidden * (2 if options else 1), 96)

    def forward(self, symbols):
        states, _ = self.rnn(self.embed(symbols))
        return self.head(states)


class Opened(Writer):
    def __init__(self):
        super().__init__(84)
        with torch.no_grad():
            self.rnn.bias_ih_l0[84:168] = 0.5


class LastOnly(Writer):
    def forward(self, symbols):
        return super().forward(symbols)[:, -1]


class Pair(Writer):
    def forward(self, symbols):
        states, last = self.rnn(self.embed(symbols))
        return self.head(states), last


class Deaf(nn.Module):
    def __init__(self):
        super().__init__()
        self.guess = nn.Parameter(torch.zeros(96))

    def forward(self, symbols):
        return self.guess.expand(*symbols.shape, 96)


def opened_writer():
    return Opened()


RIGHT = {
    "gate_count": [[2560, 1920]],
    "gru_cell": [torch.gru_cell],
    "mended": [opened_lstm, opened_by_halves],
    "writer": [opened_writer],
}


WRONG = {
    "gate_count": [
        ("a slip", (2560, 1900), "How many such parts"),
    ],
    "gru_cell": [
        ("RNN", lambda x, h, w, v, b, c: torch.tanh(x @ w.T + b), "expected (1, 1)"),
    ],
    "lstm": [
        ("in a tuple", lstm_with_pair, "(a, (b, c)); expected 3 values"),
        ("library", lstm_of_torch, "right values, but it calls PyTorch's lstm"),
    ],
    "mended": [
        ("input gate", opened_rows(slice(0, 32)), "the biases of i"),
        ("other rows", opened_rows(slice(64, 96)), "the biases of g"),
        ("one bias", opened_rows(slice(32, 64)), "still added to the 3"),
        (
            "both biases",
            opened_rows(slice(32, 64), ("bias_ih_l0", "bias_hh_l0")),
            "each is 3",
        ),
        ("fresh", lambda: nn.LSTM(4, 32), "not to 3"),
        ("the rest at zero", opened_alone, "the biases of i are no longer"),
        ("a GRU", lambda: nn.GRU(4, 32), "isn't an nn.LSTM(4, 32)"),
    ],
    "writer": [
        ("too large", lambda: Writer(200), "the budget is 40,000"),
        ("both ways", lambda: Writer(24, bidirectional=True), "one direction only"),
        ("a pair", lambda: Pair(32), "the logits alone"),
        ("last step", lambda: LastOnly(32), "into logits (N, T, 96)"),
        ("deaf", Deaf, "depend on what it reads"),
        ("too small", lambda: Writer(8), "the goal is less than"),
    ],
}
