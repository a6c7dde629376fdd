"""Checks of lesson 09: color pictures, everything together."""

import copy
from collections.abc import Callable, Iterator
from functools import cache

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lessons_lib.anatomy import mac_count, parameter_count
from lessons_lib.checks.judge import (
    Mistakes,
    Verdict,
    batch_norm_fault,
    behavior_fault,
    checker,
    fixed,
    generator,
    judge_function,
    judge_module,
    judge_quiz,
    judge_value,
    pooling_fault,
    randn,
    shortcut_fault,
    training_fault,
)
from lessons_lib.data import cifar10

__all__ = [
    "channel_statistics",
    "crop",
    "first_linear",
    "grad_cam",
    "mended",
    "own_network",
    "quiz",
]

BUDGET_MACS = 12_000_000  # multiply-adds for one picture


@checker
def channel_statistics(attempt: Callable[[Tensor], tuple[Tensor, Tensor]]) -> Verdict:
    """Check exercise 1: mean and standard deviation of each channel.

    Args:
        attempt: images (N, C, H, W) -> mean (C,), standard deviation (C,).
    """
    mistakes = Mistakes()

    def reference(images: Tensor) -> tuple[Tensor, Tensor]:
        pixels = images.transpose(0, 1).flatten(1)
        return pixels.mean(dim=1), pixels.std(dim=1, correction=0)

    @mistakes(
        "It looks as if the deviation was computed within each picture and then "
        "averaged: that is the slip behind the copied numbers."
    )
    def of_each_picture(images: Tensor) -> tuple[Tensor, Tensor]:
        each = images.flatten(2).std(dim=2, correction=0)
        return reference(images)[0], each.mean(dim=0)

    @mistakes(
        "That is the root of the mean variance within the pictures. It leaves out how "
        "much they differ from each other."
    )
    def without_brightness(images: Tensor) -> tuple[Tensor, Tensor]:
        within = images.flatten(2).var(dim=2, correction=0)
        return reference(images)[0], within.mean(dim=0).sqrt()

    @mistakes(
        "It looks as if the deviation was computed within each picture and then "
        "averaged: that is the slip behind the copied numbers."
    )
    def of_each_picture_too(images: Tensor) -> tuple[Tensor, Tensor]:
        return reference(images)[0], images.flatten(2).std(dim=2).mean(dim=0)

    @mistakes(
        "Divide by the number of pixels, not by one less: std(..., correction=0)."
    )
    def one_less(images: Tensor) -> tuple[Tensor, Tensor]:
        return reference(images)[0], images.transpose(0, 1).flatten(1).std(dim=1)

    @mistakes("This is the variance; the deviation is its square root.")
    def variance(images: Tensor) -> tuple[Tensor, Tensor]:
        mean, deviation = reference(images)
        return mean, deviation**2

    @mistakes("The mean comes first, then the deviation.")
    def exchanged(images: Tensor) -> tuple[Tensor, Tensor]:
        return reference(images)[::-1]

    @mistakes(
        "It looks as if the channels were put together; there is one mean for red, "
        "one for green, one for blue."
    )
    def all_channels(images: Tensor) -> tuple[Tensor, Tensor]:
        return images.mean(), images.std(correction=0)

    @mistakes(
        "These are means of each pixel over the pictures. Sum over all pixels, too: "
        "dim=(0, 2, 3)."
    )
    def pixel_by_pixel(images: Tensor) -> tuple[Tensor, Tensor]:
        return images.mean(dim=0), images.std(dim=0, correction=0)

    @mistakes(
        "The values are right, the shape is not: without keepdim there is one number "
        "for each channel."
    )
    def kept_axes(images: Tensor) -> tuple[Tensor, Tensor]:
        mean, deviation = reference(images)
        return mean.view(1, -1, 1, 1), deviation.view(1, -1, 1, 1)

    def case(n: int, h: int, w: int, seed: int) -> tuple[Tensor]:
        # pictures that differ a lot from one another, as photographs do
        brightness = 3 * randn(n, 3, 1, 1, seed=seed + 10)
        return (randn(n, 3, h, w, seed=seed) + brightness,)

    return judge_function(
        "channel_statistics",
        attempt,
        reference,
        [fixed(case, 2, 1, 2, 1), case(7, 4, 4, 2), case(5, 3, 6, 3), case(1, 2, 3, 4)],
        mistakes,
        arguments=("images",),
        returns=("mean", "deviation"),
        praise="Over all pixels of all pictures, channel by channel.",
    )


def _crop(images: Tensor, top: Tensor, left: Tensor, padding: int) -> Tensor:
    height, width = images.shape[2:]
    padded = F.pad(images, 4 * [padding])
    return torch.stack(
        [
            picture[:, t : t + height, w : w + width]
            for picture, t, w in zip(padded, top.tolist(), left.tolist(), strict=True)
        ]
    )


@checker
def crop(attempt: Callable[[Tensor, Tensor, Tensor, int], Tensor]) -> Verdict:
    """Check exercise 4: a window out of each padded picture.

    Args:
        attempt: (images (N, C, H, W), top (N,), left (N,), padding) -> (N, C, H, W).
    """
    mistakes = Mistakes()

    @mistakes(
        "It looks as if top and left were exchanged: top counts rows, the third axis."
    )
    def exchanged(images, top, left, padding):
        return _crop(images, left, top, padding)

    @mistakes(
        "The pictures moved the other way: the window starts at top, so a small top "
        "shows more of the upper border."
    )
    def other_way(images, top, left, padding):
        return _crop(images, 2 * padding - top, 2 * padding - left, padding)

    @mistakes("It looks as if every picture got the window of the first one.")
    def one_for_all(images, top, left, padding):
        first = torch.zeros_like(top)
        return _crop(images, top[first], left[first], padding)

    @mistakes(
        "It looks as if what left the picture came back on the other side; the border "
        "is zero."
    )
    def rolled(images, top, left, padding):
        moved = [
            picture.roll((padding - t, padding - w), dims=(1, 2))
            for picture, t, w in zip(images, top.tolist(), left.tolist(), strict=True)
        ]
        return torch.stack(moved)

    @mistakes("The pictures came back as they were.")
    def unpadded(images, top, left, padding):
        return images

    @mistakes("It looks as if the border repeats the edge; it should be zero.")
    def repeated_edge(images, top, left, padding):
        height, width = images.shape[2:]
        padded = F.pad(images, 4 * [padding], mode="replicate")
        windows = padded.unfold(2, height, 1).unfold(3, width, 1)
        return windows[torch.arange(len(images)), :, top, left]

    @mistakes(
        "It looks as if the border was always 4 pixels wide; use the argument padding."
    )
    def padded_by_four(images, top, left, padding):
        return _crop(images, top, left, 4)

    @mistakes(
        "It looks as if the window was always 32 pixels wide; the old size is in "
        "images.shape."
    )
    def always_32(images, top, left, padding):
        padded = F.pad(images, 4 * [padding])
        windows = [
            picture[:, t : t + 32, w : w + 32]
            for picture, t, w in zip(padded, top.tolist(), left.tolist(), strict=True)
        ]
        return torch.stack(windows)

    def case(n: int, c: int, h: int, w: int, padding: int, seed: int) -> tuple:
        source, size = generator(seed), 2 * padding + 1
        top, left = torch.randint(size, (2, n), generator=source).unbind()
        top[0], left[0] = 0, padding  # the first picture moves down
        return randn(n, c, h, w, seed=seed), top, left, padding

    return judge_function(
        "crop",
        attempt,
        _crop,
        [
            fixed(case, 1, 1, 3, 3, 1, 1),
            case(4, 3, 6, 6, 2, 2),
            case(9, 2, 5, 7, 3, 3),
        ],
        mistakes,
        arguments=("images", "top", "left", "padding"),
        tolerance=0,
        praise="A border of zeros, then a window of the old size.",
        errors={
            "stack expects each tensor to be equal size": "A window left its picture: "
            "cut it out of the padded picture.",
        },
    )


@checker
def first_linear(answer: object) -> Verdict:
    """Check exercise 2: what arrives at network D's first linear layer.

    Args:
        answer: the numbers that arrive, and the parameters of the layer.
    """
    mistakes = Mistakes()
    mistakes(
        "These are the weights. Each of the 512 outputs has a bias, too.",
        (4096, 2_097_152),
    )
    mistakes("Two poolings have halved height and width twice.", (65_536, 33_554_944))
    mistakes("There are two poolings: 32, 16, 8.", (16_384, 8_389_120))
    mistakes(
        "That is the picture itself. What arrives are the maps of the second "
        "convolution, after two poolings.",
        (3072, 1_573_376),
    )
    mistakes(
        "With padding 1, a 3 x 3 convolution keeps the size; only the poolings halve "
        "it.",
        (2304, 1_180_160),
    )
    mistakes("Both numbers are right; the order is exchanged.", (2_097_664, 4096))
    mistakes(
        "What arrives is right. Each of the 512 outputs has a weight for each of these "
        "numbers: a product.",
        (4096, 4096 + 512),
        (4096, 512 + 512),
        (4096, 4096 + 512 + 512),
    )
    mistakes(
        "The layer sees every pixel of all 64 maps: channels x height x width.",
        (64 * 8, 64 * 8 * 512 + 512),
        (8, 8 * 512 + 512),
        (8 * 8, 8 * 8 * 512 + 512),
    )
    return judge_value(
        "first_linear",
        answer,
        (4096, 2_097_664),
        mistakes,
        nudge="Follow height and width: padding 1 keeps them, each pooling halves "
        "them. Then channels x height x width, and 512 outputs with a weight for each "
        "and a bias.",
        praise="64 maps of 8 x 8 pixels; nearly all parameters of the network sit in "
        "this one layer.",
    )


@checker
def mended(attempt: Callable[[nn.Module], nn.Module]) -> Verdict:
    """Check exercise 3: a trained network that does well in training alone.

    Args:
        attempt: a network trained on pictures with mean 0 and standard deviation 1 ->
            a network that does the same for pictures from 0 to 1.
    """
    linear = nn.Linear(3 * 32 * 32, 10)
    with torch.no_grad():
        linear.weight.copy_(randn(*linear.weight.shape, seed=1))
        linear.bias.copy_(randn(*linear.bias.shape, seed=2))
    suspect = nn.Sequential(nn.Flatten(), linear)
    kept = copy.deepcopy(suspect)
    pictures, mean, deviation = _measured()

    def faults(model: nn.Module) -> str:
        same = zip(linear.parameters(), kept.parameters(), strict=True)
        if not all(torch.equal(now, before) for now, before in same):
            return "it has other weights. Leave the network as it was trained."
        logits = model(pictures.clone())
        if not isinstance(logits, Tensor) or logits.shape != (len(pictures), 10):
            return "it should turn pictures (N, 3, 32, 32) into logits (N, 10)."
        if _close(logits, kept((pictures - mean) / deviation)):
            return ""
        for reason, prepared in _unmended(pictures, mean, deviation):
            if _close(logits, kept(prepared)):
                return reason
        return (
            "its logits are not those of the suspect for pictures prepared as in its "
            "training. Print mean and standard deviation of what it was trained on, "
            "channel by channel, and of what it gets now."
        )

    return judge_module(
        "mended",
        attempt,
        torch.no_grad()(faults),
        lambda model: (
            "The preparation is a part of the network now. Was that all? Measure again "
            "on its 5,000 pictures and on others: what gap is left is overfitting."
        ),
        given={"suspect": suspect},
    )


@cache
def _measured() -> tuple[Tensor, Tensor, Tensor]:
    """Return some pictures, and mean and standard deviation of all, by channel."""
    images = cifar10()[0].images
    statistics = images.mean((0, 2, 3)), images.std((0, 2, 3), correction=0)
    mean, deviation = (values.view(1, 3, 1, 1) for values in statistics)
    return images[:16].clone(), mean, deviation


def _close(logits: Tensor, expected: Tensor) -> bool:
    """Allow for the statistics of a part of the pictures in place of all."""
    logits = logits.to(expected.dtype)
    return bool((logits - expected).norm() < 0.04 * expected.norm())


def _unmended(
    pictures: Tensor, mean: Tensor, deviation: Tensor
) -> Iterator[tuple[str, Tensor]]:
    """Yield what a learner is told who prepares pictures in these ways."""
    yield "it answers as the suspect did: what does the suspect need?", pictures
    yield (
        "it multiplies by the deviation and adds the mean: that leads back from "
        "prepared pictures to pictures from 0 to 1.",
        pictures * deviation + mean,
    )
    yield "it subtracts the mean only. What about the scale?", pictures - mean
    yield "it divides by the deviation only. What about the mean?", pictures / deviation
    yield (
        "it divides by the variance; the standard deviation is its square root.",
        (pictures - mean) / deviation**2,
    )
    yield (
        "it adds the mean before it divides: subtract it.",
        (pictures + mean) / deviation,
    )
    yield "it divides before it subtracts the mean.", pictures / deviation - mean
    twice = ((pictures - mean) / deviation - mean) / deviation
    yield "the pictures are prepared twice.", twice
    overall = pictures.mean((0, 2, 3), keepdim=True)
    own = pictures.std((0, 2, 3), keepdim=True)
    yield (
        "it takes mean and deviation of the batch that it is given. Then the answer "
        "for a picture depends on its company; take those of the training pictures.",
        (pictures - overall) / own,
    )
    each = pictures.mean((2, 3), keepdim=True), pictures.std((2, 3), keepdim=True)
    yield (
        "it takes mean and deviation of each picture; take those of all training "
        "pictures together.",
        (pictures - each[0]) / each[1],
    )
    yield "it takes them for pictures from 0 to 255.", pictures / 255


def _grad_cam(maps: Tensor, gradients: Tensor) -> Tensor:
    weights = gradients.mean(dim=(1, 2), keepdim=True)
    return (weights * maps).sum(dim=0).relu()


@checker
def grad_cam(attempt: Callable[[Tensor, Tensor], Tensor]) -> Verdict:
    """Check exercise 5: from feature maps and gradients to a map of importance.

    Args:
        attempt: (maps (C, H, W), gradients (C, H, W)) -> (H, W).
    """
    mistakes = Mistakes()

    @mistakes("It looks as if the ReLU at the end is missing.")
    def unrectified(maps, gradients):
        return (gradients.mean(dim=(1, 2), keepdim=True) * maps).sum(dim=0)

    @mistakes("ReLU comes last: first add the channels, then cut off what is negative.")
    def rectified_early(maps, gradients):
        weights = gradients.mean(dim=(1, 2), keepdim=True)
        return (weights * maps).relu().sum(dim=0)

    @mistakes("It looks as if the gradients were added over the map; take their mean.")
    def summed(maps, gradients):
        weights = gradients.sum(dim=(1, 2), keepdim=True)
        return (weights * maps).sum(dim=0).relu()

    @mistakes("It looks as if the channels were averaged; add them.")
    def averaged_channels(maps, gradients):
        return _grad_cam(maps, gradients) / len(maps)

    @mistakes(
        "It looks as if each pixel had its own weight: a channel has one weight, the "
        "mean of its gradients."
    )
    def pixel_by_pixel(maps, gradients):
        return (gradients * maps).sum(dim=0).relu()

    @mistakes(
        "It looks as if each pixel had its own weight, and the channels were averaged: "
        "a channel has one weight, the mean of its gradients, and channels are added."
    )
    def pixel_means(maps, gradients):
        return (gradients * maps).mean(dim=0).relu()

    @mistakes(
        "It looks as if negative weights were dropped. They count: a channel that "
        "speaks against the class lowers the sum."
    )
    def positive_weights(maps, gradients):
        weights = gradients.mean(dim=(1, 2), keepdim=True).relu()
        return (weights * maps).sum(dim=0)

    @mistakes(
        "It looks as if you took the magnitude; what is negative speaks against the "
        "class and becomes 0."
    )
    def magnitude(maps, gradients):
        return unrectified(maps, gradients).abs()

    @mistakes("It looks as if maps and gradients were exchanged.")
    def exchanged(maps, gradients):
        return _grad_cam(gradients, maps)

    @mistakes("There is one map for each channel; add them up first.")
    def channel_by_channel(maps, gradients):
        return (gradients.mean(dim=(1, 2), keepdim=True) * maps).relu()

    @mistakes(
        "It looks as if the mean was taken over the channels; take it over each map, "
        "over rows and columns."
    )
    def mean_of_channels(maps, gradients):
        return (gradients.mean(dim=0) * maps).sum(dim=0).relu()

    def case(c: int, h: int, w: int, seed: int) -> tuple[Tensor, Tensor]:
        return randn(c, h, w, seed=seed), randn(c, h, w, seed=seed + 10)

    return judge_function(
        "grad_cam",
        attempt,
        _grad_cam,
        [fixed(case, 2, 2, 3, 1), case(5, 3, 4, 2), case(8, 6, 6, 3), case(1, 3, 2, 4)],
        mistakes,
        arguments=("maps", "gradients"),
        praise="One weight for each channel, one map for all of them.",
        errors={
            "must match the size": "One weight for each channel multiplies whole maps "
            "if it has the shape (C, 1, 1): mean(..., keepdim=True).",
        },
    )


@checker
def own_network(attempt: Callable[[], nn.Module]) -> Verdict:
    """Check exercise 6: a network with what lessons 05 to 07 teach, within a budget.

    Args:
        attempt: () -> a module that maps pictures (N, 3, H, W) to logits (N, 10).
    """

    def pictures_for(model: nn.Module) -> Tensor:
        weight = next(model.parameters(), torch.zeros(()))
        return randn(4, 3, 32, 32).to(weight.dtype)

    def faults(model: nn.Module) -> str:
        pictures = pictures_for(model)
        return (
            behavior_fault(model, pictures, classes=10)
            or shortcut_fault(model, pictures)
            or pooling_fault(model, pictures)
            or training_fault(model, pictures, classes=10)
            or batch_norm_fault(model, pictures)
            or budget_fault(model, pictures)
        )

    def budget_fault(model: nn.Module, pictures: Tensor) -> str:
        macs = mac_count(model, pictures[:1])
        if macs <= BUDGET_MACS:
            return ""
        return (
            f"it needs {macs / 1e6:.1f} million multiply-adds for a picture; the "
            f"budget is {BUDGET_MACS / 1e6:.0f}. Shrink the maps earlier, or use "
            "fewer channels where they are large."
        )

    def praise(model: nn.Module) -> str:
        macs = mac_count(model.eval(), pictures_for(model)[:1])
        return (
            f"It has {parameter_count(model):,} parameters and needs "
            f"{macs / 1e6:.1f} million multiply-adds for a picture: within the budget. "
            "Now measure: whether it wins isn't checked here."
        )

    return judge_module("own_network", attempt, faults, praise)


@checker
def quiz(answers: object) -> Verdict:
    """Check the quiz.

    Args:
        answers: question -> letter.
    """
    return judge_quiz(
        answers,
        {
            "a": (False, "which of the two would you then report for new pictures?"),
            "b": (
                True,
                "whatever helped to choose flatters the chosen. The test set is kept "
                "for one measurement, after all choices.",
            ),
            "c": (False, "the test pictures are as many as a measurement needs."),
            "d": (
                False,
                "the test pictures are no harder; that is not why they are kept.",
            ),
        },
        {
            "a": (False, "a network that overfits has learned the 64 by heart."),
            "b": (
                False,
                "64 are few: any network of this size can hold them.",
            ),
            "c": (
                True,
                "a network that can't even learn 64 pictures by heart has a mistake in "
                "its code, its rate, or its labels. Find it before you train for long.",
            ),
            "d": (False, "augmentation makes it harder to learn them by heart."),
        },
        {
            "a": (
                False,
                "look at the two regimes: it helped in one and not in the other.",
            ),
            "b": (False, "it needs no parameter, but where there is no gap, no use."),
            "c": (False, "more pictures are what it stands in for."),
            "d": (
                True,
                "a gap between training and validation accuracy is what augmentation "
                "can close a part of.",
            ),
        },
        {
            "a": (
                True,
                "then each effect can be told apart from the others, and from chance, "
                "too.",
            ),
            "b": (
                False,
                "if several things change together, a lead belongs to all of them.",
            ),
            "c": (False, "one run each can't tell an effect from the seed."),
            "d": (False, "the number of parameters is not what was changed alone."),
        },
        {
            "a": (False, "it says where; whether it matters, covering shows."),
            "b": (
                True,
                "occlusion is an experiment: cover the place, and see whether the "
                "logit falls.",
            ),
            "c": (False, "sharper, perhaps, but that isn't evidence."),
            "d": (False, "a high accuracy doesn't say what it rests on."),
        },
    )
