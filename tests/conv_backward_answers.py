"""The backward pass of a convolution as a learner may write it, right and wrong."""

import torch
import torch.nn.functional as F

__all__ = [
    "conv_backward",
    "conv_backward_changed",
    "conv_backward_last_position",
    "conv_backward_of_autograd",
]


def conv_backward(x, weight, arriving, *, add=True, turned=False, mean=False):
    """Go through the positions as the lesson does, with slips on demand."""
    of_x, of_weight = torch.zeros_like(x), torch.zeros_like(weight)
    rows, columns = weight.shape[2:]
    back = weight.flip(2, 3) if turned else weight
    for r in range(arriving.shape[2]):
        for c in range(arriving.shape[3]):
            g = arriving[:, :, r, c]
            window = (..., slice(r, r + rows), slice(c, c + columns))
            stamp = torch.einsum("no,ockl->nckl", g, back)
            of_x[window] = of_x[window] + stamp if add else stamp
            of_weight += torch.einsum("no,nckl->ockl", g, x[window])
    dims = (0, 2, 3)
    return of_x, of_weight, arriving.mean(dims) if mean else arriving.sum(dims)


def conv_backward_of_autograd(x, weight, arriving):
    x, weight = x.clone().requires_grad_(), weight.clone().requires_grad_()
    y = F.conv2d(x, weight)
    return *torch.autograd.grad(y, (x, weight), arriving), arriving.sum((0, 2, 3))


def conv_backward_last_position(x, weight, arriving):
    of_x, _, of_bias = conv_backward(x, weight, arriving)
    pixels = x[:, :, -weight.shape[2] :, -weight.shape[3] :]
    last = torch.einsum("no,nckl->ockl", arriving[:, :, -1, -1], pixels)
    return of_x, last, of_bias


def conv_backward_changed(change):
    return lambda *case: change(*conv_backward(*case))
