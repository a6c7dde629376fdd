"""Answers to lesson 01's exercises that a learner may give, right and wrong."""

import torch
import torch.nn.functional as F

__all__ = ["RIGHT", "UNTRIED", "WRONG"]


def echo(signal, response):
    sound = signal.new_zeros(len(signal) + len(response) - 1)
    for n, sample in enumerate(signal):
        sound[n : n + len(response)] += sample * response
    return sound


def echo_backwards(signal, response):
    return echo(signal, response.flip(0))


def echo_cut(signal, response):
    return echo(signal, response)[: len(signal)]


def echo_last_only(signal, response):
    sound = signal.new_zeros(len(signal) + len(response) - 1)
    for n, sample in enumerate(signal):
        sound[n : n + len(response)] = sample * response
    return sound


def echo_halved(signal, response):
    return echo(signal, response) / 2


def echo_equally_loud(signal, response):
    sound = signal.new_zeros(len(signal) + len(response) - 1)
    for n in range(len(signal)):
        sound[n : n + len(response)] += response
    return sound


def echo_returned_in_loop(signal, response):
    sound = signal.new_zeros(len(signal) + len(response) - 1)
    for n, sample in enumerate(signal):
        sound[n : n + len(response)] += sample * response
        return sound
    return None


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


def conv2d_by(slice_, *, image, kernel, until=None):
    """Loop as the lesson does, and return after some values."""
    rows, columns = kernel.shape
    height, width = image.shape[0] - rows + 1, image.shape[1] - columns + 1
    result = image.new_zeros(height, width)
    for number in range(until or height * width):
        r, c = divmod(number, width)
        result[r, c] = (slice_(r, c, rows, columns) * kernel).sum()
    return result


def conv2d_exchanged(i, k):
    def exchanged(r, c, rows, columns):
        return i[c : c + rows, r : r + columns]

    return conv2d_by(exchanged, image=i, kernel=k)


def conv2d_until(until):
    def stopped(i, k):
        def upright(r, c, rows, columns):
            return i[r : r + rows, c : c + columns]

        last = {"value": 1, "row": i.shape[1] - k.shape[1] + 1}[until]
        return conv2d_by(upright, image=i, kernel=k, until=last)

    return stopped


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


def output_size(size, kernel_size, stride, padding, dilation):
    return (size + 2 * padding - dilation * (kernel_size - 1) - 1) // stride + 1


RIGHT = {
    "echo": [
        echo,
        lambda s, r: F.conv1d(s[None, None], r.flip(0)[None, None], padding=len(r) - 1)[
            0, 0
        ],
    ],
    "top_left": [15, 15.0, torch.tensor(15)],
    "conv2d": [conv2d],
    "too_bright": ["b", " B "],
    "parameters": [1216, 1216.0],
    "output_size": [output_size],
}

UNTRIED = {
    "echo": [lambda signal, response: None],
    "top_left": [...],
    "conv2d": [lambda image, kernel: None],
    "too_bright": [...],
    "parameters": [...],
    "output_size": [lambda size, kernel_size, stride, padding, dilation: None],
}

WRONG = {
    "echo": [
        ("response backwards", echo_backwards, "ran backwards"),
        ("cut at the end of the signal", echo_cut, "expected (4,)"),
        ("later copies overwrite", echo_last_only, "overwrite earlier ones"),
        ("half as loud", echo_halved, "0.5 times what it should be"),
        ("all copies equally loud", echo_equally_loud, "as loud as its sample"),
        ("return inside the loop", echo_returned_in_loop, "only the first sample"),
    ],
    "top_left": [
        ("kernel mirrored", 11, "mirrored"),
        ("rows and columns exchanged", 14, "exchanged"),
        ("another place", 9, "bottom left"),
        ("pixels without weights", 12, "Multiply each one by its weight"),
        ("a slip", 16, "add the nine products"),
    ],
    "conv2d": [
        (
            "PyTorch's own",
            lambda i, k: F.conv2d(i[None, None], k[None, None])[0, 0],
            "it calls PyTorch's conv2d",
        ),
        (
            "kernel flipped",
            lambda i, k: conv2d(i, k.flip(0, 1)),
            "kernel was flipped",
        ),
        ("mean", lambda i, k: conv2d(i, k) / k.numel(), "take their sum"),
        (
            "no weights",
            lambda i, k: conv2d(i, torch.ones_like(k)),
            "without their weights",
        ),
        ("square images only", conv2d_square_only, "kernel.shape[0] rows"),
        ("one position too few", conv2d_one_too_few, "expected (2, 2)"),
        ("slices of 3x3", conv2d_three_by_three, "as large as the kernel"),
        ("kernel's sides exchanged", conv2d_kernel_sides_exchanged, "as large as the"),
        ("loops over the pixels", conv2d_every_pixel, "positions of the result"),
        ("no sum", conv2d_without_sum, "add up the products"),
        ("positions exchanged", conv2d_exchanged, "columns of the positions"),
        ("return in the inner loop", conv2d_until("value"), "only the first value"),
        ("return in the outer loop", conv2d_until("row"), "only the first row"),
        ("lists", conv2d_in_lists, "expected a tensor of shape (2, 2)"),
    ],
    "too_bright": [
        ("flip", "a", "turning it changes nothing"),
        ("negative weights", "c", "makes edges stand out"),
        ("padding", "d", "outermost pixels"),
        ("no such letter", "e", "one of the letters"),
    ],
    "parameters": [
        ("biases forgotten", 1200, "has a bias"),
        ("one kernel per output channel", 416, "one for each input channel"),
        ("a bias per kernel", 1248, "added once"),
        ("biases for the inputs", 1203, "belong to the output channels"),
        ("a slip", 1217, "Count the kernels first"),
    ],
    "output_size": [
        (
            "no dilation",
            lambda n, k, s, p, d: (n + 2 * p - k) // s + 1,
            "dilation was ignored",
        ),
        (
            "padding on one side",
            lambda n, k, s, p, d: (n + p - d * (k - 1) - 1) // s + 1,
            "one side only",
        ),
        (
            "first position not counted",
            lambda n, k, s, p, d: (n + 2 * p - d * (k - 1) - 1) // s,
            "first position was not counted",
        ),
        (
            "not rounded",
            lambda n, k, s, p, d: (n + 2 * p - d * (k - 1) - 1) / s + 1,
            "round down (//)",
        ),
        (
            "rounded up",
            lambda n, k, s, p, d: -(-(n + 2 * p - d * (k - 1) - 1) // s) + 1,
            "not up",
        ),
        (
            "reach d K",
            lambda n, k, s, p, d: (n + 2 * p - d * k) // s + 1,
            "reached over d K pixels",
        ),
        (
            "reach d K + 1",
            lambda n, k, s, p, d: (n + 2 * p - d * k - 1) // s + 1,
            "reached over d K + 1 pixels",
        ),
        (
            "reach d (K - 1)",
            lambda n, k, s, p, d: (n + 2 * p - d * (k - 1)) // s + 1,
            "reached over d (K - 1) pixels",
        ),
        (
            "no brackets",
            lambda n, k, s, p, d: n + 2 * p - d * (k - 1) - 1 // s + 1,
            "only the last term was divided",
        ),
        (
            "no brackets around the room",
            lambda n, k, s, p, d: n + 2 * p - (d * (k - 1) + 1) // s + 1,
            "only the reach was divided",
        ),
        (
            "no padding",
            lambda n, k, s, p, d: (n - d * (k - 1) - 1) // s + 1,
            "padding was ignored",
        ),
        (
            "no stride",
            lambda n, k, s, p, d: n + 2 * p - d * (k - 1),
            "stride was ignored",
        ),
    ],
}
