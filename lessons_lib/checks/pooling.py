"""Checks of lesson 02: pooling and the receptive field."""

import copy
from collections.abc import Callable, Sequence
from functools import partial
from itertools import combinations, product
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lessons_lib import anatomy
from lessons_lib.checks.judge import (
    Mistakes,
    Status,
    Verdict,
    checker,
    generator,
    judge_function,
    judge_module,
    judge_quiz,
    judge_value,
    randn,
)
from lessons_lib.checks.judge.attempts import kind

__all__ = [
    "hopeless",
    "max_pool",
    "mean_pool",
    "pooled_shape",
    "quiz",
    "receptive_field",
    "stripes_left",
    "wide_view",
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


def _max_pool(
    x: Tensor, size: int, stride: int, arriving: Tensor
) -> tuple[Tensor, Tensor]:
    x = x.clone().requires_grad_()
    pooled = F.max_pool2d(x[None], size, stride)[0]
    (gradient,) = torch.autograd.grad(pooled, x, arriving)
    return pooled.detach(), gradient


def _by_hand(
    x: Tensor,
    size: int,
    stride: int,
    arriving: Tensor,
    *,
    winners: Callable[[Tensor], Tensor] = lambda w: _first(w),
    value: Callable[[Tensor], Tensor] = torch.max,
    begin: Callable[[int, int], int] = lambda size, stride: stride,
    place: Callable[[int, int], int] | None = None,
    swap: bool = False,
    inside: bool = True,
    adds: bool = True,
    sent: Callable[[Tensor, Tensor], Tensor] = lambda window, g: g,
) -> tuple[Tensor, Tensor]:
    """Pool and send gradients back window by window; each option is a way to err."""
    pooled, gradient = torch.zeros_like(arriving), torch.zeros_like(x)
    for r, c in product(range(arriving.shape[0]), range(arriving.shape[1])):
        step = begin(size, stride)
        window = x[r * step : r * step + size, c * step : c * step + size]
        pooled[r, c] = value(window)
        share = winners(window) * sent(window, arriving[r, c])
        share = share.T if swap else share
        step = place(size, stride) if place else step
        top, left = (r * step, c * step) if inside else (0, 0)
        target = gradient[top : top + share.shape[0], left : left + share.shape[1]]
        if adds:
            target += share
        else:
            target[share != 0] = share[share != 0]
    return pooled, gradient


def _first(window: Tensor) -> Tensor:
    """Return 1 at the first of the largest values of a window, 0 elsewhere."""
    mark = torch.zeros_like(window).flatten()
    mark[window.argmax()] = 1
    return mark.view(window.shape)


def _last(window: Tensor) -> Tensor:
    return _first(window.flip(0, 1)).flip(0, 1)


def _tied(window: Tensor) -> Tensor:
    return (window == window.max()).to(window.dtype)


@checker
def max_pool(
    attempt: Callable[[Tensor, int, int, Tensor], tuple[Tensor, Tensor]],
) -> Verdict:
    """Check exercise 3: max pooling, forward and backward.

    Args:
        attempt: (x (H, W), size, stride, arriving) -> pooled, of the shape of arriving,
            and gradient (H, W); of equal largest values, the first takes all.
    """
    mistakes = Mistakes()

    def slip(reason: str, **how: Any) -> None:
        mistakes(reason, partial(_by_hand, **how))

    slip(
        "It looks as if a gradient was overwritten where windows overlap: a pixel that "
        "wins in two windows gets the sum of both (+=).",
        adds=False,
    )
    slip(
        "It looks as if tied winners share the gradient. F.max_pool2d gives all of it "
        "to the first of them in reading order.",
        winners=lambda w: _tied(w) / _tied(w).sum(),
    )
    slip(
        "It looks as if each of the tied winners got the whole gradient. Only the "
        "first of them in reading order should.",
        winners=_tied,
    )
    slip(
        "It looks as if the last of the tied winners got the gradient. The first in "
        "reading order should.",
        winners=_last,
    )
    slip(
        "These are equal parts for all pixels, as in mean pooling. In max pooling the "
        "winner takes all.",
        winners=lambda w: torch.ones_like(w) / w.numel(),
    )
    slip(
        "Every pixel of a window got the gradient. Only the winner should.",
        winners=torch.ones_like,
    )
    slip(
        "The winners are right, but they should get the value that arrives, not 1.",
        sent=lambda window, g: torch.ones_like(g),
    )
    slip(
        "It looks as if the winners got their own values. They should get the "
        "gradient that arrives.",
        sent=lambda window, g: window.max(),
    )
    slip(
        "It looks as if the gradient was multiplied by the largest value. The winner "
        "gets what arrives, as it is.",
        sent=lambda window, g: window.max() * g,
    )
    slip(
        "It looks as if row and column of the winner were exchanged: "
        "divmod(number, size) gives the row first, then the column.",
        swap=True,
    )
    slip(
        "It looks as if the window's own place was forgotten: the winner is at "
        "top + row and left + column of x.",
        inside=False,
    )
    stride_not_size = (
        "It looks as if windows were size pixels apart: window r, c begins at row "
        "r * stride and column c * stride."
    )
    slip(stride_not_size, begin=lambda size, stride: size)
    slip(stride_not_size, place=lambda size, stride: size)
    forgotten = (
        "It looks as if the stride was forgotten: window r, c begins at row r * stride "
        "and column c * stride."
    )
    slip(forgotten, begin=lambda size, stride: 1)
    slip(forgotten, place=lambda size, stride: 1)
    slip("These are the means, not the largest values.", value=torch.mean)
    slip("These are the smallest values, not the largest.", value=torch.min)
    slip(
        "The gradient went to the smallest value of each window; the largest one wins.",
        winners=lambda w: _first(-w),
    )
    mistakes(
        "That is the pooled map alone. End with return pooled, gradient.",
        lambda *args: _max_pool(*args)[0],
    )
    mistakes(
        "That is the gradient alone. End with return pooled, gradient.",
        lambda *args: _max_pool(*args)[1],
    )
    mistakes(
        "The two results have changed places: return pooled, gradient.",
        lambda *args: _max_pool(*args)[::-1],
    )

    @mistakes("Some of the pooled map is still 0: go through all its rows and columns.")
    def square(x: Tensor, size: int, stride: int, arriving: Tensor):
        side = min(arriving.shape)
        pooled, gradient = torch.zeros_like(arriving), torch.zeros_like(x)
        part = _max_pool(x, size, stride, arriving * 0)[0][:side, :side]
        pooled[:side, :side] = part
        corner = torch.zeros_like(arriving)
        corner[:side, :side] = arriving[:side, :side]
        gradient += _max_pool(x, size, stride, corner)[1]
        return pooled, gradient

    @mistakes("The pooled map is right, but the gradient is still zero everywhere.")
    def forward_only(x: Tensor, size: int, stride: int, arriving: Tensor):
        return _max_pool(x, size, stride, arriving)[0], torch.zeros_like(x)

    @mistakes("The gradient is right, but the pooled map is still zero everywhere.")
    def backward_only(x: Tensor, size: int, stride: int, arriving: Tensor):
        return torch.zeros_like(arriving), _max_pool(x, size, stride, arriving)[1]

    @mistakes("It looks as if the gradient came with the wrong sign: winners get +.")
    def negative(x: Tensor, size: int, stride: int, arriving: Tensor):
        pooled, gradient = _max_pool(x, size, stride, arriving)
        return pooled, -gradient

    def case(seed: int, shape: tuple, size: int, stride: int, ties: bool) -> tuple:
        x = randn(*shape, seed=seed)
        x = (2 * x).round() if ties else x
        counts = [(side - size) // stride + 1 for side in shape]
        return x, size, stride, randn(*counts, seed=seed + 50)

    tied = torch.tensor([[1.0, 3, 0, 0], [3, 2, 0, 0]], dtype=torch.float64)
    return judge_function(
        "max_pool",
        attempt,
        _max_pool,
        [
            (
                torch.arange(4.0).double().view(2, 2),
                2,
                2,
                torch.full((1, 1), 5.0).double(),
            ),
            (tied, 2, 2, torch.tensor([[1.0, -2]]).double()),
            case(1, (4, 6), 2, 2, False),
            (
                torch.tensor([[0.0, 9, 1]]).double(),
                1,
                2,
                torch.tensor([[2.0, 3]]).double(),
            ),
            case(2, (5, 4), 3, 1, False),
            case(3, (7, 9), 3, 2, True),
            case(4, (8, 5), 2, 3, False),
            case(5, (6, 6), 3, 1, True),
            (-randn(6, 3, seed=6).abs(), 3, 2, randn(2, 1, seed=7)),
        ],
        mistakes,
        arguments=("x", "size", "stride", "arriving"),
        returns=("pooled", "gradient"),
        praise="Overlaps and ties included: this is what F.max_pool2d does.",
        without="autograd",
        errors={
            "out of bounds": "arriving has arriving.shape[0] rows and "
            "arriving.shape[1] columns, and x need not be square.",
            "argmax(): Expected": "a window was empty: arriving.shape says how many "
            "windows there are.",
        },
    )


@checker
def stripes_left(answer: object) -> Verdict:
    """Check exercise 4: 40 stripes on 96 pixels, of which every third is kept.

    Args:
        answer: the number of stripes across the values that remain.
    """
    mistakes = Mistakes()
    mistakes(
        "32 values can show 16 stripes at most: a stripe needs a bright value and a "
        "dark one.",
        *range(17, 97),
    )
    mistakes(
        "Keeping every third pixel doesn't keep every third stripe. How far does the "
        "wave turn from one kept pixel to the next?",
        13,
        40 / 3,
        14,
    )
    mistakes("16 is the limit; is that what a wave of 40 / 32 of a turn gives?", 16)
    mistakes(
        "The stripes don't vanish: at the kept pixels a slower wave has the same "
        "values.",
        0,
    )
    return judge_value(
        "stripes_left",
        answer,
        8,
        mistakes,
        nudge="From one kept pixel to the next the wave turns by 40 / 32 of a circle, "
        "and whole turns leave no trace.",
        praise="40 stripes pose as 40 - 32 = 8.",
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
        "jump of the layers after it.",
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
def hopeless(answer: object) -> Verdict:
    """Check exercise 6: distances d that can't be told from d + 2 by this network.

    Args:
        answer: all such distances from 1 to 9, in any order.
    """
    given: Any = answer
    whole = False
    if isinstance(answer, set | frozenset | list | tuple | range):
        whole = all(type(n) is int for n in answer)
        given = tuple(sorted(set(answer))) if whole else tuple(answer)
    mistakes = Mistakes()
    mistakes(
        "Those are the distances that can be told apart: there the untrained answers "
        "differ. Hopeless are the others.",
        (2, 4, 6, 8),
    )
    mistakes(
        "Those two are right, but there are more. Try every distance from 1 to 9.",
        (5, 7),
    )
    mistakes(
        "5 is right, but there are more. Try every distance from 1 to 9.",
        (5,),
    )
    mistakes(
        "It isn't the small or the large distances. Compare the answers of a network "
        "that isn't trained, for every distance.",
        *(tuple(range(n, 10)) for n in range(1, 10)),
        *(tuple(range(1, n)) for n in range(3, 10)),
    )
    mistakes(
        "A distance is asked for from 1 to 9 only.",
        (1, 3, 5, 7, 9, 11),
        (3, 5, 7, 9, 11),
    )
    known = mistakes.explain(lambda wrong: wrong == given)
    if whole and given != _HOPELESS and not known:
        extra, missing = set(given) - set(_HOPELESS), set(_HOPELESS) - set(given)
        if missing and not extra:
            mistakes("What is there is right, but at least one is missing.", given)
        elif extra and not missing:
            mistakes(
                "All hopeless ones are there, and at least one that can be told.", given
            )
    if whole and len(given) != len(_HOPELESS):
        # judge_value would give away how many there are
        reason = mistakes.explain(lambda wrong: wrong == given)
        return Verdict(
            Status.NOT_YET,
            f"hopeless is not {given}.",
            reason
            or "Try every distance from 1 to 9: where do the answers not differ?",
        )
    return judge_value(
        "hopeless",
        given,
        _HOPELESS,
        mistakes,
        nudge="Compare distance_network(seed)(two_dots(d)) with the same network's "
        "answers to two_dots(d + 2), for several seeds.",
        praise="For these the answers agree up to rounding, whatever the weights are.",
    )


_HOPELESS = (1, 3, 5, 7, 9)
_VIEW, _WEIGHTS, _MACS, _CHANNELS, _SIDE = 60, 12_000, 20_000_000, 16, 16
_WINDOW = 4  # pooling isn't counted, so a large window would see for nothing


@checker
def wide_view(attempt: Callable[[], nn.Module]) -> Verdict:
    """Check exercise 7: a stack that sees far on a small budget.

    Args:
        attempt: () -> a network for pictures (N, 1, 128, 128).
    """
    return judge_module("wide_view", attempt, _view_fault, _view_praise)


def _pools(layer: nn.Module) -> bool:
    return isinstance(layer, nn.MaxPool2d | nn.AvgPool2d | nn.LPPool2d)


def _view_fault(model: nn.Module) -> str:
    """Say what a stack lacks of the goal, or what it has beyond the budget."""
    picture = torch.randn(1, 1, 128, 128)
    result = model(picture)
    if not isinstance(result, Tensor) or result.ndim != 4 or len(result) != 1:
        shape = tuple(result.shape) if isinstance(result, Tensor) else kind(result)
        return (
            f"for a picture (1, 1, 128, 128) it returns {shape}; expected are maps, "
            "(1, channels, height, width). Leave out what comes after the stack."
        )
    _, channels, height, width = result.shape
    if channels < _CHANNELS:
        return f"its result has {channels} channels; at least {_CHANNELS} are needed."
    if min(height, width) < _SIDE:
        return (
            f"its result is {height} x {width}; at least {_SIDE} x {_SIDE} are needed. "
            "Halve it less often, or pad."
        )
    weights, macs = anatomy.parameter_count(model), anatomy.mac_count(model, picture)
    if weights > _WEIGHTS:
        return (
            f"it has {weights:,} parameters; the budget is {_WEIGHTS:,}. Fewer "
            "channels or fewer layers help; pooling and dilation have none."
        )
    if macs > _MACS:
        return (
            f"it needs {macs:,} multiply-adds; the budget is {_MACS:,}. Shrink the "
            "maps earlier: after each halving a layer costs a quarter."
        )
    windows = [layer.kernel_size for layer in model.modules() if _pools(layer)]
    if max((max(nn.modules.utils._pair(w)) for w in windows), default=0) > _WINDOW:
        return (
            f"one of its pooling windows is larger than {_WINDOW} x {_WINDOW}. Pooling "
            "costs nothing in this count, so it may not do the seeing alone."
        )
    size, holes = _view(model)
    if size < _VIEW:
        return (
            f"one value in the middle sees {size} pixels across; the goal is {_VIEW}. "
            "A layer adds most where the jump is largest."
        )
    if holes:
        return (
            f"{holes} of the {size} columns across which one value sees don't count at "
            "all. A dilation leaves holes if the layers before it see less than it "
            "skips."
        )
    return ""


def _view_praise(model: nn.Module) -> str:
    size, _ = _view(model)
    macs = anatomy.mac_count(model, torch.zeros(1, 1, 128, 128))
    return (
        f"It sees {size} pixels across, with {anatomy.parameter_count(model):,} "
        f"parameters and {macs:,} multiply-adds."
    )


def _view(model: nn.Module) -> tuple[int, int]:
    """Measure by gradient what one value in the middle sees, and count the holes.

    With weights above zero no two paths cancel. Max pooling shows its winners only: the
    last pixel of each window in a picture that gets brighter, the first in the same one
    turned around, and any of them in random pictures.
    """
    model = copy.deepcopy(model).double().eval()
    with torch.no_grad():
        for name, values in [*model.named_parameters(), *model.named_buffers()]:
            if values.ndim > 1:  # a weighted mean, so that nothing saturates
                values.abs_().add_(values.mean() + 1e-3)
                values /= (
                    values.flatten(1).sum(dim=1).view(-1, *[1] * (values.ndim - 1))
                )
            elif values.is_floating_point():
                values.fill_(0 if name.endswith(("bias", "mean")) else 1)
    ramp = torch.linspace(0.1, 1, 128 * 128).double().view(1, 1, 128, 128)
    noise = torch.rand(8, 1, 128, 128).double()
    x = torch.cat([ramp, ramp.flip(2, 3), noise]).requires_grad_()
    maps = model(x)
    value = maps[:, :, maps.shape[2] // 2, maps.shape[3] // 2].sum()
    if not value.requires_grad:
        return 0, 0
    (gradient,) = torch.autograd.grad(value, x, allow_unused=True)
    if gradient is None or not gradient.any():
        return 0, 0
    seen = (gradient != 0).any(dim=(0)).any(dim=(0)).any(dim=0).nonzero().flatten()
    size = int(seen[-1] - seen[0]) + 1
    return size, size - len(seen)


@checker
def quiz(answers: object) -> Verdict:
    """Check the quiz.

    Args:
        answers: question, counted from 1 -> letter.
    """
    return judge_quiz(answers, *_QUIZ)


_QUIZ = (
    {
        "a": (False, "the map is as large, but something else comes with a kernel."),
        "b": (
            True,
            "9 C C weights and C biases for C channels, where pooling has none. The "
            "network may then learn how to shrink (Springenberg and others, 2015).",
        ),
        "c": (False, "a stride changes where a kernel is laid, not how large it is."),
    },
    {
        "a": (False, "that is mean pooling. Max pooling is a switch."),
        "b": (False, "that is what torch.max does with a window, not F.max_pool2d."),
        "c": (False, "which of two equal winners is met first?"),
        "d": (True, "the winner takes all, and in a tie it is the first one."),
    },
    {
        "a": (True, "40 values show 20 stripes at most; 30 pose as 40 - 30 = 10."),
        "b": (False, "half of the pixels doesn't mean half of the stripes."),
        "c": (False, "that is the limit; what does a wave beyond it look like?"),
        "d": (False, "without a blur the stripes keep their contrast. How many?"),
    },
    {
        "a": (True, "afterwards the false wave can't be told from a true one."),
        "b": (
            False,
            "by then the false wave is in the map, and looks like a true one.",
        ),
        "c": (
            False,
            "both are linear, but they don't commute: what is mixed up stays.",
        ),
    },
    {
        "a": (False, "that would be so at the picture. How wide is one step here?"),
        "b": (False, "a window of 3 reaches over two steps, whatever a step is."),
        "c": (True, "the window reaches over two steps, and each is 2 pixels wide."),
        "d": (False, "a window of 3 reaches over two steps, not three."),
    },
    {
        "a": (False, "the ends are 13 pixels apart. What may be missing in between?"),
        "b": (False, "the ends are far enough apart, so it may well be in view."),
        "c": (True, "the size says how far the ends are apart, and nothing of holes."),
    },
)
