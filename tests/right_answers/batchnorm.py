"""Right answers to the exercises of the lesson on batchnorm, in other styles."""

import torch

__all__ = ["STYLES"]


def batch_norm_by_lerp(x, weight, bias, running_mean, running_var, training):
    if training:
        flat = x.transpose(0, 1).flatten(1)
        mean, var = flat.mean(1), flat.var(1, correction=0)
        running_mean = torch.lerp(running_mean, mean, 0.1)
        running_var = running_var.lerp(flat.var(1), 0.1)
    else:
        mean, var = running_mean, running_var
    mean, var, weight, bias = (
        v[(None, slice(None), *[None] * (x.ndim - 2))]
        for v in (mean, var, weight, bias)
    )
    output = torch.add((x - mean) * (var + 1e-5).rsqrt() * weight, bias)
    return output, running_mean, running_var


def batch_norm_channel_by_channel(x, weight, bias, running_mean, running_var, training):
    channels, means, variances = [], running_mean.clone(), running_var.clone()
    for c in range(x.shape[1]):
        part = x[:, c]
        mean, var = running_mean[c], running_var[c]
        if training:
            mean, var = part.mean(), ((part - part.mean()) ** 2).mean()
            means[c] = 0.9 * means[c] + 0.1 * mean
            n = part.numel()
            variances[c] = 0.9 * variances[c] + 0.1 * var * n / (n - 1)
        channels.append((part - mean) / torch.sqrt(var + 1e-5) * weight[c] + bias[c])
    return torch.stack(channels, dim=1), means, variances


def batch_norm_backward_by_flat_channels(grad, x, weight):
    flat, sent = (v.transpose(0, 1).flatten(1) for v in (x, grad))
    count = flat.shape[1]
    centered = flat - flat.mean(1, keepdim=True)
    inverse = (centered.square().mean(1, keepdim=True) + 1e-5).rsqrt()
    hat = centered * inverse
    bias, scale = sent.sum(1), torch.einsum("cm,cm->c", sent, hat)
    back = count * sent - bias[:, None] - hat * scale[:, None]
    back = back * inverse * weight[:, None] / count
    shape = x.transpose(0, 1).shape
    return back.view(shape).transpose(0, 1), scale, bias


def batch_norm_backward_step_by_step(grad, x, weight):
    axes, one = (0, *range(2, x.ndim)), (1, -1, *[1] * (x.ndim - 2))
    count = x.numel() / x.shape[1]
    centered = x - x.mean(axes).view(one)
    var = (centered**2).mean(axes)
    root = torch.sqrt(var + 1e-5).view(one)
    inner = grad * weight.view(one)
    d_var = (inner * centered * -0.5 / root**3).sum(axes).view(one)
    d_centered = inner / root + d_var * 2 * centered / count
    d_mean = -d_centered.sum(axes).view(one)
    hat = centered / root
    return d_centered + d_mean / count, (grad * hat).sum(axes), grad.sum(axes)


def fold_einsum(weight, bias, gamma, beta, mean, var):
    scale = gamma * (var + 1e-5).rsqrt()
    return torch.einsum("oikl,o->oikl", weight, scale), beta + scale * (bias - mean)


def fold_in_a_loop(weight, bias, gamma, beta, mean, var):
    weight, bias = weight.clone(), bias.clone()
    for o in range(len(weight)):
        scale = gamma[o] / (var[o] + 1e-5) ** 0.5
        weight[o] *= scale
        bias[o] = (bias[o] - mean[o]) * scale + beta[o]
    return weight, bias


STYLES = {
    "batchnorm.batch_norm": [batch_norm_by_lerp, batch_norm_channel_by_channel],
    "batchnorm.batch_norm_backward": [
        batch_norm_backward_by_flat_channels,
        batch_norm_backward_step_by_step,
    ],
    "batchnorm.fold": [fold_einsum, fold_in_a_loop],
}
