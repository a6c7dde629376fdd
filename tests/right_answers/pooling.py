"""Right answers to the exercises of the lesson on pooling, in other styles."""

import numpy as np
import torch
import torch.nn.functional as F

__all__ = ["STYLES"]


def mean_pool_reshaped(x, size):
    n, c, h, w = x.shape
    x = x[:, :, : h // size * size, : w // size * size]
    return x.reshape(n, c, h // size, size, w // size, size).mean(dim=(3, 5))


def mean_pool_einsum(x, size):
    n, c, h, w = x.shape
    x = x[:, :, : h // size * size, : w // size * size]
    x = x.reshape(n, c, h // size, size, w // size, size)
    return torch.einsum("nchiwj->nchw", x) / size**2


def mean_pool_in_loops(x, size):
    n, c, h, w = x.shape
    result = torch.zeros(n, c, h // size, w // size)
    for r in range(h // size):
        for k in range(w // size):
            window = x[:, :, r * size : (r + 1) * size, k * size : (k + 1) * size]
            result[:, :, r, k] = window.mean(dim=(2, 3))
    return result


def max_pool_unfolded(x, size, stride, arriving):
    cut = F.unfold(x[None, None], size, stride=stride)[0]
    places = F.unfold(
        torch.arange(x.numel(), dtype=x.dtype).view(1, 1, *x.shape), size, stride=stride
    )[0].long()
    best = cut.argmax(dim=0, keepdim=True)
    winners = places.gather(0, best).flatten()
    gradient = torch.zeros(x.numel(), dtype=x.dtype)
    gradient.index_add_(0, winners, arriving.flatten())
    return cut.gather(0, best).view(arriving.shape), gradient.view(x.shape)


def max_pool_with_indices(x, size, stride, arriving):
    pooled, winners = F.max_pool2d(x[None], size, stride, return_indices=True)
    gradient = x.new_zeros(x.numel())
    for place, value in zip(winners.flatten(), arriving.flatten(), strict=True):
        gradient[place] += value
    return pooled[0], gradient.view(x.shape)


def max_pool_pixel_by_pixel(x, size, stride, arriving):
    pooled, gradient = arriving.clone(), x * 0
    for r in range(len(arriving)):
        for c in range(len(arriving[0])):
            best = (r * stride, c * stride)
            for i in range(r * stride, r * stride + size):
                for j in range(c * stride, c * stride + size):
                    if x[i, j] > x[best]:
                        best = (i, j)
            pooled[r, c] = x[best]
            gradient[best] = gradient[best] + arriving[r, c]
    return [pooled, gradient]


def receptive_field_backward(layers):
    size, first = 1, 0.0
    for kernel_size, stride, padding, dilation in reversed(layers):
        size = (size - 1) * stride + dilation * (kernel_size - 1) + 1
        first = first * stride - padding
    jump = int(np.prod([stride for _, stride, _, _ in layers]))
    return np.array([size, jump, first + (size - 1) / 2])


STYLES = {
    "pooling.mean_pool": [mean_pool_reshaped, mean_pool_einsum, mean_pool_in_loops],
    "pooling.max_pool": [
        max_pool_unfolded,
        max_pool_with_indices,
        max_pool_pixel_by_pixel,
    ],
    "pooling.receptive_field": [receptive_field_backward],
}
