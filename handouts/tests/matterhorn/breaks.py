"""How to break a good PDF: for each condition, a change after which it is found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pikepdf import Array, Dictionary, Name, String

from .document import Document, Element, Font

__all__ = ["BREAKS"]

Break = Callable[[Document], Any]


def put(where: Any, key: str, value: Any) -> None:
    """Set an entry, or take it away."""
    if key in where:
        del where[key]
    if value is not None:
        where[key] = value


def first(document: Document, *kinds: str) -> Element:
    """Return the first element of these types."""
    return document.of_kind(*kinds)[0]


def renamed(old: str, new: str) -> Break:
    """Give the first element of a type another one."""
    return lambda document: setattr(first(document, old).data, "S", Name(new))


def without(kind: str, *keys: str) -> Break:
    """Take entries from the first element of a type."""

    def change(document: Document) -> None:
        for element in document.of_kind(kind)[:1]:
            for key in keys:
                put(element.data, key, None)

    return change


def root(key: str, value: Any) -> Break:
    """Set an entry of the document itself, or take it away."""
    return lambda document: put(document.root, key, value)


def mapped(kind: str, to: str) -> Break:
    """Add a line to the role map."""

    def change(document: Document) -> None:
        document.root.StructTreeRoot.RoleMap[kind] = Name(to)

    return change


def appended(*kinds: str) -> Break:
    """Add elements at the end, each inside the one before it."""

    def change(document: Document) -> Dictionary:
        holder = first(document, "/Document").data
        for kind in kinds:
            element = document.pdf.make_indirect(Dictionary(S=Name(kind), K=Array()))
            holder.K.append(element)
            holder = element
        return holder

    return change


def both(*changes: Break) -> Break:
    """Make several changes."""
    return lambda document: [change(document) for change in changes]


def painted(content: bytes) -> Break:
    """Paint something more on the first page."""
    return lambda d: d.pdf.pages[0].contents_add(d.pdf.make_stream(content))


def xmp(key: str) -> Break:
    """Take an entry from the metadata."""

    def change(document: Document) -> None:
        with document.pdf.open_metadata(set_pikepdf_as_editor=False) as metadata:
            del metadata[key]

    return change


def annotated(tag: str | None = None, **entries: Any) -> Break:
    """Add an annotation to the first page, inside a new element if a type is named."""

    def change(document: Document) -> None:
        page = document.pdf.pages[0]
        about = Dictionary(Type=Name.Annot, Rect=[10, 10, 20, 20], **entries)
        annotation = document.pdf.make_indirect(about)
        page.Annots.append(annotation)
        if tag:
            element = appended(tag)(document)
            element.K.append(Dictionary(Type=Name.OBJR, Obj=annotation))

    return change


def links(key: str, value: Any) -> Break:
    """Change the first link."""
    return lambda document: put(document.annotations[0][1], key, value)


def tabs(value: Any) -> Break:
    """Change the tab order of the first page."""
    return lambda document: put(document.pdf.pages[0].obj, "/Tabs", value)


def silent(change: Break) -> Break:
    """Take the document's language away, then make a change."""
    return both(root("/Lang", None), change)


def fonts(change: Callable[[Document, Font], Any], subtype: str = "") -> Break:
    """Change the first font whose CIDFont is of a type."""

    def broken(document: Document) -> None:
        for font in document.fonts:
            if font.composite and subtype in str(font.descendant.Subtype):
                change(document, font)
                return

    return broken


def cmap(content: bytes = b"", **entries: Any) -> Break:
    """Give the first font a CMap of its own."""
    collection = Dictionary(Registry=String("Adobe"), Ordering=String("Identity"))
    collection.Supplement = 0

    def change(document: Document, font: Font) -> None:
        own = document.pdf.make_stream(content)
        own.CIDSystemInfo = collection
        for key, value in entries.items():
            if key in ("Registry", "Ordering", "Supplement"):
                own.CIDSystemInfo[f"/{key}"] = value
            else:
                own[f"/{key}"] = value
        font.data.Encoding = own

    return fonts(change)


def entry(key: str, value: Any, subtype: str = "") -> Break:
    """Set an entry of the first font's CIDFont, or take it away."""
    return fonts(lambda _, font: put(font.descendant, key, value), subtype)


def none_listed(document: Document, font: Font) -> None:
    """Say that none of a font's glyphs is in the file."""
    font.descriptor["/CIDSet"] = document.pdf.make_stream(b"\x00")


def taken_out(_: Document, font: Font) -> None:
    """Take a font out of the file."""
    for key in ("/FontFile2", "/FontFile3"):
        put(font.descriptor, key, None)


def unmapped(_: Document, font: Font) -> None:
    """Take from a font what its codes stand for."""
    del font.data["/ToUnicode"]


def meaning(characters: bytes) -> Break:
    """Give every code of the first font another meaning."""

    def change(document: Document, font: Font) -> None:
        rows = b"".join(b"<%04x> <%s>\n" % (c, characters) for c in font.codes)
        font.data.ToUnicode = document.pdf.make_stream(
            b"1 beginbfchar\n" + rows + b"endbfchar"
        )

    return fonts(change)


def simple(**entries: Any) -> Break:
    """Show a letter in a simple TrueType font that isn't embedded."""

    def change(document: Document) -> None:
        font = Dictionary(Type=Name.Font, Subtype=Name.TrueType, **entries)
        page = document.pdf.pages[0]
        page.Resources.Font["/plain"] = document.pdf.make_indirect(font)
        painted(b"/Artifact BMC BT /plain 9 Tf (a) Tj ET EMC")(document)

    return change


def shown(code: bytes) -> Break:
    """Show a code in the first font of the first page."""

    def change(document: Document) -> None:
        name = next(iter(document.pdf.pages[0].Resources.Font.keys())).encode()
        painted(b"/Artifact BMC BT " + name + b" 9 Tf <" + code + b"> Tj ET EMC")(
            document
        )

    return change


def form(content: bytes, times: int = 1, **entries: Any) -> Break:
    """Paint a form on the first page, as no content."""

    def change(document: Document) -> None:
        made = document.pdf.make_stream(content)
        made.update(Dictionary(Subtype=Name.Form, BBox=[0, 0, 9, 9], **entries))
        document.pdf.pages[0].Resources["/XObject"] = Dictionary(form=made)
        painted(b"/Artifact BMC " + times * b"/form Do " + b"EMC")(document)

    return change


def permissions(**entries: Any) -> Break:
    """Say that the file is encrypted."""
    about = Dictionary(Filter=Name.Standard, **entries)
    return lambda document: setattr(document.pdf.trailer, "Encrypt", about)


def attached(document: Document) -> None:
    """Embed a file that has one name only."""
    embedded = Dictionary(F=document.pdf.make_stream(b"data"))
    about = Dictionary(Type=Name.Filespec, F=String("a.csv"), EF=embedded)
    document.root.AF = Array([document.pdf.make_indirect(about)])


def layers(**entries: Any) -> Break:
    """Give the document layers."""
    return root("/OCProperties", Dictionary(OCGs=Array(), **entries))


def dynamic(document: Document) -> None:
    """Give the document a form that the viewer lays out."""
    content = b"<config><dynamicRender>required</dynamicRender></config>"
    document.root.AcroForm = Dictionary(XFA=document.pdf.make_stream(content))


def screen(**clip: Any) -> Dictionary:
    """Return an action that plays a media clip."""
    return Dictionary(S=Name.Rendition, R=Dictionary(C=Dictionary(clip)))


def printers_mark(document: Document) -> None:
    """Add a printer's mark whose drawing isn't marked."""
    drawing = document.pdf.make_stream(b"0 0 m 9 9 l S")
    annotated(Subtype=Name.PrinterMark, AP=Dictionary(N=drawing))(document)


MCID = b"/P <</MCID 0>> BDC "
CLIP = {"/S": Name.MCD}
BREAKS: dict[str, Break] = {
    "01-003": painted(MCID + b"/Artifact BMC 0 0 9 9 re f EMC EMC"),
    "01-004": painted(b"/Artifact BMC " + MCID + b"0 0 9 9 re f EMC EMC"),
    "01-005": painted(b"0 0 9 9 re f"),
    "01-007": root("/MarkInfo", Dictionary(Marked=True, Suspects=True)),
    "02-001": renamed("/BlockQuote", "/Saying"),
    "02-003": both(mapped("/Saying", "/Motto"), mapped("/Motto", "/Saying")),
    "02-004": mapped("/H2", "/P"),
    "06-001": root("/Metadata", None),
    "06-002": xmp("pdfuaid:part"),
    "06-003": xmp("dc:title"),
    "07-001": root("/ViewerPreferences", Dictionary()),
    "07-002": root("/ViewerPreferences", Dictionary(DisplayDocTitle=False)),
    "09-004": renamed("/TR", "/P"),
    "09-005": renamed("/LI", "/P"),
    "09-006": appended("/TOC", "/P"),
    "09-007": appended("/Ruby", "/P"),
    "09-008": appended("/Warichu", "/P"),
    "10-001": fonts(unmapped),
    "11-001": root("/Lang", None),
    "11-002": root("/Lang", None),
    "11-003": root("/Lang", None),
    "11-004": root("/Lang", None),
    "11-005": silent(annotated("/Form", Subtype=Name.Widget, TU=String("Name"))),
    "11-006": silent(xmp("dc:language")),
    "13-004": without("/Figure", "/Alt"),
    "14-002": renamed("/H1", "/H2"),
    "14-003": renamed("/H2", "/H3"),
    "14-006": both(renamed("/H1", "/H"), renamed("/H2", "/H")),
    "14-007": renamed("/H2", "/H"),
    "15-003": both(without("/TH", "/A", "/ID"), without("/TD", "/A")),
    "17-002": without("/Formula", "/Alt"),
    "17-003": shown(b"7abc"),
    "19-003": appended("/Note"),
    "19-004": both(appended("/Note"), appended("/Note")),
    "20-001": layers(Configs=Array([Dictionary()])),
    "20-002": layers(D=Dictionary()),
    "20-003": layers(D=Dictionary(Name=String("all"), AS=Array())),
    "21-001": attached,
    "25-001": dynamic,
    "26-001": permissions(),
    "26-002": permissions(P=-1 - (1 << 9)),
    "28-002": annotated(Subtype=Name.Text, Contents=String("A note")),
    "28-004": annotated("/Annot", Subtype=Name.Text),
    "28-005": annotated("/Form", Subtype=Name.Widget),
    "28-006": annotated(Subtype=Name("/Poem"), Contents=String("A poem")),
    "28-007": annotated(Subtype=Name.TrapNet),
    "28-008": tabs(None),
    "28-009": tabs(Name.R),
    "28-010": annotated("/P", Subtype=Name.Widget),
    "28-011": annotated("/P", Subtype=Name.Link, Contents=String("away")),
    "28-012": links("/Contents", String(" ")),
    "28-014": annotated(Subtype=Name.Screen, A=screen(**CLIP)),
    "28-015": annotated(Subtype=Name.Screen, A=screen(**CLIP)),
    "28-016": annotated(Subtype=Name.FileAttachment, FS=Dictionary(F=String("a"))),
    "28-017": annotated("/P", Subtype=Name.PrinterMark),
    "28-018": printers_mark,
    "30-001": form(b"", Ref=Dictionary()),
    "30-002": form(MCID + b"EMC", times=2),
    "31-001": cmap(Registry=String("Ours")),
    "31-002": cmap(Ordering=String("Ours")),
    "31-003": cmap(Supplement=1),
    "31-004": entry("/CIDToGIDMap", Name("/Ours"), "CIDFontType2"),
    "31-005": entry("/CIDToGIDMap", None, "CIDFontType2"),
    "31-006": fonts(lambda _, font: setattr(font.data, "Encoding", Name("/Ours-H"))),
    "31-007": cmap(b"/WMode 1 def", WMode=0),
    "31-008": cmap(UseCMap=Name("/Ours-H")),
    "31-009": fonts(taken_out),
    "31-011": shown(b"7abc"),
    "31-014": fonts(none_listed),
    "31-016": entry("/W", Array([0, 999, 7])),
    "31-018": simple(BaseFont=Name("/Plain")),
    "31-027": fonts(unmapped),
    "31-028": meaning(b"FEFF"),
    "31-030": shown(b"0000"),
}
