"""Checks of lesson 07: residual blocks."""

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
    "paths",
    "projection_cost",
    "residual_block",
    "silent_branch",
    "zero_padded",
]


@checker
def paths(answer: object) -> Verdict:
    """Check exercise 1: the ways through 8 residual blocks.

    Args:
        answer: (all ways, ways through exactly 4 branches).

    Veit, Wilber and Belongie, Residual Networks Behave Like Ensembles of Relatively
    Shallow Networks, 2016.
    """
    mistakes = Mistakes()
    mistakes(
        "The two are exchanged: first all ways, then those through exactly 4 branches.",
        (70, 256),
    )
    mistakes(
        "16 is 2 times 8. Two blocks have 2 times 2 ways, not 2 plus 2; write out "
        "three blocks and count the terms.",
        (16, 70),
    )
    mistakes(
        "64 is 8 squared. Each further block doubles the number of ways.", (64, 70)
    )
    mistakes("Leaving out every branch is a way, too: the 1 in the product.", (255, 70))
    mistakes(
        "There are 9 different lengths, but many ways have the same length.", (9, 70)
    )
    mistakes("Each block offers two ways to go on, and all choices combine.", (8, 70))
    mistakes(
        "The order of the blocks is fixed. 8 * 7 * 6 * 5 counts each choice of four "
        "blocks several times.",
        (256, 1680),
    )
    mistakes(
        "16 is the number of ways through 4 blocks. Here 4 branches are chosen out of "
        "8.",
        (256, 16),
    )
    mistakes(
        "Which 4 of the 8 branches? Each choice is a way of its own.",
        (256, 4),
        (256, 2),
    )
    mistakes(
        "Which 4 of the 8 branches? Choices don't add up, they are counted by "
        "math.comb.",
        (256, 32),
    )
    mistakes(
        "Half of the ways pass through an even number of branches; how many pass "
        "through exactly 4?",
        (256, 128),
    )
    return judge_value(
        "paths",
        answer,
        (256, 70),
        mistakes,
        nudge="At each of the 8 blocks there are two ways to go on. For the second "
        "number, count the choices of 4 blocks out of 8.",
        praise="Two choices at each of 8 blocks; and 8 choose 4 of them take exactly "
        "4 branches, more than any other length.",
    )


def _block(x: Tensor, weight1: Tensor, weight2: Tensor) -> Tensor:
    y = F.relu(F.conv2d(x, weight1, padding=1))
    return F.relu(F.conv2d(y, weight2, padding=1) + x)


@checker
def residual_block(attempt: Callable[[Tensor, Tensor, Tensor], Tensor]) -> Verdict:
    """Check exercise 2: a residual block without BatchNorm.

    Args:
        attempt: (x (N, C, H, W), weight1 (M, C, 3, 3), weight2 (C, M, 3, 3)) ->
            (N, C, H, W).

    He, Zhang, Ren and Sun, Deep Residual Learning for Image Recognition, 2015.
    """
    mistakes = Mistakes()

    def conv(x: Tensor, weight: Tensor) -> Tensor:
        return F.conv2d(x, weight, padding=1)

    def branch(x: Tensor, weight1: Tensor, weight2: Tensor) -> Tensor:
        return conv(F.relu(conv(x, weight1)), weight2)

    @mistakes(
        "It looks as if the last ReLU stands in front of the addition, so the branch "
        "can only add, never subtract. Add first."
    )
    def relu_before(x, weight1, weight2):
        return F.relu(branch(x, weight1, weight2)) + x

    @mistakes(
        "It looks as if there is a ReLU in front of the addition, too. The branch "
        "must be able to subtract."
    )
    def relu_on_both(x, weight1, weight2):
        return F.relu(F.relu(branch(x, weight1, weight2)) + x)

    @mistakes("It looks as if the shortcut is missing: add x to what the branch gives.")
    def no_shortcut(x, weight1, weight2):
        return F.relu(branch(x, weight1, weight2))

    @mistakes("It looks as if the last ReLU is missing: it comes after the addition.")
    def no_last_relu(x, weight1, weight2):
        return branch(x, weight1, weight2) + x

    @mistakes(
        "It looks as if the ReLU after the first convolution is missing. Without it, "
        "two convolutions are no more than one."
    )
    def no_first_relu(x, weight1, weight2):
        return F.relu(conv(conv(x, weight1), weight2) + x)

    @mistakes(
        "It looks as if both ReLUs are missing: one stands after the first "
        "convolution, one after the addition."
    )
    def no_relu(x, weight1, weight2):
        return conv(conv(x, weight1), weight2) + x

    @mistakes("This is the branch alone. Add x, then ReLU.")
    def only_branch(x, weight1, weight2):
        return branch(x, weight1, weight2)

    @mistakes(
        "It looks as if x went through ReLU on the shortcut. Add x as it came in."
    )
    def relu_of_x(x, weight1, weight2):
        return F.relu(branch(x, weight1, weight2) + F.relu(x))

    @mistakes(
        "It looks as if the input of the second convolution was added. The shortcut "
        "begins at the input of the block."
    )
    def inner_shortcut(x, weight1, weight2):
        y = F.relu(conv(x, weight1))
        return F.relu(conv(y, weight2) + y)

    @mistakes("It looks as if x was subtracted.")
    def subtracted(x, weight1, weight2):
        return F.relu(branch(x, weight1, weight2) - x)

    @mistakes("It looks as if the branch was multiplied by x: the shortcut is a sum.")
    def multiplied(x, weight1, weight2):
        return F.relu(branch(x, weight1, weight2) * x)

    @mistakes("It looks as if the two weights are exchanged.")
    def exchanged(x, weight1, weight2):
        return _block(x, weight2, weight1)

    @mistakes(
        "It looks as if the picture was cut to fit. With padding=1, a 3 x 3 "
        "convolution keeps the size."
    )
    def unpadded(x, weight1, weight2):
        y = F.conv2d(F.relu(F.conv2d(x, weight1)), weight2)
        return F.relu(y + x[:, :, 2:-2, 2:-2])

    def case(n: int, c: int, m: int, h: int, w: int, seed: int) -> tuple:
        weight1 = randn(m, c, 3, 3, seed=seed + 1)
        return randn(n, c, h, w, seed=seed), weight1, randn(c, m, 3, 3, seed=9)

    return judge_function(
        "residual_block",
        attempt,
        _block,
        [
            fixed(case, 1, 1, 1, 2, 2, 1),
            case(1, 2, 2, 6, 6, 1),
            case(2, 3, 3, 5, 7, 3),
            case(1, 2, 4, 4, 3, 5),
        ],
        mistakes,
        arguments=("x", "weight1", "weight2"),
        errors={
            "can't be greater than actual input": "With padding=1, a 3 x 3 convolution "
            "keeps the size.",
            "must match the size": "The two maps that are added differ in size. With "
            "padding=1, a 3 x 3 convolution keeps it.",
        },
        praise="Convolution, ReLU, convolution, add, ReLU.",
        gradients=("x", "weight1", "weight2"),
    )


@checker
def zero_padded(attempt: Callable[[Tensor, int], Tensor]) -> Verdict:
    """Check exercise 3: a shortcut that halves the picture and adds empty channels.

    Args:
        attempt: (x (N, C, H, W), channels) -> (N, channels, ceil(H/2), ceil(W/2)).

    He, Zhang, Ren and Sun, Deep Residual Learning for Image Recognition, 2015, calls
    this option A.
    """
    mistakes = Mistakes()

    def padded(x: Tensor, before: int, after: int) -> Tensor:
        return F.pad(x, (0, 0, 0, 0, before, after))

    def reference(x: Tensor, channels: int) -> Tensor:
        return padded(x[:, :, ::2, ::2], 0, channels - x.shape[1])

    @mistakes(
        "It looks as if the new channels came first: the old ones keep their places."
    )
    def in_front(x: Tensor, channels: int) -> Tensor:
        return padded(x[:, :, ::2, ::2], channels - x.shape[1], 0)

    @mistakes(
        "It looks as if the new channels were put on both sides: the old ones keep "
        "their places."
    )
    def on_both_sides(x: Tensor, channels: int) -> Tensor:
        missing = channels - x.shape[1]
        return padded(x[:, :, ::2, ::2], missing // 2, missing - missing // 2)

    @mistakes(
        "It looks as if you began with the second row and column; begin with the first."
    )
    def odd_pixels(x: Tensor, channels: int) -> Tensor:
        return padded(x[:, :, 1::2, 1::2], 0, channels - x.shape[1])

    @mistakes(
        "It looks as if you took the mean of each window; take every second pixel as "
        "it is."
    )
    def averaged(x: Tensor, channels: int) -> Tensor:
        small = F.avg_pool2d(x, 2, ceil_mode=True)
        return padded(small, 0, channels - x.shape[1])

    @mistakes(
        "It looks as if you took the maximum of each window; take every second pixel "
        "as it is."
    )
    def largest(x: Tensor, channels: int) -> Tensor:
        small = F.max_pool2d(x, 2, ceil_mode=True)
        return padded(small, 0, channels - x.shape[1])

    @mistakes("It looks as if a corner was cut out; take every second row and column.")
    def corner(x: Tensor, channels: int) -> Tensor:
        height, width = (-(-side // 2) for side in x.shape[2:])
        return padded(x[:, :, :height, :width], 0, channels - x.shape[1])

    @mistakes(
        "It looks as if the picture kept its size: take every second row and column."
    )
    def full_size(x: Tensor, channels: int) -> Tensor:
        return padded(x, 0, channels - x.shape[1])

    @mistakes(
        "It looks as if `channels` channels were added. That is how many there should "
        "be in the end."
    )
    def as_many_more(x: Tensor, channels: int) -> Tensor:
        return padded(x[:, :, ::2, ::2], 0, channels)

    @mistakes(
        "It looks as if the old channels were repeated: the new ones should be zero."
    )
    def repeated(x: Tensor, channels: int) -> Tensor:
        times = -(-channels // x.shape[1])
        return x[:, :, ::2, ::2].repeat(1, times, 1, 1)[:, :channels]

    @mistakes("It looks as if the new channels were filled with ones.")
    def ones(x: Tensor, channels: int) -> Tensor:
        small = x[:, :, ::2, ::2]
        n, c, h, w = small.shape
        return torch.cat([small, small.new_ones(n, channels - c, h, w)], dim=1)

    @mistakes("It looks as if the new channels are missing.")
    def unpadded(x: Tensor, channels: int) -> Tensor:
        return x[:, :, ::2, ::2]

    return judge_function(
        "zero_padded",
        attempt,
        reference,
        [
            (torch.tensor([[[[1.0, 2], [3, 4]]]]).double(), 2),
            (randn(1, 2, 4, 4, seed=1), 4),
            (randn(2, 3, 5, 7, seed=2), 5),
            (randn(3, 1, 6, 3, seed=3), 4),
            (randn(1, 2, 4, 6, seed=4), 2),
        ],
        mistakes,
        arguments=("x", "channels"),
        tolerance=0,
        praise="Half the size, more channels, and not one weight.",
        gradients=("x",),
    )


@checker
def projection_cost(answer: object) -> Verdict:
    """Check exercise 4: parameters of a projection from 16 to 32 channels.

    Args:
        answer: the number of parameters.
    """
    mistakes = Mistakes()
    mistakes("BatchNorm learns something, too: a scale and a shift per channel.", 512)
    mistakes(
        "BatchNorm learns two numbers per channel, a scale and a shift; the "
        "convolution has no bias.",
        544,
        512 + 2,
        512 + 2 + 32,
    )
    mistakes("The convolution has no bias: BatchNorm's shift does its work.", 608)
    mistakes("The kernel has 1 x 1 weights, and BatchNorm comes on top.", 16 * 32 * 9)
    mistakes("The projection's kernel is 1 x 1, not 3 x 3.", 16 * 32 * 9 + 64)
    mistakes(
        "Running mean and variance are not learned, and the convolution has no bias.",
        544 + 64 + 64,
    )
    mistakes("Running mean and variance are kept, not learned.", 640)
    mistakes(
        "The stride skips pixels; it doesn't add weights.",
        16 * 32 * 4 + 64,
        16 * 32 * 2 + 64,
    )
    mistakes(
        "There is a weight for each pair of an old and a new channel: a product, not "
        "a sum.",
        48,
        16 + 32 + 64,
        16 + 64,
        1 + 64,
    )
    mistakes(
        "That is BatchNorm alone. The 1 x 1 convolution has a weight for each pair of "
        "channels.",
        64,
    )
    mistakes(
        "BatchNorm stands behind the convolution, where there are 32 channels.",
        16 * 32 + 2 * 16,
    )
    mistakes("The projection has to give 32 channels.", 16 * 16 + 2 * 16)
    mistakes(
        "The projection gets the 16 channels of the block's input.", 32 * 32 + 2 * 32
    )
    mistakes("That is the cost of zero padding.", 0)
    return judge_value(
        "projection_cost",
        answer,
        16 * 32 + 2 * 32,
        mistakes,
        nudge="Weights of the 1 x 1 convolution, one for each pair of an old and a new "
        "channel, plus what BatchNorm learns. Zero padding has none.",
        praise="16 x 32 weights, and a scale and a shift for each of 32 channels.",
    )


@checker
def silent_branch(answer: object) -> Verdict:
    """Check exercise 5: why does the branch of this block never learn?

    Args:
        answer: the letter of the diagnosis.
    """
    return judge_choice(
        "silent_branch",
        answer,
        {
            "a": (
                False,
                "try a rate ten times as large: the branch gives the same zeros. A "
                "rate multiplies the gradient. How large is the branch's gradient?",
            ),
            "b": (
                False,
                "the stack with the last scales at zero did learn, earlier in this "
                "lesson: their gradient was not zero. What is different here, between "
                "the scale and the addition?",
            ),
            "c": (
                True,
                "with the scale at 0 the branch gives exactly 0, and ReLU passes no "
                "gradient at 0. So nothing in the branch ever learns. Behind the "
                "addition, the ReLU sees x plus 0, which is open where x is above 0.",
            ),
            "d": (
                False,
                "the shape stays the same, so x can be added as it is. The shortcut "
                "works; look at the branch.",
            ),
        },
    )
