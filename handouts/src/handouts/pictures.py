"""The pictures of an output, in whichever form a notebook stores them."""

from __future__ import annotations

import binascii
from base64 import b64decode
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser

from nbformat import NotebookNode

__all__ = ["PICTURES", "Picture", "pictures_in_html", "pictures_of"]

PICTURES = {"image/png": ".png", "image/jpeg": ".jpg"}
# What may stand around pictures in HTML that shows nothing else.
AROUND = {"br", "center", "div", "figure", "p", "script", "span", "style"}


@dataclass(frozen=True)
class Picture:
    """A picture: its bytes, MIME type, words, and width in CSS pixels, if stated."""

    content: bytes
    kind: str
    alt: str
    width: float | None


def pictures_of(output: NotebookNode) -> tuple[Picture, ...]:
    """Return the pictures that an output consists of; none if it is something else."""
    for kind in PICTURES:
        if kind in output.data:
            about = output.metadata.get(kind, {})
            content = b64decode(output.data[kind])
            return (Picture(content, kind, about.get("alt", ""), about.get("width")),)
    return pictures_in_html(output.data.get("text/html", ""))


@cache
def pictures_in_html(html: str) -> tuple[Picture, ...]:
    """Return the pictures that HTML carries, or none if it shows anything else."""
    if "data:image/" not in html:
        return ()
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return () if reader.shows_more else tuple(reader.found)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Picture] = []
        self.shows_more = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        picture = _embedded(dict(attrs)) if tag == "img" else None
        if picture:
            self.found.append(picture)
        elif tag not in AROUND:
            self.shows_more = True

    def handle_data(self, data: str) -> None:
        if data.strip() and self.cdata_elem is None:  # no text of a script or style
            self.shows_more = True


def _embedded(attributes: dict[str, str | None]) -> Picture | None:
    start, _, data = (attributes.get("src") or "").partition(";base64,")
    kind = start.removeprefix("data:")
    if kind not in PICTURES:
        return None
    try:
        content = b64decode(data)
    except binascii.Error:
        return None
    width = attributes.get("width") or ""
    return Picture(
        content,
        kind,
        attributes.get("alt") or "",
        float(width) if width.isdecimal() else None,
    )
