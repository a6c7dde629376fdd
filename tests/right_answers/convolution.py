"""Right answers to the exercises of the lesson on convolution, in other styles."""

import numpy as np
import torch
import torch.nn.functional as F

__all__ = ["STYLES"]


def echo_by_index(signal, response):
    sound = torch.zeros(len(signal) + len(response) - 1, dtype=signal.dtype)
    places = torch.arange(len(signal))[:, None] + torch.arange(len(response))
    return sound.index_add(0, places.flatten(), torch.outer(signal, response).flatten())


def echo_with_two_loops(signal, response):
    sound = [0.0] * (len(signal) + len(response) - 1)
    for n in range(len(signal)):
        for k in range(len(response)):
            sound[n + k] += float(signal[n]) * float(response[k])
    return torch.tensor(sound, dtype=signal.dtype)


def echo_of_numpy(signal, response):
    return torch.from_numpy(np.convolve(signal.numpy(), response.numpy()))


def windows(image, rows, columns):
    return image.unfold(0, rows, 1).unfold(1, columns, 1)


def conv2d_einsum(image, kernel):
    return torch.einsum("rckl,kl->rc", windows(image, *kernel.shape), kernel)


def conv2d_over_weights(image, kernel):
    height = image.shape[0] - kernel.shape[0] + 1
    width = image.shape[1] - kernel.shape[1] + 1
    return sum(
        kernel[k, j] * image[k : k + height, j : j + width]
        for k in range(kernel.shape[0])
        for j in range(kernel.shape[1])
    )


def conv2d_stacked(image, kernel):
    height = image.shape[0] - kernel.shape[0] + 1
    width = image.shape[1] - kernel.shape[1] + 1
    rows, columns = kernel.shape
    values = [
        torch.sum(torch.mul(image[r : r + rows, c : c + columns], kernel))
        for r in range(height)
        for c in range(width)
    ]
    return torch.stack(values).view(height, width)


def output_size_counted(size, kernel_size, stride, padding, dilation):
    reach, first, count = dilation * (kernel_size - 1) + 1, -padding, 0
    while first + reach <= size + padding:
        first, count = first + stride, count + 1
    return count


def conv_backward_by_convolutions(x, weight, arriving):
    of_x = F.conv_transpose2d(arriving, weight)
    of_weight = F.conv2d(x.transpose(0, 1), arriving.transpose(0, 1))
    return of_x, of_weight.transpose(0, 1), arriving.sum(dim=(0, 2, 3))


def conv_backward_by_unfold(x, weight, arriving):
    columns, g = F.unfold(x, weight.shape[2:]), arriving.flatten(2)
    of_columns = weight.flatten(1).T @ g
    of_x = F.fold(of_columns, x.shape[2:], weight.shape[2:])
    of_weight = torch.einsum("nop,nkp->ok", g, columns).view(weight.shape)
    return of_x, of_weight, g.sum(dim=(0, 2))


def conv_backward_pixel_by_pixel(x, weight, arriving):
    of_x, of_weight = x.new_zeros(x.shape), weight.new_zeros(weight.shape)
    of_bias = arriving.new_zeros(len(weight))
    for n, o in np.ndindex(*arriving.shape[:2]):
        of_bias[o] += arriving[n, o].sum()
        for r, c in np.ndindex(*arriving.shape[2:]):
            for i, j in np.ndindex(*weight.shape[2:]):
                g = arriving[n, o, r, c]
                of_x[n, :, r + i, c + j] += g * weight[o, :, i, j]
                of_weight[o, :, i, j] += g * x[n, :, r + i, c + j]
    return of_x, of_weight, of_bias


STYLES = {
    "convolution.echo": [echo_by_index, echo_with_two_loops, echo_of_numpy],
    "convolution.conv2d": [conv2d_einsum, conv2d_over_weights, conv2d_stacked],
    "convolution.output_size": [output_size_counted],
    "convolution.conv_backward": [
        conv_backward_by_convolutions,
        conv_backward_by_unfold,
        conv_backward_pixel_by_pixel,
    ],
}
