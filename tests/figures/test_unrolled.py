"""The picture of an unrolled network says the shapes of a real run."""

import matplotlib.pyplot as plt
import pytest
import torch
from torch import nn

from lessons_lib import figures


def words(ax):
    return [text.get_text() for text in ax.texts if text.get_text()]


@pytest.mark.parametrize("kind", [nn.RNN, nn.LSTM, nn.GRU])
def test_unrolled_says_shapes(kind):
    said = words(figures.unrolled(kind(4, 6, num_layers=3), torch.randn(7, 5, 4)))
    for expected in ("input: (7, 5, 4)", "output: (7, 5, 6)", "hidden: (3, 5, 6)"):
        assert expected in said
    assert said.count("layer 2") == 3
    assert {"h0[0]", "hidden[2]", "input[T - 1]", "output[0]"} <= set(said)


def test_unrolled_batch_first():
    rnn = nn.RNN(4, 6, batch_first=True)
    said = words(figures.unrolled(rnn, torch.randn(5, 2, 4)))
    assert {"input: (5, 2, 4)", "output: (5, 2, 6)", "hidden: (1, 5, 6)"} <= set(said)
    assert said.count("layer 0") == 2 and "..." not in said


@pytest.mark.parametrize(
    ("rnn", "steps"), [(nn.RNN(4, 6), 1), (nn.RNN(4, 6, bidirectional=True), 3)]
)
def test_unrolled_refuses(rnn, steps):
    with pytest.raises(ValueError, match="at least two steps"):
        figures.unrolled(rnn, torch.randn(steps, 5, 4))


def test_given_axes_are_used():
    _, ax = plt.subplots()
    assert figures.unrolled(nn.RNN(4, 6), torch.randn(2, 5, 4), ax) is ax
