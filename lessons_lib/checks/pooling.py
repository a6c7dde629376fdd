"""Checks of lesson 02: pooling and the receptive field."""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import combinations, product

import torch
import torch.nn.functional as F
from torch import Tensor, nn

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
    "dots_network",
    "layers_needed",
    "max_gradient",
    "mean_pool",
    "pooled_shape",
    "receptive_field",
]

Setting = tuple[int, int, int, int]


@checker
def pooled_shape(answer: object) -> Verdict:
    """Check exercise 1: the shape after nn.MaxPool2d(3, stride=2) on (8, 16, 28, 28).

    Args:
        answer: the four sizes.
    """
    mistakes = Mistakes()
    mistakes(
        "Half of 28 is what a 2 x 2 window gives. A 3 x 3 window reaches further, so "
        "the last step leaves the picture.",
        (8, 16, 14, 14),
    )
    mistakes(
        "It looks as if the stride was taken to be 3, the window's size. That is only "
        "so if no stride is given.",
        (8, 16, 9, 9),
    )
    mistakes("It looks as if the stride was ignored.", (8, 16, 26, 26))
    mistakes("Pooling treats each channel on its own: 16 go in.", (8, 8, 13, 13))
    mistakes(
        "It looks as if the first position was not counted: n steps visit n + 1 "
        "positions.",
        (8, 16, 12, 12),
    )
    mistakes("Pooling never mixes channels: 16 go in.", (8, 1, 13, 13))
    return judge_value(
        "pooled_shape",
        answer,
        (8, 16, 13, 13),
        mistakes,
        nudge="Pictures and channels stay as they are. For height and width, use the "
        "rule of lesson 1: room left after the first position, divided by the stride, "
        "rounded down, plus one.",
        praise="(28 - 3) // 2 + 1 = 13. The last row and column stay unused.",
    )


@checker
def mean_pool(attempt: Callable[[Tensor, int], Tensor]) -> Verdict:
    """Check exercise 2: mean pooling, written as a depthwise convolution.

    Args:
        attempt: (x (N, C, H, W), size) -> (N, C, H // size, W // size).
    """
    mistakes = Mistakes()

    @mistakes(
        "It looks as if the window moved by one pixel at a time: the stride should be "
        "as large as the window."
    )
    def every_step(x: Tensor, size: int) -> Tensor:
        return F.avg_pool2d(x, size, stride=1)

    @mistakes(
        "It looks as if the pixels were added: each weight should be 1 divided by the "
        "number of pixels in the window."
    )
    def summed(x: Tensor, size: int) -> Tensor:
        return F.avg_pool2d(x, size, divisor_override=1)

    @mistakes("A window has size x size pixels, so divide by size squared.")
    def by_side(x: Tensor, size: int) -> Tensor:
        return F.avg_pool2d(x, size, divisor_override=size)

    @mistakes(
        "It looks as if the channels were added up: with groups=C, each output "
        "channel sees one input channel."
    )
    def mixed(x: Tensor, size: int) -> Tensor:
        pooled = F.avg_pool2d(x, size)
        return pooled.sum(dim=1, keepdim=True).expand_as(pooled)

    @mistakes(
        "It looks as if the channels were averaged: with groups=C, each output "
        "channel sees one input channel."
    )
    def averaged(x: Tensor, size: int) -> Tensor:
        return mixed(x, size) / x.shape[1]

    @mistakes("These are the largest values, not the means.")
    def largest(x: Tensor, size: int) -> Tensor:
        return F.max_pool2d(x, size)

    return judge_function(
        "mean_pool",
        attempt,
        F.avg_pool2d,
        [
            (torch.arange(16.0).double().view(1, 1, 4, 4), 2),
            (randn(2, 3, 6, 6), 2),
            (randn(1, 4, 9, 7, seed=1), 3),
            (randn(3, 2, 5, 4, seed=2), 1),
        ],
        mistakes,
        arguments=("x", "size"),
        praise="This is nn.AvgPool2d.",
        gradients=("x",),
        without="a pooling function",
    )


def _max_gradient(x: Tensor, arriving: Tensor) -> Tensor:
    x = x.clone().requires_grad_()
    pooled = F.max_pool2d(x[None, None], 2)[0, 0]
    (gradient,) = torch.autograd.grad(pooled, x, arriving)
    return gradient


@checker
def max_gradient(attempt: Callable[[Tensor, Tensor], Tensor]) -> Verdict:
    """Check exercise 3: send a gradient back through 2 x 2 max pooling.

    Args:
        attempt: (x (H, W), arriving (H / 2, W / 2)) -> gradient (H, W); of equal
            largest values, the first in reading order takes all.
    """
    mistakes = Mistakes()

    def widened(arriving: Tensor) -> Tensor:
        return arriving.repeat_interleave(2, 0).repeat_interleave(2, 1)

    @mistakes(
        "It looks as if tied winners share. PyTorch gives all to the first of them."
    )
    def shared(x: Tensor, arriving: Tensor) -> Tensor:
        largest = widened(F.max_pool2d(x[None, None], 2)[0, 0])
        winners = (x == largest).double()
        count = F.avg_pool2d(winners[None, None], 2, divisor_override=1)[0, 0]
        return winners * widened(arriving / count)

    @mistakes(
        "It looks as if each of the tied winners got the whole gradient. Only the "
        "first of them should."
    )
    def everyone(x: Tensor, arriving: Tensor) -> Tensor:
        largest = widened(F.max_pool2d(x[None, None], 2)[0, 0])
        return (x == largest) * widened(arriving)

    @mistakes(
        "These are a quarter for each, as in mean pooling. In max pooling the winner "
        "takes all."
    )
    def spread(x: Tensor, arriving: Tensor) -> Tensor:
        return widened(arriving) / 4

    @mistakes("Every pixel of a window got the gradient. Only the winner should.")
    def copied(x: Tensor, arriving: Tensor) -> Tensor:
        return widened(arriving)

    @mistakes(
        "The winners are right, but they should get the value that arrives, not 1."
    )
    def ones(x: Tensor, arriving: Tensor) -> Tensor:
        return _max_gradient(x, torch.ones_like(arriving))

    @mistakes(
        "It looks as if the last of the tied winners got it. PyTorch takes the first "
        "in reading order."
    )
    def last(x: Tensor, arriving: Tensor) -> Tensor:
        return _max_gradient(x.flip(0, 1), arriving.flip(0, 1)).flip(0, 1)

    @mistakes(
        "These are the largest values themselves. Their places should get the "
        "gradient that arrives."
    )
    def maxima(x: Tensor, arriving: Tensor) -> Tensor:
        return _max_gradient(x, F.max_pool2d(x[None, None], 2)[0, 0])

    def looped(x, arriving, *, swap=False, window_step=2, place_step=2, square=False):
        gradient = torch.zeros_like(x)
        rows, columns = arriving.shape
        for r, c in product(range(rows), range(rows if square else columns)):
            top, left = window_step * r, window_step * c
            winner = divmod(int(x[top : top + 2, left : left + 2].argmax()), 2)
            row, column = winner[::-1] if swap else winner
            gradient[place_step * r + row, place_step * c + column] = arriving[r, c]
        return gradient

    rectangle = (
        "The picture need not be square: arriving has arriving.shape[0] rows and "
        "arriving.shape[1] columns."
    )
    tied = torch.tensor([[1.0, 3, 0, 0], [3, 2, 0, 0]], dtype=torch.float64)
    mistakes(
        "It looks as if row and column of the winner were exchanged: divmod(n, 2) "
        "gives the row first, then the column.",
        partial(looped, swap=True),
    )
    mistakes(
        "It looks as if the gradient was put at the wrong place: window r, c begins "
        "at row 2r and column 2c of x.",
        partial(looped, place_step=1),
    )
    mistakes(
        "It looks as if the windows were one pixel apart: with stride 2, window r, c "
        "begins at row 2r and column 2c.",
        partial(looped, window_step=1),
    )
    mistakes(
        "It looks as if the stride was forgotten: window r, c begins at row 2r and "
        "column 2c.",
        partial(looped, window_step=1, place_step=1),
    )
    mistakes(f"Some columns got nothing. {rectangle}", partial(looped, square=True))
    return judge_function(
        "max_gradient",
        attempt,
        _max_gradient,
        [
            (torch.arange(4.0).double().view(2, 2), torch.full((1, 1), 5.0).double()),
            (randn(4, 6), randn(2, 3, seed=1)),
            (tied, torch.tensor([[1.0, -2]]).double()),
            (-randn(6, 2, seed=2).abs(), randn(3, 1, seed=3)),
            (randn(12, 10, seed=4), randn(6, 5, seed=5)),
        ],
        mistakes,
        arguments=("x", "arriving"),
        praise="Ties included: the first winner takes all.",
        without="autograd",
        errors={"out of bounds": rectangle, "argmax(): Expected": rectangle},
    )


@checker
def layers_needed(answer: object) -> Verdict:
    """Check exercise 4: 3x3 layers until one value sees 224 pixels.

    Args:
        answer: the number of layers.
    """
    mistakes = Mistakes()
    mistakes("A whole number of layers is needed: round up.", 111.5)
    mistakes("111 layers see 223 pixels: one too few.", 111)
    mistakes("112 layers are enough already: 1 + 2 x 112.", 113)
    mistakes(
        "It looks as if each layer added 3 pixels. The windows overlap: each layer "
        "adds one pixel at each end.",
        75,
        74,
    )
    mistakes("It looks as if each layer added one pixel. It adds one at each end.", 223)
    mistakes("Each layer adds one pixel at each end, and the first pixel is free.", 224)
    mistakes(
        "That would be the number if the field doubled with each layer. Without "
        "stride it grows by the same amount every time.",
        8,
    )
    return judge_value(
        "layers_needed",
        answer,
        112,
        mistakes,
        nudge="No layer: 1 pixel. One layer: 3 pixels. Two layers: 5 pixels. After how "
        "many layers is it at least 224?",
        praise="1 + 2 x 112 = 225. No network is built that way; the next sections "
        "show why.",
    )


@checker
def receptive_field(attempt: Callable[[Sequence[Setting]], tuple]) -> Verdict:
    """Check exercise 5: size, jump and center of the receptive field of a stack.

    Args:
        attempt: a list of (kernel_size, stride, padding, dilation) -> size, jump and
            center of the first value.
    """
    mistakes = Mistakes()

    def formula(layers: Sequence[Setting]) -> tuple:
        convs = [nn.Conv1d(1, 1, k, s, p, d, device="meta") for k, s, p, d in layers]
        return tuple(anatomy.receptive_field(convs)[-1][1:])

    def followed(
        layers: Sequence[Setting],
        *,
        reach: Callable[[int, int], int] = lambda k, d: d * (k - 1),
        move: Callable[[int, int, int], float] = lambda reach, p, j: (
            (reach / 2 - p) * j
        ),
        step: Callable[[int, int], int] = lambda jump, stride: jump,
        widen: Callable[[int, int], int] = lambda jump, stride: jump * stride,
    ) -> tuple:
        size, jump, center = 1, 1, 0.0
        for kernel_size, stride, padding, dilation in layers:
            far = reach(kernel_size, dilation)
            wide = step(jump, stride)
            size += far * wide
            center += move(far, padding, wide)
            jump = widen(jump, stride)
        return size, jump, center

    def exchanged(one: int, other: int, layers: Sequence[Setting]) -> tuple:
        places = [0, 1, 2, 3]
        places[one], places[other] = other, one
        a, b, c, d = places
        return followed([(layer[a], layer[b], layer[c], layer[d]) for layer in layers])

    def mixed(size: Callable, center: Callable) -> Callable:
        """Return the size of one way and the center of another."""
        return lambda layers: (*size(layers)[:2], center(layers)[2])

    no_jump = partial(followed, step=lambda jump, stride: 1)
    whole_kernel = partial(followed, reach=lambda k, d: d * k)
    rounded = partial(followed, move=lambda reach, p, jump: (reach // 2 - p) * jump)
    mistakes(
        "It looks as if the jump is missing: one step in a later map is jump pixels "
        "of the input.",
        no_jump,
    )
    mistakes(
        "The center is right, but the jump is missing in the size: one step in a "
        "later map is jump pixels of the input.",
        mixed(no_jump, formula),
    )
    mistakes(
        "The size is right, but the jump is missing in the center: one step in a "
        "later map is jump pixels of the input.",
        mixed(formula, no_jump),
    )
    mistakes(
        "It looks as if the layer's own stride was used too early: it changes the "
        "jump of the layers behind it.",
        partial(followed, step=lambda j, stride: j * stride),
    )
    mistakes(
        "It looks as if the jump was set to the stride of the last layer. Strides "
        "multiply: each widens the jump that was there.",
        partial(followed, widen=lambda jump, stride: stride),
    )
    mistakes(
        "It looks as if the stride was added to the jump. Strides multiply.",
        partial(followed, widen=lambda jump, stride: jump + stride),
    )
    mistakes(
        "It looks as if dilation was ignored.",
        partial(followed, reach=lambda k, d: k - 1),
    )
    mistakes(
        "Size and jump are right, but padding moves the center to the left.",
        partial(followed, move=lambda reach, p, jump: reach / 2 * jump),
    )
    mistakes(
        "Size and jump are right, but padding moves the center to the left, not to "
        "the right.",
        partial(followed, move=lambda reach, p, jump: (reach / 2 + p) * jump),
    )
    mistakes(
        "It looks as if the padding wasn't multiplied by the jump: it is counted in "
        "steps of the map below, too.",
        partial(followed, move=lambda reach, p, jump: reach / 2 * jump - p),
    )
    mistakes(
        "The center moves by half of what the window reaches over, not by all of it.",
        partial(followed, move=lambda reach, p, jump: (reach - p) * jump),
    )
    mistakes(
        "It looks as if the center was rounded. A center may be a half: use /, not //.",
        rounded,
    )
    mistakes(
        "A window of K pixels adds K - 1 to the size, not K: one of them was seen "
        "already.",
        mixed(whole_kernel, formula),
    )
    mistakes(
        "A window of K pixels reaches over K - 1 steps, not K; with dilation D, over "
        "D(K - 1).",
        whole_kernel,
    )
    mistakes(
        "With dilation D, a window of K pixels reaches over D(K - 1) steps: subtract "
        "before you multiply.",
        partial(followed, reach=lambda k, d: d * k - 1),
    )
    names = ("kernel_size", "stride", "padding", "dilation")
    for one, other in combinations(range(4), 2):
        mistakes(
            f"It looks as if {names[one]} and {names[other]} changed places: each "
            "layer is (kernel_size, stride, padding, dilation).",
            partial(exchanged, one, other),
        )
    mistakes(
        "It looks as if only the first layer was followed: return when the loop is "
        "over, not inside it.",
        lambda layers: followed(layers[:1]),
    )
    mistakes(
        "Before the first layer, a value sees 1 pixel: begin with size 1.",
        *(
            lambda layers, n=n: (formula(layers)[0] + n, *formula(layers)[1:])
            for n in (-1, 1)
        ),
    )
    mistakes(
        "That is the size alone. End with return size, jump, center.",
        lambda layers: formula(layers)[0],
    )
    mistakes(
        "The center is missing. End with return size, jump, center.",
        lambda layers: formula(layers)[:2],
    )

    def drawn(seed: int) -> tuple[list[Setting]]:
        source = generator(seed)
        low, high = torch.tensor([1, 1, 0, 1]), torch.tensor([5, 3, 2, 3])
        share = torch.rand(4, 4, generator=source)
        rows = (low + share * (high - low + 1)).long()
        return ([tuple(row) for row in rows.tolist()],)

    return judge_function(
        "receptive_field",
        attempt,
        formula,
        [
            ([(3, 1, 0, 1)],),
            ([(3, 1, 1, 1), (3, 1, 1, 1)],),
            ([(2, 2, 0, 1), (3, 1, 0, 1)],),
            ([(5, 2, 2, 1), (3, 2, 1, 1), (3, 1, 0, 2)],),
            ([(3, 1, 1, 1), (2, 2, 0, 1), (3, 1, 2, 2), (4, 3, 1, 1)],),
            *(drawn(seed) for seed in range(5)),
        ],
        mistakes,
        arguments=("layers",),
        returns=("size", "jump", "center"),
        tolerance=0,
        praise="The same as lessons_lib.anatomy.receptive_field.",
    )


@checker
def dots_network(answer: object) -> Verdict:
    """Check exercise 6: why does this network stay at 50%?

    Args:
        answer: the letter of the diagnosis.
    """
    return judge_choice(
        "dots_network",
        answer,
        {
            "a": (
                False,
                "no learning rate helps: the network gives the same two numbers for "
                "both pictures of a pair, whatever the weights are. Ask how far one "
                "value sees.",
            ),
            "b": (
                False,
                "more pictures of this kind would look the same to this network, "
                "whatever their label. Ask how far one value sees, and how far apart "
                "the dots are.",
            ),
            "c": (
                True,
                "one value sees 7 pixels, and the dots are 7 or 10 pixels apart, so no "
                "value ever sees both. Every window holds one dot or none, in "
                "both classes alike.",
            ),
            "d": (
                False,
                "more channels look for more patterns in the same 7 x 7 pixels. "
                "Ask how far one value sees, and how far apart the dots are.",
            ),
        },
    )
