"""Checks of lesson 01: convolution, by hand and by machine."""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from lessons_lib import anatomy
from lessons_lib.checks.judge import (
    Mistakes,
    Verdict,
    checker,
    generator,
    judge_choice,
    judge_function,
    judge_value,
    randn,
)

__all__ = [
    "conv2d",
    "echo",
    "output_size",
    "parameters",
    "too_bright",
    "top_left",
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
        "has an echo too."
    )
    def cut(signal: Tensor, response: Tensor) -> Tensor:
        return _convolve(signal, response)[: len(signal)]

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
def top_left(answer: object) -> Verdict:
    """Check exercise 2: one value of the worked example.

    Args:
        answer: the value at the top left of the 3x3 map.
    """
    mistakes = Mistakes()
    mistakes(
        "It looks as if the kernel was mirrored: lay it onto the image as it stands.",
        11,
    )
    mistakes(
        "It looks as if rows and columns of the kernel were exchanged: lay it onto "
        "the image as it stands.",
        14,
    )
    mistakes(
        "That is the value at the bottom left, which the text works out. Move the "
        "kernel up.",
        9,
    )
    mistakes("That adds up the nine pixels. Multiply each one by its weight first.", 12)
    return judge_value(
        "top_left",
        answer,
        15,
        mistakes,
        nudge="Put the kernel onto the three top rows and three left columns. "
        "Multiply each pixel by the weight on it, then add the nine products.",
        praise="Nine products, one sum: that is all a convolution computes.",
    )


@checker
def conv2d(attempt: Callable[[Tensor, Tensor], Tensor]) -> Verdict:
    """Check exercise 3: slide a kernel over an image.

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


@checker
def too_bright(answer: object) -> Verdict:
    """Check exercise 4: why does this sharpening filter bleach the photograph?

    Args:
        answer: the letter of the diagnosis.
    """
    return judge_choice(
        "too_bright",
        answer,
        {
            "a": (
                False,
                "the kernel is the same when turned by 180 degrees, so turning it "
                "changes nothing. Look at a wall of one gray instead: what comes out?",
            ),
            "b": (
                True,
                "the nine weights add up to 2, so an even area of gray 0.5 becomes "
                "1.0, which is white. With 5 in the middle they add up to 1.",
            ),
            "c": (
                False,
                "negative weights are what makes edges stand out; a blur without "
                "them can't sharpen. Look at a wall of one gray: what comes out?",
            ),
            "d": (
                False,
                "padding touches only the outermost pixels, but the whole picture is "
                "too bright. Look at a wall of one gray: what comes out?",
            ),
        },
    )


@checker
def parameters(answer: object) -> Verdict:
    """Check exercise 6: count the parameters of nn.Conv2d(3, 16, kernel_size=5).

    Args:
        answer: the number of weights and biases.
    """
    mistakes = Mistakes()
    mistakes("These are the weights. Each output channel has a bias, too.", 1200)
    mistakes(
        "It looks as if every output channel had one 5x5 kernel. It has one for each "
        "input channel.",
        416,
    )
    mistakes(
        "It looks as if every output channel had one 5x5 kernel and no bias. It has a "
        "kernel for each input channel, and one bias.",
        400,
    )
    mistakes(
        "It looks as if every kernel had a bias of its own. The bias is added once, "
        "after the sum over the input channels.",
        1248,
    )
    mistakes("The biases belong to the output channels, not to the input ones.", 1203)
    mistakes(
        "It looks as if all output channels shared their kernels. Each has its own.", 91
    )
    return judge_value(
        "parameters",
        answer,
        16 * 3 * 5 * 5 + 16,
        mistakes,
        nudge="Count the kernels first (one for each pair of input and output "
        "channel), then the weights in each, then the biases.",
        praise="16 x 3 kernels of 5 x 5 weights, and 16 biases; the size of the image "
        "doesn't matter.",
    )


@checker
def output_size(attempt: Callable[[int, int, int, int, int], int]) -> Verdict:
    """Check exercise 5: how many positions fit.

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
