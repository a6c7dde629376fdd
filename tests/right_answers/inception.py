"""Right answers to the exercises of the lesson on inception, in other styles."""

import torch
import torch.nn.functional as F

__all__ = ["STYLES"]


def windows(image, rows, columns):
    return image.unfold(0, rows, 1).unfold(1, columns, 1)


def pointwise_einsum(x, weight, bias):
    return torch.einsum("oc,nchw->nohw", weight, x) + bias.view(1, -1, 1, 1)


def pointwise_in_a_loop(x, weight, bias):
    maps = [sum(w * m for w, m in zip(row, x.unbind(1), strict=True)) for row in weight]
    return torch.stack([m + b for m, b in zip(maps, bias, strict=True)], dim=1)


def ablate_by_mask(maps, start, stop):
    channel = torch.arange(maps.shape[1]).view(1, -1, 1, 1)
    mean = maps.mean(dim=(0, 2, 3), keepdim=True)
    return torch.where((channel >= start) & (channel < stop), mean, maps)


def separable_backward_transposed(x, d, p, toward):
    grad_m = F.conv2d(toward, p.T[:, :, None, None])
    m = F.conv2d(x, d[:, None], padding=1, groups=len(d))
    windows = F.unfold(x, 3, padding=1).view(*x.shape[:2], 9, -1)
    grad_d = (windows * grad_m.flatten(2)[:, :, None]).sum(dim=(0, 3))
    grad_x = F.conv_transpose2d(grad_m, d[:, None], padding=1, groups=len(d))
    grad_p = sum(
        t.flatten(1) @ one.flatten(1).T for t, one in zip(toward, m, strict=True)
    )
    return [grad_x, grad_d.view_as(d), grad_p]


def separable_backward_flipped(x, d, p, toward):
    grad_m = torch.tensordot(toward, p, dims=([1], [0])).movedim(-1, 1)
    turned = d.flip(1, 2)[:, None]
    grad_x = F.conv2d(grad_m, turned, padding=1, groups=len(d))
    seen = F.pad(x, (1, 1, 1, 1)).unfold(2, 3, 1).unfold(3, 3, 1)
    m = (seen * d[:, None, None]).sum(dim=(-2, -1))
    grad_d = (seen * grad_m[..., None, None]).sum(dim=(0, 2, 3))
    return grad_x, grad_d, torch.einsum("nohw,nchw->oc", toward, m)


STYLES = {
    "inception.pointwise": [pointwise_einsum, pointwise_in_a_loop],
    "inception.ablate": [ablate_by_mask],
    "inception.separable_backward": [
        separable_backward_transposed,
        separable_backward_flipped,
    ],
}
