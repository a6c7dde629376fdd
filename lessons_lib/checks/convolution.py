"""Checks of lesson 01: convolution, by hand and by machine."""

from collections.abc import Callable
from functools import cache
from itertools import product
from typing import Any

import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F
from matplotlib import cbook
from torch import Tensor

from lessons_lib import anatomy
from lessons_lib.checks.judge import (
    Mistakes,
    Status,
    Verdict,
    checker,
    fixed,
    generator,
    judge_function,
    judge_quiz,
    judge_value,
    randn,
)

__all__ = [
    "conv2d",
    "conv_backward",
    "echo",
    "faulty_weight",
    "output_size",
    "parameters",
    "quiz",
    "restore",
]


def _convolve(signal: Tensor, response: Tensor) -> Tensor:
    """Convolve in full, as numpy.convolve does."""
    reach = len(response) - 1
    return F.conv1d(signal[None, None], response.flip(0)[None, None], padding=reach)[
        0, 0
    ]


def _correlate(image: Tensor, kernel: Tensor) -> Tensor:
    return F.conv2d(image[None, None], kernel[None, None])[0, 0]


@checker
def echo(attempt: Callable[[Tensor, Tensor], Tensor]) -> Verdict:
    """Check exercise 1: what is heard when every sample brings its own echo.

    Args:
        attempt: (signal (N,), response (K,)) -> sound (N + K - 1,).
    """
    mistakes = Mistakes()

    @mistakes(
        "It looks as if the response ran backwards: the loudest part should come first."
    )
    def backwards(signal: Tensor, response: Tensor) -> Tensor:
        return _convolve(signal, response.flip(0))

    @mistakes(
        "It looks as if the sound was cut at the end of the signal: the last sample "
        "has an echo too. N samples and K weights give N + K - 1."
    )
    def cut(signal: Tensor, response: Tensor) -> Tensor:
        return _convolve(signal, response)[: len(signal)]

    @mistakes(
        "The sound is one sample too long: N samples and K weights give N + K - 1, "
        "because the first weight of an echo falls on its own sample."
    )
    def too_long(signal: Tensor, response: Tensor) -> Tensor:
        return F.pad(_convolve(signal, response), (0, 1))

    @mistakes(
        "It looks as if later echoes overwrite earlier ones: where they overlap, they "
        "add up (+=)."
    )
    def overwritten(signal: Tensor, response: Tensor) -> Tensor:
        sound = signal.new_zeros(len(signal) + len(response) - 1)
        for n, sample in enumerate(signal):
            sound[n : n + len(response)] = sample * response
        return sound

    @mistakes(
        "It looks as if all copies were equally loud: each is as loud as its sample, "
        "a silent sample sets off nothing."
    )
    def equally_loud(signal: Tensor, response: Tensor) -> Tensor:
        return _convolve(torch.ones_like(signal), response)

    @mistakes(
        "It looks as if only the first sample was heard: return when the loop is "
        "over, not inside it."
    )
    def first_only(signal: Tensor, response: Tensor) -> Tensor:
        return _convolve(signal * (torch.arange(len(signal)) == 0), response)

    return judge_function(
        "echo",
        attempt,
        _convolve,
        [
            (torch.tensor([1.0, 0, 2]).double(), torch.tensor([1.0, 0.5]).double()),
            (randn(7), randn(3, seed=1)),
            (randn(4), randn(6, seed=1)),
            (randn(1), randn(1, seed=1)),
        ],
        mistakes,
        arguments=("signal", "response"),
        praise="This is numpy's np.convolve.",
    )


@checker
def conv2d(attempt: Callable[[Tensor, Tensor], Tensor]) -> Verdict:
    """Check exercise 2: slide a kernel over an image.

    Args:
        attempt: (image (H, W), kernel (K, L)) -> map (H - K + 1, W - L + 1).
    """
    mistakes = Mistakes()

    @mistakes(
        "It looks as if the kernel was flipped. That is what mathematicians call "
        "convolution; a network lays the kernel on as it is."
    )
    def flipped(image: Tensor, kernel: Tensor) -> Tensor:
        return _correlate(image, kernel.flip(0, 1))

    @mistakes("It looks as if rows and columns of the kernel were exchanged.")
    def transposed(image: Tensor, kernel: Tensor) -> Tensor:
        return _correlate(image, kernel.T)

    @mistakes("It looks as if the pixels were added without their weights.")
    def unweighted(image: Tensor, kernel: Tensor) -> Tensor:
        return _correlate(image, torch.ones_like(kernel))

    @mistakes("It looks as if you took the mean of the products; take their sum.")
    def averaged(image: Tensor, kernel: Tensor) -> Tensor:
        return _correlate(image, kernel) / kernel.numel()

    @mistakes(
        "It looks as if rows and columns of the positions were exchanged: image[rows, "
        "columns] takes the rows first, and so does the result."
    )
    def laid_out_wrongly(image: Tensor, kernel: Tensor) -> Tensor:
        return _correlate(image, kernel).T

    @mistakes(
        "It looks as if only the first row was computed: return when both loops are "
        "over, not inside the outer one."
    )
    def first_row(image: Tensor, kernel: Tensor) -> Tensor:
        result = _correlate(image, kernel)
        return result * (torch.arange(len(result)) == 0)[:, None]

    @mistakes(
        "It looks as if only the first value was computed: return when both loops are "
        "over, not inside them."
    )
    def first_value(image: Tensor, kernel: Tensor) -> Tensor:
        result = _correlate(image, kernel)
        return result * (torch.arange(result.numel()) == 0).view_as(result)

    return judge_function(
        "conv2d",
        attempt,
        _correlate,
        [
            (
                torch.arange(9.0).double().view(3, 3),
                torch.tensor([[1, 2], [3, 4]]).double(),
            ),
            (randn(5, 5), randn(3, 3, seed=1)),
            (randn(6, 4), randn(2, 3, seed=1)),
            (randn(3, 7), randn(3, 1, seed=1)),
            (randn(1, 4), randn(1, 2, seed=1)),
        ],
        mistakes,
        arguments=("image", "kernel"),
        praise="Also for images and kernels that are not square.",
        without="a convolution",
        errors={
            "must match the size": "The slice of the image has to be as large as the "
            "kernel at every position: kernel.shape[0] rows and kernel.shape[1] "
            "columns.",
            "out of bounds": "The loops visit the positions of the result, not all "
            "pixels of the image.",
            "number of sizes provided": "At each position, add up the products: one "
            "number for each place of the result.",
        },
    )


_WRONG_WEIGHT = (1, 2, 0)  # row, column, value


def camera(picture: Tensor) -> Tensor:
    """Sharpen a picture as the camera of exercise 4 does, which has a faulty weight.

    Args:
        picture: (H, W), at least 3 by 3 pixels.

    Returns:
        A map of (H - 2, W - 2) values.
    """
    kernel = torch.tensor([[0.0, -1, 0], [-1, 5, -1], [0, -1, 0]], dtype=picture.dtype)
    row, column, value = _WRONG_WEIGHT
    kernel[row, column] = value
    return _correlate(picture, kernel)


@checker
def faulty_weight(answer: object) -> Verdict:
    """Check exercise 4: which weight of the camera is wrong, and what is it?

    Args:
        answer: (row, column, value) of the weight in the kernel, counted from 0.
    """
    mistakes = Mistakes()
    places = {
        (1, 0): "That is where the map of a single white pixel shows the fault. But "
        "the map of a dot is the kernel turned by 180 degrees: where in the kernel is "
        "the weight?",
        (2, 1): "It looks as if rows and columns were exchanged: the row comes first.",
        (0, 1): "It looks as if rows and columns were exchanged, and the map of a dot "
        "taken for the kernel, which is turned by 180 degrees.",
    }
    for place in product(range(3), range(3)):
        if place != _WRONG_WEIGHT[:2]:
            elsewhere = (
                "The weight at this place is as it should be. Show the camera a black "
                "picture with one white pixel and compare the map with the kernel."
            )
            values = [(*place, value) for value in range(-2, 8)]
            mistakes(places.get(place, elsewhere), *values)
    counted = "Rows and columns are counted from 0, as in Python, so 2 is the last one."
    for outside in (-1, 3, -_WRONG_WEIGHT[1]):
        mistakes(counted, *[(outside, n, v) for n in range(-1, 4) for v in (-1, 0, 1)])
        mistakes(counted, *[(n, outside, v) for n in range(-1, 4) for v in (-1, 0, 1)])
    mistakes(counted, (2, 3, 0), (2, 3, -1))
    value_known = (
        "The place is right. The value asked for is the weight that the camera has "
        "there, not the one that it should have or the difference of both."
    )
    mistakes(value_known, *[(1, 2, value) for value in range(-9, 10) if value])
    return judge_value(
        "faulty_weight",
        answer,
        _WRONG_WEIGHT,
        mistakes,
        nudge="Show the camera a black picture with a single white pixel: what comes "
        "out are its weights, in another order.",
        praise="The weights add up to 2 instead of 1, which makes uniform areas twice "
        "as bright; a single white pixel shows all nine at once.",
    )


@checker
def parameters(answer: object) -> Verdict:
    """Check exercise 5: count those of nn.Conv2d(12, 16, kernel_size=5, groups=4).

    Args:
        answer: the number of weights and biases.
    """
    slices = {
        16 * 3: "",
        16 * 12: "The groups are forgotten: each output channel sees only the input "
        "channels of its group.",
        16: "Each output channel has a slice for every input channel of its group, not "
        "just one.",
        4 * 3: "These are the slices of one group; there are four groups.",
        3: "All output channels would share their slices; each has its own ones.",
        16 * 4: "There are four groups, so three input channels in each, not four.",
    }
    sizes = {
        25: "",
        5: "A slice has 5 rows of 5 weights.",
        10: "A slice has 5 rows of 5 weights: 5 times 5, not 5 plus 5.",
        9: "The kernel has 5 x 5 weights, not 3 x 3.",
    }
    biases = {
        16: "",
        0: "Each output channel has a bias, too.",
        12: "The biases belong to the output channels, not to the input ones.",
        4: "There is a bias for each output channel, not for each group.",
        48: "A slice has no bias of its own: it is added once, after the sum.",
        1: "There is a bias for each output channel, not one for all.",
        28: "The biases belong to the output channels alone.",
        -16: "The biases are added to the weights, not taken away.",
    }
    reasons: dict[object, list[str]] = {}
    for (count, one), (size, two), (bias, three) in product(
        slices.items(), sizes.items(), biases.items()
    ):
        slips = [slip for slip in (one, two, three) if slip]
        known = reasons.setdefault(count * size + bias, slips)
        if len(slips) < len(known):  # one slip is likelier than two
            reasons[count * size + bias] = slips
    multiplied = ["The biases are added to the weights; they don't multiply them."]
    reasons |= dict.fromkeys((48 * 25 * 16, 48 * (25 + 16)), multiplied)
    mistakes = Mistakes()
    for number, slips in reasons.items():
        if slips:  # without one, it is the right answer
            mistakes(" ".join(slips), number)
    if isinstance(answer, int | float) and answer not in reasons:
        mistakes(
            "Take away a bias for each output channel: what is left should be whole "
            "slices of 5 x 5 weights, "
            + ("and is, but not so many." if (answer - 16) % 25 == 0 else "and isn't."),
            answer,
        )
    return judge_value(
        "parameters",
        answer,
        48 * 25 + 16,
        mistakes,
        nudge="How many input channels does one output channel see? Count its slices, "
        "then the weights of all slices, then the biases.",
        praise="Each of 16 output channels sees 12 / 4 = 3 input channels: 16 x 3 "
        "slices of 5 x 5 weights, and 16 biases. The size of the picture doesn't "
        "matter.",
    )


@checker
def output_size(attempt: Callable[[int, int, int, int, int], int]) -> Verdict:
    """Check exercise 3: how many positions fit.

    Args:
        attempt: (size, kernel_size, stride, padding, dilation) -> positions.
    """
    mistakes = Mistakes()

    def formula(spread: int, at_both_ends: int, step: float, more: int) -> Callable:
        def mistaken(size, kernel_size, stride, padding, dilation):
            reach = (dilation if spread else 1) * (kernel_size - 1) + 1
            room = size + at_both_ends * padding - reach
            return room // (stride if step else 1) + more

        return mistaken

    @mistakes(
        "The result is not a whole number: a last step that leaves the image is not "
        "taken, so round down (//)."
    )
    def unrounded(size, kernel_size, stride, padding, dilation):
        room = size + 2 * padding - dilation * (kernel_size - 1) - 1
        return room / stride + 1

    @mistakes("A last step that leaves the image is not taken: round down, not up.")
    def rounded_up(size, kernel_size, stride, padding, dilation):
        return -(-(size + 2 * padding - dilation * (kernel_size - 1) - 1) // stride) + 1

    def mistaken_reach(per_weight: int, more: int) -> Callable:
        def mistaken(size, kernel_size, stride, padding, dilation):
            reach = dilation * (kernel_size - 1 + per_weight) + more
            return (size + 2 * padding - reach) // stride + 1

        return mistaken

    @mistakes(
        "It looks as if only the last term was divided: // comes before minus, so put "
        "brackets around all that is divided."
    )
    def only_one_divided(size, kernel_size, stride, padding, dilation):
        return size + 2 * padding - dilation * (kernel_size - 1) - 1 // stride + 1

    @mistakes(
        "It looks as if only the reach was divided: // comes before minus, so put "
        "brackets around all that is divided."
    )
    def only_reach_divided(size, kernel_size, stride, padding, dilation):
        reach = dilation * (kernel_size - 1) + 1
        return size + 2 * padding - reach // stride + 1

    mistakes(
        "It looks as if dilation was ignored: with dilation d, a kernel of K weights "
        "reaches over d (K - 1) + 1 pixels.",
        formula(0, 2, 1, 1),
    )
    mistakes("It looks as if padding was added on one side only.", formula(1, 1, 1, 1))
    mistakes("It looks as if padding was ignored.", formula(1, 0, 1, 1))
    mistakes("It looks as if stride was ignored.", formula(1, 2, 0, 1))
    mistakes(
        "It looks as if the first position was not counted: n steps visit n + 1 "
        "positions.",
        formula(1, 2, 1, 0),
    )
    mistakes(
        "It looks as if the kernel reached over d K pixels. K weights have only K - 1 "
        "gaps between them: it reaches over d (K - 1) + 1.",
        mistaken_reach(1, 0),
    )
    mistakes(
        "It looks as if the kernel reached over d K + 1 pixels. K weights have only K "
        "- 1 gaps between them: it is d (K - 1) + 1.",
        mistaken_reach(1, 1),
    )
    mistakes(
        "It looks as if the kernel reached over d (K - 1) pixels. That is from the "
        "first weight to the last; the pixel of the first counts, too.",
        mistaken_reach(0, 0),
    )

    def drawn(seed: int) -> tuple[int, ...]:
        def number(low: int, high: int) -> int:
            return int(torch.randint(low, high + 1, (), generator=source))

        source = generator(seed)
        kernel_size, stride, padding = number(1, 6), number(1, 5), number(0, 3)
        dilation = number(1, 4)
        size = dilation * (kernel_size - 1) + 1 + number(0, 30)
        return size, kernel_size, stride, padding, dilation

    return judge_function(
        "output_size",
        attempt,
        anatomy.output_size,
        [
            (6, 2, 3, 0, 1),  # on these two, every known mistake gives another result
            (8, 2, 1, 1, 5),
            (5, 3, 1, 0, 1),
            (5, 3, 1, 1, 1),
            (28, 5, 2, 2, 1),
            (32, 3, 1, 2, 2),
            (6, 3, 2, 0, 1),
            (7, 7, 3, 0, 1),
            (31, 4, 3, 1, 3),
            (5, 3, 3, 1, 1),  # here, padding counted once is padding counted twice
            *(drawn(seed) for seed in range(10)),
        ],
        mistakes,
        arguments=("size", "kernel_size", "stride", "padding", "dilation"),
        tolerance=0,
        praise="The same as lessons_lib.anatomy.output_size.",
    )


def _conv_gradients(x: Tensor, weight: Tensor, arriving: Tensor) -> tuple[Tensor, ...]:
    """Return what autograd finds: the gradients of x, weight and bias."""
    bias = weight.new_zeros(len(weight))
    x, weight, bias = leaves = [
        t.detach().clone().requires_grad_() for t in (x, weight, bias)
    ]
    return torch.autograd.grad(F.conv2d(x, weight, bias), leaves, arriving)


@checker
def conv_backward(attempt: Callable[[Tensor, Tensor, Tensor], tuple]) -> Verdict:
    """Check exercise 6: the backward pass of a convolution.

    Args:
        attempt: (x (N, C, H, W), weight (O, C, K, L), arriving (N, O, H - K + 1,
            W - L + 1)) -> gradients of x, weight and bias, each of its own shape.
    """
    mistakes = Mistakes()

    @mistakes(
        "It looks as if the kernel was flipped in the gradient of x: the weight that "
        "lay on a pixel comes back to the same pixel."
    )
    def flipped(x: Tensor, weight: Tensor, arriving: Tensor) -> tuple[Tensor, ...]:
        _, of_weight, of_bias = _conv_gradients(x, weight, arriving)
        return F.conv_transpose2d(arriving, weight.flip(2, 3)), of_weight, of_bias

    @mistakes(
        "In the gradient of x, later positions overwrite earlier ones. A pixel lies "
        "under several positions, so add up what comes from each (+=)."
    )
    def overwritten(x: Tensor, weight: Tensor, arriving: Tensor) -> tuple[Tensor, ...]:
        _, of_weight, of_bias = _conv_gradients(x, weight, arriving)
        rows, columns = weight.shape[2:]
        of_x = torch.zeros_like(x)
        for r in range(arriving.shape[2]):
            for c in range(arriving.shape[3]):
                stamp = torch.einsum("no,ockl->nckl", arriving[:, :, r, c], weight)
                of_x[:, :, r : r + rows, c : c + columns] = stamp
        return of_x, of_weight, of_bias

    @mistakes(
        "The gradient of the weight has only the last position: a weight is used at "
        "every position, so add them all up (+=)."
    )
    def last_place(x: Tensor, weight: Tensor, arriving: Tensor) -> tuple[Tensor, ...]:
        of_x, _, of_bias = _conv_gradients(x, weight, arriving)
        pixels = x[:, :, -weight.shape[2] :, -weight.shape[3] :]
        last = torch.einsum("no,nckl->ockl", arriving[:, :, -1, -1], pixels)
        return of_x, last, of_bias

    @mistakes(
        "The gradient of the weight is turned by 180 degrees: weight (i, j) met the "
        "pixel i rows and j columns into the window."
    )
    def turned(x: Tensor, weight: Tensor, arriving: Tensor) -> tuple[Tensor, ...]:
        of_x, of_weight, of_bias = _conv_gradients(x, weight, arriving)
        return of_x, of_weight.flip(2, 3), of_bias

    @mistakes(
        "It looks as if the samples were averaged. The same weight serves all of them, "
        "so what they say is added up."
    )
    def averaged(x: Tensor, weight: Tensor, arriving: Tensor) -> tuple[Tensor, ...]:
        of_x, of_weight, of_bias = _conv_gradients(x, weight, arriving)
        return of_x, of_weight / len(x), of_bias / len(x)

    @mistakes(
        "The gradient of the bias is a mean. The bias is added at every position of "
        "every sample, so its gradient is a sum."
    )
    def mean_bias(x: Tensor, weight: Tensor, arriving: Tensor) -> tuple[Tensor, ...]:
        of_x, of_weight, _ = _conv_gradients(x, weight, arriving)
        return of_x, of_weight, arriving.mean(dim=(0, 2, 3))

    @mistakes(
        "The gradient of the bias is one number for each output channel: sum over "
        "images, rows and columns only."
    )
    def one_bias(x: Tensor, weight: Tensor, arriving: Tensor) -> tuple[Tensor, ...]:
        of_x, of_weight, _ = _conv_gradients(x, weight, arriving)
        return of_x, of_weight, arriving.sum()

    @mistakes(
        "The gradient of the bias has a row for each sample. They share the bias, so "
        "add up over the samples, too."
    )
    def bias_by_sample(x: Tensor, weight: Tensor, arriving: Tensor) -> tuple:
        of_x, of_weight, _ = _conv_gradients(x, weight, arriving)
        return of_x, of_weight, arriving.sum(dim=(2, 3))

    @mistakes("Only the first sample is used: add up over all of them.")
    def first_sample(x: Tensor, weight: Tensor, arriving: Tensor) -> tuple[Tensor, ...]:
        of_x, _, _ = _conv_gradients(x, weight, arriving)
        return of_x, *_conv_gradients(x[:1], weight, arriving[:1])[1:]

    @mistakes(
        "In the gradient of x, the output channels are not told apart: each sends its "
        "own gradient back through its own kernel."
    )
    def one_output(x: Tensor, weight: Tensor, arriving: Tensor) -> tuple[Tensor, ...]:
        _, of_weight, of_bias = _conv_gradients(x, weight, arriving)
        of_x, *_ = _conv_gradients(x, weight[:1], arriving[:, :1])
        return of_x, of_weight, of_bias

    @mistakes(
        "It looks as if what arrives was left out: every gradient is multiplied by it."
    )
    def unasked(x: Tensor, weight: Tensor, arriving: Tensor) -> tuple[Tensor, ...]:
        return _conv_gradients(x, weight, torch.ones_like(arriving))

    def case(
        n: int,
        channels: int,
        out: int,
        height: int,
        width: int,
        rows: int,
        columns: int,
    ) -> tuple[Tensor, ...]:
        arriving = randn(n, out, height - rows + 1, width - columns + 1, seed=2)
        weight = randn(out, channels, rows, columns, seed=1)
        return randn(n, channels, height, width), weight, arriving

    return judge_function(
        "conv_backward",
        attempt,
        _conv_gradients,
        [
            fixed(case, 1, 1, 1, 3, 3, 2, 2),
            case(1, 1, 1, 5, 5, 3, 3),
            case(3, 1, 2, 5, 4, 2, 3),
            case(2, 3, 2, 4, 6, 3, 2),
            case(4, 2, 3, 3, 3, 1, 3),
        ],
        mistakes,
        arguments=("x", "weight", "arriving"),
        returns=["gradient of x", "gradient of weight", "gradient of bias"],
        tolerance=1e-10,
        praise="This is what loss.backward() computes in every convolutional layer.",
        without="autograd",
    )


_WEIGHTS, _GOAL, _BEST = 50, 0.72, 0.60


@cache
def _unseen_half() -> tuple[Tensor, Tensor]:
    """Return the bottom half of the photograph, and the same half blurred."""
    path = cbook.get_sample_data("grace_hopper.jpg", asfileobj=False)
    photo = torch.from_numpy(plt.imread(str(path)) / 255.0)
    sharp = photo.mean(dim=2)[20:404:2, 90:474:2][96:]
    smooth = torch.tensor([1.0, 4, 6, 4, 1], dtype=torch.float64) / 16
    return sharp, _correlate(sharp, torch.outer(smooth, smooth))


def _error(kernels: list[Tensor]) -> float:
    """Return the root mean squared error of the half, blurred and then filtered."""
    sharp, result = _unseen_half()
    for kernel in kernels:
        result = _correlate(result, kernel)
    rows, columns = ((sharp.shape[k] - result.shape[k]) // 2 for k in (0, 1))
    middle = sharp[rows : rows + len(result), columns : columns + result.shape[1]]
    return (result - middle).square().mean().sqrt().item()


@checker
def restore(answer: object) -> Verdict:
    """Check exercise 7: undo a blur with a budget of weights, on an unseen half.

    Args:
        answer: kernels (K, L) of odd sizes, to be laid on one after the other; of one
            kernel, the kernel alone will do.
    """
    if answer is ...:
        return Verdict(Status.NOT_TRIED, "restore is still three dots.")
    given: Any = [answer] if isinstance(answer, Tensor) else answer
    if fault := _kernels_fault(given):
        return Verdict(Status.NOT_YET, fault)
    kernels = [kernel.detach().double().cpu() for kernel in given]
    count = sum(kernel.numel() for kernel in kernels)
    if count > _WEIGHTS:
        return Verdict(
            Status.NOT_YET,
            f"restore has {count} weights; the budget is {_WEIGHTS}.",
            "Take fewer or smaller kernels: a 5 x 5 kernel has 25 weights.",
        )
    share = _error(kernels) / _error([])
    told = (
        f"With {count} weights, {share:.1%} of the blur's error is left on the half "
        "that the search didn't see"
    )
    if share < _GOAL:
        better = (
            f" torch.linalg.lstsq finds a 5 x 5 kernel that leaves under {_BEST:.0%}."
            if share >= _BEST
            else ""
        )
        return Verdict(Status.RIGHT, f"{told}; the goal was {_GOAL:.0%}.{better}")
    return Verdict(
        Status.NOT_YET, f"{told}; the goal is less than {_GOAL:.0%}.", _advice(kernels)
    )


def _kernels_fault(kernels: object) -> str:
    """Say what keeps an answer from being a stack of kernels, or "" if nothing does."""
    form = "restore should be a list of kernels, each a tensor of shape (K, L)"
    if not isinstance(kernels, list | tuple) or not kernels:
        return f"{form}, but it is {type(kernels).__name__} without any."
    for number, kernel in enumerate(kernels, 1):
        if not isinstance(kernel, Tensor):
            return f"{form}, but number {number} is of type {type(kernel).__name__}."
        if kernel.ndim != 2:
            return f"{form}, but number {number} has shape {tuple(kernel.shape)}."
        if not all(side % 2 for side in kernel.shape) or max(kernel.shape) > 31:
            return (
                f"Kernel number {number} has shape {tuple(kernel.shape)}; take odd "
                "sizes up to 31, so that the picture isn't moved by half a pixel."
            )
        if not kernel.isfinite().all():
            return (
                f"Kernel number {number} holds NaN or infinity: did the search "
                "diverge? Take a smaller learning rate."
            )
    return ""


def _advice(kernels: list[Tensor]) -> str:
    """Say what is likely to keep a stack of kernels from its goal."""
    total = torch.stack([kernel.sum() for kernel in kernels]).prod().item()
    if abs(total - 1) > 0.05:
        return (
            f"Uniform areas come out {total:.2g} times as bright: the weights of each "
            "kernel should add up to about 1."
        )
    if _error(kernels) > _error([]):
        return "That is worse than the blurred picture itself."
    if max(max(kernel.shape) for kernel in kernels) < 5:
        return "Let gradient descent adjust the weights, or take a larger kernel."
    return "Let gradient descent run longer, from the sharpening kernel on."


@checker
def quiz(answers: object) -> Verdict:
    """Check the quiz.

    Args:
        answers: number of the question -> letter.
    """
    return judge_quiz(
        answers,
        {
            "a": (False, "the weights belong to the kernel, not to places."),
            "b": (
                True,
                "the weights belong to the kernel, so they can be laid on any picture; "
                "a larger picture has more positions. A dense layer couldn't do that.",
            ),
            "c": (False, "no network is needed for that: what else would change?"),
            "d": (False, "cutting it up isn't necessary: the kernel slides."),
        },
        {
            "a": (False, "look at the embossed photographs: the light changes sides."),
            "b": (False, "it doesn't: np.convolve flips, F.conv2d does not."),
            "c": (
                True,
                "whatever a layer that flips could learn, a layer that doesn't learns "
                "with its weights in the other order.",
            ),
            "d": (False, "learned kernels are hardly ever symmetric."),
        },
        {
            "a": (
                True,
                "with dilation 2 the kernel reaches over 2 x 4 + 1 = 9 pixels, so the "
                "side shrinks by 8, of which 4 come back at each end.",
            ),
            "b": (False, "that would do without dilation. How far does it reach now?"),
            "c": (False, "padding is added at each of the two ends."),
            "d": (False, "how many pixels does the kernel reach over?"),
        },
        {
            "a": (False, "where does the dot lie when the first weight meets it?"),
            "b": (
                True,
                "the last weight meets the dot first, as the kernel comes from the top "
                "left: the dot's map is the kernel turned by 180 degrees.",
            ),
            "c": (False, "that is what a uniformly white picture gives."),
            "d": (False, "rows stay rows. Which weight meets the dot first?"),
        },
        {
            "a": (False, "8 x 8 slices would be those of a layer without groups."),
            "b": (
                False,
                "that would be one weight per pair of channels: a 1 x 1 layer.",
            ),
            "c": (
                True,
                "each output channel sees one input channel: 8 slices of 9 weights.",
            ),
            "d": (False, "all channels would share one slice; each has its own."),
        },
        {
            "a": (False, "a gradient doesn't undo the layer; nothing is inverted."),
            "b": (False, "that would forget that windows overlap."),
            "c": (False, "the picture is needed for the gradient of the weights."),
            "d": (
                True,
                "each map value sends its gradient to the pixels under its window, "
                "times the weight that lay on each; where windows overlap, they add.",
            ),
        },
    )
