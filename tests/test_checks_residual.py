"""Answers to lesson 07's exercises that a learner may give, right and wrong."""

import torch
import torch.nn.functional as F
import torchvision
from torch import nn

__all__ = ["RIGHT", "WRONG"]


def conv(x, weight):
    return F.conv2d(x, weight, padding=1)


def pre_activation_in_place(x, weight1, weight2):
    x += conv(F.relu(conv(F.relu(x), weight1)), weight2)
    return x


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


class OneReLU(Mended):
    def forward(self, x):
        return x + self.bn2(self.conv2(self.inner(x)))


class Leaky(Mended):
    def forward(self, x):
        return F.leaky_relu(x + self.bn2(self.conv2(self.inner(x))))


class PreActivated(Mended):
    """Another right place for both, and another way of writing them."""

    def forward(self, x):
        y = self.bn1(self.conv1(x.clamp(min=0)))
        return x + self.bn2(self.conv2(y * (y > 0)))


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


def pre_activated():
    return PreActivated()


RIGHT = {
    "deep_reader": [deep_reader],
    "mended": [mended, pre_activated],
    "paths": [[256, 70], torch.tensor([256, 70])],
    "projection_cost": [576.0],
    "resnet18": [resnet18, torchvision.models.resnet18],
}


WRONG = {
    "paths": [
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
        ("one ReLU", OneReLU, "one of the two ReLUs is gone"),
        ("a leaky one", Leaky, "one of the two ReLUs is gone"),
        ("no shortcut", NoShortcut, "last scale"),
        ("bias", lambda: Mended(bias=True), "parameters"),
        ("another shape", lambda: nn.Flatten(), "keep its shape"),
    ],
    "resnet18": [
        ("ReLU early", lambda: resnet(Early), "before the addition"),
        ("others", lambda: resnet(Open), "logits differ, although the published"),
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
    "pre_activation": [
        ("in place", pre_activation_in_place, "changed its input"),
    ],
}
