"""Random inputs of every exercise that asks for a function, of every legal size."""

import random

import torch
from torch import Tensor

__all__ = ["random_inputs"]


def random_inputs(name: str, count: int, seed: int = 0) -> list[tuple]:
    """Return tuples of arguments for the function of an exercise."""
    draw = random.Random(seed)
    state = torch.get_rng_state()
    torch.manual_seed(seed)
    try:
        return [_INPUTS[name](draw.randint) for _ in range(count)]
    finally:
        torch.set_rng_state(state)


def _randn(*shape: int) -> Tensor:
    return torch.randn(*shape, dtype=torch.float64)


def _conv2d(n):
    rows, columns = n(1, 4), n(1, 4)
    return _randn(rows + n(0, 4), columns + n(0, 4)), _randn(rows, columns)


def _conv_backward(n):
    samples, channels, outputs = n(1, 3), n(1, 3), n(1, 3)
    rows, columns, height, width = n(1, 3), n(1, 3), n(1, 4), n(1, 4)
    return (
        _randn(samples, channels, rows + height - 1, columns + width - 1),
        _randn(outputs, channels, rows, columns),
        _randn(samples, outputs, height, width),
    )


def _output_size(n):
    kernel_size, dilation, padding = n(1, 6), n(1, 4), n(0, 4)
    reach = dilation * (kernel_size - 1) + 1
    return (
        max(1, reach - 2 * padding) + n(0, 20),
        kernel_size,
        n(1, 5),
        padding,
        dilation,
    )


def _mean_pool(n):
    size = n(1, 4)
    return _randn(n(1, 3), n(1, 4), size + n(0, 6), size + n(0, 6)), size


def _max_pool(n):
    size, stride = n(1, 3), n(1, 3)
    x = torch.randint(-4, 4, (size + n(0, 4), size + n(0, 4))).double() / 2  # with ties
    rows, columns = ((side - size) // stride + 1 for side in x.shape)
    return x, size, stride, _randn(rows, columns)


def _receptive_field(n):
    return ([(n(1, 5), n(1, 3), n(0, 3), n(1, 3)) for _ in range(n(1, 5))],)


def _cross_entropy(n):
    samples, classes = n(1, 6), n(2, 6)
    logits = n(1, 3) ** 6 * _randn(samples, classes)
    return logits, torch.randint(classes, (samples,))


def _backward(n):
    samples, inputs, hidden, classes = n(1, 6), n(1, 5), n(1, 5), n(2, 5)
    weights = _randn(hidden, inputs), _randn(hidden)
    last = _randn(classes, hidden), _randn(classes)
    targets = torch.randint(classes, (samples,))
    return _randn(samples, inputs), targets, *weights, *last


def _surest_mistakes(n):
    samples, classes = n(6, 30), n(2, 6)
    logits = 2 * _randn(samples, classes)
    labels = torch.randint(classes, (samples,))
    wrong = int((logits.argmax(dim=1) != labels).sum())
    return logits, labels, n(1, max(1, wrong))


def _slide(n):
    size, channels, outputs = n(1, 4), n(1, 4), n(1, 4)
    maps = _randn(n(1, 3), channels, size + n(0, 4), size + n(0, 4))
    return maps, _randn(outputs, channels * size * size), _randn(outputs), size


def _calibration_error(n):
    samples, bins = n(1, 40), n(1, 12)
    confidence = torch.rand(samples, dtype=torch.float64)
    confidence[torch.rand(samples) < 0.1] = 1.0
    return confidence, torch.rand(samples) < 0.6, bins


def _center_of_mass(n):
    image = torch.rand(n(1, 7), n(1, 7), dtype=torch.float64)
    image[image < 0.3] = 0
    image[n(1, len(image)) - 1, 0] = 0.5
    return (image,)


def _batch_norm(n):
    channels = n(1, 5)
    sides = (n(1, 5), n(1, 5)) if n(0, 1) else ()
    vectors = (_randn(channels) for _ in range(3))
    var = _randn(channels).abs() + 0.1
    x = _randn(n(2, 6), channels, *sides) * 10.0 ** -n(0, 2) + 1
    return x, *vectors, var, bool(n(0, 1))


def _batch_norm_backward(n):
    channels = n(1, 5)
    sides = (n(1, 5), n(1, 5)) if n(0, 1) else ()
    shape = (n(2, 6), channels, *sides)
    return _randn(*shape), _randn(*shape) * 10.0 ** -n(0, 2) + 1, _randn(channels)


def _fold(n):
    outputs, size = n(1, 5), n(1, 4)
    vectors = (_randn(outputs) for _ in range(4))
    var = 10.0 ** -n(0, 4) * _randn(outputs).abs() + 1e-6
    return _randn(outputs, n(1, 5), size, size), *vectors, var


def _pointwise(n):
    inputs, outputs = n(1, 5), n(1, 5)
    x = _randn(n(1, 3), inputs, n(1, 5), n(1, 5))
    return x, _randn(outputs, inputs), _randn(outputs)


def _ablate(n):
    channels = n(1, 6)
    start = n(0, channels - 1)
    return _randn(n(1, 4), channels, n(1, 4), n(1, 4)), start, n(start + 1, channels)


def _separable_backward(n):
    pictures, channels, outputs = n(1, 3), n(1, 4), n(1, 4)
    sides = n(1, 5), n(1, 5)
    weights = _randn(channels, 3, 3), _randn(outputs, channels)
    return (
        _randn(pictures, channels, *sides),
        *weights,
        _randn(pictures, outputs, *sides),
    )


def _pre_activation(n):
    channels, between = n(1, 4), n(1, 4)
    x = _randn(n(1, 3), channels, n(2, 6), n(2, 6))
    return x, _randn(between, channels, 3, 3), _randn(channels, between, 3, 3)


def _zero_padded(n):
    channels = n(1, 4)
    return _randn(n(1, 3), channels, n(1, 7), n(1, 7)), channels + n(0, 4)


def _run_cell(n):
    steps, samples, inputs, hidden = n(1, 5), n(1, 4), n(1, 4), n(1, 4)
    state = _randn(samples, hidden)
    return _randn(steps, samples, inputs), state, *_cell(hidden, inputs, 1)


def _bptt(n):
    x, h0, w_ih, w_hh, b, _ = _run_cell(n)
    return x, h0, w_ih, w_hh, b, _randn(*h0.shape)


def _cell(hidden: int, inputs: int, gates: int) -> tuple[Tensor, ...]:
    rows = gates * hidden
    return _randn(rows, inputs), _randn(rows, hidden), _randn(rows), _randn(rows)


def _clip(n):
    scale = 10.0 ** -n(0, 2) if n(0, 9) else 0.0
    first = scale * _randn(*(n(1, 4) for _ in range(n(1, 3))))
    return first, scale * _randn(n(1, 4)), n(1, 30) / 10


def _gru_cell(n):
    samples, inputs, hidden = n(1, 4), n(1, 4), n(1, 4)
    return _randn(samples, inputs), _randn(samples, hidden), *_cell(hidden, inputs, 3)


def _lstm(n):
    steps, samples, inputs, hidden = n(1, 4), n(1, 3), n(1, 4), n(1, 3)
    states = _randn(2, samples, hidden), _randn(2, samples, hidden)
    layers = *_cell(hidden, inputs, 4), *_cell(hidden, hidden, 4)
    return _randn(steps, samples, inputs), *states, *layers


def _perplexity(n):
    logits = 2 * _randn(n(1, 4), n(1, 5), n(2, 6))
    return logits, torch.randint(logits.shape[2], logits.shape[:2])


def _attend(n):
    states = _randn(n(1, 5), n(1, 4), n(1, 5))
    return states, _randn(*states.shape[1:])


def _channel_statistics(n):
    return (_randn(n(1, 5), n(1, 4), n(2, 5), n(1, 5)),)


def _crop(n):
    pictures, padding = n(1, 5), n(0, 3)
    top = torch.randint(2 * padding + 1, (pictures,))
    left = torch.randint(2 * padding + 1, (pictures,))
    return _randn(pictures, n(1, 3), n(1, 6), n(1, 6)), top, left, padding


def _grad_cam(n):
    shape = n(1, 6), n(1, 5), n(1, 5)
    return _randn(*shape), _randn(*shape)


_INPUTS = {
    "convolution.echo": lambda n: (_randn(n(1, 7)), _randn(n(1, 7))),
    "convolution.conv2d": _conv2d,
    "convolution.output_size": _output_size,
    "convolution.conv_backward": _conv_backward,
    "pooling.mean_pool": _mean_pool,
    "pooling.max_pool": _max_pool,
    "pooling.receptive_field": _receptive_field,
    "mlp.cross_entropy": _cross_entropy,
    "mlp.backward": _backward,
    "mlp.surest_mistakes": _surest_mistakes,
    "cnn.slide": _slide,
    "cnn.calibration_error": _calibration_error,
    "cnn.center_of_mass": _center_of_mass,
    "batchnorm.batch_norm": _batch_norm,
    "batchnorm.batch_norm_backward": _batch_norm_backward,
    "batchnorm.fold": _fold,
    "inception.pointwise": _pointwise,
    "inception.ablate": _ablate,
    "inception.separable_backward": _separable_backward,
    "residual.pre_activation": _pre_activation,
    "residual.zero_padded": _zero_padded,
    "recurrence.run_cell": _run_cell,
    "recurrence.clip": _clip,
    "gates.gru_cell": _gru_cell,
    "gates.lstm": _lstm,
    "gates.perplexity": _perplexity,
    "gates.attend": _attend,
    "recurrence.bptt": _bptt,
    "cifar10.channel_statistics": _channel_statistics,
    "cifar10.crop": _crop,
    "cifar10.grad_cam": _grad_cam,
}
