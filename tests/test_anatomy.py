from itertools import product

import pytest
import torch
from torch import nn

from lessons_lib.anatomy import (
    class_heat,
    layer_table,
    mac_count,
    output_size,
    parameter_count,
    record_activations,
)


def cnn():
    return nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(4 * 5 * 5, 3),
    )


def test_output_size_equals_torch_wherever_the_window_fits():
    checked = refused = 0
    for size, k, stride, padding, dilation in product(
        range(1, 10), range(1, 5), range(1, 4), range(3), range(1, 4)
    ):
        layer = nn.Conv1d(1, 1, k, stride, padding, dilation)
        if dilation * (k - 1) + 1 > size + 2 * padding:
            with pytest.raises(ValueError, match="doesn't fit"):
                output_size(size, k, stride, padding, dilation)
            refused += 1
        else:
            length = layer(torch.zeros(1, 1, size)).shape[-1]
            assert output_size(size, k, stride, padding, dilation) == length
            checked += 1
    assert checked > 500 and refused > 50


@pytest.mark.parametrize(
    "arguments", [(0, 1), (5, 0), (5, 3, 0), (5, 3, 1, -1), (5, 3, 1, 0, 0)]
)
def test_output_size_refuses_what_no_window_has(arguments):
    with pytest.raises(ValueError, match="at least"):
        output_size(*arguments)


def test_class_heat_weighs_each_map_by_its_mean_gradient():
    maps = torch.tensor([[[[1.0, -2.0]], [[3.0, 5.0]]]])
    gradients = torch.tensor([[[[2.0, 4.0]], [[-1.0, 1.0]]]])
    assert torch.equal(class_heat(maps, gradients), torch.tensor([[[3.0, 0.0]]]))


def test_parameters_that_are_shared_count_once_and_frozen_ones_not():
    layer = nn.Linear(3, 3)
    model = nn.Sequential(layer, layer)
    assert parameter_count(model) == 12
    layer.bias.requires_grad_(False)
    assert parameter_count(model) == 9


def test_multiply_adds_of_a_convolution_and_a_linear_layer():
    conv = nn.Conv2d(3, 8, kernel_size=5, padding=2)
    assert mac_count(conv, torch.zeros(1, 3, 10, 10)) == 3 * 25 * 8 * 100
    assert mac_count(nn.Linear(7, 5), torch.zeros(2, 7)) == 2 * 35


def test_layer_table_follows_the_data_and_adds_up():
    model, inputs = cnn(), torch.zeros(2, 1, 10, 10)
    rows = layer_table(model, inputs)
    kinds = [row.kind for row in rows]
    assert kinds == ["Conv2d", "ReLU", "MaxPool2d", "Flatten", "Linear"]
    assert rows[0].output_shape == (2, 4, 10, 10)
    assert rows[2].output_shape == (2, 4, 5, 5)
    assert sum(row.parameters for row in rows) == parameter_count(model)
    assert sum(row.macs for row in rows) == mac_count(model, inputs)


def test_layer_table_of_a_single_layer():
    (row,) = layer_table(nn.Linear(2, 3), torch.zeros(1, 2))
    assert row.output_shape == (1, 3) and row.macs == 6


def test_recorded_activations_are_the_outputs():
    model, inputs = cnn(), torch.randn(2, 1, 10, 10)
    with record_activations(model) as activations:
        logits = model(inputs)
    assert torch.equal(activations["4"], logits)
    assert torch.equal(activations["0"], model[0](inputs))


def test_hooks_are_removed_even_after_an_error():
    model = cnn()
    with pytest.raises(RuntimeError), record_activations(model) as activations:
        model(torch.zeros(1, 2, 10, 10))
    model(torch.zeros(1, 1, 10, 10))
    assert activations == {}
    assert not any(layer._forward_hooks for layer in model.modules())
