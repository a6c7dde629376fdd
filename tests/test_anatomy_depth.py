"""A table of the layers at a chosen depth."""

import pytest
import torch
from torch import nn

from lessons_lib.anatomy import layer_table, mac_count, parameter_count


class TwoBranches(nn.Module):
    def __init__(self):
        super().__init__()
        self.left, self.right = nn.Conv2d(2, 3, 1), nn.Conv2d(2, 5, 3, padding=1)

    def forward(self, x):
        return torch.cat([self.left(x), self.right(x)], dim=1)


def model():
    return nn.Sequential(
        nn.Conv2d(1, 2, 3), TwoBranches(), nn.Flatten(), nn.Linear(8 * 4 * 4, 10)
    )


def test_each_child_is_a_row_and_they_add_up():
    net, inputs = model(), torch.zeros(2, 1, 6, 6)
    rows = layer_table(net, inputs, depth=1)
    assert [row.kind for row in rows] == ["Conv2d", "TwoBranches", "Flatten", "Linear"]
    assert rows[1].output_shape == (2, 8, 4, 4)
    assert rows[1].macs == 2 * 16 * (2 * 3 + 2 * 5 * 9)
    assert sum(row.macs for row in rows) == mac_count(net, inputs)
    assert sum(row.parameters for row in rows) == parameter_count(net)


def test_works_on_the_meta_device():
    with torch.device("meta"):
        rows = layer_table(model(), torch.zeros(1, 1, 6, 6), depth=1)
    assert [row.macs for row in rows] == [2 * 9 * 16, 16 * 96, 0, 1280]


def test_child_that_is_not_called_has_no_row():
    net = TwoBranches()
    net.spare = nn.Linear(2, 2)
    rows = layer_table(net, torch.zeros(1, 2, 4, 4), depth=1)
    assert [row.name for row in rows] == ["left", "right"]


def test_hooks_are_removed_also_after_an_error():
    net = model()
    with pytest.raises(RuntimeError):
        layer_table(net, torch.zeros(1, 3, 6, 6), depth=1)
    assert not any(child._forward_hooks for child in net.children())


def test_two_levels_down_and_all_the_way():
    net, inputs = nn.Sequential(model(), nn.Softmax(dim=1)), torch.zeros(1, 1, 6, 6)
    assert [r.name for r in layer_table(net, inputs, depth=1)] == ["0", "1"]
    two = [r.name for r in layer_table(net, inputs, depth=2)]
    assert two == ["0.0", "0.1", "0.2", "0.3", "1"]
    assert "0.1.left" in [r.name for r in layer_table(net, inputs)]


def test_depth_below_one():
    with pytest.raises(ValueError, match="depth=0"):
        layer_table(model(), torch.zeros(1, 1, 6, 6), depth=0)


class Shared(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm, self.drop, self.lstm = nn.BatchNorm1d(3), nn.Dropout(), nn.LSTM(3, 4)

    def forward(self, x):
        return self.lstm(self.drop(self.norm(x)))


def test_a_model_stays_as_it_is_in_every_mode():
    net = Shared()
    net.drop.eval()
    torch.manual_seed(1)
    state = torch.get_rng_state()
    rows = layer_table(net, torch.ones(1, 3))  # one row: in training, no batch at all
    mac_count(net, torch.ones(1, 3))
    assert [row.output_shape for row in rows] == [(1, 3), (1, 3), (1, 4)]
    assert net.norm.num_batches_tracked == 0
    assert net.training and net.norm.training and not net.drop.training
    assert torch.equal(torch.get_rng_state(), state)


def test_the_multiply_adds_of_a_function_are_counted():
    assert mac_count(torch.matmul, torch.ones(2, 3), torch.ones(3, 5)) == 2 * 3 * 5
