"""The course as one PDF: the lessons' own pages, with everything leading to them."""

from __future__ import annotations

import io
from dataclasses import replace

import handout_samples as sample
import pikepdf
import pytest
from handout_pdfs import SETTINGS, course_of, pdf_called, text_of, with_title
from matterhorn import Document
from pypdf import PdfReader

from handouts.course import course_pdf, printed_course
from handouts.handout import Problems

NAMES = ("01_first", "02_second", "10_last")
FRONT = 2  # a cover and a page of contents


def lesson(name: str):
    far = "\n\n".join(f"Paragraph {number}." for number in range(60))
    return with_title(
        sample.markdown("Here.\n\n[below](#Far-below) and [the first](01_first.ipynb)"),
        sample.markdown(f"{far}\n\n## Far below\n\nThe end of {name}."),
        sample.markdown("| a | b |\n| --- | ---: |\n| 1 | 2 |"),
    )


@pytest.fixture(scope="module")
def handouts() -> dict[str, bytes]:
    return {name: pdf_called(name, lesson(name), "student") for name in NAMES}


@pytest.fixture(scope="module")
def course(handouts) -> bytes:
    return course_pdf(handouts, "student", "a4", SETTINGS)


@pytest.fixture
def document(course) -> Document:
    return Document(course)


def test_lessons_stand_in_order_behind_cover_and_contents(handouts, course):
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(course)).pages]
    assert "From one side to four" in pages[0]
    assert "Contents" in pages[1]
    own = [
        page.extract_text()
        for handout in handouts.values()
        for page in PdfReader(io.BytesIO(handout)).pages
    ]
    assert pages[FRONT:] == own


def test_pages_are_called_after_their_lessons(course):
    labels = PdfReader(io.BytesIO(course)).page_labels
    assert labels[:FRONT] == ["i", "ii"]
    rest = labels[FRONT:]
    assert rest[:3] == ["1-1", "1-2", "2-1"]
    assert [label for label in rest if label.startswith("10-")] == ["10-1", "10-2"]


def test_contents_name_these_pages(course):
    contents = PdfReader(io.BytesIO(course)).pages[1].extract_text()
    for page in ("1-1", "1-2", "2-1", "10-2"):
        assert page in contents.replace("\u2011", "-")


def places(document: Document) -> list[tuple[str, int, float]]:
    """Return title, page and height of each bookmark."""
    pages = {page.obj.objgen: number for number, page in enumerate(document.pdf.pages)}
    found = []

    def visit(item):
        while item is not None:
            page, _, _, top, _ = item.Dest
            found.append((str(item.Title), pages[page.objgen], float(top)))
            visit(item.get("/First"))
            item = item.get("/Next")

    visit(document.root.Outlines.First)
    return found


def test_bookmarks_lead_where_those_of_the_lessons_do(handouts, document):
    expected, first = [], FRONT
    for handout in handouts.values():
        own = Document(handout)
        expected += [(title, first + page, top) for title, page, top in places(own)]
        first += len(own.pdf.pages)
    found = places(document)
    assert [place[:2] for place in found] == [place[:2] for place in expected]
    for (_, _, top), (_, _, own) in zip(found, expected, strict=True):
        assert abs(top - own) < 20  # points: less than two lines


def targets(document: Document, page: int) -> list[int]:
    """Return the pages, counted from 0, to which the links of a page lead."""
    pages = {page.obj.objgen: number for number, page in enumerate(document.pdf.pages)}
    named = pikepdf.NameTree(document.root.Names.Dests)
    found = []
    for link in document.pdf.pages[page].obj.get("/Annots", []):
        place = (
            link.Dest if isinstance(link.Dest, pikepdf.Array) else named[str(link.Dest)]
        )
        found.append(pages[place[0].objgen])
    return found


def test_links_lead_inside_of_their_lesson_and_to_others(document):
    assert targets(document, FRONT) == [FRONT + 1, FRONT]
    assert targets(document, FRONT + 2) == [FRONT + 3, FRONT]
    assert targets(document, FRONT + 4) == [FRONT + 5, FRONT]


def test_contents_lead_to_the_lessons(document):
    last = len(document.pdf.pages) - 1
    assert sorted(set(targets(document, 1))) == list(range(FRONT, last + 1))


def test_a_link_to_a_lesson_outside_of_the_course_stays(handouts):
    alone = {"02_second": handouts["02_second"]}
    document = Document(course_pdf(alone, "student", "a4", SETTINGS))
    (address,) = (
        str(link.A.URI)
        for _, link in document.annotations
        if "/A" in link and "/URI" in link.A
    )
    assert address == "01_first.pdf"


def test_all_tags_stand_in_one_tree_and_what_refers_to_them_finds_them(document):
    (top,) = document.root.StructTreeRoot.K
    assert [str(kid.S) for kid in top.K][-3:] == ["/Part"] * 3
    parents = pikepdf.NumberTree(document.root.StructTreeRoot.ParentTree)
    for page, link in document.annotations:
        element = parents[int(link.StructParent)]
        kids = element.K if isinstance(element.K, pikepdf.Array) else [element.K]
        assert any(kid.get("/Obj") == link for kid in kids if hasattr(kid, "get"))
        assert page.obj.StructParents in parents
    for page in document.pdf.pages:
        for element in parents[int(page.obj.StructParents)]:
            assert element.get("/Pg", page.obj).objgen == page.obj.objgen


def test_the_head_cells_of_each_lesson_have_names_of_their_own(document):
    heads = [str(e.data.ID) for e in document.of_kind("/TH")]
    assert len(heads) == len(set(heads)) == 2 * len(NAMES)
    known = pikepdf.NameTree(document.root.StructTreeRoot.IDTree)
    assert sorted(heads) == sorted(str(name) for name, _ in known.items())
    for cell in document.of_kind("/TD"):
        for about in cell.data.A:
            assert {str(head) for head in about.get("/Headers", [])} <= set(heads)


def test_same_lessons_give_the_same_bytes(handouts, course):
    assert course_pdf(handouts, "student", "a4", SETTINGS) == course


def test_lessons_may_speak_different_languages(handouts):
    german = replace(SETTINGS, lang="de")
    second = pdf_called("02_second", lesson("02_second"), "student", german)
    mixed = {**handouts, "02_second": second}
    document = Document(course_pdf(mixed, "student", "a4", SETTINGS))
    spoken = [str(e.data.Lang) for e in document.of_kind("/Part")]
    assert spoken == ["en-US", "de", "en-US"]


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"no PDF at all"])
def test_a_broken_handout_is_named(handouts, content):
    broken = {**handouts, "02_second": content}
    with pytest.raises(Problems, match=r"02_second\.pdf: can't be read"):
        course_pdf(broken, "student", "a4", SETTINGS)


def test_a_cut_handout_is_named(handouts):
    cut = {**handouts, "02_second": handouts["02_second"][:5000]}
    with pytest.raises(Problems, match=r"02_second\.pdf: can't be read"):
        course_pdf(cut, "student", "a4", SETTINGS)


def untagged() -> bytes:
    pdf, content = pikepdf.new(), io.BytesIO()
    pdf.add_blank_page()
    pdf.save(content)
    return content.getvalue()


def test_another_pdf_in_place_of_a_handout_is_named(handouts):
    with pytest.raises(Problems, match=r"02_second\.pdf: can't be read"):
        course_pdf({**handouts, "02_second": untagged()}, "student", "a4", SETTINGS)


def test_a_handout_that_vanished_is_named(tmp_path):
    with pytest.raises(Problems, match=r"01_first\.pdf: can't be read"):
        printed_course([tmp_path / "01_first.pdf"], "student", "a4", SETTINGS)


@pytest.mark.parametrize("names", [("1_a", "01_b"), ("a", "b"), ("02_a", "b")])
def test_lessons_without_numbers_of_their_own_are_counted(names):
    course = course_of({name: lesson(name) for name in names}, "student")
    labels = PdfReader(io.BytesIO(course)).page_labels
    assert labels[FRONT:] == ["1-1", "1-2", "2-1", "2-2"]
    document = Document(course)
    heads = [str(e.data.ID) for e in document.of_kind("/TH")]
    assert len(heads) == len(set(heads)) == 4


def test_a_title_may_hold_anything():
    title = '# "Quotes" \\# $x^2$ `code` [1]'
    course = course_of({"01_odd": sample.notebook(sample.markdown(title))}, "student")
    assert '"Quotes"' in text_of(course).replace("\u201c", '"').replace("\u201d", '"')
