"""Right answers in other styles than the solutions: vectorized, einsum, in loops."""

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


def cross_entropy_of_torch(logits, targets):
    return F.cross_entropy(logits, targets)


def cross_entropy_einsum(logits, targets):
    log_p = logits - torch.logsumexp(logits, dim=1, keepdim=True)
    truth = F.one_hot(targets, logits.shape[1]).to(logits.dtype)
    return -torch.einsum("nc,nc->", truth, log_p) / len(logits)


def cross_entropy_in_a_loop(logits, targets):
    losses = []
    for row, target in zip(logits, targets, strict=True):
        shifted = row - row.max()
        losses.append(shifted.exp().sum().log() - shifted[target])
    return torch.stack(losses).sum(0) / len(losses)


def backward_einsum(x, targets, w1, b1, w2, b2):
    hidden = (x @ w1.T + b1).clamp(min=0)
    delta = (hidden @ w2.T + b2).softmax(1)
    delta[torch.arange(len(x)), targets] -= 1
    delta /= len(x)
    blame = torch.einsum("nc,ch->nh", delta, w2)
    blame[hidden == 0] = 0
    first = torch.einsum("nh,nd->hd", blame, x)
    second = torch.einsum("nc,nh->ch", delta, hidden)
    return [
        first,
        blame.sum(0),
        second,
        delta.sum(0),
        torch.einsum("nh,hd->nd", blame, w1),
    ]


def backward_sample_by_sample(x, targets, w1, b1, w2, b2):
    sums = [torch.zeros_like(w) for w in (w1, b1, w2, b2)]
    at_x = []
    for sample, target in zip(x, targets, strict=True):
        hidden = F.relu(w1 @ sample + b1)
        delta = F.softmax(w2 @ hidden + b2, dim=0)
        delta[target] -= 1
        blame = (w2.T @ delta) * (hidden > 0)
        parts = torch.outer(blame, sample), blame, torch.outer(delta, hidden), delta
        for total, part in zip(sums, parts, strict=True):
            total += part
        at_x.append(w1.T @ blame)
    return *(total / len(x) for total in sums), torch.stack(at_x) / len(x)


def surest_mistakes_sorted(logits, labels, count):
    p = F.softmax(logits, dim=-1)
    wrong = [n for n in range(len(p)) if p[n].argmax() != labels[n]]
    wrong.sort(key=lambda n: -p[n].max().item())
    return torch.tensor(wrong[:count])


def surest_mistakes_by_topk(logits, labels, count):
    best, predicted = torch.softmax(logits, 1).max(1)
    return (best * (predicted != labels)).topk(count).indices


def slide_einsum(maps, weight, bias, size):
    kernel = weight.view(len(weight), -1, size, size)
    parts = maps.unfold(2, size, 1).unfold(3, size, 1)
    return torch.einsum("nchwij,ocij->nohw", parts, kernel) + bias[:, None, None]


def calibration_error_vectorized(confidence, correct, bins):
    place = (confidence * bins).long().clamp(max=bins - 1)
    inside = F.one_hot(place, bins).to(confidence.dtype)
    return (inside.T @ (correct.to(confidence.dtype) - confidence)).abs().sum() / len(
        confidence
    )


def calibration_error_of_numpy(confidence, correct, bins):
    p, right, error = confidence.numpy(), correct.numpy(), 0.0
    place = np.minimum((p * bins).astype(int), bins - 1)
    for b in np.unique(place):
        error += abs(right[place == b].mean() - p[place == b].mean()) * np.mean(
            place == b
        )
    return error


def center_of_mass_einsum(image):
    rows, columns = (torch.arange(n).to(image) for n in image.shape)
    row = torch.einsum("rc,r->", image, rows)
    return row / image.sum(), torch.einsum("rc,c->", image, columns) / image.sum()


def center_of_mass_in_loops(image):
    row = column = mass = 0.0
    for r in range(image.shape[0]):
        for c in range(image.shape[1]):
            row, column = row + r * image[r, c], column + c * image[r, c]
            mass = mass + image[r, c]
    return [row / mass, column / mass]


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


def pointwise_einsum(x, weight, bias):
    return torch.einsum("oc,nchw->nohw", weight, x) + bias.view(1, -1, 1, 1)


def pointwise_in_a_loop(x, weight, bias):
    maps = [sum(w * m for w, m in zip(row, x.unbind(1), strict=True)) for row in weight]
    return torch.stack([m + b for m, b in zip(maps, bias, strict=True)], dim=1)


def ablate_by_mask(maps, start, stop):
    channel = torch.arange(maps.shape[1]).view(1, -1, 1, 1)
    mean = maps.mean(dim=(0, 2, 3), keepdim=True)
    return torch.where((channel >= start) & (channel < stop), mean, maps)


<<<<<<< HEAD
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


def residual_block_summed(x, weight1, weight2):
    branch = F.conv2d(F.conv2d(x, weight1, padding=1).relu(), weight2, padding=1)
    return torch.stack([branch, x]).sum(0).clamp(min=0)
=======
def pre_activation_summed(x, weight1, weight2):
    y = F.conv2d(x.clamp(min=0), weight1, padding=1)
    branch = F.conv2d(y.clamp(min=0), weight2, padding=1)
    return torch.stack([branch, x]).sum(0)
>>>>>>> lesson07


def zero_padded_filled(x, channels):
    small = x[..., ::2, ::2]
    wide = small.new_zeros(len(x), channels, *small.shape[2:])
    wide[:, : x.shape[1]] = small
    return wide


def run_cell_in_place(x, h, w_ih, w_hh, b_ih, b_hh):
    states = []
    for t in range(len(x)):
        h = F.linear(x[t], w_ih, b_ih) + F.linear(h, w_hh, b_hh)
        h = h.tanh()
        states += [h]
    return torch.stack(states), states[-1]


def clip_of_torch(first, second, limit):
    norm = torch.linalg.vector_norm(torch.cat([first.flatten(), second.flatten()]))
    factor = (limit / norm).clamp(max=1) if norm else torch.tensor(1.0)
    return [first * factor, second * factor]


def gru_cell_by_lerp(x, h, w_ih, w_hh, b_ih, b_hh):
    size = h.shape[1]
    from_x, from_h = F.linear(x, w_ih, b_ih), F.linear(h, w_hh, b_hh)
    gates = torch.sigmoid(from_x[:, : 2 * size] + from_h[:, : 2 * size])
    r, z = gates[:, :size], gates[:, size:]
    return torch.lerp(
        torch.tanh(from_x[:, 2 * size :] + r * from_h[:, 2 * size :]), h, z
    )


def channel_statistics_in_a_loop(images):
    flat = [images[:, c].flatten() for c in range(images.shape[1])]
    means = torch.stack([part.mean() for part in flat])
    return means, torch.stack([((p - p.mean()) ** 2).mean().sqrt() for p in flat])


def crop_by_index(images, top, left, padding):
    n, _, h, w = images.shape
    padded = F.pad(images, (padding,) * 4)
    rows = (top[:, None] + torch.arange(h))[:, :, None]
    columns = (left[:, None] + torch.arange(w))[:, None, :]
    picked = padded.movedim(1, -1)[torch.arange(n)[:, None, None], rows, columns]
    return picked.movedim(-1, 1)


def grad_cam_einsum(maps, gradients):
    return torch.einsum("chw,c->hw", maps, gradients.mean((1, 2))).clamp(min=0)


def grad_cam_in_a_loop(maps, gradients):
    total = torch.zeros(maps.shape[1:])
    for one, gradient in zip(maps, gradients, strict=True):
        total += gradient.mean() * one
    return torch.relu(total)


STYLES = {
    "convolution.echo": [echo_by_index, echo_with_two_loops, echo_of_numpy],
    "convolution.conv2d": [conv2d_einsum, conv2d_over_weights, conv2d_stacked],
    "convolution.output_size": [output_size_counted],
    "convolution.conv_backward": [
        conv_backward_by_convolutions,
        conv_backward_by_unfold,
        conv_backward_pixel_by_pixel,
    ],
    "pooling.mean_pool": [mean_pool_reshaped, mean_pool_einsum, mean_pool_in_loops],
    "pooling.max_pool": [
        max_pool_unfolded,
        max_pool_with_indices,
        max_pool_pixel_by_pixel,
    ],
    "pooling.receptive_field": [receptive_field_backward],
    "mlp.cross_entropy": [
        cross_entropy_of_torch,
        cross_entropy_einsum,
        cross_entropy_in_a_loop,
    ],
    "mlp.backward": [backward_einsum, backward_sample_by_sample],
    "mlp.surest_mistakes": [surest_mistakes_sorted, surest_mistakes_by_topk],
    "cnn.slide": [slide_einsum],
    "cnn.calibration_error": [calibration_error_vectorized, calibration_error_of_numpy],
    "cnn.center_of_mass": [center_of_mass_einsum, center_of_mass_in_loops],
    "batchnorm.batch_norm": [batch_norm_by_lerp, batch_norm_channel_by_channel],
    "batchnorm.batch_norm_backward": [
        batch_norm_backward_by_flat_channels,
        batch_norm_backward_step_by_step,
    ],
    "batchnorm.fold": [fold_einsum, fold_in_a_loop],
    "inception.pointwise": [pointwise_einsum, pointwise_in_a_loop],
    "inception.ablate": [ablate_by_mask],
<<<<<<< HEAD
    "inception.separable_backward": [
        separable_backward_transposed,
        separable_backward_flipped,
    ],
    "residual.residual_block": [residual_block_summed],
=======
    "residual.pre_activation": [pre_activation_summed],
>>>>>>> lesson07
    "residual.zero_padded": [zero_padded_filled],
    "recurrence.run_cell": [run_cell_in_place],
    "recurrence.clip": [clip_of_torch],
    "recurrence.gru_cell": [gru_cell_by_lerp],
    "cifar10.channel_statistics": [channel_statistics_in_a_loop],
    "cifar10.crop": [crop_by_index],
    "cifar10.grad_cam": [grad_cam_einsum, grad_cam_in_a_loop],
}
