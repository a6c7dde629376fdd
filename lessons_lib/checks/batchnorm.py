"""Checks of lesson 05: batch normalization."""

from collections.abc import Callable, Sequence
from itertools import product

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
    "batch_norm",
    "fold",
    "how_many_means",
    "moody_network",
    "numbers_kept",
    "pairs",
]

EPS = 1e-5


def _batch_norm(
    x: Tensor,
    weight: Tensor,
    bias: Tensor,
    running_mean: Tensor,
    running_var: Tensor,
    training: bool,
) -> tuple[Tensor, Tensor, Tensor]:
    mean, var = running_mean.clone(), running_var.clone()
    output = F.batch_norm(x, mean, var, weight, bias, training, momentum=0.1, eps=EPS)
    return output, mean, var


def _mistaken(
    *,
    axes: Callable[[int], list[int]] = lambda ndim: [0, *range(2, ndim)],
    used: int = 0,
    stored: int = 1,
    momentum: float = 0.1,
    keep: float | None = None,
    averages: Sequence[str] = ("mean", "variance"),
    divisor: Callable[[Tensor], Tensor] = lambda var: torch.sqrt(var + EPS),
    batch_in: tuple[bool, ...] = (True,),
    remember_in: tuple[bool, ...] = (True,),
    affine: bool = True,
) -> Callable:
    """Return a BatchNorm with one thing done differently.

    Args:
        axes: number of axes -> those that mean and variance are taken over.
        used: what is taken from the count in the variance that normalizes: 0 (biased)
            or 1 (unbiased).
        stored: the same in the variance that is stored.
        momentum: weight of the new value in the running averages.
        keep: weight of the old value, 1 - momentum if it isn't given.
        averages: which of the running averages have these weights.
        divisor: variance -> what to divide by.
        batch_in: the modes that use the batch's own statistics.
        remember_in: the modes that update the running averages.
        affine: whether weight and bias are applied.
    """

    def batch_norm(x, weight, bias, running_mean, running_var, training):
        def wide(v: Tensor) -> Tensor:
            return v.view(1, -1, *[1] * (x.ndim - 2))

        over = axes(x.ndim)
        mean, var = (
            x.mean(over, keepdim=True),
            x.var(over, correction=used, keepdim=True),
        )
        kept = x.var(over, correction=stored, keepdim=True)
        if training not in batch_in:
            mean, var = wide(running_mean), wide(running_var)
        output = (x - mean) / divisor(var)
        if affine:
            output = output * wide(weight) + wide(bias)
        if training in remember_in:
            mean = x.mean(over, keepdim=True)
            running_mean = averaged("mean", running_mean, _per_channel(mean, x))
            running_var = averaged("variance", running_var, _per_channel(kept, x))
        return output, running_mean, running_var

    def averaged(name: str, old: Tensor, new: Tensor) -> Tensor:
        if name not in averages:
            return 0.9 * old + 0.1 * new
        return (1 - momentum if keep is None else keep) * old + momentum * new

    return batch_norm


def _per_channel(statistic: Tensor, x: Tensor) -> Tensor:
    """Bring statistics over any axes to one number per channel, as far as possible."""
    others = [axis for axis in range(x.ndim) if axis != 1]
    return statistic.expand(
        *statistic.shape[:1], x.shape[1], *statistic.shape[2:]
    ).mean(others)


@checker
def batch_norm(attempt: Callable[..., tuple[Tensor, Tensor, Tensor]]) -> Verdict:
    """Check exercise 1: batch normalization in training and in use.

    Args:
        attempt: (x (N, C) or (N, C, H, W), weight (C,), bias (C,), running_mean (C,),
            running_var (C,), training) -> output (like x), new running mean (C,), new
            running variance (C,); momentum 0.1, eps 1e-5.

    Ioffe and Szegedy, Batch Normalization, 2015; the running variance as in PyTorch.
    """
    mistakes = Mistakes()

    def case(*shape: int, training: bool, seed: int, spread: float = 1.0) -> tuple:
        x = spread * (randn(*shape, seed=seed) + 1.5)
        parts = (randn(shape[1], seed=seed + k) for k in range(1, 4))
        weight, bias, mean = parts
        var = randn(shape[1], seed=seed + 4).abs() + 0.5
        return x, weight, bias, mean, var, training

    mistakes(
        "It looks as if the biased variance was stored. The batch is normalized with "
        "the biased one, but the running variance gets the unbiased one (divided by "
        "the count minus 1).",
        _mistaken(stored=0),
    )
    mistakes(
        "It looks as if the batch was normalized with the unbiased variance. That one "
        "is only stored; dividing uses the biased one (correction=0).",
        _mistaken(used=1),
    )
    mistakes(
        "It looks as if the two variances changed places: normalize with the biased "
        "one, store the unbiased one.",
        _mistaken(used=1, stored=0),
    )
    mistakes(
        "It looks as if momentum is the wrong way round: here it is the weight of the "
        "new value, so the old one keeps 0.9.",
        _mistaken(momentum=0.9),
    )
    mistakes(
        "It looks as if the running statistics were replaced; only a tenth of the new "
        "value goes in.",
        _mistaken(momentum=1.0),
    )
    mistakes(
        "It looks as if the running statistics were not updated in training.",
        _mistaken(remember_in=()),
    )
    mistakes(
        "It looks as if eps stands outside of the root: it is added to the variance, "
        "then the root is taken.",
        _mistaken(divisor=lambda var: var.sqrt() + EPS),
    )
    mistakes(
        "It looks as if eps is missing: add it to the variance.",
        _mistaken(divisor=lambda var: var.sqrt()),
    )
    mistakes(
        "It looks as if you divided by the variance; divide by its root.",
        _mistaken(divisor=lambda var: var + EPS),
    )
    mistakes(
        "It looks as if the statistics were taken over the wrong axes: each sample "
        "got its own, but a channel's numbers belong to the whole batch.",
        _mistaken(axes=lambda ndim: list(range(1, ndim))),
    )
    mistakes(
        "It looks as if the statistics were taken over the wrong axes: each channel "
        "of each sample got its own. Average over the batch, too (axis 0).",
        _mistaken(axes=lambda ndim: list(range(2, ndim)) or [1]),
    )
    mistakes(
        "It looks as if the statistics were taken over the wrong axes: over the batch "
        "only, so each pixel got its own. Average over height and width, too.",
        _mistaken(axes=lambda ndim: [0]),
    )
    mistakes(
        "It looks as if the statistics were taken over the wrong axes: over "
        "everything. Every channel needs its own.",
        _mistaken(axes=lambda ndim: list(range(ndim))),
    )
    mistakes(
        "It looks as if the batch's own statistics were used although training is "
        "False: in use, the running ones take their place.",
        _mistaken(batch_in=(True, False)),
    )
    mistakes(
        "It looks as if the running statistics were used in training: there, the "
        "batch's own ones are used.",
        _mistaken(batch_in=()),
    )
    mistakes(
        "It looks as if the running statistics were updated although training is "
        "False: in use, nothing is learned.",
        _mistaken(remember_in=(True, False)),
    )
    mistakes(
        "It looks as if weight and bias were not applied.", _mistaken(affine=False)
    )
    for average, (keep, momentum, reason) in product(
        ("mean", "variance"),
        [
            (1.0, 0.1, "the old value kept all of itself; it keeps 0.9"),
            (0.0, 0.1, "the old value was left out; 0.9 of it stays"),
            (0.9, 0.0, "the new value was left out; a tenth of it goes in"),
            (0.9, 1.0, "all of the new value went in; it is a tenth"),
            (0.9, 0.2, "a fifth of the new value went in; it is a tenth"),
            (0.9, 0.9, "0.9 of the new value went in; it is a tenth"),
            (0.9, 0.01, "a hundredth of the new value went in; it is a tenth"),
            (0.81, 0.1, "the old value was multiplied by 0.9 twice"),
            (0.1, 0.1, "a tenth of the old value stayed; it keeps 0.9"),
            (1.8, 0.1, "the old value counted twice"),
        ],
    ):
        mistakes(
            f"Look at the running {average}: it looks as if {reason}.",
            _mistaken(keep=keep, momentum=momentum, averages=[average]),
        )
    return judge_function(
        "batch_norm",
        attempt,
        _batch_norm,
        [
            # All sizes equal, so that a wrong axis gives wrong numbers and no crash.
            fixed(case, 3, 3, training=True, seed=1),
            fixed(case, 3, 3, training=False, seed=2),
            case(3, 3, 3, 3, training=True, seed=3),
            case(5, 2, 4, 1, training=True, seed=4, spread=0.01),
            case(5, 2, 4, 1, training=False, seed=5, spread=0.01),
            case(7, 4, training=True, seed=6),
            case(1, 4, 2, 3, training=False, seed=7),
        ],
        mistakes,
        arguments=("x", "weight", "bias", "running_mean", "running_var", "training"),
        praise="The same as F.batch_norm, in training and in use.",
        gradients=("x", "weight", "bias"),
    )


@checker
def numbers_kept(answer: object) -> Verdict:
    """Check exercise 2: what nn.BatchNorm2d(32) learns, and what else it keeps.

    Args:
        answer: (learned numbers, other numbers in its state_dict).
    """
    mistakes = Mistakes()
    mistakes("Nearly: it also counts the batches that it has seen.", (64, 64))
    mistakes("It counts batches once for the layer, not for each statistic.", (64, 66))
    mistakes("It counts batches once for the layer, not for each channel.", (64, 96))
    mistakes(
        "Each channel has a weight and a bias: two numbers for each of 32.",
        (32, 65),
        (34, 65),
        (2, 65),
    )
    mistakes(
        "Each channel has a running mean and a running variance, and the layer one "
        "count.",
        (64, 33),
        (64, 35),
        (64, 3),
    )
    mistakes(
        "Each channel has a weight and a bias; and the layer also counts the batches "
        "that it has seen.",
        (32, 64),
    )
    mistakes("The two are exchanged: the first counts what is learned.", (65, 64))
    mistakes("The running statistics are in the state_dict, too.", (64, 0))
    mistakes(
        "The running statistics are not learned: no gradient reaches them.",
        (128, 0),
        (128, 1),
    )
    mistakes(
        "Count the learned numbers once: the second number is the rest.", (64, 129)
    )
    return judge_value(
        "numbers_kept",
        answer,
        (64, 65),
        mistakes,
        nudge="Two numbers per channel are learned, two are averages that follow the "
        "data. Is there anything that belongs to the layer as a whole?",
        praise="A weight and a bias per channel; a mean and a variance per channel, "
        "and one count of batches.",
    )


@checker
def fold(attempt: Callable[..., tuple[Tensor, Tensor]]) -> Verdict:
    """Check exercise 3: put a BatchNorm into the convolution before it.

    Args:
        attempt: (weight (O, C, K, K), bias (O,), gamma (O,), beta (O,), mean (O,),
            var (O,)) -> weight and bias of the convolution that does the work of both;
            eps 1e-5.
    """
    mistakes = Mistakes()

    def folded(weight, bias, gamma, beta, mean, var):
        scale = gamma / torch.sqrt(var + EPS)
        return weight * scale.view(-1, 1, 1, 1), (bias - mean) * scale + beta

    def variant(scale_of: Callable, bias_of: Callable | None = None) -> Callable:
        def mistaken(weight, bias, gamma, beta, mean, var):
            scale = scale_of(gamma, var)
            new = (bias_of or _folded_bias)(bias, scale, beta, mean)
            return weight * scale.view(-1, 1, 1, 1), new

        return mistaken

    @mistakes(
        "It looks as if the scale ran along the input channels or the columns: it "
        "belongs to the output channels, the first axis (view(-1, 1, 1, 1))."
    )
    def along_inputs(weight, bias, gamma, beta, mean, var):
        scale = gamma / torch.sqrt(var + EPS)
        return weight * scale.view(1, -1, 1, 1), (bias - mean) * scale + beta

    @mistakes(
        "It looks as if the scale ran along the columns of the kernels: it belongs to "
        "the output channels, the first axis."
    )
    def along_columns(weight, bias, gamma, beta, mean, var):
        scale = gamma / torch.sqrt(var + EPS)
        return weight * scale, (bias - mean) * scale + beta

    @mistakes("The bias is right; the weights have to be scaled, too.")
    def weight_as_it_was(weight, *others):
        return weight, folded(weight, *others)[1]

    def root(gamma: Tensor, var: Tensor) -> Tensor:
        return gamma / torch.sqrt(var + EPS)

    def case(outputs: int, inputs: int, size: int, seed: int, spread=1.0) -> tuple:
        vectors = [randn(outputs, seed=seed + k) for k in range(1, 5)]
        var = spread * (randn(outputs, seed=seed + 5).abs() + 0.2)
        return randn(outputs, inputs, size, size, seed=seed), *vectors, var

    mistakes(
        "It looks as if eps was forgotten: it is added to the variance.",
        variant(lambda gamma, var: gamma / var.sqrt()),
    )
    mistakes(
        "It looks as if eps stands outside of the root.",
        variant(lambda gamma, var: gamma / (var.sqrt() + EPS)),
    )
    mistakes(
        "It looks as if you divided by the variance; divide by its root.",
        variant(lambda gamma, var: gamma / (var + EPS)),
    )
    mistakes(
        "It looks as if gamma was forgotten.",
        variant(lambda gamma, var: 1 / torch.sqrt(var + EPS)),
    )
    mistakes(
        "It looks as if the old bias was not scaled: it passes through BatchNorm like "
        "everything else.",
        variant(root, lambda b, s, beta, m: b - m * s + beta),
    )
    mistakes(
        "It looks as if the mean was not scaled: it is taken away before the division.",
        variant(root, lambda b, s, beta, m: b * s - m + beta),
    )
    mistakes(
        "It looks as if the old bias was forgotten.",
        variant(root, lambda b, s, beta, m: beta - m * s),
    )
    mistakes(
        "It looks as if the mean was forgotten.",
        variant(root, lambda b, s, beta, m: b * s + beta),
    )
    mistakes(
        "It looks as if beta was forgotten.",
        variant(root, lambda b, s, beta, m: (b - m) * s),
    )
    mistakes(
        "It looks as if beta was scaled, too: it is added at the end.",
        variant(root, lambda b, s, beta, m: (b - m + beta) * s),
    )
    return judge_function(
        "fold",
        attempt,
        folded,
        [
            fixed(case, 2, 2, 1, seed=2),
            case(3, 3, 3, seed=1),
            case(4, 2, 5, 3, spread=1e-3),
            case(1, 3, 2, 4),
        ],
        mistakes,
        arguments=("weight", "bias", "gamma", "beta", "mean", "var"),
        praise="One convolution does the work of two layers.",
    )


def _folded_bias(bias: Tensor, scale: Tensor, beta: Tensor, mean: Tensor) -> Tensor:
    return (bias - mean) * scale + beta


@checker
def moody_network(answer: object) -> Verdict:
    """Check exercise 4: why does the answer depend on the other pictures?

    Args:
        answer: the letter of the diagnosis.
    """
    return judge_choice(
        "moody_network",
        answer,
        {
            "a": (
                False,
                "a network that overfits is bad on new pictures, but it answers the "
                "same picture the same way each time. This one changes its mind with "
                "the company.",
            ),
            "b": (
                False,
                "the order of the test pictures must not matter, so shuffling would "
                "hide the fault. Why does the order matter here?",
            ),
            "c": (
                True,
                "the network is still in training mode. Every picture is normalized "
                "with the statistics of the pictures beside it. model.eval() switches "
                "to the running statistics.",
            ),
            "d": (
                False,
                "the running statistics would be imprecise, but the same for every "
                "batch. Are they used at all here? Print suspect.training.",
            ),
        },
    )


@checker
def pairs(answer: object) -> Verdict:
    """Check exercise 5: why does a network with batches of two learn so badly?

    Args:
        answer: the letter of the diagnosis.
    """
    return judge_choice(
        "pairs",
        answer,
        {
            "a": (
                False,
                "the same learning rate trains the same network when only BatchNorm is "
                "taken out. Look at the values behind BatchNorm.",
            ),
            "b": (
                False,
                "in training, the running statistics are not used, and the accuracy in "
                "training is as bad. Look at the values behind BatchNorm.",
            ),
            "c": (
                False,
                "the unbiased variance divides by 2 - 1 = 1: no trouble, and it "
                "is only stored. Look at the values behind BatchNorm.",
            ),
            "d": (
                True,
                "of two values, the larger becomes +1 and the smaller -1, whatever "
                "they were: the mean lies in the middle, the deviation is half the "
                "distance. Only one bit is left, and it depends on the partner.",
            ),
        },
    )


@checker
def how_many_means(answer: object) -> Verdict:
    """Check exercise 6: how many means do three normalizations take of one batch?

    Args:
        answer: numbers of means for x of shape (8, 6, 5, 5), by BatchNorm, LayerNorm
            over all but the batch axis, and GroupNorm with 3 groups.
    """
    mistakes = Mistakes()
    mistakes(
        "BatchNorm takes one mean per channel, LayerNorm one per sample.", (8, 6, 24)
    )
    mistakes("Each sample has its own groups.", (6, 8, 3))
    mistakes("Each sample has its own groups, not each channel.", (6, 8, 18))
    mistakes("There are 3 groups in each sample, with 2 channels in each.", (6, 8, 16))
    mistakes(
        "48 is one mean per channel and sample (InstanceNorm). A group of 2 channels "
        "shares one.",
        (6, 8, 48),
    )
    mistakes("LayerNorm averages over height and width here, too.", (6, 200, 24))
    mistakes("BatchNorm averages over height and width, too.", (150, 8, 24))
    mistakes(
        "2 is the number of channels in a group. How many groups are there in the "
        "whole batch?",
        (6, 8, 2),
    )
    return judge_value(
        "how_many_means",
        answer,
        (6, 8, 24),
        mistakes,
        nudge="Look at the picture: a mean belongs to each region of one color. Count "
        "the regions for 8 samples, 6 channels, 3 groups.",
        praise="One per channel; one per sample; 3 per sample.",
    )
