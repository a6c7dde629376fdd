"""Answers to lesson 04's exercises that a learner may give, right and wrong."""

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

__all__ = ["RIGHT", "WRONG"]


def slide_unshaped(maps, weight, bias, size):
    return F.conv2d(maps, weight, bias)


def slide_with_outputs_second(maps, weight, bias, size):
    return F.conv2d(maps, weight.view(-1, len(weight), size, size), bias)


def slide_for_one_network(maps, weight, bias, size):
    return F.conv2d(maps, weight.view(128, 64, 7, 7), bias)


def calibration_error_out_of_range(confidence, correct, bins):
    sums = torch.zeros(bins, dtype=confidence.dtype)
    place = (confidence * bins).long()
    gaps = sums.index_add(0, place, correct.double() - confidence)
    return gaps.abs().sum() / len(confidence)


def reader(name):
    """Return a network that a solution of the lesson trained; readers.npz has it."""
    with np.load(Path(__file__).with_name("readers.npz")) as file:
        state = [torch.from_numpy(file[key]).float() for key in file if name in key]
    first, second = len(state[0]), len(state[2])
    model = untrained(first, second)
    with torch.no_grad():
        for parameter, weights in zip(model.parameters(), state, strict=True):
            parameter.copy_(weights)
    return model


class Scale(nn.Module):
    def forward(self, x):
        return (x - 0.5) / 0.5


def untrained(first, second):
    return nn.Sequential(
        Scale(),
        nn.Conv2d(1, first, 5),
        nn.MaxPool2d(2),
        nn.ReLU(),
        nn.Conv2d(first, second, 5),
        nn.MaxPool2d(2),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(second * 16, 10),
    )


RIGHT = {
    "parameters": [(320, 18_496, 401_536, 1_290), [320, 18_496, 401_536, 1_290]],
    "suspect": [(4, 3), [4, 3]],
    "small_reader": [reader("small")],
    "sturdy_reader": [reader("sturdy")],
}


WRONG = {
    "parameters": [
        (
            "no biases",
            (288, 18_432, 401_408, 1_280),
            "conv1, conv2, linear1 and linear2: these are the weights; each output has "
            "a bias, too",
        ),
        ("four slips", (41, 640, 8_320, 138), "Look again at linear1 and linear2, too"),
        ("kernels summed", (320, 640, 401_536, 1_290), "all 32 input channels"),
        ("no pooling", (320, 18_496, 6_422_656, 1_290), "28, 14, 7"),
        ("one pooling", (320, 18_496, 1_605_760, 1_290), "second pooling"),
        ("one number per map", (320, 18_496, 8_320, 1_290), "64 x 7 x 7"),
        ("the sum", 421_642, "4 whole numbers"),
        ("a slip", (320, 18_496, 401_536, 1_280), "linear2: these are the weights"),
        ("backwards", (1_290, 401_536, 18_496, 320), "conv1 first"),
        ("half a bias", (320.5, 18_496, 401_536, 1_290), "whole number"),
    ],
    "suspect": [
        ("a healthy network", (1, 3), "healthy network"),
        ("convolution", (4, 1), "each picture by itself"),
        ("linear layer", (4, 4), "each row by itself"),
        ("no such line", (4, 7), "numbered from 1 to 4"),
        ("exchanged", (3, 4), "First the number of pictures"),
    ],
    "small_reader": [
        ("too large", untrained(10, 20), "8,490 parameters, the budget is 5,000"),
        ("untrained", untrained(8, 12), "Was the network trained"),
        ("its class", nn.Linear, "the nn.Module itself"),
        ("an accuracy", 0.97, "the nn.Module itself"),
        ("no pictures", nn.Linear(5, 10), "(N, 1, 28, 28)"),
    ],
    "sturdy_reader": [
        ("too large", untrained(32, 32), "the budget is 15,000"),
        ("untrained", untrained(15, 23), "Was the network trained"),
        ("not sturdy", reader("small"), "moved by three pixels in training?"),
    ],
    "slide": [
        ("weight as it is", slide_unshaped, "Reshape weight first"),
        ("outputs second", slide_with_outputs_second, "Outputs come first"),
        ("sizes of DigitNet", slide_for_one_network, "sizes of the arguments"),
    ],
    "calibration_error": [
        ("no place for 1.0", calibration_error_out_of_range, "raised"),
    ],
}
