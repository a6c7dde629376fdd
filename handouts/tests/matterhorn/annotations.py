"""Checkpoints 11 and 28: links, fields and other annotations."""

from collections.abc import Iterator

from pikepdf import Dictionary, Name

from .conditions import condition
from .document import Document
from .settings import no_language

UNSEEN = 1 << 1  # the flag Hidden
WITHOUT_TAG = {"/Link", "/Widget", "/Popup", "/PrinterMark"}
KNOWN = "Text Link FreeText Line Square Circle Polygon PolyLine Highlight Underline"
KNOWN += " Squiggly StrikeOut Stamp Caret Ink Popup FileAttachment Sound Movie Widget"
KNOWN += " Screen PrinterMark TrapNet Watermark 3D Redact"


def seen(document: Document, *subtypes: str) -> Iterator[Dictionary]:
    """Yield the visible annotations, of these types if any are named."""
    for page, annotation in document.annotations:
        box, rect = page.mediabox, annotation.get(Name.Rect, [0, 0, 0, 0])
        outside = rect[2] < box[0] or rect[3] < box[1] or rect[0] > box[2]
        hidden = int(annotation.get(Name.F, 0)) & UNSEEN
        wanted = not subtypes or str(annotation.get(Name.Subtype)) in subtypes
        if wanted and not hidden and not outside:
            yield annotation


def kind_of_holder(document: Document, annotation: Dictionary) -> str:
    """Return the type of the element that refers to an annotation, or "nothing"."""
    holder = document.holder_of(annotation)
    return holder.kind if holder else "nothing"


@condition("11-004")
def contents_without_language(document: Document) -> Iterator[str]:
    """Nothing says in which language an annotation's text is."""
    for annotation in seen(document) if no_language(document) else ():
        if annotation.get(Name.Contents) and not annotation.get(Name.Lang):
            yield f"{annotation.Subtype}: Contents without Lang"


@condition("11-005")
def field_without_language(document: Document) -> Iterator[str]:
    """Nothing says in which language a field's name is."""
    for field in seen(document, "/Widget") if no_language(document) else ():
        if field.get(Name.TU) and not field.get(Name.Lang):
            yield "a field whose TU has no Lang"


@condition("28-002")
def annotation_without_tag(document: Document) -> Iterator[str]:
    """An annotation that isn't a link or a field isn't tagged Annot."""
    for annotation in seen(document):
        subtype = str(annotation.get(Name.Subtype))
        holder = kind_of_holder(document, annotation)
        if subtype not in WITHOUT_TAG and holder != "/Annot":
            yield f"{subtype} in {holder}"


@condition("28-004")
def annotation_without_words(document: Document) -> Iterator[str]:
    """An annotation that isn't a link or a field has no words."""
    for annotation in seen(document):
        if str(annotation.get(Name.Subtype)) in WITHOUT_TAG:
            continue
        holder = document.holder_of(annotation)
        if not annotation.get(Name.Contents) and not (holder and holder.get("/Alt")):
            yield f"{annotation.Subtype} without Contents"


@condition("28-005")
def field_without_name(document: Document) -> Iterator[str]:
    """A field has neither a name for readers nor an alternative text."""
    for field in seen(document, "/Widget"):
        holder = document.holder_of(field)
        if not field.get(Name.TU) and not (holder and holder.get("/Alt")):
            yield "a field without TU"


@condition("28-006")
def unknown_annotation(document: Document) -> Iterator[str]:
    """An annotation of a type that PDF doesn't know isn't tagged Annot."""
    known = {f"/{kind}" for kind in KNOWN.split()}
    for annotation in seen(document):
        subtype = str(annotation.get(Name.Subtype))
        if subtype not in known and kind_of_holder(document, annotation) != "/Annot":
            yield f"{subtype} outside of Annot"


@condition("28-007")
def trap_net(document: Document) -> Iterator[str]:
    """An annotation is of a type that is not allowed."""
    for _ in seen(document, "/TrapNet"):
        yield "TrapNet"


@condition("28-008")
def no_tab_order(document: Document) -> Iterator[str]:
    """A page with annotations has no tab order."""
    for number, page in enumerate(document.pdf.pages, 1):
        if page.get(Name.Annots) and Name.Tabs not in page:
            yield f"page {number} without Tabs"


@condition("28-009")
def other_tab_order(document: Document) -> Iterator[str]:
    """The tab order of a page with annotations isn't that of the structure."""
    for number, page in enumerate(document.pdf.pages, 1):
        if page.get(Name.Annots) and page.get(Name.Tabs, Name.S) != Name.S:
            yield f"page {number}: Tabs is {page.Tabs}"


@condition("28-010")
def field_without_form(document: Document) -> Iterator[str]:
    """A field isn't tagged Form."""
    for field in seen(document, "/Widget"):
        if kind_of_holder(document, field) != "/Form":
            yield "a field outside of Form"


@condition("28-011")
def link_without_tag(document: Document) -> Iterator[str]:
    """A link isn't tagged Link."""
    for link in seen(document, "/Link"):
        if kind_of_holder(document, link) != "/Link":
            yield f"a link in {kind_of_holder(document, link)}"


@condition("28-012")
def link_without_words(document: Document) -> Iterator[str]:
    """A link has no words of its own."""
    for link in seen(document, "/Link"):
        if not str(link.get(Name.Contents) or "").strip():
            yield "a link without Contents"


def clips(document: Document) -> Iterator[Dictionary]:
    """Yield the media clips that annotations play."""
    for annotation in seen(document, "/Screen"):
        rendition = annotation.get(Name.A, Dictionary()).get(Name.R, Dictionary())
        if Name.C in rendition:
            yield rendition.C


@condition("28-014")
def clip_without_type(document: Document) -> Iterator[str]:
    """A media clip doesn't say of what kind it is."""
    for clip in clips(document):
        if Name.CT not in clip:
            yield "a clip without CT"


@condition("28-015")
def clip_without_words(document: Document) -> Iterator[str]:
    """A media clip has no alternative text."""
    for clip in clips(document):
        if Name.Alt not in clip:
            yield "a clip without Alt"


@condition("28-016")
def attachment_without_file(document: Document) -> Iterator[str]:
    """An attachment doesn't name its file for both kinds of systems."""
    for annotation in seen(document, "/FileAttachment"):
        file = annotation.get(Name.FS, Dictionary())
        if not (file.get(Name.F) and file.get(Name.UF)):
            yield "an attachment without F or UF"


@condition("28-017")
def printers_mark_tagged(document: Document) -> Iterator[str]:
    """A printer's mark is part of the structure."""
    for mark in seen(document, "/PrinterMark"):
        if document.holder_of(mark):
            yield "PrinterMark in the structure"


@condition("28-018")
def printers_mark_as_content(document: Document) -> Iterator[str]:
    """What a printer's mark paints isn't marked as no content."""
    for mark in seen(document, "/PrinterMark"):
        painted = mark.get(Name.AP, Dictionary()).get(Name.N)
        if painted is not None and b"/Artifact" not in painted.read_bytes():
            yield "PrinterMark that isn't an Artifact"
