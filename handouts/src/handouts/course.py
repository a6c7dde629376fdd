"""The whole course as one PDF: the handouts of its lessons, bound.

Typst sets a cover and contents, and behind them empty pages that carry the headings of
the lessons, so that contents and bookmarks find them. Then the lessons' pages take the
place of the empty ones: nothing is set twice, and never more than one lesson at a time.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from .document import NOTES
from .handout import Printed, Problems, opening
from .settings import Settings
from .typesetting import TypesettingError, literal, typeset

__all__ = ["course_pdf", "printed_course"]


@dataclass(frozen=True)
class _Heading:
    """A heading as a PDF's bookmarks have it; `down` is in points from a page's top."""

    level: int
    title: str
    page: int
    down: float


@dataclass(frozen=True)
class _Lesson:
    """The handout of a lesson, opened, and the number before its page numbers."""

    name: str
    number: int
    pdf: Pdf
    headings: tuple[_Heading, ...]

    @classmethod
    def opened(cls, name: str, number: int, content: bytes) -> _Lesson:
        """Read a handout; one of many errors is raised if it isn't one of ours."""
        pdf = pikepdf.open(io.BytesIO(content))
        if "/StructTreeRoot" not in pdf.Root or "/Outlines" not in pdf.Root:
            raise ValueError("it isn't as it was printed")
        pages = {page.obj.objgen: index for index, page in enumerate(pdf.pages)}
        height = float(pdf.pages[0].mediabox[3])
        headings = tuple(
            _Heading(level, str(item.Title), pages[page.objgen], height - float(top))
            for level, item in _bookmarks(pdf)
            for page, _, _, top, _ in [item.Dest]
        )
        return cls(name, number, pdf, headings)


def printed_course(
    paths: list[Path], edition: str, paper: str, settings: Settings
) -> Printed:
    """Return the handouts of all lessons, which lie in files, as one PDF.

    Raises Problems.
    """
    try:
        contents = {path.stem: path.read_bytes() for path in paths}
    except OSError as error:
        line = f"{error.filename}: can't be read ({error.strerror}); print it again"
        raise Problems([line]) from None
    return Printed(course_pdf(contents, edition, paper, settings), Counter())


def course_pdf(
    handouts: dict[str, bytes], edition: str, paper: str, settings: Settings
) -> bytes:
    """Return lessons as one PDF with cover, contents, bookmarks and tags.

    Args:
        handouts: the PDF of each lesson by its name, all of one edition and on one
            paper.
        edition: student or instructor.
        paper: what they are printed on.
        settings: those of the project.

    Raises:
        Problems: a handout can't be read, or the contents can't be set.
    """
    lessons = []
    for name, number in _numbers(list(handouts)).items():
        try:
            lessons.append(_Lesson.opened(name, number, handouts[name]))
        except (
            pikepdf.PdfError,
            AttributeError,
            LookupError,
            TypeError,
            ValueError,
        ) as error:
            raise Problems(
                [f"{name}.pdf: can't be read ({error}); delete it and print it again"]
            ) from None
    try:
        frame = typeset(
            "\n".join(_frame(lessons, edition, paper, settings)),
            {},
            system_fonts=not settings.strict,
        )
    except TypesettingError as error:
        raise Problems([f"contents of the course: {error.reason}"]) from None
    with pikepdf.open(io.BytesIO(frame)) as course:
        _bind(course, lessons)
        bound = io.BytesIO()
        course.save(bound, deterministic_id=True)
    return bound.getvalue()


def _numbers(names: list[str]) -> dict[str, int]:
    """Return the number in front of each name, or, if two are the same, its place."""
    found = [re.match(r"\d+", name) for name in names]
    numbers = [int(number[0]) for number in found if number]
    if len(set(numbers)) < len(names):
        numbers = list(range(1, len(names) + 1))
    return dict(zip(names, numbers, strict=True))


def _frame(
    lessons: list[_Lesson], edition: str, paper: str, settings: Settings
) -> Iterator[str]:
    """Give the Typst of cover, contents, and pages in place of the lessons'."""
    language = str(lessons[0].pdf.Root.get("/Lang", "en"))
    yield from opening(settings.course, paper, settings, language, bound=True)
    yield f"#cover({literal(settings.subtitle)}, {literal(NOTES[edition])})"
    yield "#contents()"
    for lesson in lessons:
        on_pages: list[str] = ["" for _ in lesson.pdf.pages]
        for heading in lesson.headings:
            title = literal(heading.title)
            on_pages[heading.page] += f"({heading.level}, {title}, {heading.down}pt), "
        pages = "".join(f"({headings}), " for headings in on_pages)
        yield f"#stand-ins({lesson.number}, ({pages}))"


def _bookmarks(pdf: Pdf) -> Iterator[tuple[int, Object]]:
    """Give a document's bookmarks in order, with their levels from 1."""
    stack = [(1, pdf.Root.Outlines.First)] if "/Outlines" in pdf.Root else []
    while stack:
        level, item = stack.pop()
        yield level, item
        if "/Next" in item:
            stack.append((level, item.Next))
        if "/First" in item:
            stack.append((level + 1, item.First))


def _bind(course: Pdf, lessons: list[_Lesson]) -> None:
    """Put the lessons' pages, tags and names in place of the pages that stand in."""
    count = sum(len(lesson.pdf.pages) for lesson in lessons)
    front = len(course.pages) - count
    stand_ins = [page.obj.objgen for page in course.pages[front:]]
    structure = _Structure(course, front)
    names = _named_places(course)
    labels: list[int | Object] = [0, Dictionary(S=Name.r)]
    starts: dict[str, int] = {}
    for lesson in lessons:
        starts[lesson.name] = first = len(course.pages)
        for page in lesson.pdf.pages:
            course.pages.append(page)
        structure.add(lesson, course.pages[first:])
        names += _named_places(lesson.pdf, course)
        labels += [first - count, Dictionary(S=Name.D, P=String(f"{lesson.number}-"))]
    structure.finish()
    names.sort(key=lambda place: bytes(place[0]))
    course.Root.Names = Dictionary(
        Dests=course.make_indirect(
            Dictionary(Names=Array(part for place in names for part in place))
        )
    )
    course.Root.PageLabels = Dictionary(Nums=Array(labels))

    moved = dict(zip(stand_ins, course.pages[front + count :], strict=True))
    for item in (item for _, item in _bookmarks(course)):
        _lead(item, moved)
    for annotation in _annotations(course.pages[:front]):
        _lead(annotation, moved)
    titles = {lesson.name: str(lesson.headings[0].title) for lesson in lessons}
    for annotation in _annotations(course.pages[front + count :]):
        if (name := _lesson_linked(annotation)) in starts:
            page = course.pages[starts[name]]
            del annotation.A
            annotation.Dest = Array([page.obj, Name.XYZ, 0, float(page.mediabox[3]), 0])
            annotation.Contents = String(titles[name])
    del course.pages[front : front + count]


def _lead(link: Object, moved: dict[tuple[int, int], pikepdf.Page]) -> None:
    """Lead a bookmark or link to the page that took the place of another."""
    place = link.get("/Dest")
    if isinstance(place, Array) and place[0].objgen in moved:
        place[0] = moved[place[0].objgen].obj


def _annotations(pages: Iterable[pikepdf.Page]) -> Iterator[Object]:
    for page in pages:
        yield from _listed(page.obj, "/Annots")


def _lesson_linked(annotation: Object) -> str:
    """Return the name of the notebook or handout beside this one that a link is to."""
    action = annotation.get("/A", Dictionary())
    address = str(action.get("/URI", "")).partition("#")[0]
    path = PurePosixPath(address)
    beside = path.suffix in (".pdf", ".ipynb") and path.name == address
    return path.stem if beside else ""


def _named_places(pdf: Pdf, into: Pdf | None = None) -> list[tuple[Object, Object]]:
    names = pdf.Root.get("/Names", Dictionary()).get("/Dests")
    if names is None:
        return []
    if into:
        names = into.copy_foreign(pdf.make_indirect(names))
    return [(String(name), place) for name, place in pikepdf.NameTree(names).items()]


class _Structure:
    """The tags of a document, to which those of others are added as its parts."""

    def __init__(self, course: Pdf, front: int) -> None:
        """Keep the tags of the first pages, up to the contents."""
        self._course = course
        self._root = course.Root.StructTreeRoot
        (self._document,) = _kids(self._root)
        kept = []
        for kid in _kids(self._document):
            kept.append(kid)
            if kid.S == Name.TOC:
                break
        self._document.K = Array(kept)
        dropped = {page.obj.get("/StructParents") for page in course.pages[front:]}
        self._parents = {
            key: value
            for key, value in pikepdf.NumberTree(self._root.ParentTree).items()
            if key not in dropped
        }
        self._ids: list[tuple[str, Object]] = []

    def add(self, lesson: _Lesson, pages: Iterable[pikepdf.Page]) -> None:
        """Add the tags of a lesson whose pages have been added."""
        added = self._course.copy_foreign(lesson.pdf.Root.StructTreeRoot)
        for kid in _kids(added):
            kid.S = Name.Part
            kid.P = self._document
            kid.Lang = lesson.pdf.Root.get("/Lang", self._course.Root.Lang)
            self._document.K.append(kid)
            self._rename(kid, f"{lesson.number}.")
        for role, standard in added.get("/RoleMap", Dictionary()).items():
            self._root.RoleMap[role] = standard
        shift = max(self._parents, default=-1) + 1
        for page in pages:
            if "/StructParents" in page.obj:
                page.obj.StructParents += shift
            for annotation in _listed(page.obj, "/Annots"):
                if "/StructParent" in annotation:
                    annotation.StructParent += shift
        for key, value in pikepdf.NumberTree(added.ParentTree).items():
            self._parents[key + shift] = value

    def _rename(self, top: Object, prefix: str) -> None:
        """Give each tag with a name, and what refers to it, a name of this lesson."""
        waiting = [top]
        while waiting:
            element = waiting.pop()
            if "/ID" in element:
                name = prefix + str(element.ID)
                element.ID = String(name)
                self._ids.append((name, element))
            for attributes in _listed(element, "/A"):
                if "/Headers" in attributes:
                    attributes.Headers = Array(
                        String(prefix + str(head)) for head in attributes.Headers
                    )
            waiting += _kids(element)

    def finish(self) -> None:
        """Write down which tags belong to which page, link and name."""
        make = self._course.make_indirect
        parents = [part for pair in sorted(self._parents.items()) for part in pair]
        self._root.ParentTree = make(Dictionary(Nums=Array(parents)))
        self._root.ParentTreeNextKey = max(self._parents, default=-1) + 1
        ids = sorted(self._ids, key=lambda pair: pair[0].encode())
        names = Array(part for name, tag in ids for part in (String(name), tag))
        self._root.IDTree = make(Dictionary(Names=names))


def _kids(element: Object) -> list[Object]:
    """Return the tags right below one, without what they mark."""
    kids = _listed(element, "/K")
    return [kid for kid in kids if isinstance(kid, Dictionary) and "/S" in kid]


def _listed(element: Object, key: str) -> list[Any]:
    """Return what an entry holds: many, one or none."""
    value: Any = element.get(key)
    if value is None:
        return []
    return list(value) if isinstance(value, Array) else [value]
