"""A pad to draw digits on, and ten probabilities that follow the pen."""

import json
from itertools import pairwise
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from IPython.display import display
from matplotlib.figure import Figure
from torch import nn

from lessons_lib.digits.layers import layers_of
from lessons_lib.digits.network import trained_network
from lessons_lib.digits.reading import Reading, read_digit
from lessons_lib.figures.output import mime_bundle
from lessons_lib.figures.style import INK
from lessons_lib.runtime import live

__all__ = ["EXAMPLES", "drawn", "pad"]

SCRIPT = "\n".join(
    Path(__file__).with_name(name).read_text(encoding="utf-8")
    for name in ("network.js", "pad.js")
)
SIDE = 280  # pixels of the pad
PEN = 22  # pixels

Strokes = list[list[tuple[float, float]]]
# What somebody may have drawn: corners of strokes, in tenths of the pad's sides.
EXAMPLES: dict[str, Strokes] = {
    "a 2": [[(3, 3), (4, 2), (6, 2), (7, 3), (6.8, 4.5), (3, 8), (7.5, 8)]],
    "a 7 with a bar": [[(3, 2.2), (7.2, 2.2), (4.6, 8.2)], [(3.8, 5.2), (7, 5.2)]],
    "a 1 with a flag": [[(4.1, 2.6), (5.2, 2), (4.9, 8)]],
    "a 9, not closed": [
        [(4.94, 2), (3.4, 2), (3.2, 4.4), (3.9, 5), (6.2, 4.8)],
        [(6.2, 2), (6.2, 8.2)],
    ],
}


def pad(model: nn.Module | None = None) -> None:
    """Let the reader draw a digit, and show what a network reads in it.

    A live notebook gets a pad for mouse, finger, pen or keyboard. The network runs in
    the page: the pad needs no kernel and works when the notebook is opened again.
    Print, unattended runs and readers without scripts get a few drawn digits and what
    the network reads in them.

    Args:
        model: a chain of layers as `layers_of` takes it, from images (N, 1, 28, 28),
            float32 in [0, 1], to logits (N, 10); None takes `trained_network`.

    Raises:
        ValueError: a layer is of a kind that the pad can't compute, or the model
            doesn't give ten logits.
    """
    model = trained_network() if model is None else model
    layers = layers_of(model)
    readings = {
        name: read_digit(model, drawn(strokes)) for name, strokes in EXAMPLES.items()
    }
    found = [f"in {name}, {_in_words(reading)}" for name, reading in readings.items()]
    alt = f"What the network reads in four drawn digits: {'; '.join(found)}."
    figure = _figure(readings)
    bundle, metadata = mime_bundle(figure, alt)
    if live():
        start = f"{SCRIPT.strip()}({json.dumps(layers)}, {json.dumps(INK)});"
        bundle["text/html"] += f"<script>(() => {{\n{start}\n}})()</script>"
    display(bundle, raw=True, metadata=metadata)


def drawn(strokes: Strokes) -> np.ndarray:
    """Draw strokes with a round pen, as the pad does.

    Args:
        strokes: corners (right, down) of each stroke, in tenths of the pad's sides.

    Returns:
        Array (280, 280), uint8, ink 255 on 0.
    """
    pixels = np.stack(np.meshgrid(*2 * [np.arange(SIDE) + 0.5]), axis=-1)
    distance = np.full((SIDE, SIDE), np.inf)
    for stroke in strokes:
        corners = SIDE / 10 * np.array(stroke)
        for a, b in pairwise(corners):
            along = np.clip((pixels - a) @ (b - a) / ((b - a) @ (b - a)), 0, 1)
            away = pixels - a - along[..., None] * (b - a)
            distance = np.minimum(distance, np.linalg.norm(away, axis=-1))
    ink = np.clip(PEN / 2 - distance + 0.5, 0, 1)  # a soft edge, one pixel wide
    return (255 * ink).round().astype(np.uint8)


def percent(share: float) -> str:
    """Return a probability in whole percent, and never as 0% or 100%."""
    return "<1%" if share < 0.01 else ">99%" if share > 0.99 else f"{share:.0%}"


def _best(reading: Reading) -> list[tuple[int, float]]:
    """Return the three most likely digits and their probabilities."""
    shares, digits = reading.probabilities.topk(3)
    return list(zip(digits.tolist(), shares.tolist(), strict=True))


def _in_words(reading: Reading) -> str:
    """Return the most likely digit, and what else is likely at all."""
    (first, sure), *others = _best(reading)
    likely = [f"{digit} ({percent(p)})" for digit, p in others if p >= 0.01]
    return ", then ".join([f"{first} ({percent(sure)})", *likely])


def _figure(readings: dict[str, Reading]) -> Figure:
    fig, axes = plt.subplots(
        2, len(readings), figsize=(6.6, 2.7), height_ratios=[2.4, 1], squeeze=False
    )
    for (seen, bars), (name, reading) in zip(axes.T, readings.items(), strict=True):
        seen.imshow(1 - reading.image[0, 0].numpy(), vmin=0, vmax=1)
        seen.set_title(name, fontsize=8, loc="center")
        seen.set(xticks=[], yticks=[])
        seen.spines[:].set(visible=True, color=INK["quiet"], linewidth=0.6)
        digits, shares = zip(*_best(reading), strict=True)
        lengths = bars.barh(range(3), shares, color=INK["train"])
        bars.bar_label(lengths, [percent(p) for p in shares], padding=2, fontsize=8)
        bars.set(xlim=(0, 1.45), xticks=[], yticks=range(3))
        bars.set_yticklabels(digits)
        bars.invert_yaxis()
        bars.spines["bottom"].set_visible(False)
    return fig
