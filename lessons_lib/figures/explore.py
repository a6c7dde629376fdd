"""Sliders for a person in front of a notebook, a strip of frames for all others."""

import html
import json
from collections.abc import Callable, Mapping, Sequence
from itertools import product
from pathlib import Path

import matplotlib.pyplot as plt
from IPython.display import display

from lessons_lib.runtime import live

from .output import img, show

__all__ = ["explore"]

SLIDER = Path(__file__).with_name("slider.js").read_text(encoding="utf-8")
ENLARGED = 1.6  # a frame behind a slider, against one in the strip


def explore(
    draw: Callable[..., str],
    values: Sequence | Mapping[str, Sequence],
    *,
    alt: str,
    name: str = "",
    panels: int = 1,
    columns: int | None = None,
    strip: Sequence | None = None,
    frame: tuple[float, float] = (2.1, 2.0),
) -> None:
    """Let the reader move sliders; print and automatic runs get all frames.

    Every frame is drawn beforehand, so that the sliders answer at once, need no kernel,
    and work when the notebook is opened again. Where scripts don't run, in a notebook
    that isn't trusted or on GitHub, the frames stand side by side.

    Args:
        draw: draws the frame for one value of each slider into the axes it is given
            first (an array of axes, if there are several panels) and returns a sentence
            that describes this frame.
        values: the values of the slider; or, for several, name -> values, with one
            frame for each combination.
        alt: what the frames as a whole show; their sentences are appended.
        name: what a single slider moves, for example ``"step"``.
        panels: axes side by side in one frame.
        columns: frames in a row of the strip; None takes three, or one for each value
            of the last slider.
        strip: the values of a single slider that stand in the strip; None takes all.
        frame: width and height of one frame in inches.

    Raises:
        ValueError: if there are no values, or not one name for each slider, or if the
            strip wants a value that the slider doesn't have.
    """
    sliders = _sliders(values, name)
    settings = list(product(*sliders.values()))
    shown = settings if strip is None else [(value,) for value in strip]
    if not shown or any(setting not in settings for setting in shown):
        raise ValueError(
            f"explore() got strip={strip!r}; it takes some of the values of a single "
            "slider."
        )
    if live():
        display(_live(draw, sliders, settings, alt, panels, frame), raw=True)
        return
    if columns is None:
        columns = 3 if len(sliders) == 1 else len(list(sliders.values())[-1])
    rows = -(-len(shown) // columns)
    fig, axes = plt.subplots(
        rows,
        columns * panels,
        figsize=(columns * frame[0], rows * frame[1]),
        squeeze=False,
    )
    for ax in axes.flat[len(shown) * panels :]:
        ax.set_axis_off()
    places = axes.flat if panels == 1 else axes.reshape(-1, panels)
    sentences = [
        draw(place, *setting) for place, setting in zip(places, shown, strict=False)
    ]
    show(fig, " ".join([alt, *sentences]))


def _sliders(values: Sequence | Mapping[str, Sequence], name: str) -> dict[str, list]:
    named = values if isinstance(values, Mapping) else {name: values}
    if not all(named):
        raise ValueError(
            "explore() got a slider without a name: say by name= what it moves."
        )
    sliders = {str(name): list(choice) for name, choice in named.items()}
    if not sliders or not all(sliders.values()):
        raise ValueError("explore() got no values; give it at least one to draw.")
    return sliders


def _live(draw, sliders, settings, alt, panels, frame) -> dict[str, str]:
    """Return the frames, one `<img>` each, and the script that puts sliders to them."""
    size = ENLARGED * frame[0], ENLARGED * frame[1]
    pictures, sentences = [], []
    for setting in settings:
        fig, axes = plt.subplots(1, panels, figsize=size)
        sentences.append(draw(axes, *setting))
        where = ", ".join(f"{n} {v}" for n, v in zip(sliders, setting, strict=True))
        pictures.append(img(fig, f"{where}: {sentences[-1]}"))
    values = {name: [*map(str, choice)] for name, choice in sliders.items()}
    # A text in a script must not end it.
    argument = json.dumps(values).replace("<", r"\u003c")
    start = f"<script>({SLIDER.strip()})({argument})</script>"
    group = f'<div role="group" aria-label="{html.escape(alt)}">'
    return {
        "text/html": "\n".join([group, *pictures, f"</div>{start}"]),
        "text/plain": " ".join([alt, *sentences]),
    }
