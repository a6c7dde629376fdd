"""A drawing of a network shows each stage with its shape and the layers before it."""

import matplotlib.pyplot as plt
import torch
from matplotlib.patches import Rectangle
from torch import nn

from lessons_lib import figures


def convolutional():
    return nn.Sequential(
        nn.Conv2d(1, 8, 5, padding=2),
        nn.BatchNorm2d(8),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 3, stride=2),
        nn.Flatten(),
        nn.Linear(576, 10),
    )


def words(ax):
    return [text.get_text() for text in ax.texts if text.get_text()]


def drawn(model=None, **options):
    images = torch.zeros(1, 1, 28, 28)
    return figures.architecture(model or convolutional(), images, **options)


def test_each_stage_has_its_shape_and_its_layers():
    said = words(drawn())
    assert said[0::2] == ["1 x 28 x 28", "8 x 28 x 28", "8 x 14 x 14", "576", "10"]
    assert said[1::2] == [
        "input",
        "conv 5 x 5\nbatch norm\nReLU",
        "max-pool 2",
        "conv 3 x 3, stride 2\nflatten",
        "linear",
    ]


def test_larger_maps_are_drawn_larger_and_more_channels_as_more_sheets():
    def squares(ax, column):
        patches = [p for p in ax.patches if isinstance(p, Rectangle)]
        return [p for p in patches if abs(p.get_center()[0] - column) < 0.4]

    ax = drawn()
    sizes = [squares(ax, column)[0].get_height() for column in (1, 2)]
    assert sizes[0] > sizes[1]
    assert len(squares(ax, 1)) > len(squares(ax, 0)) == 1


def test_a_long_network_goes_on_in_a_second_row():
    layers = [nn.Conv2d(1, 1, 3, padding=1) for _ in range(10)]
    ax = drawn(nn.Sequential(*layers))
    heights = {text.get_position()[1] for text in ax.texts if " x 28" in str(text)}
    assert len(heights) == 2


def test_blocks_are_drawn_as_one_layer_with_its_name():
    model = nn.Sequential(nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU()), nn.Flatten())
    said = words(drawn(model, depth=1, names={"0": "Inception"}))
    assert said == ["1 x 28 x 28", "input", "2704", "Inception\nflatten"]


def test_given_axes_are_used():
    _, ax = plt.subplots()
    assert drawn(ax=ax) is ax
