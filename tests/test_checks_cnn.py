"""Answers to lesson 04's exercises that a learner may give, right and wrong."""

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

__all__ = ["RIGHT", "UNTRIED", "WRONG"]


def slide(maps, weight, bias, size):
    return F.conv2d(maps, weight.view(len(weight), maps.shape[1], size, size), bias)


def slide_with_loops(maps, weight, bias, size):
    rows, columns = maps.shape[2] - size + 1, maps.shape[3] - size + 1
    result = maps.new_zeros(len(maps), len(weight), rows, columns)
    for r in range(rows):
        for c in range(columns):
            window = maps[:, :, r : r + size, c : c + size]
            result[:, :, r, c] = F.linear(window.flatten(1), weight, bias)
    return result


def slide_without_bias(maps, weight, bias, size):
    return slide(maps, weight, None, size)


def slide_with_channels_last(maps, weight, bias, size):
    kernel = weight.view(len(weight), size, size, -1).permute(0, 3, 1, 2)
    return F.conv2d(maps, kernel, bias)


def slide_in_leaps(maps, weight, bias, size):
    return F.conv2d(maps, weight.view(len(weight), -1, size, size), bias, stride=size)


def slide_padded(maps, weight, bias, size):
    kernel = weight.view(len(weight), -1, size, size)
    return F.conv2d(maps, kernel, bias, padding=size // 2)


def slide_unshaped(maps, weight, bias, size):
    return F.conv2d(maps, weight, bias)


def slide_with_outputs_second(maps, weight, bias, size):
    return F.conv2d(maps, weight.view(-1, len(weight), size, size), bias)


def slide_for_one_network(maps, weight, bias, size):
    return F.conv2d(maps, weight.view(128, 64, 7, 7), bias)


def calibration_error(confidence, correct, bins):
    place = (confidence * bins).long().clamp(max=bins - 1)
    error = 0
    for b in range(bins):
        inside = place == b
        if inside.any():
            gap = correct[inside].double().mean() - confidence[inside].mean()
            error += gap.abs() * inside.sum() / len(confidence)
    return error


def calibration_error_with_shares(confidence, correct, bins):
    place = (confidence * bins).long().clamp(max=bins - 1)
    error = 0.0
    for b in place.unique():
        inside = place == b
        gap = correct[inside].float().mean() - confidence[inside].mean()
        error = error + inside.float().mean() * gap.abs()
    return error


def calibration_error_as_number(confidence, correct, bins):
    return calibration_error(confidence, correct, bins).item()


def calibration_error_unweighted(confidence, correct, bins):
    place = (confidence * bins).long().clamp(max=bins - 1)
    gaps = [
        (correct[place == b].double().mean() - confidence[place == b].mean()).abs()
        for b in range(bins)
        if (place == b).any()
    ]
    return torch.stack(gaps).mean()


def calibration_error_signed(confidence, correct, bins):
    return correct.double().mean() - confidence.mean()


def calibration_error_by_sample(confidence, correct, bins):
    return (correct.double() - confidence).abs().mean()


def calibration_error_out_of_range(confidence, correct, bins):
    sums = torch.zeros(bins, dtype=confidence.dtype)
    place = (confidence * bins).long()
    gaps = sums.index_add(0, place, correct.double() - confidence)
    return gaps.abs().sum() / len(confidence)


def calibration_error_with_empty_bins(confidence, correct, bins):
    place = (confidence * bins).long().clamp(max=bins - 1)
    error = 0
    for b in range(bins):
        inside = place == b
        gap = correct[inside].double().mean() - confidence[inside].mean()
        error += gap.abs() * inside.sum() / len(confidence)
    return error


def calibration_error_by_middle(confidence, correct, bins):
    place = (confidence * bins).long().clamp(max=bins - 1)
    error = 0
    for b in place.unique():
        inside = place == b
        gap = correct[inside].double().mean() - (b + 0.5) / bins
        error += gap.abs() * inside.sum() / len(confidence)
    return error


def calibration_error_in_five_bins(confidence, correct, bins):
    return calibration_error(confidence, correct, 5)


def calibration_error_in_ten_bins(confidence, correct, bins):
    return calibration_error(confidence, correct, 10)


def center_of_mass(image):
    rows, columns = (torch.arange(side, dtype=image.dtype) for side in image.shape)
    share = image / image.sum()
    return (share * rows[:, None]).sum(), (share * columns[None, :]).sum()


def center_of_mass_as_numbers(image):
    row, column = center_of_mass(image)
    return [row.item(), column.item()]


def center_of_mass_from_one(image):
    row, column = center_of_mass(image)
    return row + 1, column + 1


def center_of_mass_undivided(image):
    row, column = center_of_mass(image)
    return row * image.sum(), column * image.sum()


def center_of_ink(image):
    return tuple((image > 0).nonzero().double().mean(dim=0))


def center_of_box(image):
    inked = (image > 0).nonzero().double()
    return tuple((inked.amin(dim=0) + inked.amax(dim=0)) / 2)


def center_of_picture(image):
    height, width = image.shape
    return (height - 1) / 2, (width - 1) / 2


def half_of_the_sides(image):
    height, width = image.shape
    return height / 2, width / 2


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
    "quiz": [{1: "c", 2: "a", 3: "d", 4: "b", 5: "c"}],
    "slide": [slide, slide_with_loops],
    "calibration_error": [
        calibration_error,
        calibration_error_with_shares,
        calibration_error_as_number,
    ],
    "center_of_mass": [
        center_of_mass,
        center_of_mass_as_numbers,
        lambda image: torch.stack(center_of_mass(image)),
        lambda image: torch.tensor(center_of_mass_as_numbers(image)),
    ],
}

UNTRIED = {
    "parameters": [...],
    "suspect": [...],
    "small_reader": [...],
    "sturdy_reader": [...],
    "quiz": [..., {1: ..., 2: ..., 3: ..., 4: ..., 5: ...}],
    "slide": [lambda maps, weight, bias, size: None],
    "calibration_error": [lambda confidence, correct, bins: None],
    "center_of_mass": [lambda image: None],
}

WRONG = {
    "parameters": [
        ("no biases", (288, 18_432, 401_408, 1_280), "bias, too"),
        ("kernels summed", (320, 640, 401_536, 1_290), "all 32 input channels"),
        ("no pooling", (320, 18_496, 6_422_656, 1_290), "28, 14, 7"),
        ("one pooling", (320, 18_496, 1_605_760, 1_290), "second pooling"),
        ("one number per map", (320, 18_496, 8_320, 1_290), "64 x 7 x 7"),
        ("the sum", 421_642, "4 whole numbers"),
        ("a slip", (320, 18_496, 401_536, 1_280), "linear2: these are the weights"),
        ("one too many", (321, 18_496, 401_536, 1_290), "conv1: the right number is"),
        ("backwards", (1_290, 401_536, 18_496, 320), "conv1 first"),
        ("half a bias", (320.5, 18_496, 401_536, 1_290), "whole number"),
    ],
    "suspect": [
        ("a healthy network", (1, 3), "healthy network"),
        ("too few rows", (3, 3), "all four rows"),
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
        ("not sturdy", reader("small"), "The goal is 90%"),
    ],
    "quiz": [
        ("one wrong", {1: "c", 2: "b", 3: "d", 4: "b", 5: "c"}, "learned mirrored"),
        ("two wrong", {1: "a", 2: "a", 3: "d", 4: "b", 5: "a"}, "flatters"),
        ("all a", {1: "a", 2: "a", 3: "a", 4: "a", 5: "a"}, "1 of 5"),
    ],
    "slide": [
        ("no bias", slide_without_bias, "bias is missing"),
        ("channels last", slide_with_channels_last, "channels first"),
        ("stride", slide_in_leaps, "by one position"),
        ("padding", slide_padded, "No padding here"),
        ("weight as it is", slide_unshaped, "Reshape weight first"),
        ("outputs second", slide_with_outputs_second, "Outputs come first"),
        ("sizes of DigitNet", slide_for_one_network, "sizes of the arguments"),
        ("ReLU", lambda *case: slide(*case).relu(), "no ReLU in it"),
    ],
    "calibration_error": [
        ("not weighted", calibration_error_unweighted, "as much as it has samples"),
        ("signed", calibration_error_signed, "absolute value in each bin"),
        ("absolute once", lambda *c: calibration_error_signed(*c).abs(), "in each bin"),
        ("by sample", calibration_error_by_sample, "not single samples"),
        ("no place for 1.0", calibration_error_out_of_range, "raised"),
        ("empty bins", calibration_error_with_empty_bins, "no mean: skip it"),
        ("middle of the bin", calibration_error_by_middle, "not the middle of the bin"),
        ("five bins", calibration_error_in_five_bins, "use the argument bins"),
        ("ten bins", calibration_error_in_ten_bins, "use the argument bins"),
        ("summed", lambda p, c, b: len(p) * calibration_error(p, c, b), "Divide by"),
    ],
    "center_of_mass": [
        (
            "exchanged",
            lambda image: center_of_mass(image)[::-1],
            "dim=0 counts the rows",
        ),
        ("unweighted", center_of_ink, "a bright pixel weighs more"),
        ("box", center_of_box, "box around the ink"),
        ("picture", center_of_picture, "middle of the picture"),
        ("half of the sides", half_of_the_sides, "half of each side"),
        ("from 1", center_of_mass_from_one, "from 0"),
        ("not divided", center_of_mass_undivided, "sum of all pixels"),
    ],
}
