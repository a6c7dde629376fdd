"""Answers to lesson 01's exercises that a learner may give, right and wrong."""

import torch
import torch.nn.functional as F
from conv_backward_answers import (
    conv_backward,
    conv_backward_changed,
    conv_backward_last_position,
    conv_backward_of_autograd,
)

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
    "echo": [
        echo,
        lambda s, r: F.conv1d(s[None, None], r.flip(0)[None, None], padding=len(r) - 1)[
            0, 0
        ],
    ],
    "conv2d": [conv2d],
    "faulty_weight": [(1, 2, 0), [1, 2, 0.0], torch.tensor([1, 2, 0])],
    "parameters": [1216, 1216.0],
    "output_size": [output_size],
    "conv_backward": [conv_backward],
    "restore": [[LEARNED], LEARNED.double(), (LEARNED,)],
    "quiz": [{1: "b", 2: "c", 3: "a", 4: "b", 5: "c", 6: "d"}],
}

UNTRIED = {
    "echo": [lambda signal, response: None],
    "conv2d": [lambda image, kernel: None],
    "faulty_weight": [...],
    "parameters": [...],
    "output_size": [lambda size, kernel_size, stride, padding, dilation: None],
    "conv_backward": [lambda x, weight, arriving: None],
    "restore": [...],
    "quiz": [..., dict.fromkeys(range(1, 7), ...)],
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
    "faulty_weight": [
        ("as the map shows it", (1, 0, 0), "turned by 180 degrees"),
        ("rows and columns exchanged", (2, 1, 0), "the row comes first"),
        ("both", (0, 1, 0), "taken for the kernel"),
        ("the middle", (1, 1, 6), "one white pixel"),
        ("as it should be", (1, 2, -1), "The place is right"),
        ("the difference", (1, 2, 1), "difference of both"),
        ("counted from 1", (2, 3, 0), "counted from 0"),
        ("two numbers", (1, 2), "3 whole numbers"),
    ],
    "parameters": [
        ("biases forgotten", 1200, "has a bias"),
        ("groups forgotten", 4816, "groups are forgotten"),
        ("groups and biases forgotten", 4800, "groups are forgotten"),
        ("one slice per output channel", 416, "not just one"),
        ("a bias per slice", 1248, "no bias of its own"),
        ("biases for the inputs", 1212, "belong to the output channels"),
        ("one group only", 316, "slices of one group"),
        ("a slip", 1217, "and isn't"),
        ("a slice more", 1241, "not so many"),
    ],
    "conv_backward": [
        (
            "autograd itself",
            conv_backward_of_autograd,
            "calls PyTorch's grad",
        ),
        (
            "overwritten",
            lambda *case: conv_backward(*case, add=False),
            "overwrite earlier ones",
        ),
        (
            "kernel turned",
            lambda *case: conv_backward(*case, turned=True),
            "comes back to the same pixel",
        ),
        ("last position", conv_backward_last_position, "has only the last position"),
        (
            "mean of the bias",
            lambda *case: conv_backward(*case, mean=True),
            "its gradient is a sum",
        ),
        (
            "weights turned",
            conv_backward_changed(lambda x, w, b: (x, w.flip(2, 3), b)),
            "The gradient of the weight is turned",
        ),
        (
            "nothing arrives",
            lambda x, w, g: conv_backward(x, w, torch.ones_like(g)),
            "what arrives was left out",
        ),
        (
            "first sample",
            lambda x, w, g: (
                conv_backward(x, w, g)[0],
                *conv_backward(x[:1], w, g[:1])[1:],
            ),
            "Only the first sample",
        ),
        (
            "first output channel",
            lambda x, w, g: (
                conv_backward(x, w[:1], g[:, :1])[0],
                *conv_backward(x, w, g)[1:],
            ),
            "sends its own gradient",
        ),
        (
            "averaged over samples",
            lambda x, w, g: (
                conv_backward(x, w, g)[0],
                *(part / len(x) for part in conv_backward(x, w, g)[1:]),
            ),
            "samples were averaged",
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
    "quiz": [
        ("one wrong", {1: "b", 2: "c", 3: "b", 4: "b", 5: "c", 6: "d"}, "5 of 6"),
        ("one open", {1: "b", 2: "c", 3: "a", 4: "b", 5: "c", 6: ...}, "5 of 6"),
        ("a question missing", {1: "b", 2: "c"}, "a letter for each question"),
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
