"""Checks of lesson 06: 1x1 convolutions and Inception."""

from collections.abc import Callable

import torch
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
    "ablate",
    "bag_of_pixels",
    "depth",
    "fields",
    "pointwise",
    "widest_bottleneck",
]


@checker
def pointwise(attempt: Callable[[Tensor, Tensor, Tensor], Tensor]) -> Verdict:
    """Check exercise 1: a 1x1 convolution as a matrix product.

    Args:
        attempt: (x (N, C, H, W), weight (O, C), bias (O,)) -> (N, O, H, W).
    """
    mistakes = Mistakes()

    def reference(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        mixed = torch.einsum("oc,nchw->nohw", weight, x)
        return mixed + bias[:, None, None]

    @mistakes("It looks as if the bias is missing.")
    def without_bias(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        return reference(x, weight, torch.zeros_like(bias))

    @mistakes(
        "The numbers of one pixel got mixed with those of others: in memory the "
        "channels are not the last axis. Move them there with permute() before you "
        "reshape, or use flatten(2), which keeps them apart."
    )
    def cut_in_memory_order(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        pixels = x.reshape(-1, x.shape[1])
        mixed = pixels @ weight.T + bias
        return mixed.reshape(x.shape[0], len(weight), *x.shape[2:])

    @mistakes(
        "The product is right, but reshape() doesn't move the channels back in front "
        "of the rows: permute(0, 3, 1, 2) does."
    )
    def put_back_in_memory_order(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        mixed = x.permute(0, 2, 3, 1) @ weight.T + bias
        return mixed.reshape(x.shape[0], len(weight), *x.shape[2:])

    @mistakes(
        "It looks as if you divided by the sum of the weights: a layer adds, it "
        "doesn't average."
    )
    def weighted_mean(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        return reference(x, weight / weight.sum(dim=1, keepdim=True), bias)

    @mistakes(
        "It looks as if you divided by the number of channels: a layer adds, it "
        "doesn't average."
    )
    def divided(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        return reference(x, weight / x.shape[1], bias)

    @mistakes(
        "It looks as if the weights were transposed: row number o of the matrix "
        "belongs to output channel o."
    )
    def transposed(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        return reference(x, weight.T, bias)

    @mistakes("A convolution has no ReLU in it; leave it to the next layer.")
    def rectified(*case: Tensor) -> Tensor:
        return reference(*case).relu()

    def case(n: int, c: int, h: int, w: int, o: int, seed: int) -> tuple:
        x = randn(n, c, h, w, seed=seed)
        return x, randn(o, c, seed=seed + 1), randn(o, seed=seed + 2)

    grade = torch.tensor([[0.5, 0.25, 0.25]]).double()
    points = torch.tensor([[8.0, 5], [4, 6], [10, 7]]).double().view(1, 3, 1, 2)
    return judge_function(
        "pointwise",
        attempt,
        reference,
        [
            (points, grade, torch.tensor([1.0]).double()),
            case(2, 3, 4, 5, 3, seed=1),
            case(3, 4, 1, 6, 2, seed=4),
            case(1, 2, 7, 3, 5, seed=7),
        ],
        mistakes,
        arguments=("x", "weight", "bias"),
        praise="One matrix for all pixels: that is the whole layer.",
        gradients=("x", "weight", "bias"),
        without="a convolution",
    )


@checker
def widest_bottleneck(answer: object) -> Verdict:
    """Check exercise 2: the widest bottleneck that still saves multiply-adds.

    Args:
        answer: the number of channels between 192 x 28 x 28 and 32 channels by 5 x 5.
    """
    mistakes = Mistakes()
    mistakes(
        "With 155 channels the detour costs more than the direct way. The last width "
        "below the break-even counts.",
        155,
    )
    mistakes(
        "The 1 x 1 convolution costs something, too: 28 x 28 x 192 for each channel "
        "of the bottleneck.",
        191,
        192,
    )
    mistakes(
        "That counts the 1 x 1 convolution alone. The 5 x 5 behind it costs 28 x 28 x "
        "25 x 32 for each channel of the bottleneck.",
        799,
        800,
    )
    mistakes(
        "Both convolutions work at each of the 28 x 28 places.",
        120_422_400 // 992,
        120_422_400 // (28 * 992),
        120_422_400 // (56 * 992),
    )
    mistakes(
        "The 1 x 1 convolution has 192 weights for each channel at each place.",
        120_422_400 // (28 * 28),
    )
    mistakes(
        "The 5 x 5 convolution has 25 weights for each pair of a bottleneck's channel "
        "and one of the 32: 25 x 32 multiply-adds for each channel and place.",
        120_422_400 // (784 * (192 + 32)),
        120_422_400 // (784 * (192 + 25)),
        120_422_400 // (784 * (192 + 32 + 25)),
    )
    mistakes(
        "These are the multiply-adds of the direct way. How many channels of a "
        "bottleneck cost as much?",
        120_422_400,
    )
    mistakes(
        "That is what one channel of the bottleneck costs. How often does it go into "
        "the direct way's multiply-adds?",
        777_728,
        28 * 28 * 192,
        28 * 28 * 800,
    )
    mistakes(
        "Within one place the costs are added, and then multiplied by 28 x 28 places.",
        120_422_400 // (784 + 992),
    )
    mistakes("16 saves a lot, but it isn't the widest that saves.", 16)
    mistakes(
        "There is no fraction of a channel: round so that the detour is still cheaper.",
        120_422_400 / 777_728,
    )
    return judge_value(
        "widest_bottleneck",
        answer,
        154,
        mistakes,
        nudge="Each channel of the bottleneck costs 28 x 28 x 192 in front and "
        "28 x 28 x 25 x 32 behind. How often does that go into 120,422,400?",
        praise="Each channel costs 777,728 multiply-adds in front and behind together, "
        "and 154 of them stay below 120,422,400.",
    )


@checker
def fields(answer: object) -> Verdict:
    """Check exercise 3: the receptive field of each branch of the block.

    Args:
        answer: four whole numbers: pixels along one side, in the order of the branches.
    """
    mistakes = Mistakes()
    mistakes(
        "Two 3 x 3 in a row see more than one: the second looks at values that have "
        "each looked at three pixels.",
        (1, 5, 3, 3),
    )
    mistakes(
        "Two 3 x 3 in a row don't add up to 6: the second adds one pixel at each end.",
        (1, 5, 6, 3),
    )
    mistakes(
        "Two 3 x 3 in a row: the first sees 3 pixels, the second adds one at each "
        "end. Where would 7 come from?",
        (1, 5, 7, 3),
    )
    mistakes(
        "Reaches don't multiply while the stride is 1: the second 3 x 3 adds one "
        "pixel at each end.",
        (1, 5, 9, 3),
    )
    mistakes(
        "A 1 x 1 kernel adds nothing to the field: it looks at one pixel of the map "
        "before.",
        (1, 6, 7, 4),
    )
    mistakes(
        "The 1 x 1 of the last branch looks at means, and each mean has looked at a "
        "window of 3 x 3.",
        (1, 5, 5, 1),
    )
    mistakes(
        "These are the channels. How many pixels along one side does a value of each "
        "branch depend on?",
        (16, 24, 24, 24),
    )
    mistakes("Count the pixels along one side, not in the square.", (1, 25, 25, 9))
    return judge_value(
        "fields",
        answer,
        (1, 5, 5, 3),
        mistakes,
        nudge="Begin with 1. A kernel of size k with stride 1 adds k - 1 pixels, and "
        "so does pooling with a window of size k.",
        praise="Four branches, three sizes: two 3 x 3 see as far as one 5 x 5.",
    )


@checker
def ablate(attempt: Callable[[Tensor, int, int], Tensor]) -> Verdict:
    """Check exercise 4: replace some channels by their means.

    Args:
        attempt: (maps (N, C, H, W), start, stop) -> (N, C, H, W): channels start to
            stop - 1 carry their mean over pictures and pixels everywhere.
    """
    mistakes = Mistakes()

    def changed(maps: Tensor, start: int, stop: int, values: Tensor | float) -> Tensor:
        result = maps.clone()
        result[:, start:stop] = values
        return result

    def reference(maps: Tensor, start: int, stop: int) -> Tensor:
        part = maps[:, start:stop]
        return changed(maps, start, stop, part.mean(dim=(0, 2, 3), keepdim=True))

    @mistakes(
        "These are zeros. A branch that always says the same carries no news; zero "
        "may be something it never says."
    )
    def zeroed(maps: Tensor, start: int, stop: int) -> Tensor:
        return changed(maps, start, stop, 0)

    @mistakes(
        "It looks as if each picture kept a mean of its own, which still tells "
        "something about it: take the mean over the pictures, too."
    )
    def each_picture(maps: Tensor, start: int, stop: int) -> Tensor:
        part = maps[:, start:stop]
        return changed(maps, start, stop, part.mean(dim=(2, 3), keepdim=True))

    @mistakes(
        "It looks as if each pixel kept a mean of its own: take the mean over rows "
        "and columns, too."
    )
    def each_pixel(maps: Tensor, start: int, stop: int) -> Tensor:
        return changed(maps, start, stop, maps[:, start:stop].mean(dim=0))

    @mistakes(
        "All channels got one and the same number: each channel has its own mean "
        "(keepdim=True)."
    )
    def one_number(maps: Tensor, start: int, stop: int) -> Tensor:
        return changed(maps, start, stop, maps[:, start:stop].mean())

    @mistakes("Channel number stop is no longer part of it, as in range(start, stop).")
    def inclusive(maps: Tensor, start: int, stop: int) -> Tensor:
        return reference(maps, start, stop + 1)

    @mistakes("It looks as if the other channels were replaced.")
    def the_others(maps: Tensor, start: int, stop: int) -> Tensor:
        means = maps.mean(dim=(0, 2, 3), keepdim=True).expand_as(maps)
        return changed(means, start, stop, maps[:, start:stop])

    @mistakes("All channels were replaced, not only start to stop - 1.")
    def everything(maps: Tensor, start: int, stop: int) -> Tensor:
        return reference(maps, 0, maps.shape[1])

    def case(n: int, c: int, h: int, w: int, start: int, stop: int) -> tuple:
        return randn(n, c, h, w, seed=n + c) + 1, start, stop

    return judge_function(
        "ablate",
        attempt,
        reference,
        [
            fixed(case, 2, 2, 1, 2, 0, 1),
            case(2, 3, 2, 2, 1, 2),
            case(4, 6, 3, 5, 0, 2),
            case(3, 8, 4, 2, 2, 7),
            case(3, 5, 2, 3, 3, 5),
            case(1, 3, 3, 2, 1, 3),
        ],
        mistakes,
        arguments=("maps", "start", "stop"),
        praise="The branch is silenced, and the rest is as it was.",
    )


@checker
def bag_of_pixels(answer: object) -> Verdict:
    """Check exercise 5: why can't this network read?

    Args:
        answer: the letter of the diagnosis.
    """
    return judge_choice(
        "bag_of_pixels",
        answer,
        {
            "a": (
                False,
                "ten times as many would be as blind. Shuffle the pixels of a picture: "
                "what do the logits do?",
            ),
            "b": (
                False,
                "other rates end in the same place. Shuffle the pixels of a picture: "
                "what do the logits do?",
            ),
            "c": (
                True,
                "every value comes from one pixel, and the average forgets where the "
                "pixel was. Only the number of pixels of each gray is left: a bag of "
                "pixels. Some layer must look at neighbors before the average.",
            ),
            "d": (
                False,
                "averaging works well behind layers that look at neighbors, as this "
                "lesson shows. Shuffle the pixels of a picture: what do the logits do?",
            ),
        },
    )


@checker
def depth(answer: object) -> Verdict:
    """Check exercise 6: how many layers deep is GoogLeNet?

    Args:
        answer: layers with weights on the longest way from picture to logits.
    """
    mistakes = Mistakes()
    mistakes(
        "These are all layers with weights. Branches lie side by side: count along "
        "the longest way.",
        58,
    )
    mistakes(
        "These are all convolutions. Branches lie side by side: count along the "
        "longest way, and the linear layer, too.",
        57,
    )
    mistakes("The linear layer at the end has weights, too.", 21)
    mistakes("A block is two layers deep along its longest branch, not one.", 13)
    mistakes(
        "A block is two layers deep along its longest branch, not one; and the linear "
        "layer counts, too.",
        12,
    )
    mistakes("Pooling has no weights, so it isn't counted.", 27, 26)
    mistakes("Four branches lie side by side. Count only along the longest one.", 40)
    mistakes("Three convolutions stand in front of the first block.", 19)
    mistakes(
        "That leaves blocks or the layers of a block out: nine blocks, each two layers "
        "deep on its longest way.",
        3 + 1,
        3 + 2 + 1,
        3 + 9 + 2 + 1,
    )
    return judge_value(
        "depth",
        answer,
        22,
        mistakes,
        nudge="Three convolutions, nine blocks, one linear layer. How many layers with "
        "weights does data pass in a block, along its longest branch?",
        praise="3 + 9 x 2 + 1, as the paper counts: only what carries weights.",
    )
