"""Pictures that an output carries inside of its HTML, as outputs of their own.

A figure stored as `<img alt=... src="data:...">` has words in every browser; here it
becomes what everything after this step knows: a picture with alt text beside it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag
from nbformat import NotebookNode
from nbformat.v4 import new_output

__all__ = ["Embedded", "pictures_in_html", "with_pictures_apart"]

# What may stand around pictures in HTML that shows nothing else.
AROUND = {"br", "center", "div", "figure", "p", "span"}
SILENT = ["script", "style"]
DATA = re.compile(r"data:(image/(?:png|jpeg));base64,([A-Za-z0-9+/=\s]+)")


class Embedded(NamedTuple):
    """A picture in HTML: its MIME type, base64, words, and width as it is stated."""

    kind: str
    data: str
    alt: str
    width: str


@lru_cache(maxsize=256)
def pictures_in_html(html: str) -> tuple[Embedded, ...]:
    """Return the pictures that HTML carries, or none if it shows anything else."""
    if "data:image/" not in html:
        return ()
    soup = BeautifulSoup(html, "html.parser")
    for silent in soup(SILENT):
        silent.decompose()
    found = []
    for part in soup.descendants:
        if isinstance(part, NavigableString):
            if part.strip():
                return ()
        elif not isinstance(part, Tag):
            continue
        elif part.name == "img":
            data = DATA.fullmatch(str(part.get("src") or ""))
            if not data:
                return ()
            alt, width = str(part.get("alt") or ""), str(part.get("width") or "")
            found.append(Embedded(data[1], data[2], alt, width))
        elif part.name not in AROUND:
            return ()
    return tuple(found)


def with_pictures_apart(notebook: NotebookNode) -> NotebookNode:
    """Return the notebook with each picture in HTML as an output; it stays as it is."""
    cells = []
    for cell in notebook.cells:
        if cell.cell_type == "code":
            outputs = [part for output in cell.outputs for part in _apart(output)]
            cell = NotebookNode({**cell, "outputs": outputs})
        cells.append(cell)
    return NotebookNode({**notebook, "cells": cells})


def _apart(output: NotebookNode) -> list[NotebookNode]:
    html = output.get("data", {}).get("text/html", "")
    found = pictures_in_html(html) if isinstance(html, str) else ()
    return [
        new_output(
            "display_data",
            {picture.kind: picture.data, "text/plain": picture.alt},
            metadata={picture.kind: {"alt": picture.alt, "width": picture.width}},
        )
        for picture in found
    ] or [output]
