"""A PDF as the conditions see it: its structure, its marked content, its fonts."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Page, Stream

__all__ = ["Document", "Element", "Font", "Painted"]

PAINTING = {"S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "sh", "Do", "INLINE IMAGE"}
SHOWING = {"Tj", "TJ", "'", '"'}


@dataclass(frozen=True)
class Element:
    """A structure element, its standard type, and the element that holds it."""

    data: Dictionary
    kind: str
    parent: Element | None

    def get(self, key: str) -> Any:
        """Return an entry, or None."""
        return self.data.get(key)

    @property
    def ancestors(self) -> Iterator[Element]:
        """The elements around this one, from the inside out."""
        holder = self.parent
        while holder:
            yield holder
            holder = holder.parent


@dataclass(frozen=True)
class Painted:
    """Something that a page paints, and the marked content around it, outermost first.

    marks: (tag, properties) of each BDC that is open.
    codes: the bytes of the text that is shown, or b"".
    """

    page: int
    operator: str
    marks: tuple[tuple[str, Any], ...]
    font: Dictionary | None = None
    codes: bytes = b""


@dataclass(frozen=True)
class Font:
    """A font, and the codes that the pages show in it."""

    data: Dictionary
    codes: frozenset[int]

    @property
    def descendant(self) -> Dictionary:
        """The CIDFont of a composite font, else the font itself."""
        if Name.DescendantFonts in self.data:
            return self.data.DescendantFonts[0]
        return self.data

    @property
    def descriptor(self) -> Dictionary:
        """The font descriptor; empty where there is none."""
        return self.descendant.get(Name.FontDescriptor, Dictionary())

    @property
    def composite(self) -> bool:
        """Whether codes have two bytes and mean glyphs of a CIDFont."""
        return self.data.get(Name.Subtype) == Name.Type0


class Document:
    """A PDF, read once."""

    def __init__(self, pdf: bytes) -> None:
        self.pdf = pikepdf.open(io.BytesIO(pdf))
        self.root = self.pdf.Root

    def forget(self) -> None:
        """Read everything again: the PDF was changed."""
        for name in list(vars(self)):
            if isinstance(getattr(type(self), name, None), cached_property):
                delattr(self, name)

    @cached_property
    def role_map(self) -> dict[str, str]:
        """What each type of the producer's own stands for."""
        found = self.root.StructTreeRoot.get(Name.RoleMap, Dictionary())
        return {key: str(value) for key, value in found.items()}

    def standard(self, kind: str) -> str:
        """Follow the role map to a type that it doesn't map."""
        seen = set()
        while kind in self.role_map and kind not in seen:
            seen.add(kind)
            kind = self.role_map[kind]
        return kind

    @cached_property
    def elements(self) -> list[Element]:
        """Every structure element, in reading order."""
        return list(self._below(self.root.StructTreeRoot.get(Name.K), None))

    def _below(self, kid: Any, parent: Element | None) -> Iterator[Element]:
        if isinstance(kid, Array):
            for one in kid:
                yield from self._below(one, parent)
        elif isinstance(kid, Dictionary) and Name.S in kid:
            element = Element(kid, self.standard(str(kid.S)), parent)
            yield element
            yield from self._below(kid.get(Name.K), element)

    def children(self, element: Element) -> list[Element]:
        """Return the elements right below one."""
        return [e for e in self.elements if e.parent and e.parent.data == element.data]

    def of_kind(self, *kinds: str) -> list[Element]:
        """Return the elements of these standard types, written as "/Figure"."""
        return [element for element in self.elements if element.kind in kinds]

    @cached_property
    def annotations(self) -> list[tuple[Page, Dictionary]]:
        """Every annotation, with its page."""
        return [(p, a) for p in self.pdf.pages for a in p.get(Name.Annots, [])]

    def holder_of(self, annotation: Dictionary) -> Element | None:
        """Return the structure element that refers to an annotation."""
        for element in self.elements:
            for kid in _kids(element.data):
                if (
                    isinstance(kid, Dictionary)
                    and kid.get(Name.Type) == Name.OBJR
                    and kid.Obj.objgen == annotation.objgen
                ):
                    return element
        return None

    @cached_property
    def marked_ids(self) -> set[tuple[int, int]]:
        """Page number and marked content id of what the structure refers to."""
        pages = {page.objgen: number for number, page in enumerate(self.pdf.pages)}
        found = set()
        for element in self.elements:
            for kid in _kids(element.data):
                page, mcid = element.get(Name.Pg), kid
                if isinstance(kid, Dictionary) and kid.get(Name.Type) == Name.MCR:
                    page, mcid = kid.get(Name.Pg, page), kid.MCID
                if isinstance(mcid, int) and page is not None:
                    found.add((pages[page.objgen], mcid))
        return found

    @cached_property
    def painted(self) -> list[Painted]:
        """Everything that the pages paint, forms included."""
        return [
            painted
            for number, page in enumerate(self.pdf.pages)
            for painted in _painted(number, page.obj, page.get(Name.Resources), ())
        ]

    @cached_property
    def fonts(self) -> list[Font]:
        """The fonts that show text."""
        used: dict[tuple[int, int], tuple[Dictionary, set[int]]] = {}
        for item in self.painted:
            if item.font is not None:
                codes = used.setdefault(item.font.objgen, (item.font, set()))[1]
                width = 2 if item.font.get(Name.Subtype) == Name.Type0 else 1
                for start in range(0, len(item.codes), width):
                    codes.add(int.from_bytes(item.codes[start : start + width]))
        return [Font(data, frozenset(codes)) for data, codes in used.values()]


def _kids(element: Dictionary) -> list[Any]:
    kids = element.get(Name.K, [])
    return list(kids) if isinstance(kids, Array) else [kids]


def _painted(
    page: int, stream: Any, resources: Any, around: tuple[tuple[str, Any], ...]
) -> Iterator[Painted]:
    marks, fonts = list(around), [None]
    resources = resources if resources is not None else Dictionary()
    for operands, operator in pikepdf.parse_content_stream(stream):
        name = str(operator)
        if name == "BMC":
            marks.append((str(operands[0]), Dictionary()))
        elif name == "BDC":
            properties = operands[1]
            if isinstance(properties, Name):
                properties = resources.Properties[properties]
            marks.append((str(operands[0]), properties))
        elif name == "EMC":
            marks.pop()
        elif name == "q":
            fonts.append(fonts[-1])
        elif name == "Q":
            fonts.pop()
        elif name == "Tf":
            fonts[-1] = resources.Font[operands[0]]
        elif name in SHOWING:
            yield Painted(page, name, tuple(marks), fonts[-1], _bytes(operands[-1]))
        elif name in PAINTING:
            form = _form(name, operands, resources)
            if form is None:
                yield Painted(page, name, tuple(marks))
            else:
                inside = form.get(Name.Resources, resources)
                yield from _painted(page, form, inside, tuple(marks))


def _form(operator: str, operands: Any, resources: Dictionary) -> Stream | None:
    if operator != "Do":
        return None
    painted = resources.XObject[operands[0]]
    return painted if painted.get(Name.Subtype) == Name.Form else None


def _bytes(shown: Any) -> bytes:
    if isinstance(shown, Array):
        return b"".join(bytes(s) for s in shown if isinstance(s, pikepdf.String))
    return bytes(shown)
