"""A slider for a person in front of JupyterLab, a strip of frames for all others."""

import html
from collections.abc import Callable, Sequence

import matplotlib.pyplot as plt
from IPython.display import display
from matplotlib.axes import Axes

from lessons_lib.runtime import live

from .output import mime_bundle

__all__ = ["explore"]


def explore(
    draw: Callable[[Axes, int], str],
    values: Sequence[int],
    *,
    name: str,
    alt: str,
    columns: int = 3,
    frame: tuple[float, float] = (2.1, 2.0),
) -> None:
    """Let the reader move a slider; print and automatic runs get all frames at once.

    The strip of frames is stored in the notebook in both cases, so that a handout made
    from a notebook with a slider shows the strip.

    Args:
        draw: draws the frame for one value into the axes it is given and returns a
            sentence that describes this frame.
        values: the values of the slider, one frame each in the strip.
        name: what the slider moves, for example ``"step"``.
        alt: what the strip as a whole shows; the frames' sentences are appended.
        columns: frames in a row of the strip.
        frame: width and height of one frame in inches.

    Raises:
        ValueError: if there are no values.
    """
    if len(values) == 0:
        raise ValueError("explore() got no values; give it at least one to draw.")
    rows = -(-len(values) // columns)
    fig, axes = plt.subplots(
        rows, columns, figsize=(columns * frame[0], rows * frame[1]), squeeze=False
    )
    for ax in axes.flat[len(values) :]:
        ax.set_axis_off()
    sentences = [draw(ax, v) for ax, v in zip(axes.flat, values, strict=False)]
    data, metadata = mime_bundle(fig, " ".join([alt, *sentences]))
    if live():
        data |= _slider(draw, values, name, frame)
    display(data, raw=True, metadata=metadata)


def _slider(draw, values, name, frame) -> dict:
    """Make the widget and return its part of the display bundle."""
    import ipywidgets

    picture = ipywidgets.HTML()
    choice = ipywidgets.SelectionSlider(options=list(values), description=name)

    def redraw(change) -> None:
        fig, ax = plt.subplots(figsize=(1.6 * frame[0], 1.6 * frame[1]))
        sentence = draw(ax, change["new"])
        data, metadata = mime_bundle(fig, f"{name} {change['new']}: {sentence}")
        about = metadata["image/png"]
        picture.value = (
            f'<img src="data:image/png;base64,{data["image/png"]}" '
            f'width="{about["width"]}" alt="{html.escape(about["alt"])}">'
        )

    choice.observe(redraw, names="value")
    redraw({"new": choice.value})
    widget = ipywidgets.VBox([choice, picture])
    kind = "application/vnd.jupyter.widget-view+json"
    return {kind: widget._repr_mimebundle_()[kind]}
