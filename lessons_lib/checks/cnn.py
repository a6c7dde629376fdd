"""Checks of lesson 04: a convolutional network reads handwriting."""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from lessons_lib.checks.judge import (
    Mistakes,
    Verdict,
    checker,
    fixed,
    judge_choice,
    judge_function,
    judge_value,
    randn,
)

__all__ = [
    "calibration_error",
    "center_of_mass",
    "mixed_up",
    "parameters",
    "slide",
]


@checker
def parameters(answer: object) -> Verdict:
    """Check exercise 1: the parameters of the four layers of the network.

    Args:
        answer: four whole numbers, in the order in which data passes the layers.
    """
    mistakes = Mistakes()
    mistakes(
        "These are the weights. Each output channel and each output of a linear layer "
        "has a bias, too.",
        (288, 18_432, 401_408, 1_280),
    )
    mistakes(
        "A kernel of the second convolution reaches through all 32 input channels: it "
        "has 3 x 3 x 32 weights.",
        (320, 640, 401_536, 1_290),
    )
    mistakes(
        "A kernel of the second convolution reaches through all 32 input channels: "
        "there are 32 x 64 kernels of 3 x 3.",
        (320, 608, 401_536, 1_290),
    )
    mistakes(
        "Two poolings have halved height and width twice: 28, 14, 7.",
        (320, 18_496, 6_422_656, 1_290),
    )
    mistakes(
        "There is a second pooling: the maps that arrive have 7 x 7 pixels.",
        (320, 18_496, 1_605_760, 1_290),
    )
    mistakes(
        "The first linear layer sees every pixel of all 64 maps: 64 x 7 x 7 numbers.",
        (320, 18_496, 8_320, 1_290),
    )
    return judge_value(
        "parameters",
        answer,
        (320, 18_496, 401_536, 1_290),
        mistakes,
        nudge="A convolution has one kernel for each pair of input and output channel, "
        "and a bias for each output channel. A linear layer has a weight for each pair "
        "of input and output, and a bias for each output.",
        praise="Nineteen of twenty sit in one place, the first linear layer.",
    )


@checker
def mixed_up(answer: object) -> Verdict:
    """Check exercise 2: why does this network hardly learn?

    Args:
        answer: the letter of the diagnosis.
    """
    return judge_choice(
        "mixed_up",
        answer,
        {
            "a": (
                False,
                "the same learning rate trains the same layers well. In a fresh "
                "Suspect(), change one picture of a batch: whose logits change?",
            ),
            "b": (
                False,
                "pooling first gives the same numbers, lesson 2 proves it. In a "
                "fresh Suspect(), change one picture of a batch: whose logits change?",
            ),
            "c": (
                True,
                "view(320, -1) cuts the numbers in memory order into 320 equal pieces, "
                "wherever one picture ends, and .T only puts the mixture upright: each "
                "row holds numbers of many pictures. view never transposes; the batch "
                "dimension must stay in front.",
            ),
            "d": (
                False,
                "the same number of parameters learns well when they are wired "
                "rightly. In a fresh Suspect(), change one picture of a batch: whose "
                "logits change?",
            ),
        },
    )


@checker
def slide(attempt: Callable[[Tensor, Tensor, Tensor, int], Tensor]) -> Verdict:
    """Check exercise 3: a linear layer that slides over larger maps.

    Args:
        attempt: (maps (N, C, H, W), weight (O, C * size * size), bias (O,), size) ->
            (N, O, H - size + 1, W - size + 1).
    """
    mistakes = Mistakes()

    def reference(maps: Tensor, weight: Tensor, bias: Tensor, size: int) -> Tensor:
        kernel = weight.view(len(weight), -1, size, size)
        return F.conv2d(maps, kernel, bias)

    @mistakes("It looks as if the bias is missing.")
    def without_bias(maps: Tensor, weight: Tensor, bias: Tensor, size: int) -> Tensor:
        return reference(maps, weight, torch.zeros_like(bias), size)

    @mistakes(
        "flatten() goes through the channels first, then rows, then columns; the "
        "kernel has to be (outputs, channels, rows, columns) in this order."
    )
    def channels_last(maps: Tensor, weight: Tensor, bias: Tensor, size: int) -> Tensor:
        kernel = weight.view(len(weight), size, size, -1).permute(0, 3, 1, 2)
        return F.conv2d(maps, kernel, bias)

    @mistakes("Rows and columns of the kernel are exchanged.")
    def transposed(maps: Tensor, weight: Tensor, bias: Tensor, size: int) -> Tensor:
        kernel = weight.view(len(weight), -1, size, size).transpose(2, 3)
        return F.conv2d(maps, kernel, bias)

    @mistakes("F.conv2d doesn't flip the kernel, so neither should you.")
    def flipped(maps: Tensor, weight: Tensor, bias: Tensor, size: int) -> Tensor:
        kernel = weight.view(len(weight), -1, size, size).flip(2, 3)
        return F.conv2d(maps, kernel, bias)

    @mistakes("The window should move by one position, not by its size.")
    def strided(maps: Tensor, weight: Tensor, bias: Tensor, size: int) -> Tensor:
        kernel = weight.view(len(weight), -1, size, size)
        return F.conv2d(maps, kernel, bias, stride=size)

    @mistakes("No padding here: the window stays inside the maps.")
    def padded(maps: Tensor, weight: Tensor, bias: Tensor, size: int) -> Tensor:
        kernel = weight.view(len(weight), -1, size, size)
        return F.conv2d(maps, kernel, bias, padding=size // 2)

    @mistakes("A linear layer has no ReLU in it; leave it to the next layer.")
    def rectified(*case) -> Tensor:
        return reference(*case).relu()

    def case(n: int, c: int, h: int, w: int, o: int, size: int, seed: int) -> tuple:
        weight = randn(o, c * size * size, seed=seed + 1)
        return randn(n, c, h, w, seed=seed), weight, randn(o, seed=seed + 2), size

    return judge_function(
        "slide",
        attempt,
        reference,
        [
            fixed(case, 1, 1, 3, 3, 1, 2, seed=1),
            case(1, 2, 3, 3, 2, 3, seed=1),
            case(2, 3, 5, 8, 4, 3, seed=4),
            case(2, 2, 6, 5, 3, 4, seed=5),
            case(1, 4, 7, 30, 6, 7, seed=7),
        ],
        mistakes,
        arguments=("maps", "weight", "bias", "size"),
        errors={
            "at least three dimensions": "Reshape weight first: F.conv2d wants a "
            "kernel with four dimensions.",
            "Given groups=1": "Look at the shape of your kernel. Outputs come first, "
            "then channels, rows, columns.",
            "invalid for input of size": "Use the sizes of the arguments, not those of "
            "one network.",
        },
        praise="The same weights, in another shape.",
        gradients=("maps", "weight", "bias"),
    )


@checker
def calibration_error(attempt: Callable[[Tensor, Tensor, int], Tensor]) -> Verdict:
    """Check exercise 4: the expected calibration error.

    Args:
        attempt: (confidence (N,) in [0, 1], correct (N,) bool, bins) -> a number or a
            scalar tensor.
    """
    mistakes = Mistakes()

    def gaps(confidence: Tensor, correct: Tensor, bins: int) -> tuple[Tensor, Tensor]:
        place = (confidence * bins).long().clamp(max=bins - 1)
        count = torch.bincount(place, minlength=bins)
        sure = torch.zeros(bins, dtype=confidence.dtype)
        sure = sure.index_add(0, place, confidence)
        right = torch.zeros_like(sure).index_add(0, place, correct.to(sure.dtype))
        return right - sure, count

    def reference(confidence: Tensor, correct: Tensor, bins: int) -> float:
        gap, _ = gaps(confidence, correct, bins)
        return (gap.abs().sum() / len(confidence)).item()

    @mistakes(
        "Take the absolute value in each bin, so that too sure here doesn't make up "
        "for too timid there."
    )
    def signed(confidence: Tensor, correct: Tensor, bins: int) -> float:
        return (correct.to(confidence.dtype).mean() - confidence.mean()).item()

    @mistakes("Take the absolute value in each bin before you add.")
    def other_sign(*case) -> float:
        return -signed(*case)

    @mistakes(
        "It looks as if you took the absolute value once, at the end; take it in each "
        "bin."
    )
    def whole(*case) -> float:
        return abs(signed(*case))

    @mistakes(
        "A bin counts as much as it has samples: a bin of 900 more than a bin of 3, "
        "and an empty one not at all."
    )
    def unweighted(confidence: Tensor, correct: Tensor, bins: int) -> float:
        gap, count = gaps(confidence, correct, bins)
        return ((gap.abs() / count.clamp(min=1)).sum() / bins).item()

    @mistakes("A bin counts as much as it has samples: weigh by count / N.")
    def unweighted_filled(confidence: Tensor, correct: Tensor, bins: int) -> float:
        gap, count = gaps(confidence, correct, bins)
        return (gap.abs()[count > 0] / count[count > 0]).mean().item()

    @mistakes("Divide by the number of samples.")
    def summed(confidence: Tensor, correct: Tensor, bins: int) -> float:
        return gaps(confidence, correct, bins)[0].abs().sum().item()

    @mistakes("A confidence of exactly 1 belongs to the last bin.")
    def without_last(confidence: Tensor, correct: Tensor, bins: int) -> float:
        inside = confidence < 1
        gap, _ = gaps(confidence[inside], correct[inside], bins)
        return (gap.abs().sum() / len(confidence)).item()

    @mistakes(
        "How sure the network was in a bin is the mean of its confidences, not the "
        "middle of the bin."
    )
    def by_middle(confidence: Tensor, correct: Tensor, bins: int) -> float:
        place = (confidence * bins).long().clamp(max=bins - 1)
        return reference((place + 0.5) / bins, correct, bins)

    @mistakes(
        "It looks as if the number of bins were fixed at five; use the argument bins."
    )
    def five_bins(confidence: Tensor, correct: Tensor, bins: int) -> float:
        return reference(confidence, correct, 5)

    @mistakes(
        "It looks as if the number of bins were fixed at ten; use the argument bins."
    )
    def ten_bins(confidence: Tensor, correct: Tensor, bins: int) -> float:
        return reference(confidence, correct, 10)

    @mistakes("A bin without answers has no mean: skip it.")
    def with_empty(confidence: Tensor, correct: Tensor, bins: int) -> Tensor:
        place = (confidence * bins).long().clamp(max=bins - 1)
        means = [confidence[place == b].mean() for b in range(bins)]
        return torch.stack(means).sum()  # NaN, the mean of nothing, stays in every sum

    @mistakes(
        "Compare the means of a bin, not single samples: one sample is right or "
        "wrong, never 80% right."
    )
    def per_sample(confidence: Tensor, correct: Tensor, bins: int) -> float:
        return (correct.to(confidence.dtype) - confidence).abs().mean().item()

    def case(n: int, bins: int, seed: int) -> tuple[Tensor, Tensor, int]:
        confidence = randn(n, seed=seed).sigmoid() * 0.9 + 0.1
        confidence[0] = 1.0
        return confidence, randn(n, seed=seed + 1) > -0.3, bins

    few = torch.tensor([0.95, 1.0, 0.55, 0.65], dtype=torch.float64)
    return judge_function(
        "calibration_error",
        attempt,
        reference,
        [
            (few, torch.tensor([True, False, True, False]), 2),
            (few, torch.tensor([True, True, False, True]), 10),
            case(61, 5, seed=1),
            case(500, 10, seed=3),
        ],
        mistakes,
        arguments=("confidence", "correct", "bins"),
        praise="0 would mean: in every bin, the share of right answers is what the "
        "network was sure of on average.",
    )


@checker
def center_of_mass(attempt: Callable[[Tensor], tuple[float, float]]) -> Verdict:
    """Check exercise 5: the center of mass of a picture.

    Args:
        attempt: image (H, W) -> (row, column), each a number or a scalar tensor.
    """
    mistakes = Mistakes()

    def reference(image: Tensor) -> tuple[float, float]:
        rows, columns = (torch.arange(side).to(image) for side in image.shape)
        mass = image.sum()
        row = (image.sum(dim=1) * rows).sum() / mass
        return row.item(), ((image.sum(dim=0) * columns).sum() / mass).item()

    def times(factor: float, image: Tensor) -> tuple[float, float]:
        row, column = reference(image)
        return factor * row, factor * column

    @mistakes("Row and column are exchanged: dim=0 counts the rows.")
    def exchanged(image: Tensor) -> tuple[float, float]:
        return reference(image)[::-1]

    @mistakes(
        "It looks as if every inked pixel counted the same; a bright pixel weighs "
        "more than a faint one."
    )
    def unweighted(image: Tensor) -> tuple[float, float]:
        return tuple((image > 0).nonzero().double().mean(dim=0).tolist())

    @mistakes("That is the middle of the box around the ink, not its center of mass.")
    def of_the_box(image: Tensor) -> tuple[float, float]:
        inked = (image > 0).nonzero().double()
        return tuple(((inked.amin(dim=0) + inked.amax(dim=0)) / 2).tolist())

    @mistakes("That is the middle of the picture, whatever is on it.")
    def of_the_picture(image: Tensor) -> tuple[float, float]:
        return (image.shape[0] - 1) / 2, (image.shape[1] - 1) / 2

    @mistakes("That is half of each side, whatever is on the picture.")
    def half_of_the_sides(image: Tensor) -> tuple[float, float]:
        return image.shape[0] / 2, image.shape[1] / 2

    @mistakes("Count rows and columns from 0.")
    def from_one(image: Tensor) -> tuple[float, float]:
        row, column = reference(image)
        return row + 1, column + 1

    @mistakes("Divide by the sum of all pixels.")
    def undivided(image: Tensor) -> tuple[float, float]:
        return times(image.sum().item(), image)

    @mistakes("Divide by the sum of all pixels, not by their number.")
    def by_size(image: Tensor) -> tuple[float, float]:
        return times(image.sum().item() / image.numel(), image)

    @mistakes("That is the brightest pixel.")
    def brightest(image: Tensor) -> tuple[float, float]:
        row, column = divmod(int(image.argmax()), image.shape[1])
        return float(row), float(column)

    small = torch.zeros(4, 5, dtype=torch.float64)  # its middle is not that of the ink
    small[1, 1], small[1, 2], small[3, 2] = 1, 3, 4
    corner = torch.zeros(5, 9, dtype=torch.float64)
    corner[4, 8] = 0.5
    return judge_function(
        "center_of_mass",
        attempt,
        reference,
        [
            (small,),
            (randn(6, 4, seed=1).abs(),),
            (corner,),
            (randn(1, 5, seed=2).abs(),),
        ],
        mistakes,
        arguments=("image",),
        praise="This is the point that MNIST puts at pixel (14, 14).",
    )
