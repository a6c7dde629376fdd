"""Checks of lesson 05: batch normalization."""

import copy
from collections.abc import Callable, Sequence
from itertools import permutations, product
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lessons_lib.checks.judge import (
    Mistakes,
    Verdict,
    behavior_fault,
    checker,
    fixed,
    generator,
    judge_function,
    judge_module,
    judge_quiz,
    judge_value,
    randn,
)
from lessons_lib.data import mnist

__all__ = [
    "batch_norm",
    "batch_norm_backward",
    "deep_network",
    "diagnosis",
    "fold",
    "how_many_means",
    "numbers_kept",
    "quiz",
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
    """Check exercise 1: batch normalization in training and at inference.

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
        "False: at inference, the running ones take their place.",
        _mistaken(batch_in=(True, False)),
    )
    mistakes(
        "It looks as if the running statistics were used in training: there, the "
        "batch's own ones are used.",
        _mistaken(batch_in=()),
    )
    mistakes(
        "It looks as if the running statistics were updated although training is "
        "False: at inference, nothing is learned.",
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
        praise="The same as F.batch_norm, in training and at inference.",
        gradients=("x", "weight", "bias"),
    )


def _backward(grad: Tensor, x: Tensor, weight: Tensor) -> tuple[Tensor, ...]:
    """Return the gradients of x, weight and bias, as autograd has them."""
    with torch.enable_grad():
        x, weight = x.clone().requires_grad_(), weight.clone().requires_grad_()
        bias = torch.zeros_like(weight, requires_grad=True)
        output = F.batch_norm(x, None, None, weight, bias, True, eps=EPS)
        return torch.autograd.grad(output, (x, weight, bias), grad)


def _mistaken_backward(
    *,
    axes: Callable[[int], list[int]] = lambda ndim: [0, *range(2, ndim)],
    through_mean: float = 1.0,
    through_variance: float = 1.0,
    summed: bool = False,
    correction: int = 0,
    root: Callable[[Tensor], Tensor] = lambda var: torch.sqrt(var + EPS),
    gamma: bool = True,
    along: str = "normalized",
    weight_by: str = "normalized",
    averaged: bool = False,
    scale_bias: bool = False,
) -> Callable:
    """Return a backward pass with one thing done differently.

    Args:
        axes: number of axes -> those of a channel.
        through_mean: how much of the part through the mean is taken away.
        through_variance: how much of the part through the variance is taken away.
        summed: whether the two parts are sums instead of means.
        correction: what is taken from the count in the variance.
        root: variance -> what to divide by.
        gamma: whether the gradient of x is multiplied by the weight.
        along: what the part through the variance is proportional to: "normalized",
            "centered" or "x".
        weight_by: what the arriving gradient is multiplied by for the weight.
        averaged: whether gradients of weight and bias are means instead of sums.
        scale_bias: whether the gradient of the bias is multiplied by the weight.
    """

    def backward(grad, x, weight):
        over = axes(x.ndim)
        wide = weight.view(1, -1, *[1] * (x.ndim - 2))
        centered = x - x.mean(over, keepdim=True)
        divisor = root(x.var(over, correction=correction, keepdim=True))
        seen = {"x": x, "centered": centered, "normalized": centered / divisor}
        mean = torch.sum if summed else torch.mean
        along_them = mean(grad * seen["normalized"], over, keepdim=True)
        dx = grad - through_mean * mean(grad, over, keepdim=True)
        dx = (dx - through_variance * seen[along] * along_them) / divisor
        collect = torch.mean if averaged else torch.sum
        channel = [0, *range(2, x.ndim)]
        dweight = collect(grad * seen[weight_by], channel)
        dbias = collect(grad, channel)
        dbias = dbias * weight if scale_bias else dbias
        return dx * wide if gamma else dx, dweight, dbias

    return backward


@checker
def batch_norm_backward(attempt: Callable[..., tuple[Tensor, ...]]) -> Verdict:
    """Check exercise 3: the gradients of batch normalization in training.

    Args:
        attempt: (grad like x, x (N, C) or (N, C, H, W), weight (C,)) -> gradients of x
            (like x), of the weight (C,) and of the bias (C,); eps 1e-5.

    Ioffe and Szegedy, Batch Normalization, 2015, section 3.
    """
    mistakes = Mistakes()
    for reason, options in _BACKWARD_MISTAKES:
        mistakes(reason, _mistaken_backward(**options))

    def case(*shape: int, seed: int, spread: float = 1.0) -> tuple:
        x = spread * (randn(*shape, seed=seed) + 1.5)
        return randn(*shape, seed=seed + 1), x, randn(shape[1], seed=seed + 2)

    return judge_function(
        "batch_norm_backward",
        attempt,
        _backward,
        [
            # All sizes equal, so that a wrong axis gives wrong numbers and no crash.
            fixed(case, 3, 3, seed=1),
            case(3, 3, 3, 3, seed=4),
            case(5, 2, 4, 1, seed=7, spread=0.01),
            case(7, 4, seed=10),
            case(1, 3, 2, 4, seed=13),
        ],
        mistakes,
        arguments=("grad", "x", "weight"),
        returns=(
            "the gradient of x",
            "the gradient of the weight",
            "the gradient of the bias",
        ),
        tolerance=1e-8,
        praise="The same gradients as autograd's, in float64.",
        without="autograd",
    )


_BACKWARD_MISTAKES: list[tuple[str, dict]] = [
    (
        "It looks as if only the direct way from x to the output was taken, with mean "
        "and variance as constants. Two more ways lead through them.",
        {"through_mean": 0.0, "through_variance": 0.0},
    ),
    (
        "It looks as if the way through the mean is missing: what arrives at x - mean "
        "loses its own mean over the channel.",
        {"through_mean": 0.0},
    ),
    (
        "It looks as if the way through the variance is missing: every value of the "
        "channel moves the variance, and so all outputs.",
        {"through_variance": 0.0},
    ),
    (
        "It looks as if the way through the variance was added instead of taken away: "
        "a larger variance makes the outputs smaller.",
        {"through_variance": -1.0},
    ),
    (
        "It looks as if the way through the mean was added instead of taken away.",
        {"through_mean": -1.0},
    ),
    (
        "It looks as if both ways were added instead of taken away.",
        {"through_mean": -1.0, "through_variance": -1.0},
    ),
    (
        "It looks as if the way through the variance counts half: the derivative of "
        "the square is twice the value.",
        {"through_variance": 0.5},
    ),
    (
        "It looks as if the way through the variance counts twice: the root has the "
        "derivative 1/2 over the root.",
        {"through_variance": 2.0},
    ),
    (
        "It looks as if the way through the mean counts twice.",
        {"through_mean": 2.0},
    ),
    (
        "It looks as if sums were taken away instead of means: each of the m values "
        "gets 1/m of what arrives at a mean.",
        {"summed": True},
    ),
    (
        "It looks as if the unbiased variance was used: the batch is normalized with "
        "the biased one.",
        {"correction": 1},
    ),
    (
        "It looks as if eps is missing: it is added to the variance.",
        {"root": lambda var: var.sqrt()},
    ),
    (
        "It looks as if eps stands outside of the root.",
        {"root": lambda var: var.sqrt() + EPS},
    ),
    (
        "It looks as if you divided by the variance; divide by its root.",
        {"root": lambda var: var + EPS},
    ),
    (
        "It looks as if gamma is missing in the gradient of x: what arrives at the "
        "normalized values is gamma times what arrives at the output.",
        {"gamma": False},
    ),
    (
        "It looks as if the part through the variance runs along x - mean; one more "
        "division by the root makes these the normalized values.",
        {"along": "centered"},
    ),
    (
        "It looks as if the part through the variance runs along x itself; it runs "
        "along the normalized values.",
        {"along": "x"},
    ),
    (
        "It looks as if the gradient of the weight was collected over x; the weight "
        "multiplies the normalized values.",
        {"weight_by": "x"},
    ),
    (
        "It looks as if the gradient of the weight was collected over x - mean; the "
        "weight multiplies the normalized values.",
        {"weight_by": "centered"},
    ),
    (
        "It looks as if the gradients of weight and bias were averaged; every value "
        "of the channel adds its own.",
        {"averaged": True},
    ),
    (
        "It looks as if the gradient of the bias was multiplied by gamma: the bias is "
        "added after gamma.",
        {"scale_bias": True},
    ),
    (
        "It looks as if mean and variance were taken over the batch only. A channel's "
        "values include height and width.",
        {"axes": lambda ndim: [0]},
    ),
    (
        "It looks as if each sample had its own mean and variance; a channel's values "
        "come from the whole batch.",
        {"axes": lambda ndim: list(range(1, ndim))},
    ),
    (
        "It looks as if mean and variance were taken over everything. Every channel "
        "has its own.",
        {"axes": lambda ndim: list(range(ndim))},
    ),
]


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
    mistakes(
        "Every channel has its own: multiply by the channels instead of adding them.",
        (34, 65),
        (64, 35),
    )
    mistakes("Every channel has its own mean and its own variance.", (64, 3))
    mistakes("Both a mean and a variance are kept for each channel.", (64, 33))
    mistakes("Each channel learns two numbers, not three.", (96, 65))
    mistakes("Each channel keeps two averages, not three.", (64, 97))
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
    """Check exercise 4: put a BatchNorm into the convolution before it.

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


def patients(model: nn.Sequential) -> dict[str, nn.Sequential]:
    """Return four copies of a network, each with one thing gone wrong, for exercise 5.

    It isn't a check, so it isn't listed in `__all__`.

    Args:
        model: a trained network with BatchNorm whose last layer is linear.

    Returns:
        Name -> network, A to D; the model itself stays as it is.
    """
    ward = {name: copy.deepcopy(model).eval() for name in "ABCD"}
    with torch.no_grad():
        for layer in _batch_norms(ward["A"]):
            layer.running_mean += 3 * layer.running_var.sqrt()
            layer.running_var *= 16
        ward["B"].train()
        last: Any = ward["C"][-1]
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            last.reset_parameters()
        for layer in _batch_norms(ward["D"]):
            layer.reset_running_stats()
    return ward


def _batch_norms(model: nn.Module) -> list[Any]:
    kind = nn.modules.batchnorm._BatchNorm
    return [layer for layer in model.modules() if isinstance(layer, kind)]


@checker
def diagnosis(answer: object) -> Verdict:
    """Check exercise 5: which ailment has which patient?

    Args:
        answer: the numbers of the ailments of A, B, C and D.
    """
    mistakes = Mistakes()
    right = (3, 1, 4, 2)
    for wrong in permutations(right):
        if wrong != right and (reason := _misjudged(wrong, right)):
            mistakes(reason, wrong)
    return judge_value(
        "diagnosis",
        answer,
        right,
        mistakes,
        nudge="Each of the four ailments, 1 to 4, belongs to one patient. Measure on "
        "copies: as found, after eval(), and with statistics that were collected anew.",
        praise="eval() cures B alone; new statistics cure A and D, of whom only D had "
        "means of 0; and C knows nothing in any mode.",
        places="ABCD",
    )


def _misjudged(wrong: tuple[int, ...], right: tuple[int, ...]) -> str:
    """Name the experiment that contradicts a diagnosis, without telling the answer."""
    given = dict(zip(wrong, "ABCD", strict=True))
    true = dict(zip(right, "ABCD", strict=True))
    if given[1] != true[1]:
        return (
            f"Call eval() on a copy of {given[1]} and measure again: if training mode "
            "was the ailment, that is the cure."
        )
    if given[4] != true[4]:
        return (
            f"Collect the statistics of a copy of {given[4]} anew and measure: a last "
            "layer without its weights doesn't recover."
        )
    return (
        f"A new layer has running means of exactly 0. Look at those of {given[2]} "
        "before any treatment."
    )


# The solution reaches 75 to 84%, by the draw; layers as PyTorch makes them guess.
UPDATES, RATE, GOAL, DEPTH, WIDTH = 100, 0.05, 2 / 3, 20, 100


@checker
def deep_network(attempt: Callable[[], nn.Module]) -> Verdict:
    """Check exercise 7: a deep network that learns without normalization.

    Args:
        attempt: () -> an untrained module that maps pictures (N, 1, 28, 28) to logits
            (N, 10).
    """
    reached = {}

    def faults(model: nn.Module) -> str:
        behavior = behavior_fault(model, randn(4, 1, 28, 28).float(), classes=10)
        if "alike" in behavior:
            behavior += (
                " Nothing of them reaches the last layer: look at the size of the "
                "values layer by layer."
            )
        return _plan_fault(model) or behavior or goal_fault(model)

    def goal_fault(model: nn.Module) -> str:
        reached["share"] = _share_after_updates(model)
        if reached["share"] >= GOAL:
            return ""
        return (
            f"after {UPDATES} updates it classifies {reached['share']:.0%} of new "
            f"pictures correctly; the goal is {GOAL:.0%}. Look at the size of the "
            "values and of the gradients, layer by layer: does one of them vanish?"
        )

    def praise(model: nn.Module) -> str:
        return f"After {UPDATES} updates it reaches {reached['share']:.0%}."

    return judge_module("deep_network", attempt, faults, praise)


def _plan_fault(model: nn.Module) -> str:
    """Say where a network doesn't keep to the plan of exercise 7."""
    for name, layer in model.named_modules():
        if "Norm" in type(layer).__name__:
            return (
                f"layer {name} is a {type(layer).__name__}; do without normalization."
            )
    linear = [layer for layer in model.modules() if isinstance(layer, nn.Linear)]
    if len(linear) < DEPTH:
        return f"it has {len(linear)} linear layers; the plan asks for {DEPTH} or more."
    widest = max(layer.out_features for layer in linear)
    if widest > WIDTH:
        return f"a linear layer has {widest} outputs; the budget is {WIDTH}."
    return ""


def _share_after_updates(model: nn.Module) -> float:
    """Train on digits as exercise 7 says, and measure on 2,000 others."""
    train, _ = mnist()
    order = torch.randperm(len(train), generator=generator())[:12_000]
    images, labels = train.images[order], train.labels[order]
    optimizer = torch.optim.SGD(model.parameters(), lr=RATE)
    model.train()
    for start in range(0, 100 * UPDATES, 100):
        batch = slice(start, start + 100)
        optimizer.zero_grad()
        F.cross_entropy(model(images[batch]), labels[batch]).backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        right = model(images[10_000:]).argmax(dim=1) == labels[10_000:]
    return right.float().mean().item()


@checker
def quiz(answers: object) -> Verdict:
    """Check the quiz.

    Args:
        answers: question -> letter.
    """
    return judge_quiz(
        answers,
        {
            "a": (
                False,
                "which statistics are used is decided by the mode, and gradients have "
                "nothing to do with it.",
            ),
            "b": (
                False,
                "in training mode each picture is normalized by its batch. Are the "
                "answers independent of it?",
            ),
            "c": (
                True,
                "the mode decides, and it is still training mode: the batch's own "
                "statistics are used, and the forward pass updates the running ones.",
            ),
            "d": (
                False,
                "the running statistics aren't learned by gradient. When are they "
                "updated?",
            ),
        },
        {
            "a": (
                False,
                "mean and standard deviation grow by the same factor. What does that "
                "do to the output?",
            ),
            "b": (
                True,
                "the factor is divided out again, so it cannot matter for the output; "
                "a weight that is 100 times as large matters a hundredth as much.",
            ),
            "c": (
                False,
                "the output stays, but a step of 1 changes a large weight by a smaller "
                "share. What does that do to the gradient?",
            ),
            "d": (
                False,
                "in training, the batch's own statistics are used. Do running ones "
                "matter?",
            ),
        },
        {
            "a": (
                True,
                "one sample gives a dense layer one value per channel; drop_last=True "
                "leaves that batch out.",
            ),
            "b": (
                False,
                "in evaluation mode a single sample is no trouble. Which batch comes "
                "at the end of an epoch?",
            ),
            "c": (
                False,
                "the message counts values, it doesn't measure them. Which batch comes "
                "at the end of an epoch?",
            ),
            "d": (
                False,
                "the forward pass gives that message. Does it know a learning rate?",
            ),
        },
        {
            "a": (
                False,
                "that holds for a linear layer. What does ReLU do to half of its "
                "values?",
            ),
            "b": (
                False,
                "ReLU only takes away. In which direction does the size change?",
            ),
            "c": (
                False,
                "the mean square is what is halved. What does that make of its root?",
            ),
            "d": (
                True,
                "ReLU takes half of the mean square, and the size is its root; He's "
                "rule makes up for it.",
            ),
        },
        {
            "a": (
                False,
                "the restless networks don't hold their means still. Did they lose the "
                "benefit?",
            ),
            "b": (
                True,
                "their inputs jumped more than those of the plain network, and they "
                "were ahead of it; so steadiness isn't what counts.",
            ),
            "c": (
                False,
                "without the noise, BatchNorm did better still at that rate. What "
                "were the restless networks compared with?",
            ),
            "d": (
                False,
                "the table of movements has a row for the plain network. Look at it.",
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
