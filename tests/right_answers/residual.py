"""Right answers to the exercises of the lesson on residual, in other styles."""

import torch
import torch.nn.functional as F

__all__ = ["STYLES"]


def pre_activation_summed(x, weight1, weight2):
    y = F.conv2d(x.clamp(min=0), weight1, padding=1)
    branch = F.conv2d(y.clamp(min=0), weight2, padding=1)
    return torch.stack([branch, x]).sum(0)


def zero_padded_filled(x, channels):
    small = x[..., ::2, ::2]
    wide = small.new_zeros(len(x), channels, *small.shape[2:])
    wide[:, : x.shape[1]] = small
    return wide


STYLES = {
    "residual.pre_activation": [pre_activation_summed],
    "residual.zero_padded": [zero_padded_filled],
}
