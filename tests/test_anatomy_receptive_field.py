"""The receptive field by formula, against what gradients reach."""

import random

import pytest
import torch
from torch import nn

from lessons_lib.anatomy import ReceptiveField, joined_field, receptive_field


def ones(kernel_size, stride=1, padding=0, dilation=1):
    layer = nn.Conv2d(1, 1, kernel_size, stride, padding, dilation, bias=False)
    nn.init.ones_(layer.weight)
    return layer


def random_layer(rng):
    kernel_size, stride = rng.randint(1, 4), rng.randint(1, 2)
    padding = rng.randint(0, kernel_size // 2)
    kind = rng.choice(["conv", "max", "mean"])
    if kind == "conv":
        return ones(kernel_size, stride, padding, rng.randint(1, 3))
    if kind == "max":
        return nn.MaxPool2d(kernel_size, stride, padding, dilation=rng.randint(1, 2))
    return nn.AvgPool2d(kernel_size, stride, padding)


def reached(model, side, index):
    """Return the first and last column, and row, that one value depends on.

    The gradient of a maximum reaches only the winner. In a picture that gets brighter
    to the right and down, the winner is the last pixel of each window; in the same
    picture turned around, the first.
    """
    ramp = torch.arange(1.0, side * side + 1).double().view(1, 1, side, side)
    touched = torch.zeros(side, side, dtype=torch.bool)
    for image in (ramp, ramp.flip(2, 3)):
        image = image.clone().requires_grad_()
        model(image)[0, :, index, index].sum().backward()
        touched |= image.grad[0, 0] != 0
    rows, columns = touched.nonzero().T
    return [(int(seen.min()), int(seen.max())) for seen in (columns, rows)]


@pytest.mark.parametrize("seed", range(30))
def test_equals_what_gradients_reach(seed):
    rng = random.Random(seed)
    stack = nn.Sequential(*[random_layer(rng) for _ in range(rng.randint(1, 4))])
    field = receptive_field(stack)[-1]
    # The first value whose field lies inside the picture, and a picture around it.
    index = max(0, int(-(field.span()[0] // field.jump)))
    first, last = field.span(index)
    columns, rows = reached(stack.double(), int(last) + 2 * field.size, index)
    assert columns == rows == (first, last)


def test_by_hand():
    stack = nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(8, 8, 3)
    )
    assert receptive_field(stack) == [
        ReceptiveField("input", 1, 1, 0.0),
        ReceptiveField("0", 3, 1, 0.0),
        ReceptiveField("1", 3, 1, 0.0),
        ReceptiveField("2", 4, 2, 0.5),
        ReceptiveField("3", 8, 2, 2.5),
    ]


def test_layers_that_work_value_by_value_see_what_came_before():
    layers = [nn.BatchNorm2d(1), nn.ReLU(), nn.Dropout(), nn.Identity(), nn.Tanh()]
    assert receptive_field(layers)[-1][1:] == (1, 1, 0.0)
    assert receptive_field(nn.Sequential()) == [ReceptiveField("input", 1, 1, 0.0)]


def test_same_padding_and_each_side_of_a_window():
    layer = nn.Conv2d(1, 1, (3, 5), padding="same")
    assert receptive_field(layer)[-1] == ReceptiveField("0", 5, 1, 0.0)
    assert receptive_field(layer, axis=-2)[-1] == ReceptiveField("0", 3, 1, 0.0)
    even = nn.Conv1d(1, 1, 4, padding="same")
    assert receptive_field(even)[-1].span() == (-1.0, 2.0)
    assert receptive_field(nn.Conv2d(1, 1, 3, padding="valid"))[-1].center == 1.0


def test_names_of_inner_chains_and_a_start():
    inner = nn.Sequential(nn.Conv2d(1, 1, 3), nn.ReLU())
    fields = receptive_field(nn.Sequential(nn.MaxPool2d(2), inner))
    assert [field.name for field in fields] == ["input", "0", "1.0", "1.1"]
    assert receptive_field(inner, start=fields[1])[-1][1:] == fields[-1][1:]


def test_joined_field_covers_all_branches():
    branches = [
        nn.Conv2d(1, 1, 1),
        nn.Sequential(nn.Conv2d(1, 1, 1), nn.Conv2d(1, 1, 5, padding=2)),
        nn.Sequential(nn.MaxPool2d(3, 1, 1), nn.Conv2d(1, 1, 1)),
    ]
    ends = [receptive_field(branch)[-1] for branch in branches]
    assert joined_field(*ends) == ReceptiveField("joined", 5, 1, 0.0)
    aside = ReceptiveField("aside", 3, 1, 4.0)
    assert joined_field(ends[1], aside).span() == (-2.0, 5.0)


def test_refuses_what_it_cannot_follow():
    with pytest.raises(ValueError, match=r"layer 1 \(Linear\)"):
        receptive_field([nn.ReLU(), nn.Linear(2, 2)])
    with pytest.raises(ValueError, match="joined_field"):
        receptive_field(nn.ConvTranspose2d(1, 1, 2))
    with pytest.raises(ValueError, match=r"got \[1, 2\]"):
        joined_field(ReceptiveField("a", 1, 1, 0.0), ReceptiveField("b", 1, 2, 0.0))
    with pytest.raises(ValueError, match=r"got \[\]"):
        joined_field()
