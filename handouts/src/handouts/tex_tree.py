"""A formula as a tree: what TeX says, whatever is made of it (print, speech)."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "Accent",
    "Big",
    "Box",
    "Classed",
    "Fenced",
    "Font",
    "Fraction",
    "Letter",
    "Name",
    "Node",
    "Number",
    "Over",
    "Root",
    "Row",
    "Scripts",
    "Sign",
    "Size",
    "Space",
    "Table",
    "TexError",
    "Text",
]


class TexError(ValueError):
    """Why a formula can't be set, and what to write instead."""


class Node:
    """A part of a formula."""


@dataclass(frozen=True)
class Row(Node):
    """Parts one after another; `grouped`: between braces, so that it acts as one."""

    parts: tuple[Node, ...] = ()
    grouped: bool = False


@dataclass(frozen=True)
class Letter(Node):
    """A variable of one letter."""

    letter: str


@dataclass(frozen=True)
class Number(Node):
    """Digits, with a decimal point or not."""

    digits: str


@dataclass(frozen=True)
class Sign(Node):
    """A sign, and its class in TeX: ord, op, bin, rel, open, close, punct or inner."""

    sign: str
    kind: str


@dataclass(frozen=True)
class Text(Node):
    """Words in upright type, or in `font`."""

    words: str
    font: str = ""


@dataclass(frozen=True)
class Name(Node):
    """A named operator such as log; limits: scripts stand below and above it."""

    name: str
    limits: bool = False


@dataclass(frozen=True)
class Space(Node):
    """A space of `em`; nothing is said of it."""

    em: float


@dataclass(frozen=True)
class Scripts(Node):
    """A base with a subscript, a superscript and primes.

    limits: they stand below and above (True), beside (False), or as usual (None).
    """

    base: Node
    below: Node | None = None
    above: Node | None = None
    primes: int = 0
    limits: bool | None = None


@dataclass(frozen=True)
class Fraction(Node):
    """One part above another; `rule`: with a line; `fences`: what stands around."""

    top: Node
    bottom: Node
    rule: bool = True
    fences: tuple[str, str] = ("", "")
    size: str = ""


@dataclass(frozen=True)
class Root(Node):
    """A root; without a degree, the square root."""

    body: Node
    degree: Node | None = None


@dataclass(frozen=True)
class Accent(Node):
    """A mark above a part; `wide`: it grows with the part."""

    name: str
    mark: str
    body: Node
    wide: bool = False


@dataclass(frozen=True)
class Over(Node):
    """A part with another set above or below it, or on an arrow that stretches.

    kind: above, below, overline, underline, overbrace, underbrace, ... or arrow.
    """

    kind: str
    base: Node
    above: Node | None = None
    below: Node | None = None


@dataclass(frozen=True)
class Fenced(Node):
    """A part between delimiters that grow with it; "" is none."""

    left: str
    body: Node
    right: str


@dataclass(frozen=True)
class Big(Node):
    """A delimiter of a stated size, in em; in a Fenced, `em` 0 is as large as that."""

    sign: str
    kind: str
    em: float


@dataclass(frozen=True)
class Table(Node):
    """Rows of cells.

    kind: matrix, cases, lines (aligned at their &) or stack. align: a letter of
    l, c, r for each column. vertical, horizontal: before which column and row a rule
    is drawn.
    """

    kind: str
    rows: tuple[tuple[Node, ...], ...]
    fences: tuple[str, str] = ("", "")
    align: str = ""
    vertical: tuple[int, ...] = ()
    horizontal: tuple[int, ...] = ()
    small: bool = False


@dataclass(frozen=True)
class Font(Node):
    """A part in another alphabet: upright, bold, bold-upright, bb, cal, ..."""

    font: str
    body: Node


@dataclass(frozen=True)
class Size(Node):
    """A part in a stated style: display, inline, script or sscript."""

    size: str
    body: Node


@dataclass(frozen=True)
class Classed(Node):
    """A part that TeX is told to treat as of another class."""

    kind: str
    body: Node


@dataclass(frozen=True)
class Box(Node):
    """A part in a frame, crossed out, or there as empty space only.

    kind: boxed, cancel, bcancel, xcancel, phantom, hphantom or vphantom.
    """

    kind: str
    body: Node
