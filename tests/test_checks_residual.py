"""Answers to lesson 07's exercises that a learner may give, right and wrong."""

import torch
import torch.nn.functional as F
import torchvision
from torch import nn

__all__ = ["RIGHT", "UNTRIED", "WRONG"]


def conv(x, weight):
    return F.conv2d(x, weight, padding=1)


def pre_activation(x, weight1, weight2):
    return x + conv(F.relu(conv(F.relu(x), weight1)), weight2)


def pre_activation_of_2015(x, weight1, weight2):
    return F.relu(x + conv(F.relu(conv(x, weight1)), weight2))


def pre_activation_closed(x, weight1, weight2):
    return F.relu(pre_activation(x, weight1, weight2))


def pre_activation_plain(x, weight1, weight2):
    return conv(F.relu(conv(F.relu(x), weight1)), weight2)


def pre_activation_linear(x, weight1, weight2):
    return x + conv(conv(F.relu(x), weight1), weight2)


def pre_activation_overwritten(x, weight1, weight2):
    x = conv(F.relu(x), weight1)
    return conv(F.relu(x), weight2) + x


def pre_activation_without_padding(x, weight1, weight2):
    return x + F.conv2d(F.relu(F.conv2d(F.relu(x), weight1)), weight2)


def pre_activation_relu_of_input(x, weight1, weight2):
    x = F.relu(x)
    return x + conv(F.relu(conv(x, weight1)), weight2)


def pre_activation_in_place(x, weight1, weight2):
    x += conv(F.relu(conv(F.relu(x), weight1)), weight2)
    return x


def zero_padded(x, channels):
    n, c, h, w = x.shape
    result = x.new_zeros(n, channels, (h + 1) // 2, (w + 1) // 2)
    result[:, :c] = x[:, :, ::2, ::2]
    return result


def zero_padded_by_pad(x, channels):
    return F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, 0, channels - x.shape[1]))


def zero_padded_in_front(x, channels):
    return F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, channels - x.shape[1], 0))


def zero_padded_split(x, channels):
    half, rest = divmod(channels - x.shape[1], 2)
    return F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, half, half + rest))


def zero_padded_pooled(x, channels):
    small = F.avg_pool2d(x, 2, ceil_mode=True)
    return F.pad(small, (0, 0, 0, 0, 0, channels - x.shape[1]))


def zero_padded_second(x, channels):
    return F.pad(x[:, :, 1::2, 1::2], (0, 0, 0, 0, 0, channels - x.shape[1]))


def zero_padded_large(x, channels):
    return F.pad(x, (0, 0, 0, 0, 0, channels - x.shape[1]))


def zero_padded_twice(x, channels):
    return F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, 0, channels))


def zero_padded_single(x, channels):
    return zero_padded(x, channels).float()


class Mended(nn.Module):
    """The student's block; what is wrong with most variants is `forward`."""

    def __init__(self, scale=0.0, bias=False):
        super().__init__()
        self.conv1 = nn.Conv2d(8, 8, 3, padding=1, bias=bias)
        self.conv2 = nn.Conv2d(8, 8, 3, padding=1, bias=False)
        self.bn1, self.bn2 = nn.BatchNorm2d(8), nn.BatchNorm2d(8)
        nn.init.constant_(self.bn2.weight, scale)

    def inner(self, x):
        return F.relu(self.bn1(self.conv1(x)))

    def forward(self, x):
        return F.relu(x + self.bn2(self.conv2(self.inner(x))))


class Silent(Mended):
    def forward(self, x):
        return x + F.relu(self.bn2(self.conv2(self.inner(x))))


class OnlyAdding(Mended):
    def forward(self, x):
        y = self.bn2(self.conv2(self.inner(x)))
        return x + torch.relu(y + 1e-9)


class Straight(Mended):
    def forward(self, x):
        return x + self.bn2(self.conv2(self.bn1(self.conv1(x))))


class NoShortcut(Mended):
    def forward(self, x):
        return F.relu(self.bn2(self.conv2(self.inner(x))))


class Published(nn.Module):
    """A block of ResNet-18 in which the shortcut is defined and called first."""

    def __init__(self, inputs, outputs, stride, bias=False, project=None):
        super().__init__()
        self.side = nn.Sequential()
        if stride > 1 or project:
            self.side = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False),
                nn.BatchNorm2d(outputs),
            )
        self.a = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=bias)
        self.norm_a = nn.BatchNorm2d(outputs)
        self.b = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=bias)
        self.norm_b = nn.BatchNorm2d(outputs)

    def forward(self, x):
        side = self.side(x)
        y = F.relu(self.norm_a(self.a(x)))
        return self.join(self.norm_b(self.b(y)), side)

    def join(self, y, side):
        return F.relu(y + side)


class Early(Published):
    def join(self, y, side):
        return F.relu(y) + side


class Open(Published):
    def join(self, y, side):
        return y + side


class Twice(Published):
    def join(self, y, side):
        return F.relu(F.relu(y) + side)


class Alone(Published):
    def join(self, y, side):
        return F.relu(y)


class Minus(Published):
    def join(self, y, side):
        return F.relu(side - y)


class Odd(Published):
    def join(self, y, side):
        return F.relu(y + 0.9 * side)


class LateStride(Published):
    def __init__(self, inputs, outputs, stride):
        super().__init__(inputs, outputs, stride)
        self.a.stride, self.b.stride = self.b.stride, self.a.stride


class Biased(Published):
    def __init__(self, inputs, outputs, stride):
        super().__init__(inputs, outputs, stride, bias=True)


class Projecting(Published):
    def __init__(self, inputs, outputs, stride):
        super().__init__(inputs, outputs, stride, project=True)


class NoNorm(Published):
    def __init__(self, inputs, outputs, stride):
        super().__init__(inputs, outputs, stride)
        self.norm_b = nn.Identity()


def resnet(block=Published, pool=None, end=(), mean=None, blocks=2, start=None):
    parts = [nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64)]
    parts += start or [nn.ReLU(), pool or nn.MaxPool2d(3, 2, 1)]
    inputs = 64
    for outputs in (64, 128, 256, 512):
        parts.append(block(inputs, outputs, 1 if outputs == 64 else 2))
        parts += [block(outputs, outputs, 1) for _ in range(blocks - 1)]
        inputs = outputs
    last = [mean or nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, 1000), *end]
    return nn.Sequential(*parts, *last)


def resnet18():
    return resnet()


class Adding(Mended):
    def __init__(self):
        super().__init__(scale=1.0)


def reader(block=Adding, blocks=20, channels=8, classes=10):
    first = [nn.Conv2d(1, channels, 3, 2, 1), nn.BatchNorm2d(channels), nn.ReLU()]
    last = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, classes)]
    return nn.Sequential(*first, *(block() for _ in range(blocks)), *last)


def deep_reader():
    return reader()


def mended():
    return Mended()


RIGHT_QUIZ = {1: "b", 2: "c", 3: "d", 4: "a", 5: "c"}

RIGHT = {
    "deep_reader": [deep_reader],
    "mended": [mended],
    "paths": [(256, 70), [256, 70], torch.tensor([256, 70])],
    "pre_activation": [pre_activation],
    "projection_cost": [576, 576.0],
    "quiz": [RIGHT_QUIZ, {**RIGHT_QUIZ, 2: "C)"}],
    "resnet18": [resnet18, torchvision.models.resnet18],
    "zero_padded": [zero_padded, zero_padded_by_pad],
}

UNTRIED = {
    "deep_reader": [lambda: None],
    "mended": [lambda: None],
    "paths": [...],
    "pre_activation": [lambda x, weight1, weight2: None],
    "projection_cost": [...],
    "quiz": [..., dict.fromkeys(range(1, 6), ...)],
    "resnet18": [lambda: None],
    "zero_padded": [lambda x, channels: None],
}

WRONG = {
    "paths": [
        ("added", (16, 70), "not 2 plus 2"),
        ("without the bare shortcut", (255, 70), "is a way, too"),
        ("ordered choices", (256, 1680), "order of the blocks is fixed"),
        ("exchanged", (70, 256), "exchanged"),
        ("a slip", (256, 71), "two ways to go on"),
        ("one number", 256, "2 whole numbers"),
    ],
    "deep_reader": [
        ("plain", lambda: reader(lambda: NoShortcut(scale=1.0)), "the shortcut"),
        ("too shallow", lambda: reader(blocks=10), "41 or more"),
        ("too large", lambda: reader(blocks=40), "the budget is 40,000"),
        ("three classes", lambda: reader(classes=3), "logits (N, 10)"),
    ],
    "mended": [
        ("as it was", Silent, "still silent"),
        ("scale of 1", lambda: Mended(scale=1.0), "last scale"),
        ("only adding", OnlyAdding, "only add"),
        ("no ReLU", Straight, "both ReLUs are gone"),
        ("no shortcut", NoShortcut, "last scale"),
        ("bias", lambda: Mended(bias=True), "parameters"),
        ("another shape", lambda: nn.Flatten(), "keep its shape"),
    ],
    "resnet18": [
        ("ReLU early", lambda: resnet(Early), "before the addition"),
        ("no ReLU", lambda: resnet(Open), "after the addition seems to be missing"),
        ("two ReLUs", lambda: resnet(Twice), "as well as after"),
        ("no shortcut", lambda: resnet(Alone), "shortcuts seem to be missing"),
        ("subtracted", lambda: resnet(Minus), "branch seems to be subtracted"),
        ("weakened", lambda: resnet(Odd), "step by step"),
        ("late stride", lambda: resnet(LateStride), "stride and the padding"),
        ("bias", lambda: resnet(Biased), "has a bias"),
        ("projections", lambda: resnet(Projecting), "These are the projections"),
        ("no norm", lambda: resnet(NoNorm), "no nn.BatchNorm2d follows"),
        ("mean pool", lambda: resnet(pool=nn.AvgPool2d(3, 2, 1)), "means instead"),
        ("no pool", lambda: resnet(pool=nn.Identity()), "max-pooling"),
        ("max at end", lambda: resnet(mean=nn.AdaptiveMaxPool2d(1)), "maximum over"),
        ("ReLU at end", lambda: resnet(end=[nn.ReLU()]), "logits may be negative"),
        ("softmax", lambda: resnet(end=[nn.Softmax(1)]), "softmax"),
        ("no stem ReLU", lambda: resnet(start=[nn.MaxPool2d(3, 2, 1)]), "first batch"),
        ("three blocks", lambda: resnet(blocks=3), "the published weights have"),
        ("ResNet-34", torchvision.models.resnet34, "the published weights have"),
        ("ten classes", lambda: torchvision.models.resnet18(num_classes=10), "1000"),
        ("two heads", lambda: resnet(end=[nn.Linear(1000, 1000)]), "one linear layer"),
        ("bare", lambda: nn.Sequential(nn.Flatten(), nn.LazyLinear(1000)), "nn.Conv2d"),
    ],
    "quiz": [
        ("one wrong", {**RIGHT_QUIZ, 1: "a"}, "overfitting"),
        ("letters exchanged", {**RIGHT_QUIZ, 2: "a", 3: "b"}, "3 of 5"),
        ("one left", {**RIGHT_QUIZ, 5: ...}, "4 of 5"),
        ("no dictionary", "bcdac", "a letter for each question"),
    ],
    "pre_activation": [
        ("of 2015", pre_activation_of_2015, "block of 2015"),
        ("ReLU at the end", pre_activation_closed, "follows the addition"),
        ("no shortcut", pre_activation_plain, "shortcut is missing"),
        ("linear branch", pre_activation_linear, "between the convolutions"),
        ("x overwritten", pre_activation_overwritten, "input of the block"),
        ("no padding", pre_activation_without_padding, "padding=1"),
        ("ReLU on the shortcut", pre_activation_relu_of_input, "as it came in"),
        ("in place", pre_activation_in_place, "changed its input"),
    ],
    "zero_padded": [
        ("in front", zero_padded_in_front, "new channels came first"),
        ("split", zero_padded_split, "on both sides"),
        ("pooled", zero_padded_pooled, "mean of each window"),
        ("second pixels", zero_padded_second, "begin with the first"),
        ("size kept", zero_padded_large, "kept its size"),
        ("too many", zero_padded_twice, "in the end"),
        ("32 bits", zero_padded_single, "torch.float64"),
    ],
    "projection_cost": [
        ("no BatchNorm", 512, "a scale and a shift"),
        ("with bias", 608, "has no bias"),
        ("3 x 3", 4672, "1 x 1, not 3 x 3"),
        ("running statistics", 640, "not learned"),
        ("nothing", 0, "zero padding"),
        ("a slip", 577, "each pair"),
    ],
}
