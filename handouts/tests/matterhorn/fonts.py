"""Checkpoint 31: fonts, and the characters that their glyphs stand for."""

import io
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from fontTools.cffLib import CFFFontSet
from fontTools.ttLib import TTFont
from pikepdf import Dictionary, Name, Stream

from .conditions import condition
from .document import Document, Font

# CMaps of Identity need no file, and fit any collection of characters.
IDENTITY = {"/Identity-H", "/Identity-V"}
PREDEFINED = IDENTITY | {
    *("/GB-EUC-H", "/GB-EUC-V", "/GBK-EUC-H", "/GBK-EUC-V", "/UniGB-UTF16-H"),
    *("/B5pc-H", "/ETen-B5-H", "/UniCNS-UTF16-H", "/90ms-RKSJ-H", "/UniJIS-UTF16-H"),
    *("/KSC-EUC-H", "/KSCms-UHC-H", "/UniKS-UTF16-H"),
}
SYMBOLIC = 1 << 2  # a flag of the descriptor
FORBIDDEN = {0, 0xFEFF, 0xFFFE}
WIDTH_TOLERANCE = 1.0  # of a thousand units


def composite(document: Document) -> Iterator[Font]:
    """Yield the composite fonts."""
    return (font for font in document.fonts if font.composite)


def own_cmap(font: Font) -> Stream | None:
    """Return the CMap that lies in the file, if there is one."""
    encoding = font.data.get(Name.Encoding)
    return encoding if isinstance(encoding, Stream) else None


def name_of(font: Font) -> str:
    """Return what a font is called."""
    return str(font.data.get(Name.BaseFont, "a font"))


def collections(font: Font) -> tuple[Dictionary, Dictionary] | None:
    """Return the character collections of a CIDFont and of its own CMap."""
    cmap, ours = own_cmap(font), font.descendant.get(Name.CIDSystemInfo)
    if cmap is None or ours is None or Name.CIDSystemInfo not in cmap:
        return None
    return ours, cmap.CIDSystemInfo


def unlike(document: Document, key: str) -> Iterator[str]:
    """Yield each composite font whose CMap is made for other characters."""
    for font in composite(document):
        found = collections(font)
        if found and str(found[0].get(key)) != str(found[1].get(key)):
            yield f"{name_of(font)}: {key} differs"


@condition("31-001")
def other_registry(document: Document) -> Iterator[str]:
    """A CMap is made for a collection of characters of another registry."""
    yield from unlike(document, "/Registry")


@condition("31-002")
def other_ordering(document: Document) -> Iterator[str]:
    """A CMap is made for another collection of characters."""
    yield from unlike(document, "/Ordering")


@condition("31-003")
def older_supplement(document: Document) -> Iterator[str]:
    """A CMap needs more characters than the CIDFont has."""
    for font in composite(document):
        found = collections(font)
        if found and int(found[0].Supplement) < int(found[1].Supplement):
            yield f"{name_of(font)}: Supplement too small"


@condition("31-004")
def glyph_map_of_another_kind(document: Document) -> Iterator[str]:
    """What leads from characters to TrueType glyphs is neither a map nor Identity."""
    for font in composite(document):
        found = font.descendant.get(Name.CIDToGIDMap)
        truetype = font.descendant.get(Name.Subtype) == Name.CIDFontType2
        right = found is None or isinstance(found, Stream) or found == Name.Identity
        if truetype and not right:
            yield f"{name_of(font)}: CIDToGIDMap is {found}"


@condition("31-005")
def no_glyph_map(document: Document) -> Iterator[str]:
    """Nothing leads from characters to the glyphs of an embedded TrueType font."""
    for font in composite(document):
        truetype = font.descendant.get(Name.Subtype) == Name.CIDFontType2
        if truetype and Name.CIDToGIDMap not in font.descendant:
            yield f"{name_of(font)} without CIDToGIDMap"


@condition("31-006")
def unknown_cmap(document: Document) -> Iterator[str]:
    """A CMap is neither in the file nor one that every reader has."""
    for font in composite(document):
        encoding = font.data.get(Name.Encoding)
        if own_cmap(font) is None and str(encoding) not in PREDEFINED:
            yield f"{name_of(font)}: Encoding is {encoding}"


@condition("31-007")
def two_directions(document: Document) -> Iterator[str]:
    """A CMap and the entry that describes it write in different directions."""
    for font in composite(document):
        cmap = own_cmap(font)
        if cmap is not None:
            inside = re.search(rb"/WMode\s+(\d)", cmap.read_bytes())
            if int(cmap.get(Name.WMode, 0)) != int(inside[1] if inside else 0):
                yield f"{name_of(font)}: two values of WMode"


@condition("31-008")
def cmap_of_cmaps(document: Document) -> Iterator[str]:
    """A CMap builds on another one that not every reader has."""
    for font in composite(document):
        cmap = own_cmap(font)
        other = None if cmap is None else cmap.get(Name.UseCMap)
        if other is not None and str(other) not in PREDEFINED:
            yield f"{name_of(font)}: UseCMap {other}"


def program(font: Font) -> Stream | None:
    """Return the font file in the document, if there is one."""
    keys = (Name.FontFile, Name.FontFile2, Name.FontFile3)
    return next((font.descriptor[k] for k in keys if k in font.descriptor), None)


@condition("31-009")
def not_embedded(document: Document) -> Iterator[str]:
    """A font that shows text isn't in the file."""
    for font in document.fonts:
        if program(font) is None and font.data.get(Name.Subtype) != Name.Type3:
            yield f"{name_of(font)} isn't embedded"


def widths_in_program(font: Font) -> dict[int, float] | None:
    """Return the width of each glyph by CID in thousandths, as the font file has it."""
    file = program(font)
    if file is None or not font.composite:
        return None
    return _widths(bytes(file.read_bytes()), Name.FontFile2 in font.descriptor)


@cache
def _widths(content: bytes, truetype: bool) -> dict[int, float]:
    if truetype:
        font = TTFont(io.BytesIO(content))
        scale = 1000 / font["head"].unitsPerEm
        names = font.getGlyphOrder()
        return {i: font["hmtx"][name][0] * scale for i, name in enumerate(names)}
    fonts = CFFFontSet()
    fonts.decompile(io.BytesIO(content), None)
    top = fonts[0]
    scale = 1000 * getattr(top, "FontMatrix", [0.001])[0]
    found = {}
    for name in top.CharStrings.keys():  # noqa: SIM118  (it can't be iterated)
        glyph = top.CharStrings[name]
        glyph.decompile()
        glyph.draw(_Nowhere())
        cid = int(name[3:]) if name.startswith("cid") else 0
        found[cid] = glyph.width * scale
    return found


class _Nowhere:
    """A pen that draws nothing: a glyph knows its width once it was drawn."""

    def __getattr__(self, _: str) -> Any:
        return lambda *points: None


def widths_stated(font: Font) -> dict[int, float]:
    """Return the width of each CID as the PDF states it."""
    entries = list(font.descendant.get(Name.W, []))
    found: dict[int, float] = {}
    while entries:
        first, then = int(entries.pop(0)), entries.pop(0)
        if hasattr(then, "__len__"):
            found |= {first + i: float(width) for i, width in enumerate(then)}
        else:
            width = float(entries.pop(0))
            found |= dict.fromkeys(range(first, int(then) + 1), width)
    return found


@condition("31-011")
def glyph_not_embedded(document: Document) -> Iterator[str]:
    """A glyph that a text needs isn't in the font file."""
    for font in document.fonts:
        glyphs = widths_in_program(font)
        for code in sorted(font.codes - glyphs.keys()) if glyphs is not None else ():
            yield f"{name_of(font)}: no glyph {code}"


@condition("31-014")
def set_of_glyphs_incomplete(document: Document) -> Iterator[str]:
    """The list of embedded glyphs lacks one that is there."""
    for font in composite(document):
        glyphs, listed = widths_in_program(font), font.descriptor.get(Name.CIDSet)
        if listed is None or glyphs is None:
            continue
        bits = listed.read_bytes()
        for cid in sorted(glyphs):
            byte = bits[cid // 8] if cid // 8 < len(bits) else 0
            if not byte & (0x80 >> cid % 8):
                yield f"{name_of(font)}: CIDSet lacks {cid}"


@condition("31-016")
def widths_differ(document: Document) -> Iterator[str]:
    """The PDF states another width than the font file has."""
    for font in composite(document):
        glyphs, stated = widths_in_program(font) or {}, widths_stated(font)
        usual = float(font.descendant.get(Name.DW, 1000))
        for code in sorted(font.codes & glyphs.keys()):
            if abs(stated.get(code, usual) - glyphs[code]) > WIDTH_TOLERANCE:
                yield f"{name_of(font)}: width of {code}"


@condition("31-018")
def simple_font_without_encoding(document: Document) -> Iterator[str]:
    """A simple TrueType font of letters has no encoding."""
    for font in document.fonts:
        simple = font.data.get(Name.Subtype) == Name.TrueType
        letters = not int(font.descriptor.get(Name.Flags, 0)) & SYMBOLIC
        if simple and letters and Name.Encoding not in font.data:
            yield f"{name_of(font)} without Encoding"


@condition("31-027")
def no_characters(document: Document) -> Iterator[str]:
    """Nothing says which characters a font's codes stand for."""
    for font in document.fonts:
        known = str(font.data.get(Name.Encoding)) in (
            "/WinAnsiEncoding",
            "/MacRomanEncoding",
            "/MacExpertEncoding",
        )
        if Name.ToUnicode not in font.data and (font.composite or not known):
            yield f"{name_of(font)} without ToUnicode"


def characters(font: Font) -> dict[int, str]:
    """Return what each code stands for, as ToUnicode says."""
    cmap = font.data.get(Name.ToUnicode)
    text = cmap.read_bytes().decode("latin-1") if cmap is not None else ""
    found: dict[int, str] = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", text, re.DOTALL):
        for code, meant in re.findall(r"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]*)>", block):
            found[int(code, 16)] = _text(meant)
    for block in re.findall(r"beginbfrange(.*?)endbfrange", text, re.DOTALL):
        rows = re.findall(r"<(\w+)>\s*<(\w+)>\s*<(\w*)>", block)
        for first, last, meant in rows:
            for step, code in enumerate(range(int(first, 16), int(last, 16) + 1)):
                found[code] = _text(meant)[:-1] + chr(ord(_text(meant)[-1]) + step)
    return found


def _text(digits: str) -> str:
    return bytes.fromhex(digits).decode("utf-16-be", "replace")


@condition("31-028")
def forbidden_characters(document: Document) -> Iterator[str]:
    """A code stands for a character that isn't one."""
    for font in document.fonts:
        meant = characters(font)
        for code in sorted(font.codes & meant.keys()):
            if not meant[code] or any(ord(c) in FORBIDDEN for c in meant[code]):
                yield f"{name_of(font)}: {code} stands for {meant[code]!r}"


@condition("17-003")
def formula_without_characters(document: Document) -> Iterator[str]:
    """A code that is shown stands for no character, in formulas as in text."""
    for font in composite(document):
        if Name.ToUnicode in font.data:
            for code in sorted(font.codes - characters(font).keys()):
                yield f"{name_of(font)}: {code} stands for nothing"
