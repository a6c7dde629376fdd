"""Checks of lesson 06: 1x1 convolutions and Inception."""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lessons_lib.anatomy import mac_count
from lessons_lib.checks.judge import (
    Mistakes,
    Status,
    Verdict,
    checker,
    fixed,
    judge_function,
    judge_quiz,
    judge_value,
    randn,
)
from lessons_lib.checks.judge.attempts import kind, run
from lessons_lib.checks.judge.failures import judge_failure
from lessons_lib.data import Batches, mnist
from lessons_lib.training import evaluate

__all__ = [
    "ablate",
    "cures",
    "depth",
    "frugal",
    "pointwise",
    "quiz",
    "separable_backward",
    "widest_bottleneck",
]

# What exercise 7 allows, and what it asks for.
BUDGET_MACS = 250_000
BUDGET_PARAMETERS = 5_000
GOAL = 0.96  # of the test set


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
        "The product is right, but reshape() doesn't move the channels back before "
        "the rows: permute(0, 3, 1, 2) does."
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
        "That counts the 1 x 1 convolution alone. The 5 x 5 after it costs 28 x 28 x "
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
        nudge="Each channel of the bottleneck costs 28 x 28 x 192 to make, and 28 x 28 "
        "x 25 x 32 to use. How often does the sum go into 120,422,400?",
        praise="Each channel costs 777,728 multiply-adds to make and to use, and 154 "
        "of them stay below 120,422,400.",
    )


@checker
def ablate(attempt: Callable[[Tensor, int, int], Tensor]) -> Verdict:
    """Check exercise 3: replace some channels by their means.

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

    @mistakes(
        "Channel number stop is no longer part of it, as in range(start, stop): does "
        "your slice end before channel stop?"
    )
    def inclusive(maps: Tensor, start: int, stop: int) -> Tensor:
        return reference(maps, start, stop + 1)

    @mistakes("It looks as if the other channels were replaced.")
    def the_others(maps: Tensor, start: int, stop: int) -> Tensor:
        means = maps.mean(dim=(0, 2, 3), keepdim=True).expand_as(maps)
        return changed(means, start, stop, maps[:, start:stop])

    @mistakes("All channels were replaced, not only start to stop - 1.")
    def everything(maps: Tensor, start: int, stop: int) -> Tensor:
        return reference(maps, 0, maps.shape[1])

    def one_too_far(wrong: Callable) -> Callable:
        return lambda maps, start, stop: wrong(maps, start, stop + 1)

    mistakes(
        "Two slips at once: your slice should end before channel stop, and each "
        "channel gets its own mean, over all pictures, rows and columns.",
        *map(one_too_far, (zeroed, each_picture, each_pixel, one_number)),
    )

    def case(n: int, c: int, h: int, w: int, start: int, stop: int) -> tuple:
        return randn(n, c, h, w, seed=n + c) + 1, start, stop

    return judge_function(
        "ablate",
        attempt,
        reference,
        [
            fixed(case, 2, 4, 1, 2, 1, 2),  # stop + 1 isn't the end yet
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
def depth(answer: object) -> Verdict:
    """Check exercise 5: how many layers deep is GoogLeNet?

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
    mistakes("Three convolutions come before the first block.", 19)
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


@checker
def cures(answer: object) -> Verdict:
    """Check exercise 4: which single changes let a network of 1x1 kernels read?

    Args:
        answer: 1 or 0 for each of the four changes.
    """
    mistakes = Mistakes()
    mistakes(
        "Try more channels: a wider network of 1 x 1 kernels still can't tell a "
        "picture from the same picture with its pixels shuffled.",
        (1, 0, 1, 1),
        (1, 0, 1, 0),
        (1, 0, 0, 1),
        (1, 0, 0, 0),
    )
    mistakes(
        "Try both rates: the network isn't badly trained, it doesn't see enough.",
        (0, 1, 1, 1),
        (0, 1, 1, 0),
        (0, 1, 0, 1),
        (0, 1, 0, 0),
    )
    mistakes(
        'There is another cure. Have you run try_out(head="dense")? It lets no layer '
        "look at neighbors, but what does it remember?",
        (0, 0, 1, 0),
    )
    mistakes(
        "There is another cure. Have you run try_out(kernel=5)? The mean forgets "
        "places, but what do its maps have seen by then?",
        (0, 0, 0, 1),
    )
    mistakes(
        "These are the two that help, exchanged for the two that don't: 1 stands for "
        "a change that lifts the accuracy above 50%.",
        (1, 1, 0, 0),
    )
    mistakes(
        "Not all of them help: run each of the four and look at the accuracy.",
        (1, 1, 1, 1),
    )
    mistakes("Some do help: run each of the four.", (0, 0, 0, 0))
    return judge_value(
        "cures",
        answer,
        (0, 0, 1, 1),
        mistakes,
        nudge="Run try_out once for each change, and compare with 50%.",
        praise="Without them, all that is left of a picture is how many pixels have "
        "each gray. One cure lets layers look at neighbors, the other remembers the "
        "place of each pixel.",
    )


@checker
def separable_backward(attempt: Callable[..., tuple]) -> Verdict:
    """Check exercise 6: the backward pass of a depthwise-separable convolution.

    Args:
        attempt: (x (N, C, H, W), d (C, 3, 3), p (O, C), toward (N, O, H, W)) ->
            gradients with respect to x, d and p.

    Chollet, Xception: Deep Learning with Depthwise Separable Convolutions, 2017.
    """
    mistakes = Mistakes()

    def middle(x: Tensor, d: Tensor) -> Tensor:
        return F.conv2d(x, d[:, None], padding=1, groups=x.shape[1])

    def of_p(m: Tensor, toward: Tensor) -> Tensor:
        return torch.einsum("nohw,nchw->oc", toward, m)

    def of_m(p: Tensor, toward: Tensor) -> Tensor:
        return torch.einsum("nohw,oc->nchw", toward, p)

    def of_d(x: Tensor, grad: Tensor) -> Tensor:
        windows = F.pad(x, (1, 1, 1, 1)).unfold(2, 3, 1).unfold(3, 3, 1)
        return torch.einsum("nchwkj,nchw->ckj", windows, grad)

    def of_x(d: Tensor, grad: Tensor) -> Tensor:
        return F.conv_transpose2d(grad, d[:, None], padding=1, groups=len(d))

    def reference(x, d, p, toward):
        grad = of_m(p, toward)
        return of_x(d, grad), of_d(x, grad), of_p(middle(x, d), toward)

    @mistakes(
        "The gradient of x looks as if the kernel had been slid over it as in the "
        "forward pass. Each weight hands its gradient back to the pixel that it came "
        "from, which turns the kernel by 180 degrees."
    )
    def not_turned(x, d, p, toward):
        grad = of_m(p, toward)
        return middle(grad, d), of_d(x, grad), of_p(middle(x, d), toward)

    @mistakes(
        "The gradient of p is taken with x. What the 1 x 1 convolution multiplies is "
        "m, the output of the depthwise step."
    )
    def p_with_x(x, d, p, toward):
        grad = of_m(p, toward)
        return of_x(d, grad), of_d(x, grad), of_p(x, toward)

    @mistakes(
        "It looks as if a gradient was averaged over the pictures: the loss adds up "
        "what toward says of each, so the gradients are sums."
    )
    def averaged(x, d, p, toward):
        of_input, of_depth, of_point = reference(x, d, p, toward)
        return of_input, of_depth / len(x), of_point / len(x)

    @mistakes(
        "It looks as if a gradient was averaged over pictures and pixels: the "
        "gradients are sums."
    )
    def averaged_over_pixels(x, d, p, toward):
        of_input, of_depth, of_point = reference(x, d, p, toward)
        count = toward[:, 0].numel()
        return of_input, of_depth / count, of_point / count

    @mistakes(
        "It looks as if the gradient of d was turned by 180 degrees: weight (k, j) "
        "meets the padded picture moved by (k, j)."
    )
    def kernel_turned(x, d, p, toward):
        of_input, of_depth, of_point = reference(x, d, p, toward)
        return of_input, of_depth.flip(1, 2), of_point

    @mistakes(
        "It looks as if the depthwise step was skipped: toward goes back through p, "
        "and then through d as well."
    )
    def depth_skipped(x, d, p, toward):
        grad = of_m(p, toward)
        return grad, of_d(x, grad), of_p(middle(x, d), toward)

    @mistakes(
        "It looks as if rows and columns of the kernel were exchanged: d[c, k, j] "
        "meets the row that is k further down, and the column j further right."
    )
    def exchanged(x, d, p, toward):
        grad, turned = of_m(p, toward), d.mT
        m = middle(x, turned)
        return of_x(turned, grad), of_d(x, grad).mT, of_p(m, toward)

    @mistakes(
        "It looks as if the padding is missing where the gradient of d is computed, "
        "or stands at one side only: one pixel at each of the four sides."
    )
    def padded_at_one_end(x, d, p, toward):
        grad = of_m(p, toward)
        windows = F.pad(x, (0, 2, 0, 2)).unfold(2, 3, 1).unfold(3, 3, 1)
        m = torch.einsum("nchwkj,ckj->nchw", windows, d)
        of_depth = torch.einsum("nchwkj,nchw->ckj", windows, grad)
        return of_x(d, grad), of_depth, of_p(m, toward)

    @mistakes("The three gradients are right, but x comes first, then d, then p.")
    def other_order(x, d, p, toward):
        of_input, of_depth, of_point = reference(x, d, p, toward)
        return of_input, of_point, of_depth

    def case(n: int, c: int, h: int, w: int, o: int) -> tuple:
        return (
            randn(n, c, h, w, seed=n + c),
            randn(c, 3, 3, seed=c),
            randn(o, c, seed=o + c),
            randn(n, o, h, w, seed=h + w),
        )

    return judge_function(
        "separable_backward",
        attempt,
        reference,
        [
            fixed(case, 1, 1, 1, 2, 1),
            case(1, 2, 3, 2, 1),
            case(2, 3, 4, 5, 2),
            case(3, 2, 2, 6, 4),
            case(2, 4, 5, 3, 3),
        ],
        mistakes,
        arguments=("x", "d", "p", "toward"),
        returns=("gradient of x", "gradient of d", "gradient of p"),
        praise="Every product of the forward pass hands its gradient to both factors.",
        without="autograd",
    )


@checker
def frugal(attempt: nn.Module) -> Verdict:
    """Check exercise 7: a trained digit reader within a budget.

    Args:
        attempt: a trained network that maps pictures (N, 1, 28, 28) to logits (N, 10).
    """
    if attempt is ...:
        return Verdict(Status.NOT_TRIED, "frugal is still three dots.")
    if not isinstance(attempt, nn.Module):
        return Verdict(
            Status.NOT_YET,
            f"frugal should be a trained network, an nn.Module, but it is "
            f"{kind(attempt)}. Hand in the network itself, not what trained it.",
        )
    was_training = attempt.training
    judged = run(_frugality, attempt, calls=20)
    attempt.train(was_training)
    if failed := judge_failure("frugal", judged, attempt.forward):
        return failed
    macs, parameters, accuracy = judged.value
    told = (
        f"frugal reads {accuracy:.2%} of the test set, with {macs:,} multiply-adds and "
        f"{parameters:,} parameters."
    )
    reasons = []
    if macs > BUDGET_MACS:
        reasons.append(
            f"The budget is {BUDGET_MACS:,} multiply-adds: shrink the maps earlier, or "
            "replace an ordinary convolution by a depthwise-separable one."
        )
    if parameters > BUDGET_PARAMETERS:
        reasons.append(
            f"The budget is {BUDGET_PARAMETERS:,} parameters. How many does the last "
            "layer have? Global average pooling needs fewer."
        )
    if accuracy < GOAL:
        reasons.append(
            f"The goal is {GOAL:.0%}. Train longer, search the rate on the validation "
            "pictures, or spend the budget elsewhere."
        )
    status = Status.NOT_YET if reasons else Status.RIGHT
    return Verdict(status, told, " ".join(reasons))


def _frugality(model: nn.Module) -> tuple[int, int, float]:
    """Return multiply-adds, parameters and test accuracy of a network."""
    model.eval()
    parameters = sum(parameter.numel() for parameter in model.parameters())
    macs = mac_count(model, torch.zeros(1, 1, 28, 28))
    _, test = mnist()
    exam = Batches(test.images, test.labels, 1000)
    return macs, parameters, evaluate(model, exam).accuracy


@checker
def quiz(answers: object) -> Verdict:
    """Check the quiz.

    Args:
        answers: number of the question -> letter.
    """
    return judge_quiz(
        answers,
        {
            "a": (
                False,
                "each of the 64 kernels has more than one weight: it reaches through "
                "all channels.",
            ),
            "b": (
                True,
                "256 x 64 weights, one matrix, applied to the stack of channels at "
                "each pixel.",
            ),
            "c": (
                False,
                "the count is right, but a kernel of one pixel looks at one pixel.",
            ),
            "d": (False, "that would be a 3 x 3 convolution."),
        },
        {
            "a": (False, "nothing is added: how do the branches meet?"),
            "b": (False, "a kernel slides over maps of any size."),
            "c": (
                True,
                "to lie on top of each other they need the same pixels; how many "
                "channels each brings is free, because they add up.",
            ),
            "d": (False, "the branches have different costs anyway."),
        },
        {
            "a": (False, "layers don't measure cost, and one rate may suit one side."),
            "b": (False, "that would be one more advantage for the new network."),
            "c": (
                True,
                "a larger network is better for many reasons, a rate may suit one "
                "side, and one run is an anecdote.",
            ),
            "d": (False, "networks of different shapes can't even share weights."),
        },
        {
            "a": (
                True,
                "an ablation tells what this network uses. Why it came to use it, the "
                "control had to tell.",
            ),
            "b": (
                False,
                "the control made the same network lean on another division of work.",
            ),
            "c": (
                False,
                "a network that never had the branch would have learned without it.",
            ),
            "d": (False, "they may have learned things that the loud branch drowns."),
        },
        {
            "a": (False, "nothing is averaged in evaluation mode."),
            "b": (True, "they only helped the gradient while it was trained."),
            "c": (False, "0.3 was the weight of their losses, in training."),
            "d": (False, "that is what training mode returns."),
        },
    )
