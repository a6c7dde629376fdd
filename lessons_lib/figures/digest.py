"""What was drawn, in a few lines of text: so that a changed figure can be noticed.

The bytes of a picture differ from machine to machine, and say nothing of what is wrong.
So `show` stores beside each picture what it was drawn from: for each panel its words,
its limits, and every line, cloud, bar, image and text in it, with their numbers. Long
lists of numbers stand for themselves by lowest, highest and the means of eight parts.

A line is words, then groups of numbers behind a bar: ``x`` and ``y`` are places, in
units of the axis (the logarithm, where the axis is logarithmic), ``c`` are values that
a color shows.
"""

from collections.abc import Iterable, Iterator
from numbers import Real
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.collections import Collection, PathCollection, PolyCollection
from matplotlib.figure import Figure, FigureBase
from matplotlib.patches import FancyArrowPatch, Patch
from matplotlib.text import Annotation, Text
from matplotlib.ticker import FixedFormatter
from matplotlib.transforms import Transform
from numpy.typing import ArrayLike

__all__ = ["digest"]

AS_THEY_ARE = 12  # numbers; a longer list is summed up
PARTS = 8
BLOCKS = 3  # of an image, down and across


def digest(figure: Figure) -> list[str]:
    """Say in text what a figure shows.

    Args:
        figure: the figure, drawn.

    Returns:
        Lines, the same for the same data, whatever the machine draws of them.
    """
    return [
        f"figure: {len(figure.axes)} panels{_quoted(_texts_around(figure))}",
        *(line for axes in figure.axes for line in _panel(axes)),
    ]


def _texts_around(figure: FigureBase) -> list[str]:
    """Return the words that stand in no panel, those of parts of the figure too."""
    title = getattr(figure, "_suptitle", None)
    around = [title, *figure.texts]
    around += [text for legend in figure.legends for text in legend.get_texts()]
    words = [text.get_text() for text in around if text is not None]
    parts = (_texts_around(part) for part in figure.subfigs)
    return [*dict.fromkeys(words), *(word for part in parts for word in part)]


def _panel(axes: Axes) -> Iterator[str]:
    titles = [axes.get_title("left"), axes.get_title(), axes.get_title("right")]
    visible = axes.axison
    yield (
        f"panel{_quoted(titles)}"
        + (_axis("x", axes.xaxis) + _axis("y", axes.yaxis) if visible else ", no axes")
        + _numbers("x", _scaled(axes.get_xlim(), axes.xaxis))
        + _numbers("y", _scaled(axes.get_ylim(), axes.yaxis))
    )
    for line in axes.lines:
        x, y = map(np.asarray, line.get_data(orig=False))
        yield _drawn("line", line, len(x), "values") + _places(
            axes, line.get_transform(), x, y
        )
    for collection in axes.collections:
        yield _collection(axes, collection)
    yield from _patches(axes)
    for image in axes.images:
        yield _image(image.get_array())
    yield from _texts(axes)
    legend = axes.get_legend()
    if legend is not None:
        yield f"legend{_quoted(text.get_text() for text in legend.get_texts())}"


def _axis(name: str, axis: Axis) -> str:
    """Return the words on one axis: its label, its scale, names in place of numbers."""
    words = f", {name}{_quoted([axis.label.get_text()])}"
    if axis.get_scale() != "linear":
        words += f" {axis.get_scale()}"
    formatter = axis.get_major_formatter()
    if isinstance(formatter, FixedFormatter):
        words += f" ticks{_quoted(formatter.seq)}"
    return words


def _collection(axes: Axes, collection: Collection) -> str:
    """Return a line about points, areas or segments that were drawn at once."""
    values = collection.get_array()
    if hasattr(collection, "get_coordinates"):  # a mesh: an image with its own grid
        return _image(values)
    if isinstance(collection, PathCollection):
        at = np.ma.getdata(collection.get_offsets()).reshape(-1, 2)
        words = _drawn("cloud", collection, len(at), "values")
        line = words + _places(axes, collection.get_offset_transform(), *at.T)
    else:
        paths = [np.asarray(path.vertices) for path in collection.get_paths()]
        at = np.concatenate(paths) if paths else np.empty((0, 2))
        kind = "areas" if isinstance(collection, PolyCollection) else "segments"
        words = _drawn(kind, collection, len(paths), "shapes")
        line = words + _places(axes, collection.get_transform(), *at.T)
    return line if values is None else line + _numbers("c", values)


def _patches(axes: Axes) -> Iterator[str]:
    """Yield a line for each kind of bars, boxes and arrows: where they lie."""
    kinds: dict[str, list[Patch]] = {}
    for patch in axes.patches:
        kinds.setdefault(type(patch).__name__, []).append(patch)
    for kind, patches in kinds.items():
        words = f"{len(patches)} {kind}"
        if isinstance(patches[0], FancyArrowPatch):  # its ends follow what it joins
            yield words
            continue
        boxes = [
            patch.get_path().get_extents(patch.get_patch_transform())
            for patch in patches
        ]
        low, high = np.array([box.get_points() for box in boxes]).transpose(1, 2, 0)
        # What places the box of a bar, without what makes a bar of the unit square.
        placed = patches[0].get_data_transform()
        yield (
            words
            + _places(axes, placed, low[0], low[1])
            + _places(axes, placed, high[0], high[1])
        )


def _image(values: ArrayLike | None) -> str:
    """Return a line about an image: its shape, lowest, highest, nine means."""
    array = _as_floats(values)
    blocks = [
        _mean(block)
        for rows in np.array_split(array, BLOCKS)
        for block in np.array_split(rows, BLOCKS, axis=1)
        if block.size
    ]
    size = " by ".join(map(str, array.shape))
    return f"image {size}" + _group("c", [_lowest(array), _highest(array), *blocks])


def _texts(axes: Axes) -> Iterator[str]:
    texts = [text for text in axes.texts if text.get_text()]
    if texts:
        data = [text for text in texts if _in_data(axes, text)]
        at = np.array([_place(text) for text in data], dtype=float).reshape(-1, 2)
        places = _places(axes, axes.transData, *at.T) if data else ""
        yield f"texts{_quoted(text.get_text() for text in texts)}{places}"


def _in_data(axes: Axes, text: Text) -> bool:
    if isinstance(text, Annotation):
        return text.xycoords == "data"
    return text.get_transform() == axes.transData


def _place(text: Text) -> tuple:
    place = text.xy if isinstance(text, Annotation) else text.get_position()
    return tuple(place) if all(isinstance(p, Real) for p in place) else (0, 0)


def _drawn(kind: str, artist: Artist, count: int, things: str) -> str:
    """Return what something is called, unless matplotlib named it, and its size."""
    label = str(artist.get_label())
    name = "" if label.startswith(("_", "<")) else _quoted([label])
    hidden = "" if artist.get_visible() else ", hidden"
    return f"{kind}{name}: {count} {things}{hidden}"


def _places(axes: Axes, transform: Transform, x: ArrayLike, y: ArrayLike) -> str:
    """Return the groups of coordinates, of those in units of the data."""
    scaled_x, scaled_y = _scaled(x, axes.xaxis), _scaled(y, axes.yaxis)
    across, along = transform.contains_branch_seperately(axes.transData)
    return (_numbers("x", scaled_x) if across else "") + (
        _numbers("y", scaled_y) if along else ""
    )


def _scaled(values: ArrayLike, axis: Axis) -> np.ndarray:
    array = _as_floats(axis.convert_units(values))
    if axis.get_scale() != "log":
        return array
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log10(array)


def _numbers(name: str, values: ArrayLike) -> str:
    """Return a group: all numbers if they are few, else what sums them up."""
    array = _as_floats(values).ravel()
    if array.size <= AS_THEY_ARE:
        return _group(name, array)
    parts = [_mean(part) for part in np.array_split(array, PARTS)]
    return _group(name, [_lowest(array), _highest(array), *parts])


def _as_floats(values: ArrayLike | None) -> np.ndarray:
    """Return numbers, NaN where some are masked."""
    masked: Any = np.ma.asarray(values, dtype=float)
    return np.ma.filled(masked, np.nan)


def _group(name: str, numbers: Iterable[float]) -> str:
    # Adding 0 turns -0 into 0.
    written = " ".join(f"{round(float(n), 12) + 0.0:.5g}" for n in numbers)
    return f" | {name} {written}" if written else ""


def _finite(array: np.ndarray) -> np.ndarray:
    return array[np.isfinite(array)]


def _mean(array: np.ndarray) -> float:
    """Return the mean; NaN if a value is missing, so that a gap is seen."""
    return float(array.mean()) if np.isfinite(array).all() else np.nan


def _lowest(array: np.ndarray) -> float:
    finite = _finite(array)
    return float(finite.min()) if finite.size else np.nan


def _highest(array: np.ndarray) -> float:
    finite = _finite(array)
    return float(finite.max()) if finite.size else np.nan


def _quoted(words: Iterable) -> str:
    """Return words in quotes, each behind a space, without empty ones."""
    lines = (" ".join(str(word).split()).replace(" | ", " / ") for word in words)
    return "".join(f" '{line}'" for line in lines if line)
