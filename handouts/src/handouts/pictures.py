"""Pictures of any kind as what a PDF can show, safely: no file, no network, no bomb."""

from __future__ import annotations

import math
import re
import warnings
import xml.etree.ElementTree as ElementTree
from base64 import b64decode
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import Any

from PIL import Image

__all__ = ["Picture", "PictureError", "decoded", "picture", "printed_width"]

POINTS_PER_CSS_PIXEL = 0.75
# Room for a picture on a page of either paper, in points (see template.typ).
WIDEST, TALLEST = 470.5, 570.0
MOST_PIXELS = 60_000_000
DEEPEST = 100
MOST_BYTES = 60_000_000
AS_THEY_ARE = {"PNG": ".png", "JPEG": ".jpg"}
PRINTED_MODES = {"1", "L", "LA", "P", "RGB", "RGBA"}

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
EMBEDDED = re.compile(r"data:image/(?:png|jpe?g|gif|webp)[;,]", re.IGNORECASE)
NEVER_IN_SVG = {"script", "foreignObject", "a", "feImage", "iframe"}
OUTSIDE_URL = re.compile(r"@import[^;]*;?|url\(\s*['\"]?(?!\s*['\"]?#)[^)]*\)")
PIXELS_PER = {"": 1, "px": 1, "pt": 4 / 3, "pc": 16, "in": 96, "cm": 37.8, "mm": 3.78}
LENGTH = re.compile(r"\s*(\d*\.?\d+(?:e[+-]?\d+)?)\s*([a-z%]*)\s*", re.IGNORECASE)


class PictureError(ValueError):
    """Something that is no picture, or too large a one."""


@dataclass(frozen=True)
class Picture:
    """A picture that Typst reads; its size in CSS pixels, whether parts are lost."""

    content: bytes
    suffix: str
    size: tuple[float, float]
    incomplete: bool = False


def decoded(data: Any) -> bytes:
    """Return the bytes of a picture in base64.

    Raises:
        PictureError: it isn't base64.
    """
    try:
        return b64decode("".join(str(data).split()), validate=True)
    except ValueError:
        raise PictureError("its data is not valid base64") from None


@lru_cache(maxsize=256)
def picture(content: bytes) -> Picture:
    """Return a picture as PNG, JPEG or harmless SVG, whatever its kind was.

    Raises:
        PictureError: it is none, is damaged, or has too many pixels.
    """
    if len(content) > MOST_BYTES:
        raise PictureError(f"its {len(content) / 1e6:.0f} MB are too many")
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return _svg(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _pixels(content)
    except PictureError:
        raise
    except Exception as error:  # Pillow's plugins raise whatever they like
        reason = " ".join(str(error).split())[:80] or type(error).__name__
        if "cannot identify" in reason:
            reason = "its data is no picture"
        raise PictureError(reason) from None


def printed_width(size: tuple[float, float], stated: Any = None) -> float:
    """Return a picture's width in points: as stated, but never more than fits.

    Args:
        size: its own width and height, in CSS pixels.
        stated: the width that its metadata asks for: pixels, as a number or a text, or
            a share of the page such as "50%"; anything else is ignored.
    """
    wide, high = size
    width = _stated(stated) or wide * POINTS_PER_CSS_PIXEL
    return max(1.0, min(width, WIDEST, TALLEST * wide / high))


def _stated(stated: Any) -> float | None:
    if isinstance(stated, bool) or not isinstance(stated, (int, float, str)):
        return None
    found = LENGTH.fullmatch(str(stated))
    if not found:
        return None
    number, unit = float(found[1]), found[2].lower()
    if not math.isfinite(number) or number <= 0:
        return None
    if unit == "%":
        return WIDEST * min(number, 100) / 100
    return (
        number * PIXELS_PER[unit] * POINTS_PER_CSS_PIXEL if unit in PIXELS_PER else None
    )


def _pixels(content: bytes) -> Picture:
    with Image.open(BytesIO(content)) as image:
        wide, high = image.size
        if wide * high > MOST_PIXELS:
            raise PictureError(f"its {wide} x {high} pixels are too many")
        suffix = AS_THEY_ARE.get(image.format or "")
        if image.format == "PNG":
            image.verify()
            return Picture(content, ".png", (wide, high))
        image.load()
        if suffix and image.mode in PRINTED_MODES:
            return Picture(content, suffix, (wide, high))
        buffer = BytesIO()
        image.convert("RGBA" if image.has_transparency_data else "RGB").save(
            buffer, "PNG"
        )
    return Picture(buffer.getvalue(), ".png", (wide, high))


def _svg(content: bytes) -> Picture:
    try:
        root = ElementTree.fromstring(content)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise PictureError(f"its SVG can't be read ({error})") from None
    if _local(root.tag) != "svg":
        raise PictureError(f"its data is <{_local(root.tag)}>, not a picture")
    incomplete = _disarm(root)
    if not root.tag.startswith("{"):
        root.set("xmlns", SVG)
    size = _svg_size(root)
    root.set("width", f"{size[0]:g}")
    root.set("height", f"{size[1]:g}")
    ElementTree.register_namespace("", SVG)
    ElementTree.register_namespace("xlink", XLINK)
    return Picture(
        ElementTree.tostring(root, "unicode").encode(), ".svg", size, incomplete
    )


def _disarm(root: ElementTree.Element) -> bool:
    """Remove what reaches outside or runs; return whether something visible went."""
    visible = False
    parents = [(root, 0)]
    while parents:
        parent, depth = parents.pop()
        if depth > DEEPEST:
            raise PictureError("its SVG is nested too deeply")
        for name, value in list(parent.attrib.items()):
            if _local(name).lower().startswith("on"):
                del parent.attrib[name]
            elif OUTSIDE_URL.search(value) and _local(name) != "href":
                parent.set(name, OUTSIDE_URL.sub("none", value))
        if _local(parent.tag) == "style" and parent.text:
            parent.text = OUTSIDE_URL.sub("none", parent.text)
        for child in list(parent):
            kind = _local(child.tag)
            target = child.get("href") or child.get(f"{{{XLINK}}}href") or ""
            if kind == "a":
                child.tag = child.tag[: -len("a")] + "g"
                child.attrib = {
                    key: value
                    for key, value in child.attrib.items()
                    if _local(key) != "href"
                }
            elif kind in NEVER_IN_SVG or (
                target and not target.startswith("#") and not EMBEDDED.match(target)
            ):
                visible = visible or kind != "script"
                parent.remove(child)
                continue
            parents.append((child, depth + 1))
    return visible


def _svg_size(root: ElementTree.Element) -> tuple[float, float]:
    box = re.split(r"[\s,]+", root.get("viewBox", "").strip())
    try:
        wide, high = (float(number) for number in box[2:4])
    except ValueError:
        wide, high = 300.0, 150.0  # as browsers do
    sides = []
    for name, otherwise in (("width", wide), ("height", high)):
        points = _stated(root.get(name)) if "%" not in root.get(name, "") else None
        sides.append(points / POINTS_PER_CSS_PIXEL if points else otherwise)
    if not all(math.isfinite(side) and 0 < side < 1e6 for side in sides):
        raise PictureError("its SVG has no size")
    return sides[0], sides[1]


def _local(name: Any) -> str:
    return name.rsplit("}", 1)[-1] if isinstance(name, str) else ""
