"""Checkpoints 02, 09, 13 to 15, 17, 19: the structure tree."""

from collections import Counter
from collections.abc import Iterator

from pikepdf import Array, Dictionary, Name

from .conditions import condition
from .document import Document, Element

KINDS = """
Document Part Art Sect Div BlockQuote Caption TOC TOCI Index NonStruct Private
P H H1 H2 H3 H4 H5 H6 L LI Lbl LBody Table TR TH TD THead TBody TFoot
Span Quote Note Reference BibEntry Code Link Annot Ruby RB RT RP Warichu WT WP
Figure Formula Form
"""
STANDARD = {f"/{kind}" for kind in KINDS.split()}
HEADINGS = [f"/H{level}" for level in range(1, 7)]

# type -> the types that may hold it; and type -> the types that it may hold.
INSIDE = {
    "/TR": {"/Table", "/THead", "/TBody", "/TFoot"},
    "/TH": {"/TR"},
    "/TD": {"/TR"},
    "/THead": {"/Table"},
    "/TBody": {"/Table"},
    "/TFoot": {"/Table"},
    "/LI": {"/L"},
    "/LBody": {"/LI"},
    "/TOCI": {"/TOC"},
    "/RB": {"/Ruby"},
    "/RT": {"/Ruby"},
    "/RP": {"/Ruby"},
    "/WT": {"/Warichu"},
    "/WP": {"/Warichu"},
}
HOLDS = {
    "/Table": {"/TR", "/THead", "/TBody", "/TFoot", "/Caption"},
    "/THead": {"/TR"},
    "/TBody": {"/TR"},
    "/TFoot": {"/TR"},
    "/TR": {"/TH", "/TD"},
    "/L": {"/L", "/LI", "/Caption"},
    "/LI": {"/Lbl", "/LBody"},
    "/TOC": {"/TOC", "/TOCI", "/Caption"},
    "/TOCI": {"/Lbl", "/Reference", "/NonStruct", "/P", "/TOC"},
    "/Ruby": {"/RB", "/RT", "/RP"},
    "/Warichu": {"/WT", "/WP"},
}


def misplaced(document: Document, *kinds: str) -> Iterator[str]:
    """Yield each element of these types in a wrong place, or holding a wrong one."""
    wanted = {f"/{kind}" for kind in kinds}
    for element in document.elements:
        holder = element.parent.kind if element.parent else "nothing"
        if element.kind in wanted and holder not in INSIDE.get(element.kind, {holder}):
            yield f"{element.kind} in {holder}"
        if holder in wanted and element.kind not in HOLDS.get(holder, {element.kind}):
            yield f"{element.kind} in {holder}"


@condition("02-001")
def unknown_type(document: Document) -> Iterator[str]:
    """A type that nobody knows and that the role map leads to no standard type."""
    for element in document.elements:
        if element.kind not in STANDARD:
            yield f"{element.kind} is no standard type"


@condition("02-003")
def role_map_in_circles(document: Document) -> Iterator[str]:
    """The role map leads from a type back to itself."""
    for kind in document.role_map:
        seen, now = {kind}, document.role_map[kind]
        while now in document.role_map and now not in seen:
            seen.add(now)
            now = document.role_map[now]
        if now in seen:
            yield f"{kind} leads to itself"


@condition("02-004")
def standard_type_mapped(document: Document) -> Iterator[str]:
    """The role map gives a standard type another meaning."""
    for kind in document.role_map:
        if kind in STANDARD:
            yield f"{kind} is mapped"


@condition("09-004")
def table_parts_misplaced(document: Document) -> Iterator[str]:
    """A part of a table stands where it may not."""
    yield from misplaced(document, "Table", "TR", "TH", "TD", "THead", "TBody", "TFoot")


@condition("09-005")
def list_parts_misplaced(document: Document) -> Iterator[str]:
    """A part of a list stands where it may not."""
    yield from misplaced(document, "L", "LI", "LBody")


@condition("09-006")
def contents_misplaced(document: Document) -> Iterator[str]:
    """A part of a table of contents stands where it may not."""
    yield from misplaced(document, "TOC", "TOCI")


@condition("09-007")
def ruby_misplaced(document: Document) -> Iterator[str]:
    """A part of a reading aid stands where it may not."""
    yield from misplaced(document, "Ruby", "RB", "RT", "RP")


@condition("09-008")
def warichu_misplaced(document: Document) -> Iterator[str]:
    """A part of a gloss in two lines stands where it may not."""
    yield from misplaced(document, "Warichu", "WT", "WP")


@condition("13-004")
def figure_without_words(document: Document) -> Iterator[str]:
    """A figure has no alternative text."""
    yield from wordless(document.of_kind("/Figure"))


@condition("17-002")
def formula_without_words(document: Document) -> Iterator[str]:
    """A formula has no alternative text."""
    yield from wordless(document.of_kind("/Formula"))


def wordless(elements: list[Element]) -> Iterator[str]:
    """Yield each element with neither Alt nor ActualText."""
    for element in elements:
        if not any(str(element.get(k) or "").strip() for k in ("/Alt", "/ActualText")):
            yield f"{element.kind} without Alt"


@condition("14-002")
def first_heading(document: Document) -> Iterator[str]:
    """The first heading isn't of level 1."""
    headings = document.of_kind(*HEADINGS)
    if headings and headings[0].kind != "/H1":
        yield f"the first heading is {headings[0].kind}"


@condition("14-003")
def skipped_level(document: Document) -> Iterator[str]:
    """A level of headings is skipped on the way down."""
    before = 0
    for heading in document.of_kind(*HEADINGS):
        level = int(heading.kind[2:])
        if level > before + 1:
            yield f"H{level} after H{before}"
        before = level


@condition("14-006")
def two_headings_in_one(document: Document) -> Iterator[str]:
    """An element holds two headings without a level."""
    held = Counter(id(e.parent) for e in document.of_kind("/H"))
    for holder in {id(e.parent) for e in document.of_kind("/H")}:
        if held[holder] > 1:
            yield "two H in one element"


@condition("14-007")
def both_kinds_of_headings(document: Document) -> Iterator[str]:
    """Headings with a level and without one are mixed."""
    if document.of_kind("/H") and document.of_kind(*HEADINGS):
        yield "H and Hn"


@condition("15-003")
def header_without_scope(document: Document) -> Iterator[str]:
    """A header cell says neither its scope nor which cells it is the header of."""
    headers = {
        str(name)
        for cell in document.of_kind("/TD", "/TH")
        for attributes in attributes_of(cell)
        for name in attributes.get(Name.Headers, Array())
    }
    for cell in document.of_kind("/TH"):
        scoped = any(Name.Scope in attributes for attributes in attributes_of(cell))
        if not scoped and str(cell.get("/ID") or "") not in headers:
            yield "TH without Scope"


def attributes_of(element: Element) -> list[Dictionary]:
    """Return the attribute objects of an element."""
    found = element.get("/A")
    every = found if isinstance(found, Array) else [found]
    return [a for a in every if isinstance(a, Dictionary)]


@condition("19-003")
def note_without_id(document: Document) -> Iterator[str]:
    """A note has no ID."""
    for note in document.of_kind("/Note"):
        if not note.get("/ID"):
            yield "Note without ID"


@condition("19-004")
def note_with_anothers_id(document: Document) -> Iterator[str]:
    """Two notes have one ID."""
    ids = Counter(str(note.get("/ID")) for note in document.of_kind("/Note"))
    for name, count in ids.items():
        if count > 1:
            yield f"{count} Notes with ID {name}"
