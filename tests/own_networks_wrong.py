"""Networks that a learner may build in lesson 09, each with something missing."""

import torch
import torch.nn.functional as F
from own_networks_right import (
    Block,
    Do,
    Normalize,
    block,
    conv_norm,
    head,
    network,
    stem,
)
from torch import nn

__all__ = ["WRONG"]


class Unregistered(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem, self.blocks = nn.Sequential(*stem()), [Block(), Block()]
        self.head = nn.Sequential(*head())

    def forward(self, x):
        x = self.stem(x)
        for layer in self.blocks:
            x = layer(x)
        return self.head(x)


class TwoBranches(nn.Module):
    def __init__(self, first, second):
        super().__init__()
        self.first, self.second = first, second

    def forward(self, x):
        return F.relu(self.first(x) + self.second(x))


class Growing(nn.Module):
    def __init__(self):
        super().__init__()
        self.calls = 0

    def forward(self, x):
        self.calls += 1
        return x + self.calls


class Auxiliary(nn.Sequential):
    def forward(self, x):
        logits = super().forward(x)
        return (logits, logits) if self.training else logits


class NeverCalled(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm, self.conv = nn.BatchNorm2d(32), nn.Conv2d(32, 32, 3, padding=1)

    def forward(self, x):
        self.norm(x)
        return F.relu(x + self.conv(x))


class AlwaysEval(nn.BatchNorm2d):
    def forward(self, x):
        self.eval()
        return super().forward(x)


class MadeInForward(nn.Module):
    def forward(self, x):
        return nn.Conv2d(32, 32, 3, padding=1)(x)


def frozen():
    model = network()
    model[0].requires_grad_(False)
    return model


def plain_stem():
    return [nn.Conv2d(3, 32, 5, 2, 2), nn.ReLU(), nn.MaxPool2d(2)]


def without_norm():
    return nn.Sequential(nn.Conv2d(32, 32, 3, padding=1), nn.ReLU())


def untracked():
    layer = conv_norm(3, 32, 5, 2)
    layer[1] = nn.BatchNorm2d(32, track_running_stats=False)
    return network(first=[*layer, nn.ReLU(), nn.MaxPool2d(2)])


def shared():
    layer = Block()
    return network(*[layer] * 3)


def joined(join, **parts):
    return lambda: network(block(join, **parts)())


def doing(function, **attributes):
    return lambda: network(Do(function, **attributes), Block())


def ending(*layers):
    return lambda: network(tail=layers)


def pooling(*layers, inputs=32):
    return lambda: network(last=[*layers, nn.Flatten(), nn.Linear(inputs, 10)])


PLAIN = "neither is the input"
WRONG = {
    "no normalization": (
        lambda: network(
            block(lambda s, x, y: x + s.b(x), b=without_norm)(), first=plain_stem()
        ),
        "no effect",
    ),
    "normalization never used": (
        lambda: network(NeverCalled(), first=plain_stem()),
        "forward has to call the layers",
    ),
    "GroupNorm instead": (
        lambda: nn.Sequential(
            *plain_stem(),
            nn.GroupNorm(4, 32),
            TwoBranches(nn.Identity(), without_norm()),
            *head(),
        ),
        "no nn.BatchNorm2d",
    ),
    "normalization in eval mode always": (
        lambda: nn.Sequential(
            *plain_stem(),
            AlwaysEval(32),
            TwoBranches(nn.Identity(), without_norm()),
            *head(),
        ),
        "no effect",
    ),
    "mean of the batch in training only": (
        lambda: nn.Sequential(
            *plain_stem(),
            Do(lambda s, x: x - x.mean(0) if s.training else x),
            TwoBranches(nn.Identity(), without_norm()),
            *head(),
        ),
        "no running mean",
    ),
    "zeros added": (joined(lambda s, x, y: y + torch.zeros_like(y)), "nowhere are two"),
    "plain": (joined(lambda s, x, y: y), "nowhere are two"),
    "x twice": (joined(lambda s, x, y: y + y), PLAIN),
    "added to itself": (joined(lambda s, x, y: x + x), PLAIN),
    "two branches": (
        lambda: network(TwoBranches(conv_norm(32, 32), conv_norm(32, 32))),
        PLAIN,
    ),
    "two deep branches": (
        lambda: network(TwoBranches(Block().body, Block().body)),
        PLAIN,
    ),
    "1 x 1 beside 3 x 3": (
        lambda: network(TwoBranches(conv_norm(32, 32, 1), conv_norm(32, 32))),
        PLAIN,
    ),
    "shortcut times zero": (joined(lambda s, x, y: y + 0 * x), PLAIN),
    "shortcut with alpha 0": (joined(lambda s, x, y: y.add(x, alpha=0)), "nowhere"),
    "branch times zero": (joined(lambda s, x, y: x + 0 * y), PLAIN),
    "shortcut detached": (joined(lambda s, x, y: x.detach() + y), "nowhere are two"),
    "multiplied": (joined(lambda s, x, y: x * y), "nowhere are two"),
    "side by side": (
        lambda: network(block(lambda s, x, y: torch.cat([x, y], 1))(), last=head(64)),
        "nowhere are two",
    ),
    "shortcut through sigmoid": (joined(lambda s, x, y: x.sigmoid() + y), PLAIN),
    "shortcut through max pooling": (
        lambda: network(block(lambda s, x, y: F.max_pool2d(x, 3, 1, 1) + y)()),
        PLAIN,
    ),
    "max pooling": (pooling(nn.AdaptiveMaxPool2d(1)), "takes the maximum"),
    "amax": (pooling(Do(lambda s, x: x.amax((2, 3)))), "takes the maximum"),
    "flatten": (pooling(inputs=32 * 64), "no global average pooling"),
    "mean of quarters": (
        pooling(nn.AdaptiveAvgPool2d(2), inputs=128),
        "no global average pooling",
    ),
    "mean of a part": (pooling(nn.AvgPool2d(7)), "no global average pooling"),
    "middle pixel": (
        pooling(Do(lambda s, x: x[:, :, 4, 4])),
        "no global average pooling",
    ),
    "ReLU": (ending(nn.ReLU()), "cut off below"),
    "leaky ReLU": (ending(nn.LeakyReLU()), "cut off below"),
    "GELU": (ending(nn.GELU()), "cut off below"),
    "ELU": (ending(nn.ELU()), "cut off below"),
    "magnitude": (ending(Do(lambda s, x: x.abs())), "cut off below"),
    "sigmoid": (ending(nn.Sigmoid()), "behind a sigmoid"),
    "tanh": (ending(nn.Tanh()), "behind a tanh"),
    "softmax": (ending(nn.Softmax(dim=1)), "are probabilities"),
    "log-softmax": (ending(nn.LogSoftmax(dim=1)), "are probabilities"),
    "log-sigmoid": (ending(nn.LogSigmoid()), "hardly ever positive"),
    "argmax": (ending(Do(lambda s, x: F.one_hot(x.argmax(1), 10))), "torch.int64"),
    "five classes": (ending(nn.Linear(10, 5)), "expected (4, 10)"),
    "one axis too many": (
        lambda: network(last=[nn.AdaptiveAvgPool2d(1), nn.Conv2d(32, 10, 1)]),
        "(4, 10, 1, 1)",
    ),
    "a list": (ending(Do(lambda s, x: [x])), "makes a list"),
    "blocks in a plain list": (Unregistered, "nn.ModuleList"),
    "layer made in forward": (lambda: network(Block(), MadeInForward()), "in __init__"),
    "frozen": (frozen, "requires_grad is False"),
    "detached": (doing(lambda s, x: x.detach()), "no gradient reaches 0.weight"),
    "data": (doing(lambda s, x: x.data), "no gradient reaches 0.weight"),
    "branch detached": (
        joined(lambda s, x, y: x + y.detach()),
        "no gradient reaches 4.body.0.weight",
    ),
    "logits detached": (ending(Do(lambda s, x: x.detach())), "no gradient leads"),
    "NaN": (doing(lambda s, x: x / 0 * 0), "NaN"),
    "NaN in training": (
        doing(lambda s, x: x / 0 * 0 if s.training else x),
        "in training mode its outputs are NaN",
    ),
    "NaN as a gradient": (
        doing(lambda s, x: x + 0 * (x - x).sqrt() if s.training else x),
        "gradient of 0.weight is NaN",
    ),
    "broken in training": (
        doing(lambda s, x: x @ x[0, 0, :3] if s.training else x),
        "in training mode raised RuntimeError",
    ),
    "broken": (doing(lambda s, x: x @ x[0, 0, :3]), "in evaluation mode raised"),
    "one layer in float64": (
        lambda: network(Block().double()),
        "in evaluation mode raised RuntimeError",
    ),
    "max pooling and constants of float64": (
        lambda: network(
            first=[Normalize(torch.float64), *stem()],
            last=[nn.AdaptiveMaxPool2d(1), *head()[1:]],
        ),
        "takes the maximum",
    ),
    "two results in training": (
        lambda: Auxiliary(*network()),
        "in training mode it makes a tuple",
    ),
    "mean over the batch": (doing(lambda s, x: x - x.mean(0)), "other pictures"),
    "softmax over the batch": (doing(lambda s, x: x.softmax(0)), "other pictures"),
    "one mean for the batch": (
        lambda: network(
            last=[
                Do(
                    lambda s, x: x.mean((0, 2, 3), keepdim=True).expand(
                        len(x), 32, 1, 1
                    )
                ),
                *head()[1:],
            ]
        ),
        "all pictures alike",
    ),
    "no running statistics": (untracked, "track_running_stats=True"),
    "batch norm in training always": (
        doing(lambda s, x: F.batch_norm(x, None, None, training=True)),
        "other pictures",
    ),
    "dropout in use": (doing(lambda s, x: F.dropout(x)), "training=self.training"),
    "noise in use": (doing(lambda s, x: x + torch.randn_like(x)), "are random"),
    "state that grows": (lambda: network(Growing(), Block()), "from call to call"),
    "squeeze": (
        lambda: network(
            last=[nn.AdaptiveAvgPool2d(1), Do(lambda s, x: x.squeeze()), head()[2]]
        ),
        "squeeze() without a dim",
    ),
    "batch size written down": (
        doing(lambda s, x: x.view(4, 32, 8, 8)),
        "fails on one of 1",
    ),
    "pictures changed": (
        lambda: network(first=[Do(lambda s, x: x.sub_(0.5)), *stem()]),
        "changes the pictures",
    ),
    "one block in three places": (shared, "[block] * 3"),
    "constants left behind": (
        lambda: network(
            first=[Do(lambda s, x: x - s.mean, mean=torch.zeros(3, 1, 1)), *stem()]
        ),
        "register_buffer",
    ),
    "same for every picture": (doing(lambda s, x: 0 * x), "all pictures alike"),
    "too large": (
        lambda: network(Block(160), first=stem(160), last=head(160)),
        "million multiply-adds",
    ),
}
