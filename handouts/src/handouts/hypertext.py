"""HTML as pandoc may read it: what runs or reaches outside goes, and leaves a mark."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from bs4 import BeautifulSoup
from bs4.element import PreformattedString, Tag

__all__ = ["Cleaned", "cleaned"]

SILENT = ("style", "link", "meta", "head", "title", "base", "template", "noscript")
CONTROLS = ("input", "button", "select", "textarea")
# By element: the kind of the loss, and what the mark says.
EMBEDDED = {
    "iframe": ("embedded page{s}", "embedded page"),
    "frame": ("embedded page{s}", "embedded page"),
    "object": ("embedded object{s}", "embedded object"),
    "embed": ("embedded object{s}", "embedded object"),
    "video": ("video{s}", "video"),
    "audio": ("sound{s}", "sound"),
    "canvas": ("drawing{s} by a script", "drawing by a script"),
}
# The parser writes all names in lower case; SVG doesn't.
SVG_NAMES = {
    name.lower(): name
    for name in (
        "viewBox", "preserveAspectRatio", "gradientTransform", "gradientUnits",
        "linearGradient", "radialGradient", "clipPath", "clipPathUnits", "textPath",
        "patternUnits", "patternTransform", "markerWidth", "markerHeight", "refX",
        "refY", "textLength", "lengthAdjust", "spreadMethod", "startOffset",
    )
}  # fmt: skip
DEEPEST, DEEPEST_TABLE = 60, 4
HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)


@dataclass(frozen=True)
class Cleaned:
    """HTML without anything active, the kinds of what was lost, whether it is empty."""

    html: str
    losses: tuple[str, ...]
    empty: bool


@lru_cache(maxsize=256)
def cleaned(html: str) -> Cleaned:
    """Return HTML that holds nothing but text, tables, links and pictures."""
    soup = BeautifulSoup(html, "html.parser")
    if _is_too_deep(soup):
        text = escape(soup.get_text())
        return Cleaned(
            f"<pre>{text}</pre>", ("HTML passage{s} printed as text",), False
        )
    losses: list[str] = []
    for text in soup.find_all(string=lambda s: isinstance(s, PreformattedString)):
        text.extract()
    for element in soup.find_all(True):
        if not element.decomposed and element.name is not None:
            _clean(element, soup, losses)
    empty = not soup.get_text(strip=True) and not soup.find(["img", "math", "hr"])
    return Cleaned(str(soup), tuple(losses), empty)


def _is_too_deep(soup: BeautifulSoup) -> bool:
    depths = {id(soup): 0}
    tables = {id(soup): 0}
    for element in soup.find_all(True):
        parent = id(element.parent)
        depths[id(element)] = depths[parent] + 1
        tables[id(element)] = tables[parent] + (element.name == "table")
        if depths[id(element)] > DEEPEST or tables[id(element)] > DEEPEST_TABLE:
            return True
    return False


def _clean(element: Tag, soup: BeautifulSoup, losses: list[str]) -> None:
    name = element.name
    hidden = element.has_attr("hidden") or HIDDEN.search(str(element.get("style", "")))
    if name in SILENT or (hidden and name not in EMBEDDED):
        element.decompose()
    elif name == "script":
        losses.append("script{s} that can't run on paper")
        element.decompose()
    elif name in CONTROLS:
        losses.append("form control{s}")
        element.decompose()
    elif name in EMBEDDED:
        kind, what = EMBEDDED[name]
        losses.append(kind)
        address = str(element.get("src") or element.get("data") or "")
        shown = f"{what}: {address}" if re.match("https?://", address) else what
        element.replace_with(_mark(soup, shown[:200]))
    elif name == "svg":
        element.replace_with(_drawing(element, soup))
    elif name == "details":
        element.name = "div"
    elif name == "summary":
        element.name = "p"


def _mark(soup: BeautifulSoup, what: str) -> Tag:
    mark = soup.new_tag("span", attrs={"class": "lost"})
    mark.string = what
    return mark


def _drawing(element: Tag, soup: BeautifulSoup) -> Tag:
    title = element.find("title")
    alt = element.get("aria-label") or (title.get_text() if title else "")
    for part in [element, *element.find_all(True)]:
        part.name = SVG_NAMES.get(part.name, part.name)
        part.attrs = {SVG_NAMES.get(k, k): v for k, v in part.attrs.items()}
    element.attrs.setdefault("xmlns", "http://www.w3.org/2000/svg")
    element.attrs.setdefault("xmlns:xlink", "http://www.w3.org/1999/xlink")
    data = b64encode(str(element).encode("utf-8", "replace")).decode()
    source = f"data:image/svg+xml;base64,{data}"
    drawing = soup.new_tag("img", attrs={"src": source, "alt": str(alt)})
    element.clear()
    return drawing
