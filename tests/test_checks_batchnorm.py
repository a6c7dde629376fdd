"""Answers to lesson 05's exercises that a learner may give, right and wrong."""

import torch
import torch.nn.functional as F
from torch import nn

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


RIGHT = {
    "batch_norm": [batch_norm, batch_norm_of_torch],
    "numbers_kept": [(64, 65)],
    "fold": [fold, fold_of_torch],
    "moody_network": ["c", "C "],
    "pairs": ["d", "D"],
    "how_many_means": [(6, 8, 24)],
}

UNTRIED = {
    "batch_norm": [lambda x, weight, bias, running_mean, running_var, training: None],
    "numbers_kept": [...],
    "fold": [lambda weight, bias, gamma, beta, mean, var: None],
    "moody_network": [...],
    "pairs": [...],
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
    "moody_network": [
        ("overfitting", "a", "changes its mind"),
        ("order", "b", "hide the fault"),
        ("momentum", "d", "suspect.training"),
    ],
    "pairs": [
        ("learning rate", "a", "same learning rate"),
        ("running statistics", "b", "are not used"),
        ("unbiased", "c", "only stored"),
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
