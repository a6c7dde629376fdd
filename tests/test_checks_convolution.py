"""Answers to lesson 01's exercises that a learner may give, right and wrong."""

import torch
import torch.nn.functional as F
from conv_backward_answers import (
    conv_backward_changed,
    conv_backward_of_autograd,
)

__all__ = ["RIGHT", "WRONG"]


def echo(signal, response):
    sound = signal.new_zeros(len(signal) + len(response) - 1)
    for n, sample in enumerate(signal):
        sound[n : n + len(response)] += sample * response
    return sound


def echo_cut(signal, response):
    return echo(signal, response)[: len(signal)]


def echo_too_long(signal, response):
    return F.pad(echo(signal, response), (0, 1))


def echo_halved(signal, response):
    return echo(signal, response) / 2


def conv2d(image, kernel):
    rows, columns = kernel.shape
    windows = image.unfold(0, rows, 1).unfold(1, columns, 1)
    return (windows * kernel).sum(dim=(2, 3))


def conv2d_square_only(image, kernel):
    size = len(kernel)
    result = image.new_zeros(len(image) - size + 1, len(image) - size + 1)
    for r in range(len(result)):
        for c in range(len(result)):
            result[r, c] = (image[r : r + size, c : c + size] * kernel).sum()
    return result


def conv2d_three_by_three(image, kernel):
    result = image.new_zeros(len(image) - len(kernel) + 1, 2)
    for r in range(result.shape[0]):
        for c in range(result.shape[1]):
            result[r, c] = (image[r : r + 3, c : c + 3] * kernel).sum()
    return result


def conv2d_kernel_sides_exchanged(image, kernel):
    columns, rows = kernel.shape
    result = image.new_zeros(len(image) - columns + 1, image.shape[1] - rows + 1)
    for r in range(result.shape[0]):
        for c in range(result.shape[1]):
            result[r, c] = (image[r : r + rows, c : c + columns] * kernel).sum()
    return result


def conv2d_every_pixel(image, kernel):
    rows, columns = kernel.shape
    result = image.new_zeros(len(image) - rows + 1, image.shape[1] - columns + 1)
    for r in range(len(image)):
        result[r, 0] = 0
    return result


def conv2d_without_sum(image, kernel):
    rows, columns = kernel.shape
    result = conv2d(image, kernel)
    result[0, 0] = image[:rows, :columns] * kernel
    return result


def conv2d_one_too_few(image, kernel):
    return conv2d(image, kernel)[:-1, :-1]


def conv2d_in_lists(image, kernel):
    return conv2d(image, kernel).tolist()


SHARPEN = torch.tensor([[0.0, -1, 0], [-1, 5, -1], [0, -1, 0]])
# Found by least squares on the top half of the photograph.
LEARNED = torch.tensor(
    [
        [1.13, -4.68, 7.86, -4.61, 1.08],
        [-4.41, 17.57, -29.63, 17.48, -4.34],
        [7.25, -28.82, 49.26, -28.82, 7.25],
        [-4.35, 17.49, -29.65, 17.57, -4.41],
        [1.08, -4.61, 7.85, -4.66, 1.11],
    ]
)


RIGHT = {
    "faulty_weight": [(1, 2, 0), [1, 2, 0.0], torch.tensor([1, 2, 0])],
    "parameters": [1216, 1216.0],
    "restore": [[LEARNED], LEARNED.double(), (LEARNED,)],
}


WRONG = {
    "echo": [
        ("cut at the end of the signal", echo_cut, "expected (4,)"),
        ("a sample too long", echo_too_long, "give N + K - 1"),
        ("half as loud", echo_halved, "0.5 times what it should be"),
    ],
    "conv2d": [
        (
            "PyTorch's own",
            lambda i, k: F.conv2d(i[None, None], k[None, None])[0, 0],
            "it calls PyTorch's conv2d",
        ),
        ("square images only", conv2d_square_only, "kernel.shape[0] rows"),
        ("one position too few", conv2d_one_too_few, "expected (2, 2)"),
        ("slices of 3x3", conv2d_three_by_three, "as large as the kernel"),
        ("kernel's sides exchanged", conv2d_kernel_sides_exchanged, "as large as the"),
        ("loops over the pixels", conv2d_every_pixel, "positions of the result"),
        ("no sum", conv2d_without_sum, "add up the products"),
        ("lists", conv2d_in_lists, "expected a tensor of shape (2, 2)"),
    ],
    "faulty_weight": [
        ("two numbers", (1, 2), "3 whole numbers"),
    ],
    "parameters": [
        ("a slice more", 1241, "not so many"),
    ],
    "conv_backward": [
        (
            "channels of the weight exchanged",
            conv_backward_changed(lambda x, w, b: (x, w.transpose(0, 1), b)),
            "two axes have changed places: transpose(0, 1)",
        ),
        (
            "one bias for all",
            conv_backward_changed(lambda x, w, b: (x, w, b.sum())),
            "one number for each output channel",
        ),
        (
            "autograd itself",
            conv_backward_of_autograd,
            "calls PyTorch's grad",
        ),
        (
            "order",
            conv_backward_changed(lambda x, w, b: (w, x, b)),
            "expected",
        ),
    ],
    "restore": [
        ("sharpened once", [SHARPEN], "take a larger kernel"),
        ("sharpened twice", [SHARPEN, SHARPEN], "worse than the blurred picture"),
        ("too many weights", [torch.ones(9, 9) / 81], "the budget is 50"),
        ("even size", [torch.ones(2, 2) / 4], "odd sizes"),
        ("no kernel", [], "list without any"),
        ("numbers", [1.0], "is of type float"),
        ("four dimensions", [torch.ones(1, 1, 3, 3)], "shape (1, 1, 3, 3)"),
        ("too bright", [2 * LEARNED], "times as bright"),
        ("diverged", [LEARNED * torch.nan], "smaller learning rate"),
        ("not trained", [torch.eye(3) / 3], "worse than the blurred picture"),
        ("a larger kernel around it", [F.pad(SHARPEN, [1] * 4)], "run longer"),
    ],
}
