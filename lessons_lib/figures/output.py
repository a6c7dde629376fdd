"""The one door through which pictures and tables leave a lesson.

A picture leaves as HTML: the one form whose words reach the readers of JupyterLab,
Notebook 7, VS Code and nbconvert's pages, as none of them but VS Code and nbconvert's
classic template looks for words beside an ``image/png``. The ``<img>`` survives where a
notebook isn't trusted and HTML is cleaned before it is shown.
"""

import base64
import html
import io
from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
from IPython.display import display
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .digest import digest

__all__ = [
    "img",
    "mime_bundle",
    "panel_titles",
    "ranges",
    "show",
    "show_table",
]

CSS_PIXELS_PER_INCH = 96
SHARPNESS = 2  # image pixels per CSS pixel: crisp on good screens and on paper
SHORTEST_ALT = 20


def show(drawn: Figure | Axes, alt: str) -> None:
    """Put a figure under the cell, with words for readers who can't see it.

    Args:
        drawn: the figure, or any axes of it; the figure is closed afterwards.
        alt: what a sighted reader learns from the picture. It is stored as the plain
            text of the output too: a run that compares outputs can't compare pictures,
            but it compares these words and the numbers in them.

    Raises:
        ValueError: if ``alt`` says too little to stand in for a picture.
    """
    data, metadata = mime_bundle(drawn, alt)
    display(data, raw=True, metadata=metadata)


def mime_bundle(
    drawn: Figure | Axes, alt: str
) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Turn a figure into what a notebook stores.

    Args:
        drawn: the figure, or any axes of it; the figure is closed.
        alt: words that stand in for the picture, at least 20 characters.

    Returns:
        By MIME type, the figure as HTML and its words as plain text. And the metadata
        that no reader is shown: what was drawn, as `digest` says it.

    Raises:
        ValueError: if ``alt`` is too short.
    """
    data = {"text/html": img(drawn, alt), "text/plain": _words(alt)}
    return data, {"figure": digest(_figure_of(drawn))}


def img(drawn: Figure | Axes, alt: str) -> str:
    """Turn a figure into an ``<img>`` that carries its PNG.

    Args:
        drawn: the figure, or any axes of it; the figure is closed.
        alt: words that stand in for the picture, at least 20 characters.

    Returns:
        HTML, the same for the same figure.

    Raises:
        ValueError: if ``alt`` is too short.
    """
    alt = _words(alt)
    fig = _figure_of(drawn)
    png = io.BytesIO()
    # Without the metadata the same picture has the same bytes under every matplotlib.
    fig.savefig(png, dpi=SHARPNESS * CSS_PIXELS_PER_INCH, metadata={"Software": None})
    plt.close(fig)
    data = base64.b64encode(png.getvalue()).decode("ascii")
    width = round(fig.get_figwidth() * CSS_PIXELS_PER_INCH)
    return (
        f'<img alt="{html.escape(alt)}" width="{width}" style="max-width: 100%" '
        f'src="data:image/png;base64,{data}">'
    )


def _words(alt: str) -> str:
    words = " ".join(str(alt).split())
    if len(words) < SHORTEST_ALT:
        raise ValueError(
            f"the alt text {words!r} is too short to stand in for a picture: say in a "
            "sentence what a sighted reader learns from it, with the numbers."
        )
    return words


def _figure_of(drawn: Figure | Axes) -> Figure:
    if drawn.figure is None:
        raise ValueError(
            "show() got axes whose figure is gone: draw them again, then show them."
        )
    return drawn.figure.figure  # the whole, where the axes lie in a part of it


def panel_titles(drawn: Figure) -> str:
    """Return the titles of a figure's panels as one sentence for its alt text.

    Args:
        drawn: the figure, before it is shown.

    Returns:
        The titles in the order of the panels, separated by semicolons.
    """
    # The course's style puts them on the left, matplotlib's in the middle.
    titles = [ax.get_title(loc="left") or ax.get_title() for ax in drawn.axes]
    return "; ".join(", ".join(title.split("\n")) for title in titles if title) + "."


def ranges(
    runs: Mapping[str, Sequence[float]], spec: str = ".1%", unit: str = ""
) -> str:
    """Return the lowest and the highest of several runs in words, for an alt text.

    Args:
        runs: name -> one value per seed, for example accuracies from 0 to 1.
        spec: format of a value, as after the colon of an f-string.
        unit: what stands after the last value, for example ``"%"``, if ``spec`` writes
            no unit of its own.

    Returns:
        ``"A 91.2 to 93.0%; B 88.0 to 89.1%"``.
    """
    unit = "%" if spec.endswith("%") else unit
    return "; ".join(
        f"{name} {format(float(min(values)), spec).removesuffix(unit)} to "
        f"{format(float(max(values)), spec).removesuffix(unit)}{unit}"
        for name, values in runs.items()
    )


def show_table(header: Sequence[str], rows: Sequence[Sequence], caption: str) -> None:
    """Put a table with a header row and a caption under the cell.

    Args:
        header: one title per column, units included.
        rows: one sequence of cells per row, each as long as the header; integers get
            thousands separators, columns of numbers are aligned to the right.
        caption: one sentence that says what the table shows.

    Raises:
        ValueError: if a row has not as many cells as the header.
    """
    for number, row in enumerate(rows, 1):
        if len(row) != len(header):
            raise ValueError(
                f"row {number} of the table has {len(row)} cells and the header "
                f"{len(header)}: give every row one cell per column."
            )
    columns = []
    for title, *cells in zip(header, *rows, strict=True):
        texts = [_cell_text(cell) for cell in cells]
        right = bool(texts) and all(map(_looks_numeric, texts))
        width = max(map(len, [title, *texts]))
        rule = "-" * (width - 1) + (":" if right else "-")
        aligned = [f"{text:{'>' if right else '<'}{width}}" for text in [title, *texts]]
        columns.append([aligned[0], rule, *aligned[1:]])
    lines = list(zip(*columns, strict=True))
    table = [f"| {' | '.join(line)} |" for line in lines]
    plain = ["  ".join(line).rstrip() for line in [lines[0], *lines[2:]]]
    display(
        {
            "text/markdown": "\n".join([*table, "", f"Table: {caption}"]),
            "text/plain": "\n".join([caption, *plain]),
        },
        raw=True,
    )


def _looks_numeric(text: str) -> bool:
    return any(map(str.isdigit, text)) and not any(map(str.isalpha, text))


def _cell_text(cell: object) -> str:
    if isinstance(cell, int) and not isinstance(cell, bool):
        return f"{cell:,}"
    if isinstance(cell, float):
        return f"{cell:.4g}"
    return str(cell).replace("|", r"\|")
