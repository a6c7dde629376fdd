"""Checks of lesson 07: residual blocks."""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode

from lessons_lib.anatomy import parameter_count
from lessons_lib.checks.judge import (
    Mistakes,
    Verdict,
    checker,
    fixed,
    judge_function,
    judge_module,
    judge_quiz,
    judge_value,
    randn,
    trained,
)
from lessons_lib.checks.judge.published import resnet18_fault
from lessons_lib.checks.judge.samples import generator
from lessons_lib.data import Batches, mnist
from lessons_lib.runtime import threads
from lessons_lib.training import evaluate, fit_one_cycle

__all__ = [
    "deep_reader",
    "mended",
    "paths",
    "pre_activation",
    "projection_cost",
    "quiz",
    "resnet18",
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


def _pre_activation(x: Tensor, weight1: Tensor, weight2: Tensor) -> Tensor:
    y = F.conv2d(F.relu(x), weight1, padding=1)
    return F.conv2d(F.relu(y), weight2, padding=1) + x


@checker
def pre_activation(attempt: Callable[[Tensor, Tensor, Tensor], Tensor]) -> Verdict:
    """Check exercise 2: a pre-activation block without BatchNorm.

    Args:
        attempt: (x (N, C, H, W), weight1 (M, C, 3, 3), weight2 (C, M, 3, 3)) ->
            (N, C, H, W).

    He, Zhang, Ren and Sun, Identity Mappings in Deep Residual Networks, 2016.
    """
    mistakes = Mistakes()

    def conv(x: Tensor, weight: Tensor) -> Tensor:
        return F.conv2d(x, weight, padding=1)

    def branch(x: Tensor, weight1: Tensor, weight2: Tensor) -> Tensor:
        return conv(F.relu(conv(F.relu(x), weight1)), weight2)

    @mistakes(
        "It looks as if this is the block of 2015: here each ReLU comes before its "
        "convolution, and none after the addition."
    )
    def post_activation(x, weight1, weight2):
        return F.relu(conv(F.relu(conv(x, weight1)), weight2) + x)

    @mistakes(
        "It looks as if a ReLU follows the addition. In this block nothing does, so "
        "that the shortcut stays free."
    )
    def last_relu(x, weight1, weight2):
        return F.relu(branch(x, weight1, weight2) + x)

    @mistakes(
        "It looks as if the ReLUs come after the convolutions, so that the branch can "
        "only add, never subtract."
    )
    def relu_after(x, weight1, weight2):
        return F.relu(conv(F.relu(conv(x, weight1)), weight2)) + x

    @mistakes(
        "It looks as if there is a ReLU at the end of the branch, too. The branch "
        "must be able to subtract."
    )
    def relu_on_branch(x, weight1, weight2):
        return F.relu(branch(x, weight1, weight2)) + x

    @mistakes("It looks as if the shortcut is missing: add x to what the branch gives.")
    def only_branch(x, weight1, weight2):
        return branch(x, weight1, weight2)

    @mistakes("It looks as if the first ReLU is missing: it comes before everything.")
    def no_first_relu(x, weight1, weight2):
        return conv(F.relu(conv(x, weight1)), weight2) + x

    @mistakes(
        "It looks as if the ReLU between the convolutions is missing. Without it, "
        "two convolutions are no more than one."
    )
    def no_second_relu(x, weight1, weight2):
        return conv(conv(F.relu(x), weight1), weight2) + x

    @mistakes(
        "It looks as if both ReLUs are missing: one comes before each convolution."
    )
    def no_relu(x, weight1, weight2):
        return conv(conv(x, weight1), weight2) + x

    @mistakes(
        "It looks as if x went through ReLU on the shortcut. Add x as it came in."
    )
    def relu_of_x(x, weight1, weight2):
        return branch(x, weight1, weight2) + F.relu(x)

    @mistakes(
        "It looks as if the input of the second convolution was added. The shortcut "
        "begins at the input of the block."
    )
    def inner_shortcut(x, weight1, weight2):
        y = conv(F.relu(x), weight1)
        return conv(F.relu(y), weight2) + y

    @mistakes("It looks as if x was subtracted.")
    def subtracted(x, weight1, weight2):
        return branch(x, weight1, weight2) - x

    @mistakes("It looks as if the branch was subtracted: the block adds it.")
    def branch_subtracted(x, weight1, weight2):
        return x - branch(x, weight1, weight2)

    @mistakes("It looks as if the branch was multiplied by x: the shortcut is a sum.")
    def multiplied(x, weight1, weight2):
        return branch(x, weight1, weight2) * x

    @mistakes("It looks as if the two weights are exchanged.")
    def exchanged(x, weight1, weight2):
        return _pre_activation(x, weight2, weight1)

    @mistakes(
        "It looks as if the picture was cut to fit. With padding=1, a 3 x 3 "
        "convolution keeps the size."
    )
    def unpadded(x, weight1, weight2):
        y = F.conv2d(F.relu(F.conv2d(F.relu(x), weight1)), weight2)
        return y + x[:, :, 2:-2, 2:-2]

    def case(n: int, c: int, m: int, h: int, w: int, seed: int) -> tuple:
        weight1 = randn(m, c, 3, 3, seed=seed + 1)
        return randn(n, c, h, w, seed=seed), weight1, randn(c, m, 3, 3, seed=9)

    return judge_function(
        "pre_activation",
        attempt,
        _pre_activation,
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
        praise="ReLU, convolution, ReLU, convolution, add: nothing on the shortcut.",
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
        "BatchNorm comes after the convolution, where there are 32 channels.",
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
def mended(attempt: Callable[[], nn.Module]) -> Verdict:
    """Check exercise 5: the block whose branch never learned.

    Args:
        attempt: () -> a block that maps (N, 8, H, W) to the same shape.
    """

    def faults(model: nn.Module) -> str:
        like = next(model.parameters(), torch.zeros(()))
        x = randn(4, 8, 6, 6).abs().to(like.dtype)
        model.train()
        y = model(x.clone())
        if not isinstance(y, Tensor) or y.shape != x.shape:
            return "a picture should keep its shape: (N, 8, H, W) in, the same out."
        if (y - x).abs().max() > 1e-6:
            return (
                "at the start it changes what comes in. The last scale should still "
                "begin at zero, and the shortcut stay free."
            )
        count = parameter_count(model)
        if count != 2 * 8 * 8 * 9 + 4 * 8:
            return (
                f"it has {count:,} parameters; keep the two convolutions and the two "
                "batch normalizations as they are, and change the order alone."
            )
        (y * randn(*y.shape).to(like.dtype)).sum().backward()
        if not any(p.grad is not None and p.grad.any() for p in model.parameters()):
            return (
                "it is still silent: the gradient of every parameter is exactly 0. "
                "Print them, and ask which step has a derivative of 0 where the "
                "branch gives 0."
            )
        return _subtracts_fault(model, x)

    return judge_module(
        "mended",
        attempt,
        faults,
        lambda model: "It starts as the identity, and its branch hears the gradient.",
    )


@torch.no_grad()
def _subtracts_fault(model: nn.Module, x: Tensor) -> str:
    """Say whether a block can lower a value, and whether it still bends."""
    for parameter in model.parameters():
        if parameter.ndim == 1:
            parameter.fill_(0.5)
    if (model(x) >= x).all():
        return "its branch can only add: no value comes out lower than it went in."
    model.eval()
    if torch.allclose(model(x) + model(-x), 2 * model(0 * x), atol=1e-4):
        return "both ReLUs are gone. Keep two: one of them has to move."
    with _Cuts() as cuts:
        model(x)
    if cuts.count < 2:
        return "one of the two ReLUs is gone. Keep both: one of them has to move."
    return ""


class _Cuts(TorchDispatchMode):
    """Counts what cuts values off, however a ReLU is written."""

    names = ("relu", "relu_", "clamp", "clamp_min", "maximum", "where", "gt", "ge")
    count = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        self.count += func.overloadpacket.__name__ in self.names
        return func(*args, **(kwargs or {}))


@checker
def resnet18(attempt: Callable[[], nn.Module]) -> Verdict:
    """Check exercise 6: ResNet-18, into which the published weights fit.

    Args:
        attempt: () -> a module that maps pictures (N, 3, H, W) to logits (N, 1000).

    He, Zhang, Ren and Sun, Deep Residual Learning for Image Recognition, 2015.
    """
    return judge_module(
        "resnet18",
        attempt,
        resnet18_fault,
        lambda model: "Weights in the published layout fit, and the logits agree.",
    )


CONVOLUTIONS, BUDGET, EPOCHS, RATE, GOAL = 41, 40_000, 4, 0.02, 0.5


@checker
def deep_reader(attempt: Callable[[], nn.Module]) -> Verdict:
    """Check exercise 7: a network of one's own design, deep and quick to train.

    Args:
        attempt: () -> an untrained module that maps pictures (N, 1, 14, 14) to logits
            (N, 10).
    """
    reached = {}

    def faults(model: nn.Module) -> str:
        convs = [layer for layer in model.modules() if isinstance(layer, nn.Conv2d)]
        large = sum(min(conv.kernel_size) >= 3 for conv in convs)
        if large < CONVOLUTIONS:
            return (
                f"it has {large} convolutions with kernels of 3 x 3; the plan asks for "
                f"{CONVOLUTIONS} or more."
            )
        if (count := parameter_count(model)) > BUDGET:
            return f"it has {count:,} parameters; the budget is {BUDGET:,}."
        logits = model(torch.zeros(4, 1, 14, 14))
        if not isinstance(logits, Tensor) or logits.shape != (4, 10):
            return "it should turn pictures (N, 1, 14, 14) into logits (N, 10)."
        reached["error"] = trained(
            model, _error_after_training, lambda error: error < GOAL
        )
        if reached["error"] < GOAL:
            return ""
        return (
            f"after {EPOCHS} epochs it gets {reached['error']:.0%} of the training "
            f"pictures wrong; the goal is less than {GOAL:.0%}. What stands on the "
            "path of the shortcut, and how large are the branches at the start?"
        )

    return judge_module(
        "deep_reader",
        attempt,
        faults,
        lambda model: f"After {EPOCHS} epochs it gets {reached['error']:.0%} wrong.",
    )


def _error_after_training(model: nn.Module, seed: int) -> float:
    """Train as the lesson does, on digits drawn at random, and measure on the same."""
    train, _ = mnist()
    chosen = torch.randperm(len(train), generator=generator(seed))[:1000]
    images, labels = F.avg_pool2d(train.images[chosen], 2), train.labels[chosen]
    batches = Batches(images, labels, 25, shuffle=True, generator=generator(seed))
    few = Batches(images[:25], labels[:25], 25)
    optimizer = torch.optim.SGD(model.parameters(), RATE, momentum=0.9)
    with threads(1):  # for so small a network, to share the work costs more
        fit_one_cycle(model, batches, few, optimizer, EPOCHS, max_lr=RATE)
    return 1 - evaluate(model, Batches(images, labels, 500)).accuracy


@checker
def quiz(answers: object) -> Verdict:
    """Check the quiz.

    Args:
        answers: question -> letter.
    """
    return judge_quiz(
        answers,
        {
            "a": (False, "that would be overfitting. Which set shows degradation?"),
            "b": (
                True,
                "a higher test error alone can be overfitting; a higher training "
                "error cannot.",
            ),
            "c": (
                False,
                "our plain stacks with BatchNorm had gradients that grew, and still "
                "fell behind.",
            ),
            "d": (
                False,
                "the copy built by hand shows that the deeper one can compute it.",
            ),
        },
        {
            "a": (False, "a convolution's values can be negative. Can F' be -1?"),
            "b": (False, "what happens where the ReLU after the addition is closed?"),
            "c": (
                True,
                "F' + I keeps what F' doesn't cancel; where F' is near -1 or a ReLU "
                "is closed, little or nothing gets through.",
            ),
            "d": (False, "the derivative of x by x doesn't depend on weights at all."),
        },
        {
            "a": (
                False,
                "after four epochs, that is what it looked like. And after sixteen?",
            ),
            "b": (False, "on every seed it was still behind. Look at the table."),
            "c": (False, "the residual one of the same depth learned them."),
            "d": (
                True,
                "much of it is slowness: longer training more than halves their "
                "errors, and a gap to the shallow ones stays within our budget.",
            ),
        },
        {
            "a": (
                True,
                "256 x 64 + 64 x 64 x 9 + 64 x 256 = 69,632, against 2 x 256 x 256 x "
                "9 = 1,179,648.",
            ),
            "b": (False, "the 3 x 3 convolution is there, too, with 64 channels."),
            "c": (False, "that would be one half. How many channels has each layer?"),
            "d": (False, "the last 1 x 1 brings the channels back, so x fits."),
        },
        {
            "a": (False, "DenseNet concatenates, so that channels pile up."),
            "b": (False, "a Highway network weighs the two with a learned gate."),
            "c": (
                True,
                "each layer reads the stream, and adds its result to it, as a residual "
                "block does.",
            ),
            "d": (False, "every token keeps its stream; nothing is thrown away."),
        },
    )
