"""Checks of lesson 04: a convolutional network reads handwriting."""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lessons_lib.anatomy import parameter_count
from lessons_lib.checks.judge import (
    Mistakes,
    Status,
    Verdict,
    checker,
    fixed,
    judge_function,
    judge_quiz,
    judge_value,
    listed,
    randn,
)
from lessons_lib.data import mnist

__all__ = [
    "calibration_error",
    "center_of_mass",
    "parameters",
    "quiz",
    "slide",
    "small_reader",
    "sturdy_reader",
    "suspect",
]

SMALL = 5_000  # parameters that exercise 3 allows
STURDY = 15_000  # parameters that exercise 6 allows
GOAL = 0.96  # of the held-out pictures, in exercise 3
STURDY_GOAL = 0.90  # in exercise 6, in the worst of four directions
FAR = 0.1  # below the goal: a better rate alone won't reach it


# Of each layer: its name, weights, biases, and the slips that have a number.
_LAYERS: list[tuple[str, int, int, dict[int, str]]] = [
    (
        "conv1",
        32 * 9,
        32,
        {
            9 + 32: "there is a kernel of 3 x 3 for each of the 32 output channels",
            32 * 3 + 32: "a kernel has 3 rows of 3 weights",
            32 * 6 + 32: "a kernel has 3 times 3 weights, not 3 plus 3",
            32 + 9 + 32: "32 kernels of 9 weights each: a product, not a sum",
            32 * 9 + 1: "each output channel has a bias of its own",
        },
    ),
    (
        "conv2",
        32 * 64 * 9,
        64,
        {
            64 * 9 + 64: "a kernel reaches through all 32 input channels",
            32 * 9 + 64: "there are 64 output channels, each with its own kernels",
            32 * 64 + 64: "each of the 32 x 64 kernels has 3 x 3 weights",
            32 * 64 * 3 + 64: "a kernel has 3 rows of 3 weights",
            32 * 64 * 6 + 64: "a kernel has 3 times 3 weights, not 3 plus 3",
            (32 + 64) * 9 + 64: "every output channel meets every input channel: 32 "
            "times 64 kernels, not 32 plus 64",
            32 + 64 * 9 + 64: "a kernel reaches through all 32 input channels",
            32 * 64 * 9 + 32: "the biases belong to the 64 output channels",
        },
    ),
    (
        "linear1",
        64 * 49 * 128,
        128,
        {
            64 * 128 + 128: "it sees every pixel of all 64 maps: 64 x 7 x 7 numbers",
            49 * 128 + 128: "there are 64 maps of 7 x 7",
            64 * 7 * 128 + 128: "a map has 7 rows of 7 values",
            64 * 14 * 128 + 128: "a map has 7 times 7 values, not 7 plus 7",
            64 * 49 + 128: "each of the 128 outputs has its own weights",
            64 * 784 * 128 + 128: "two poolings have halved the side twice: 28, 14, 7",
            64 * 196 * 128 + 128: "there is a second pooling: 7 x 7 values arrive",
            64 * 49 + 128 + 128: "3,136 times 128 weights, not plus",
            (64 + 49) * 128 + 128: "64 maps of 49 values are 64 times 49 inputs",
            (64 + 7) * 7 * 128 + 128: "64 maps of 49 values are 64 times 49 inputs",
        },
    ),
    (
        "linear2",
        128 * 10,
        10,
        {
            128 + 10: "each of the 10 outputs has 128 weights",
            128 + 10 + 10: "128 times 10 weights, not plus",
            10 + 10: "each output has a weight for each of 128 inputs",
        },
    ),
]


def _slip(number: object, weights: int, biases: int, slips: dict[int, str]) -> str:
    """Say what is wrong with the count of one layer."""
    if not isinstance(number, int | float) or number != number // 1 or number < 0:
        return "a count is a whole number, 0 or more"
    if number == weights:
        return "these are the weights; each output has a bias, too"
    if number == biases:
        return "these are the biases alone"
    if number == weights * biases:
        return "the biases are added to the weights; they don't multiply them"
    if number in slips:
        return slips[int(number)]
    right = weights + biases
    sees = "3 x 3 weights for each input channel" if weights % 9 == 0 else "its inputs"
    return (
        f"the right number is {'smaller' if number > right else 'larger'}. Take away "
        f"the {biases} biases and divide by the {biases} outputs: what is left should "
        f"be what one output sees, {sees}"
    )


@checker
def parameters(answer: object) -> Verdict:
    """Check exercise 1: the parameters of the four layers of the network.

    Args:
        answer: four whole numbers, in the order in which data passes the layers.
    """
    right = tuple(weights + biases for _, weights, biases, _ in _LAYERS)
    mistakes = Mistakes()
    if isinstance(answer, tuple) and len(answer) == len(right) and answer != right:
        if answer[::-1] == right:
            mistakes("Answer in the order in which data passes: conv1 first.", answer)
        else:
            found: dict[str, list[str]] = {}  # what is wrong -> in which layers
            for number, layer in zip(answer, _LAYERS, strict=True):
                name, weights, biases, known = layer
                if number != weights + biases:
                    slip = _slip(number, weights, biases, known)
                    found.setdefault(slip, []).append(name)
            told = [f"{listed(names)}: {slip}." for slip, names in found.items()]
            if rest := [name for names in list(found.values())[2:] for name in names]:
                told[2:] = [f"Look again at {listed(rest)}, too."]
            mistakes(" ".join(told), answer)
    return judge_value(
        "parameters",
        answer,
        right,
        mistakes,
        nudge="A convolution has one kernel for each pair of input and output channel, "
        "and a bias for each output channel. A linear layer has a weight for each pair "
        "of input and output, and a bias for each output.",
        praise="Nineteen of twenty sit in one place, the first linear layer.",
    )


@checker
def suspect(answer: object) -> Verdict:
    """Check exercise 2: what mixes the pictures of a batch, found by an experiment.

    Args:
        answer: of four pictures, how many get other logits when only the last one is
            painted black; and the number of the line of ``forward`` at fault.
    """
    right = 4, 3
    mistakes = Mistakes()
    if isinstance(answer, tuple) and len(answer) == len(right) and answer != right:
        rows, line = answer
        told = []
        if answer == right[::-1]:
            told.append("First the number of pictures, then the number of the line.")
        elif rows == 1:
            told.append(
                "One of four is what a healthy network gives. Did you try a fresh "
                "Suspect(), and compare the logits before and after?"
            )
        elif rows != right[0]:
            told.append(
                "Compare all four rows of logits before and after, the last one "
                "included: some changes are small, so look for any change at all."
            )
        elif line in (1, 2):
            told.append(
                "Convolution and pooling treat each picture by itself. Black out the "
                "last picture and look at the maps after this line: only one changes."
            )
        elif line == 4:
            told.append(
                "The linear layer treats each row by itself. So what was in the rows "
                "that it got?"
            )
        else:
            told.append("The lines of forward are numbered from 1 to 4.")
        mistakes(" ".join(told), answer)
    return judge_value(
        "suspect",
        answer,
        right,
        mistakes,
        nudge="Give a fresh Suspect() four pictures, paint the last one black, and "
        "compare the logits before and after, row by row.",
        praise="view(320, -1) cuts the numbers in memory into 320 equal pieces, "
        "wherever one picture ends, and .T puts the mixture upright: each row holds "
        "numbers of many pictures. view never transposes.",
    )


@checker
def slide(attempt: Callable[[Tensor, Tensor, Tensor, int], Tensor]) -> Verdict:
    """Check exercise 7: a linear layer that slides over larger maps.

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
        returns=("row", "column"),
        praise="This is the point that MNIST puts at pixel (14, 14).",
    )


def _moved(images: Tensor, down: int, right: int) -> Tensor:
    """Move pictures (N, 1, H, W); what leaves is lost, what enters is black."""
    rows, columns = images.shape[2:]
    padded = F.pad(images, 4 * [max(abs(down), abs(right))])
    reach = max(abs(down), abs(right))
    top, left = reach - down, reach - right
    return padded[..., top : top + rows, left : left + columns]


def _shares(model: nn.Module, sets: list[Tensor], labels: Tensor) -> list[float]:
    """Return which share of each set is read right; the mode stays as it was."""
    training = model.training
    model.eval()
    try:
        with torch.no_grad():
            return [
                (model(images).argmax(dim=1) == labels).float().mean().item()
                for images in sets
            ]
    finally:
        model.train(training)


def _judge_reader(
    name: str, model: object, most: int, goal: float, shifts: list[tuple[int, int]]
) -> Verdict:
    """Judge a trained network by its size and by how it reads held-out pictures."""
    if model is ...:
        return Verdict(Status.NOT_TRIED, f"{name} is still three dots.")
    if not isinstance(model, nn.Module):
        return Verdict(
            Status.NOT_YET,
            f"{name} should be a trained network, but it is {type(model).__name__}.",
            "Hand in the nn.Module itself, not its accuracy or its class.",
        )
    count = parameter_count(model)
    if count > most:
        return Verdict(
            Status.NOT_YET,
            f"{name} has {count:,} parameters, the budget is {most:,}.",
            "Print anatomy.layer_table: which layer holds most of them? A smaller map "
            "or fewer channels before the linear layer saves the most.",
        )
    test = mnist()[1]
    images, labels = test.images[1::4], test.labels[1::4]
    sets = [_moved(images, *shift) for shift in shifts]
    try:
        found = _shares(model, sets, labels)
    except Exception as error:
        said = str(error).split("\n")[0][:120]
        return Verdict(
            Status.NOT_YET,
            f"{name} raised {type(error).__name__}: {said}",
            "It has to take pictures (N, 1, 28, 28) and give ten logits for each.",
        )
    worst = min(found)
    told = f"{count:,} parameters, {worst:.1%} of held-out pictures read right"
    told += " in the worst direction." if len(shifts) > 1 else "."
    if worst < goal:
        if worst < 0.2:
            advice = (
                "That is what guessing gives. Was the network trained, with the "
                "pictures scaled as here, from 0 to 1?"
            )
        elif len(shifts) > 1 and worst < goal - FAR:
            advice = "Has it seen pictures moved by three pixels in training?"
        else:
            advice = (
                "Try another rate, one more epoch, or spend the parameters elsewhere."
            )
        return Verdict(Status.NOT_YET, f"{told} The goal is {goal:.0%}.", advice)
    return Verdict(Status.RIGHT, told)


@checker
def small_reader(model: object) -> Verdict:
    """Check exercise 3: a network of the learner's own within a budget of parameters.

    Args:
        model: maps images (N, 1, 28, 28) in [0, 1] to logits (N, 10), trained.
    """
    return _judge_reader("small_reader", model, SMALL, GOAL, [(0, 0)])


@checker
def sturdy_reader(model: object) -> Verdict:
    """Check exercise 6: a network that reads digits that were moved by 3 pixels.

    Args:
        model: maps images (N, 1, 28, 28) in [0, 1] to logits (N, 10), trained.
    """
    four = [(0, 3), (0, -3), (3, 0), (-3, 0)]
    return _judge_reader("sturdy_reader", model, STURDY, STURDY_GOAL, four)


@checker
def quiz(answers: object) -> Verdict:
    """Check the quiz.

    Args:
        answers: number of the question -> letter.
    """
    return judge_quiz(
        answers,
        {
            "a": (False, "a convolution slides over any size, and gives a larger map."),
            "b": (False, "pooling takes whatever map it gets, and halves it."),
            "c": (
                True,
                "64 x 16 x 16 numbers arrive, and linear1 has weights for 3,136. All "
                "layers before it give larger maps without complaint.",
            ),
            "d": (False, "linear2 would get its 128 numbers, if they got that far."),
        },
        {
            "a": (
                True,
                "the MLP doesn't care about any order, and mirroring keeps neighbors "
                "together, so the CNN learns mirrored kernels.",
            ),
            "b": (False, "kernels are learned, and can be learned mirrored."),
            "c": (False, "an MLP can't tell any order of pixels from another."),
            "d": (False, "scrambling tears neighbors apart; does mirroring?"),
        },
        {
            "a": (False, "their look says little; some hardly change in training."),
            "b": (False, "a test picture shows what it reads, not where it knows it."),
            "c": (False, "other random weights fit no network, trained or not."),
            "d": (
                True,
                "only taking away what was learned shows what it was worth, and only "
                "for this training and these seeds.",
            ),
        },
        {
            "a": (False, "nothing is broken: what could it have answered?"),
            "b": (
                True,
                "ten digits share 100%; 'no digit' is no choice it was given. Its "
                "probabilities say something about pictures like those in training.",
            ),
            "c": (False, "calibration was measured on digits, not on cats."),
            "d": (False, "a probability of softmax says nothing about what it is not."),
        },
        {
            "a": (False, "then the test set has helped to choose, and flatters."),
            "b": (False, "on pictures it was trained on, nearly any rate looks good."),
            "c": (
                True,
                "choices are made on a validation set, and the test set is used once "
                "they are made.",
            ),
            "d": (False, "a loss of training can fall while new pictures get worse."),
        },
    )
