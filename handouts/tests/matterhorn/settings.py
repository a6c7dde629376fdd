"""Checkpoints 06, 07, 11, 20, 21, 25, 26: what the document says about itself."""

from collections.abc import Iterator

from pikepdf import Array, Dictionary, Name

from .conditions import condition
from .document import Document

FOR_READERS = 1 << 9  # bit 10 of the permissions: assistive software may read


@condition("01-007")
def suspects(document: Document) -> Iterator[str]:
    """The producer suspects that its tags are wrong."""
    if document.root.get(Name.MarkInfo, {}).get(Name.Suspects, False):
        yield "MarkInfo says Suspects"


@condition("06-001")
def no_metadata(document: Document) -> Iterator[str]:
    """There is no XMP."""
    if Name.Metadata not in document.root:
        yield "no Metadata"


@condition("06-002")
def no_identification(document: Document) -> Iterator[str]:
    """XMP doesn't say that this is PDF/UA-1."""
    if document.pdf.open_metadata().get("pdfuaid:part") != "1":
        yield "no pdfuaid:part 1"


@condition("06-003")
def no_title(document: Document) -> Iterator[str]:
    """XMP has no title."""
    if not document.pdf.open_metadata().get("dc:title"):
        yield "no dc:title"


@condition("07-001")
def title_is_not_asked_for(document: Document) -> Iterator[str]:
    """Nothing says whether the window shows the title."""
    preferences = document.root.get(Name.ViewerPreferences, Dictionary())
    if Name.DisplayDocTitle not in preferences:
        yield "no DisplayDocTitle"


@condition("07-002")
def title_is_not_shown(document: Document) -> Iterator[str]:
    """The window shows the name of the file instead of the title."""
    preferences = document.root.get(Name.ViewerPreferences, Dictionary())
    if preferences.get(Name.DisplayDocTitle, True) is False:
        yield "DisplayDocTitle is false"


@condition("11-003")
def outline_without_language(document: Document) -> Iterator[str]:
    """Nothing says in which language the outline is."""
    if Name.Outlines in document.root and not document.root.get(Name.Lang):
        yield "an outline, and no Lang"


@condition("11-006")
def metadata_without_language(document: Document) -> Iterator[str]:
    """Nothing says in which language the title is."""
    if no_language(document) and not document.pdf.open_metadata().get("dc:language"):
        yield "no language of the metadata"


def no_language(document: Document) -> bool:
    """Return whether the document as a whole has no language."""
    return not document.root.get(Name.Lang)


@condition("20-001")
def unnamed_layers(document: Document) -> Iterator[str]:
    """A layer configuration among several has no name."""
    layers = document.root.get(Name.OCProperties, Dictionary())
    for configuration in layers.get(Name.Configs, Array()):
        if not configuration.get(Name.Name):
            yield "a configuration in Configs without Name"


@condition("20-002")
def unnamed_default(document: Document) -> Iterator[str]:
    """The default layer configuration has no name."""
    layers = document.root.get(Name.OCProperties, Dictionary())
    if Name.D in layers and not layers.D.get(Name.Name):
        yield "the configuration D without Name"


@condition("20-003")
def layers_by_themselves(document: Document) -> Iterator[str]:
    """Layers are switched by the viewer's state."""
    layers = document.root.get(Name.OCProperties, Dictionary())
    for place in [layers.get(Name.D), *layers.get(Name.Configs, Array())]:
        if place is not None and Name.AS in place:
            yield "a configuration with AS"


@condition("21-001")
def unnamed_attachment(document: Document) -> Iterator[str]:
    """An embedded file has no name for one of the two kinds of systems."""
    for thing in document.pdf.objects:
        file = isinstance(thing, Dictionary) and Name.EF in thing
        if file and not (thing.get(Name.F) and thing.get(Name.UF)):
            yield "an embedded file without F or UF"


@condition("25-001")
def dynamic_form(document: Document) -> Iterator[str]:
    """A form is laid out by the viewer."""
    form = document.root.get(Name.AcroForm, Dictionary()).get(Name.XFA)
    for part in form if isinstance(form, Array) else [form]:
        if part is not None and hasattr(part, "read_bytes"):
            compact = b"".join(part.read_bytes().split())
            if b"<dynamicRender>required</dynamicRender>" in compact:
                yield "XFA with dynamicRender required"


@condition("26-001")
def no_permissions(document: Document) -> Iterator[str]:
    """The file is encrypted and says nothing about permissions."""
    encryption = document.pdf.trailer.get(Name.Encrypt)
    if encryption is not None and Name.P not in encryption:
        yield "Encrypt without P"


@condition("26-002")
def locked_out(document: Document) -> Iterator[str]:
    """The file is encrypted so that assistive software may not read it."""
    encryption = document.pdf.trailer.get(Name.Encrypt)
    if encryption is not None and not int(encryption.get(Name.P, -1)) & FOR_READERS:
        yield "Encrypt without the tenth bit of P"
