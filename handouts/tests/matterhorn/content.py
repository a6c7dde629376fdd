"""Checkpoints 01, 10, 11, 30: what the pages paint, and how it is marked."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pikepdf
from pikepdf import Dictionary, Name, Stream

from .conditions import condition
from .document import Document, Painted
from .settings import no_language


def is_tagged(document: Document, item: Painted) -> bool:
    """Return whether the structure refers to what is painted."""
    return any((item.page, i) in document.marked_ids for i in _ids(item.marks))


def is_artifact(item: Painted) -> bool:
    """Return whether what is painted is marked as no content."""
    return any(tag == "/Artifact" for tag, _ in item.marks)


def _ids(marks: tuple[tuple[str, Any], ...]) -> list[int]:
    return [int(mark[Name.MCID]) for _, mark in marks if Name.MCID in mark]


@condition("01-003")
def artifact_in_content(document: Document) -> Iterator[str]:
    """Something marked as no content lies inside tagged content."""
    yield from nested(document, inner="artifact")


@condition("01-004")
def content_in_artifact(document: Document) -> Iterator[str]:
    """Tagged content lies inside something marked as no content."""
    yield from nested(document, inner="content")


def nested(document: Document, inner: str) -> Iterator[str]:
    """Yield what is marked both ways, with `inner` as the inner of the marks."""
    for item in document.painted:
        kinds = ["artifact" if tag == "/Artifact" else "" for tag, _ in item.marks]
        for place, (_, mark) in enumerate(item.marks):
            if (item.page, int(mark.get(Name.MCID, -1))) in document.marked_ids:
                kinds[place] = "content"
        kinds = [kind for kind in kinds if kind]
        if len(set(kinds)) > 1 and kinds[-1] == inner:
            yield f"page {item.page + 1}: {item.operator} inside {kinds}"


@condition("01-005")
def unmarked(document: Document) -> Iterator[str]:
    """Something is neither tagged nor marked as no content."""
    for item in document.painted:
        if not is_artifact(item) and not is_tagged(document, item):
            yield f"page {item.page + 1}: {item.operator}"


@condition("10-001")
def unmapped(document: Document) -> Iterator[str]:
    """Text whose codes can't be turned into characters."""
    for font in document.fonts:
        if font.composite and Name.ToUnicode not in font.data:
            yield f"{font.data.get(Name.BaseFont)} shows codes without ToUnicode"


def languages(document: Document) -> dict[int, bool]:
    """Return whether an element, or one around it, states a language."""
    return {
        id(element): any(e.get("/Lang") for e in [element, *element.ancestors])
        for element in document.elements
    }


@condition("11-001")
def text_without_language(document: Document) -> Iterator[str]:
    """Nothing says in which language a text is."""
    stated = languages(document) if no_language(document) else {}
    for element in document.elements:
        if not stated.get(id(element), True) and element.kind in ("/P", "/H1", "/TD"):
            yield f"{element.kind} without Lang"


@condition("11-002")
def words_without_language(document: Document) -> Iterator[str]:
    """Nothing says in which language an alternative text is."""
    stated = languages(document) if no_language(document) else {}
    for element in document.elements:
        words = any(element.get(key) for key in ("/Alt", "/ActualText", "/E"))
        if words and not stated.get(id(element), True):
            yield f"{element.kind}: words without Lang"


@condition("30-001")
def borrowed_page(document: Document) -> Iterator[str]:
    """A page shows a page of another file."""
    for form in forms(document):
        if Name.Ref in form:
            yield "a form XObject with Ref"


@condition("30-002")
def marked_form_shown_twice(document: Document) -> Iterator[str]:
    """A form with marked content of its own is shown more than once."""
    shown: Counter[tuple[int, int]] = Counter()
    for page in document.pdf.pages:
        objects = page.get(Name.Resources, Dictionary()).get(Name.XObject, Dictionary())
        for operands, operator in pikepdf.parse_content_stream(page):
            if str(operator) == "Do":
                shown[objects[operands[0]].objgen] += 1
    for form in forms(document):
        if b"/MCID" in form.read_bytes() and shown[form.objgen] > 1:
            yield "a form with MCID shown twice"


def forms(document: Document) -> list[Stream]:
    """Return the form XObjects of the document."""
    return [
        thing
        for thing in document.pdf.objects
        if isinstance(thing, Stream) and thing.get(Name.Subtype) == Name.Form
    ]


@condition("31-030")
def missing_glyph(document: Document) -> Iterator[str]:
    """A text shows the box that stands for a missing glyph."""
    for font in document.fonts:
        if font.composite and 0 in font.codes:
            yield f"{font.data.get(Name.BaseFont)} shows .notdef"
