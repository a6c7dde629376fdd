"""Networks that a learner may build in lesson 09, in many styles."""

import torch
import torch.nn.functional as F
from torch import nn

__all__ = [
    "RIGHT",
    "Block",
    "Do",
    "Normalize",
    "block",
    "conv_norm",
    "head",
    "network",
    "stem",
]


def conv(inputs, outputs, size=3, stride=1):
    padding = size // 2
    return nn.Conv2d(inputs, outputs, size, stride, padding, bias=False)


def conv_norm(inputs, outputs, size=3, stride=1):
    return nn.Sequential(conv(inputs, outputs, size, stride), nn.BatchNorm2d(outputs))


class Block(nn.Module):
    """A residual block; of most variants, only `join` is another."""

    def __init__(self, channels=32):
        super().__init__()
        self.body = nn.Sequential(
            *conv_norm(channels, channels), nn.ReLU(), *conv_norm(channels, channels)
        )

    def forward(self, x):
        return F.relu(self.join(x, self.body(x)))

    def join(self, x, y):
        return x + y


def block(join, **parts):
    """Return a class of blocks that join x and y in another way."""

    class Variant(Block):
        def __init__(self, channels=32):
            super().__init__(channels)
            for name, build in parts.items():
                setattr(self, name, build())

        def join(self, x, y):
            return join(self, x, y)

    return Variant


class Do(nn.Module):
    """A function as a layer; it may look at the layer, as at `training`."""

    def __init__(self, function, **attributes):
        super().__init__()
        self.function = function
        for name, value in attributes.items():
            setattr(self, name, value)

    def forward(self, x):
        return self.function(self, x)


def stem(channels=32):
    return [*conv_norm(3, channels, 5, 2), nn.ReLU(), nn.MaxPool2d(2)]


def head(channels=32, classes=10):
    return [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, classes)]


def network(*middle, first=None, last=None, tail=()):
    middle = middle or (Block(),)
    return nn.Sequential(*(first or stem()), *middle, *(last or head()), *tail)


class Normalize(nn.Module):
    def __init__(self, dtype=torch.float32, channels=3):
        super().__init__()
        mean = torch.full((1, channels, 1, 1), 0.5, dtype=dtype)
        self.register_buffer("mean", mean)

    def forward(self, images):
        return (images - self.mean) / 0.25


class PreActivation(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.norm1, self.conv1 = (
            nn.BatchNorm2d(inputs),
            conv(inputs, outputs, 3, stride),
        )
        self.norm2, self.conv2 = nn.BatchNorm2d(outputs), conv(outputs, outputs)
        self.project = conv(inputs, outputs, 1, stride) if stride > 1 else None

    def forward(self, x):
        y = F.relu(self.norm1(x))
        shortcut = self.project(y) if self.project else x
        return self.conv2(F.relu(self.norm2(self.conv1(y)))) + shortcut


class Projection(nn.Module):
    """A block that halves the map, and a shortcut that can follow."""

    def __init__(self, shortcut, body=None):
        super().__init__()
        self.shortcut = shortcut
        self.body = body or nn.Sequential(
            *conv_norm(32, 64, 3, 2), nn.ReLU(), *conv_norm(64, 64)
        )

    def forward(self, x):
        y = self.body(x)
        y += self.shortcut(x)
        return y.relu_()


class EmptyChannels(nn.Module):
    def forward(self, x):
        small = x[:, :, ::2, ::2]
        return torch.cat([small, torch.zeros_like(small)], dim=1)


class CopiedChannels(nn.Module):
    def forward(self, x):
        n, c, h, w = x.shape
        result = x.new_zeros(n, 2 * c, h // 2, w // 2)
        result[:, :c] = x[:, :, ::2, ::2]
        return result


class ByHand(nn.Module):
    """Batch normalization as in lesson 05, and convolutions by F.conv2d."""

    def __init__(self, channels):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels, 1, 1))
        self.bias = nn.Parameter(torch.zeros(channels, 1, 1))
        self.kernel = nn.Parameter(torch.randn(channels, channels, 3, 3) / 17)
        self.register_buffer("mean", torch.zeros(channels, 1, 1))
        self.register_buffer("var", torch.ones(channels, 1, 1))

    def forward(self, x):
        x = F.conv2d(x, self.kernel, padding=1)
        mean, var = self.mean, self.var
        if self.training:
            mean = x.mean((0, 2, 3), keepdim=True)[0]
            var = x.var((0, 2, 3), correction=0, keepdim=True)[0]
            self.mean.lerp_(mean.detach(), 0.1)
            self.var.lerp_(var.detach(), 0.1)
        return (x - mean) / (var + 1e-5).sqrt() * self.weight + self.bias


class WrittenOut(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.norm1 = conv(3, 32, 3, 4), nn.BatchNorm2d(32)
        self.conv2, self.norm2 = conv(32, 32), nn.BatchNorm2d(32)
        self.classes = nn.Conv2d(32, 10, 1)

    def forward(self, x):
        x = F.relu(self.norm1(self.conv1(x)))
        x = x + F.relu(self.norm2(self.conv2(x)))
        return self.classes(x).mean(dim=(2, 3))


class Loop(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(*stem())
        self.blocks = nn.ModuleList(Block() for _ in range(2))
        self.classes = nn.Linear(32, 10)

    def forward(self, x):
        x = self.stem(x)
        for layer in self.blocks:
            x = layer(x)
        return self.classes(x.flatten(2).mean(-1))


class Squeezed(Block):
    """A block with squeeze and excitation (Hu and others, 2018)."""

    def __init__(self):
        super().__init__()
        self.gate = nn.Sequential(nn.Conv2d(32, 8, 1), nn.ReLU(), nn.Conv2d(8, 32, 1))

    def join(self, x, y):
        return x + y * self.gate(F.adaptive_avg_pool2d(y, 1)).sigmoid()


class TwoPools(nn.Module):
    def forward(self, x):
        return torch.cat([x.mean((2, 3)), x.amax((2, 3))], dim=1)


def silent_start():
    model = network()
    nn.init.zeros_(model[4].body[-1].weight)  # the last scale of the branch
    nn.init.zeros_(model[-1].weight)
    return model


def trained():
    model = network().train()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(3):
        optimizer.zero_grad()
        F.cross_entropy(model(torch.rand(8, 3, 32, 32)), torch.arange(8)).backward()
        optimizer.step()
    return model.eval()


class NormedWeights(Block):
    def __init__(self):
        super().__init__()
        self.body[0] = nn.utils.parametrizations.weight_norm(self.body[0])


def channels_last():
    return network().to(memory_format=torch.channels_last)


def hand_made():
    return network(Block(), ByHand(32), block(lambda s, x, y: x + s.m(y), m=by_hand)())


def by_hand():
    return ByHand(32)


def statistics_of_float64():
    layer = ByHand(32)
    layer.mean, layer.var = layer.mean.double(), layer.var.double()
    return block(lambda s, x, y: x + s.m(y), m=lambda: layer)()


def float64_with_constants_of_float32():
    model = network(first=[Normalize(), *stem()]).double()
    model[0].mean = model[0].mean.float()
    return model


def frozen(dtype):
    mean = nn.Parameter(torch.zeros(3, 1, 1, dtype=dtype), requires_grad=False)
    return Do(lambda s, x: x - s.mean, mean=mean)


def downsampling(shortcut):
    return lambda: network(Projection(shortcut()), last=head(64))


RIGHT = {
    "Sequential of blocks": lambda: network(Block(), Block()),
    "with Normalize": lambda: network(first=[Normalize(), *stem()]),
    "one class, written out": WrittenOut,
    "ModuleList": Loop,
    "pre-activation": lambda: network(
        PreActivation(32, 64, 2), PreActivation(64, 64, 1), last=head(64)
    ),
    "projection": downsampling(lambda: conv_norm(32, 64, 1, 2)),
    "projection behind a mean": downsampling(
        lambda: nn.Sequential(nn.AvgPool2d(2), conv_norm(32, 64, 1))
    ),
    "zero padding by cat": downsampling(EmptyChannels),
    "zero padding by assignment": downsampling(CopiedChannels),
    "projection and one convolution": lambda: network(
        Projection(conv_norm(32, 64, 1, 2), conv_norm(32, 64, 3, 2)), last=head(64)
    ),
    "projection that keeps the shape": lambda: network(
        block(lambda s, x, y: s.p(x) + y, p=lambda: conv(32, 32, 1))()
    ),
    "torch.add": lambda: network(block(lambda s, x, y: torch.add(y, x))()),
    "in place": lambda: network(block(lambda s, x, y: y.add_(x))()),
    "sum of a list": lambda: network(block(lambda s, x, y: sum([x, y]))()),
    "stack": lambda: network(block(lambda s, x, y: torch.stack([x, y]).sum(0))()),
    "minus": lambda: network(block(lambda s, x, y: x - y)()),
    "half of both": lambda: network(block(lambda s, x, y: 0.5 * x + 0.5 * y)()),
    "layer scale": lambda: network(
        block(
            lambda s, x, y: x + s.scale * y,
            scale=lambda: nn.Parameter(torch.full((32, 1, 1), 1e-3)),
        )()
    ),
    "squeeze and excitation": lambda: network(Squeezed()),
    "three in a sum": lambda: network(
        block(lambda s, x, y: x + y + s.b(x), b=lambda: conv_norm(32, 32))()
    ),
    "scales and head at zero": silent_start,
    "dropout": lambda: network(
        Block(), nn.Dropout2d(0.2), last=[*head()[:2], nn.Dropout(0.5), head()[2]]
    ),
    "F.dropout": lambda: network(
        Do(lambda s, x: F.dropout(x, 0.3, s.training)), Block()
    ),
    "GroupNorm as well": lambda: network(nn.GroupNorm(4, 32), Block()),
    "other activations": lambda: network(Block(), nn.GELU(), nn.LeakyReLU(), Block()),
    "full-size AvgPool2d": lambda: network(
        last=[nn.AvgPool2d(8), nn.Flatten(), nn.Linear(32, 10)]
    ),
    "mean twice": lambda: network(
        last=[Do(lambda s, x: x.mean(3).mean(2)), nn.Linear(32, 10)]
    ),
    "channels last by permute": lambda: network(
        last=[
            Do(lambda s, x: x.permute(0, 2, 3, 1).mean((1, 2))),
            nn.Linear(32, 10),
        ]
    ),
    "sum over size": lambda: network(
        last=[Do(lambda s, x: x.sum((2, 3)) / x[0, 0].numel()), nn.Linear(32, 10)]
    ),
    "mean and maximum": lambda: network(last=[TwoPools(), nn.Linear(64, 10)]),
    "dense layers behind the mean": lambda: network(
        last=[*head()[:2], nn.Linear(32, 64), nn.BatchNorm1d(64), nn.ReLU()],
        tail=[nn.Linear(64, 10, bias=False)],
    ),
    "one by one and mean": lambda: network(
        last=[nn.Conv2d(32, 10, 1), nn.AdaptiveAvgPool2d(1), nn.Flatten()]
    ),
    "channels_last in memory": channels_last,
    "batch normalization by hand": hand_made,
    "weight_norm": lambda: network(NormedWeights()),
    "trained": trained,
    "float64": lambda: network(first=[Normalize(torch.float64), *stem()]).double(),
    "float64 with constants of float32": float64_with_constants_of_float32,
    "constants of float64": lambda: network(first=[Normalize(torch.float64), *stem()]),
    "constants of float64 in a block": lambda: network(
        block(lambda s, x, y: x + s.m(y), m=lambda: Normalize(torch.float64, 32))()
    ),
    "numbers of float64": lambda: network(
        first=[
            Do(
                lambda s, x: (x - s.mean) / torch.tensor(0.25, dtype=torch.float64),
                mean=torch.tensor(0.5, dtype=torch.float64),
            ),
            *stem(),
        ]
    ),
    "statistics of float64": lambda: network(statistics_of_float64()),
    "frozen constants": lambda: network(first=[frozen(torch.float32), *stem()]),
    "frozen constants of float64": lambda: network(
        first=[frozen(torch.float64), *stem()]
    ),
    "batch normalization first": lambda: network(first=[nn.BatchNorm2d(3), *stem()]),
    "lazy": lambda: network(last=[*head()[:2], nn.LazyLinear(10)]),
    "block on the picture": lambda: network(
        nn.Conv2d(3, 32, 4, 4), Block(), first=[Block(3)]
    ),
}
