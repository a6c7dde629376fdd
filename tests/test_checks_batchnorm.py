"""Answers to lesson 05's exercises that a learner may give, right and wrong."""

import torch
import torch.nn.functional as F
from torch import nn

from lessons_lib.checks.batchnorm import patients

__all__ = ["RIGHT", "UNTRIED", "WRONG"]


def batch_norm(
    x,
    weight,
    bias,
    running_mean,
    running_var,
    training,
    *,
    axes=None,
    used=0,
    stored=1,
    new=0.1,
    eps_inside=True,
):
    """Normalize as a learner may write it, with the usual slips as options."""

    def wide(v):
        return v.reshape(1, -1, *[1] * (x.ndim - 2))

    if axes is None:
        axes = (0, *range(2, x.ndim))
    mean, var = running_mean, running_var
    if training:
        mean, var = x.mean(axes), x.var(axes, correction=used)
        kept = x.var(axes, correction=stored)
        running_mean = (1 - new) * running_mean + new * mean
        running_var = (1 - new) * running_var + new * kept
    root = (wide(var) + 1e-5).sqrt() if eps_inside else wide(var).sqrt() + 1e-5
    output = (x - wide(mean)) / root * wide(weight) + wide(bias)
    return output, running_mean, running_var


def batch_norm_of_torch(x, weight, bias, running_mean, running_var, training):
    mean, var = running_mean.clone(), running_var.clone()
    return F.batch_norm(x, mean, var, weight, bias, training), mean, var


def batch_norm_changing(x, weight, bias, running_mean, running_var, training):
    output = F.batch_norm(x, running_mean, running_var, weight, bias, training)
    return output, running_mean, running_var


def batch_norm_always_the_batch(x, w, b, mean, var, training):
    output = batch_norm(x, w, b, mean, var, True)[0]
    return (output, *batch_norm(x, w, b, mean, var, training)[1:])


def batch_norm_always_learning(x, w, b, mean, var, training):
    output = batch_norm(x, w, b, mean, var, training)[0]
    return (output, *batch_norm(x, w, b, mean, var, True)[1:])


def batch_norm_running_in_training(x, w, b, mean, var, training):
    output = batch_norm(x, w, b, mean, var, False)[0]
    return (output, *batch_norm(x, w, b, mean, var, training)[1:])


def batch_norm_by_variance(x, w, b, mean, var, training):
    _, new_mean, new_var = batch_norm(x, w, b, mean, var, training)
    axes = (0, *range(2, x.ndim))
    shape = (1, -1, *[1] * (x.ndim - 2))
    if training:
        mean, var = x.mean(axes), x.var(axes, correction=0)
    output = (x - mean.view(shape)) / (var.view(shape) + 1e-5)
    return output * w.view(shape) + b.view(shape), new_mean, new_var


def batch_norm_per_map(x, w, b, mean, var, training):
    """One mean for each channel of each sample, as InstanceNorm does."""
    output, new_mean, new_var = batch_norm(x, w, b, mean, var, training)
    if training and x.ndim == 4:
        output = F.instance_norm(x, weight=w, bias=b)
        var = 0.9 * var + 0.1 * x.var((2, 3)).mean(0)
        return output, new_mean, var
    return output, new_mean, new_var


def batch_norm_plain(x, w, b, mean, var, training):
    return batch_norm(x, torch.ones_like(w), torch.zeros_like(b), mean, var, training)


def slip(**options):
    return lambda *case: batch_norm(*case, **options)


def batch_norm_over_batch_only(x, w, b, mean, var, training):
    if not training:
        return batch_norm(x, w, b, mean, var, training)
    one = (-1, *[1] * (x.ndim - 2))
    m, v = x.mean(0), x.var(0, correction=0)
    output = (x - m) / (v + 1e-5).sqrt() * w.view(one) + b.view(one)
    return output, 0.9 * mean + 0.1 * m, 0.9 * var + 0.1 * x.var(0)


def batch_norm_per_sample(*case):
    return batch_norm(*case, axes=(1,)) if case[0].ndim == 2 else batch_norm(*case)


def batch_norm_per_sample_kept(x, w, b, mean, var, training):
    if not training:
        return batch_norm(x, w, b, mean, var, training)
    axes, one = tuple(range(1, x.ndim)), (1, -1, *[1] * (x.ndim - 2))
    m, v = x.mean(axes, keepdim=True), x.var(axes, correction=0, keepdim=True)
    output = (x - m) / (v + 1e-5).sqrt() * w.view(one) + b.view(one)
    kept = x.var(axes).mean()
    return output, 0.9 * mean + 0.1 * m.mean(), 0.9 * var + 0.1 * kept


def fold(weight, bias, gamma, beta, mean, var):
    scale = gamma / (var + 1e-5) ** 0.5
    return weight * scale[:, None, None, None], scale * (bias - mean) + beta


def fold_of_torch(weight, bias, gamma, beta, mean, var):
    fused = nn.utils.fusion.fuse_conv_bn_weights
    return tuple(p.detach() for p in fused(weight, bias, mean, var, 1e-5, gamma, beta))


def fold_along_inputs(weight, bias, gamma, beta, mean, var):
    scale = gamma / (var + 1e-5).sqrt()
    return weight * scale[None, :, None, None], scale * (bias - mean) + beta


def fold_along_columns(weight, bias, gamma, beta, mean, var):
    scale = gamma / (var + 1e-5).sqrt()
    return weight * scale, scale * (bias - mean) + beta


def fold_old_bias_as_it_is(weight, bias, gamma, beta, mean, var):
    new, shift = fold(weight, torch.zeros_like(bias), gamma, beta, mean, var)
    return new, shift + bias


def fold_without(**changes):
    names = ("weight", "bias", "gamma", "beta", "mean", "var")

    def answer(*case):
        given = dict(zip(names, case, strict=True))
        for name, change in changes.items():
            given[name] = change(given[name])
        return fold(**given)

    return answer


def backward(
    grad, x, weight, *, mean_way=1, var_way=1, eps=1e-5, gamma=True, correction=0
):
    """Send a gradient back as a learner may write it, with the usual slips."""
    axes = (0, *range(2, x.ndim))
    mean = x.mean(axes, keepdim=True)
    root = (x.var(axes, correction=correction, keepdim=True) + eps).sqrt()
    hat = (x - mean) / root
    wide = weight.view(1, -1, *[1] * (x.ndim - 2))
    inner = grad * wide if gamma else grad
    inner_mean = inner.mean(axes, keepdim=True)
    along = (inner * hat).mean(axes, keepdim=True)
    dx = (inner - mean_way * inner_mean - var_way * hat * along) / root
    return dx, (grad * hat).sum(axes), grad.sum(axes)


def backward_with(**options):
    return lambda *case: backward(*case, **options)


def backward_by_autograd(grad, x, weight):
    x, weight = x.clone().requires_grad_(), weight.clone().requires_grad_()
    bias = torch.zeros_like(weight).requires_grad_()
    output = F.batch_norm(x, None, None, weight, bias, training=True)
    return torch.autograd.grad(output, (x, weight, bias), grad)


def backward_averaged(grad, x, weight):
    dx, dweight, dbias = backward(grad, x, weight)
    count = x.numel() / x.shape[1]
    return dx, dweight / count, dbias / count


def backward_weight_over_x(grad, x, weight):
    axes = (0, *range(2, x.ndim))
    dx, _, dbias = backward(grad, x, weight)
    return dx, (grad * x).sum(axes), dbias


def deep(rule=nn.init.orthogonal_, activation=nn.Tanh, depth=20, width=100, norm=None):
    def build():
        layers, inputs = [nn.Flatten()], 784
        for _ in range(depth):
            linear = nn.Linear(inputs, width)
            if rule:
                rule(linear.weight)
                nn.init.zeros_(linear.bias)
            layers += [linear, *([norm(width)] if norm else []), activation()]
            inputs = width
        return nn.Sequential(*layers, nn.Linear(width, 10))

    return build


class Shortcuts(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.last = nn.Linear(784, 100), nn.Linear(100, 10)
        self.blocks = nn.ModuleList(nn.Linear(100, 100) for _ in range(20))

    def forward(self, x):
        x = self.first(x.flatten(1))
        for block in self.blocks:
            x = x + torch.tanh(block(x))
        return self.last(x)


RIGHT_QUIZ = {1: "c", 2: "b", 3: "a", 4: "d", 5: "b"}

RIGHT = {
    "batch_norm": [batch_norm, batch_norm_of_torch],
    "batch_norm_backward": [backward],
    "deep_network": [deep(), lambda: Shortcuts()],
    "diagnosis": [(3, 1, 4, 2), [3, 1, 4, 2]],
    "quiz": [RIGHT_QUIZ, {**RIGHT_QUIZ, 1: "C)"}],
    "numbers_kept": [(64, 65)],
    "fold": [fold, fold_of_torch],
    "how_many_means": [(6, 8, 24)],
}

UNTRIED = {
    "batch_norm": [lambda x, weight, bias, running_mean, running_var, training: None],
    "numbers_kept": [...],
    "fold": [lambda weight, bias, gamma, beta, mean, var: None],
    "batch_norm_backward": [lambda grad, x, weight: None],
    "deep_network": [lambda: None],
    "diagnosis": [...],
    "quiz": [..., {1: ..., 2: ..., 3: ..., 4: ..., 5: ...}],
    "how_many_means": [...],
}

WRONG = {
    "batch_norm": [
        ("biased stored", slip(stored=0), "biased variance was stored"),
        ("unbiased used", slip(used=1), "normalized with the unbiased variance"),
        ("both exchanged", slip(used=1, stored=0), "changed places"),
        ("momentum", slip(new=0.9), "momentum is the wrong way round"),
        ("replaced", slip(new=1.0), "were replaced"),
        ("not updated", slip(new=0.0), "not updated in training"),
        ("eps outside", slip(eps_inside=False), "eps stands outside of the root"),
        ("variance", batch_norm_by_variance, "divide by its root"),
        ("per map", batch_norm_per_map, "wrong axes: each channel of each sample"),
        ("per sample", batch_norm_per_sample_kept, "wrong axes: each sample"),
        ("over the batch only", batch_norm_over_batch_only, "expected (3,)"),
        ("rows, not columns", batch_norm_per_sample, "expected"),
        ("eval uses batch", batch_norm_always_the_batch, "although training is False"),
        ("eval learns", batch_norm_always_learning, "were updated although"),
        (
            "training uses averages",
            batch_norm_running_in_training,
            "running statistics were used in training",
        ),
        ("plain", batch_norm_plain, "weight and bias were not applied"),
        ("in place", batch_norm_changing, "changed its input"),
        ("one result", lambda *case: batch_norm(*case)[0], "expected 3 values"),
    ],
    "numbers_kept": [
        ("no counter", (64, 64), "counts the batches"),
        ("no bias", (32, 65), "a weight and a bias"),
        ("exchanged", (65, 64), "exchanged"),
        ("all learned", (128, 1), "not learned"),
        ("nothing kept", (64, 0), "in the state_dict, too"),
        ("a slip", (60, 65), "Two numbers per channel"),
        ("one number", 129, "2 whole numbers"),
    ],
    "fold": [
        ("inputs", fold_along_inputs, "output channels"),
        ("columns", fold_along_columns, "output channels"),
        ("eps", fold_without(var=lambda v: v - 1e-5), "eps was forgotten"),
        (
            "root",
            fold_without(var=lambda v: (v + 1e-5) ** 2 - 1e-5),
            "divide by its root",
        ),
        ("gamma", fold_without(gamma=torch.ones_like), "gamma was forgotten"),
        ("mean", fold_without(mean=torch.zeros_like), "mean was forgotten"),
        ("old bias", fold_without(bias=torch.zeros_like), "old bias was forgotten"),
        ("beta", fold_without(beta=torch.zeros_like), "beta was forgotten"),
        ("old bias as it is", fold_old_bias_as_it_is, "old bias was not scaled"),
        ("weight only", lambda *case: fold(*case)[0], "expected 2 values"),
    ],
    "batch_norm_backward": [
        ("no mean", backward_with(mean_way=0), "way through the mean is missing"),
        (
            "no variance",
            backward_with(var_way=0),
            "way through the variance is missing",
        ),
        ("constants", backward_with(mean_way=0, var_way=0), "as constants"),
        ("added", backward_with(var_way=-1), "added instead of taken away"),
        ("half", backward_with(var_way=0.5), "counts half"),
        ("eps", backward_with(eps=0.0), "eps is missing"),
        ("gamma", backward_with(gamma=False), "gamma is missing"),
        ("unbiased", backward_with(correction=1), "unbiased"),
        ("averaged", backward_averaged, "were averaged"),
        ("over x", backward_weight_over_x, "collected over x"),
        ("autograd", backward_by_autograd, "without autograd"),
        ("one value", lambda *case: backward(*case)[0], "expected 3 values"),
    ],
    "diagnosis": [
        ("A and B exchanged", (1, 3, 4, 2), "eval()"),
        ("B and C exchanged", (3, 4, 1, 2), "eval()"),
        ("A and C exchanged", (4, 1, 3, 2), "last layer"),
        ("A and D exchanged", (2, 1, 4, 3), "exactly 0"),
        ("one twice", (3, 1, 4, 3), "belongs to one patient"),
    ],
    "deep_network": [
        (
            "PyTorch's weights",
            deep(rule=None, activation=nn.ReLU),
            "reaches the last layer",
        ),
        ("sigmoid", deep(activation=nn.Sigmoid), "the last layer"),
        ("too shallow", deep(depth=18), "19 linear layers"),
        ("too wide", deep(width=120), "the budget is 100"),
        ("normalized", deep(norm=nn.LayerNorm), "without normalization"),
        ("BatchNorm", deep(norm=nn.BatchNorm1d), "without normalization"),
        ("no activation of its own", 3, "should be a function"),
        ("trained network itself", deep()(), "should be a function"),
    ],
    "quiz": [
        ("eval", {**RIGHT_QUIZ, 1: "a"}, "decided by the mode"),
        ("scale", {**RIGHT_QUIZ, 2: "a"}, "grow by the same factor"),
        ("eval mode", {**RIGHT_QUIZ, 3: "b"}, "in evaluation mode"),
        ("mean square", {**RIGHT_QUIZ, 4: "c"}, "mean square"),
        ("steadiness", {**RIGHT_QUIZ, 5: "a"}, "hold their means still"),
    ],
    "how_many_means": [
        ("exchanged", (8, 6, 24), "one per sample"),
        ("groups of one sample", (6, 8, 3), "its own groups"),
        ("groups of channels", (6, 8, 18), "its own groups"),
        ("instances", (6, 8, 48), "InstanceNorm"),
        ("per pixel", (150, 8, 24), "height and width"),
        ("a slip", (6, 8, 25), "Count the regions"),
    ],
}


def small_network():
    torch.manual_seed(1)
    layers = nn.Flatten(), nn.Linear(4, 5), nn.BatchNorm1d(5), nn.Tanh()
    return nn.Sequential(*layers, nn.Linear(5, 3))


def test_patients_differ_from_the_network_in_one_thing_each():
    model = small_network()
    model(torch.randn(20, 2, 2))
    before = {name: value.clone() for name, value in model.state_dict().items()}
    ward = patients(model)
    modes = {name: patient.training for name, patient in ward.items()}
    assert modes == {"A": False, "B": True, "C": False, "D": False}
    for name, changed in (
        ("A", {"2.running_mean", "2.running_var"}),
        ("B", set()),
        ("C", {"4.weight", "4.bias"}),
        ("D", {"2.running_mean", "2.running_var", "2.num_batches_tracked"}),
    ):
        state = ward[name].state_dict()
        assert {k for k in before if not torch.equal(before[k], state[k])} == changed
    assert all(torch.equal(before[k], v) for k, v in model.state_dict().items())
    assert model.training


def test_patients_are_the_same_each_time():
    model = small_network()
    first, second = (patients(model)["C"][-1].weight for _ in range(2))
    assert torch.equal(first, second)
