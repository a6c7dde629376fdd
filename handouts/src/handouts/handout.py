"""One lesson as an accessible PDF."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from nbformat import NotebookNode

from .document import Document, compose, prepare_all
from .lint import describe, lint
from .settings import Settings
from .trials import refused
from .typesetting import TypesettingError, literal, typeset

__all__ = [
    "PAPERS",
    "Lesson",
    "Printed",
    "Problems",
    "Source",
    "lesson_pdf",
    "opening",
    "printed",
    "problems_of",
]

PAPERS = ("a4", "us-letter")
REPLACEMENT = "\ufffd"
# How often what Typst refuses is replaced by a mark, before a notebook is given up.
ATTEMPTS = 30


class Problems(Exception):
    """All that keeps notebooks from being exported, one line each."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__(lines)
        self.lines = lines

    def __str__(self) -> str:
        return "\n".join(self.lines)


@dataclass(frozen=True)
class Source:
    """A notebook, what it is called, and the folder where its pictures lie."""

    notebook: NotebookNode
    name: str
    folder: Path | None = None


@dataclass(frozen=True)
class Lesson:
    """A notebook and its composed document in one edition."""

    notebook: NotebookNode
    document: Document


@dataclass(frozen=True)
class Printed:
    """A PDF, and what it couldn't show: how much of each kind."""

    pdf: bytes
    losses: Counter[str]


def problems_of(sources: list[Source], settings: Settings) -> dict[str, list[str]]:
    """Return the problems of notebooks by name; all are converted in one go."""
    prepare_all([source.notebook for source in sources])
    return {
        source.name: lint(source.notebook, source.name, settings) for source in sources
    }


def printed(source: Source, edition: str, paper: str, settings: Settings) -> Printed:
    """Return a notebook as PDF.

    Raises:
        Problems: it can't be printed; with strict settings also: not without loss.
    """
    if settings.strict:
        document = compose(source.notebook, source.name, edition, settings)
        return Printed(_pdf(source, document, paper, settings), Counter())
    document, pdf = _printable(source, edition, paper, settings)
    return Printed(pdf, document.losses)


def lesson_pdf(lesson: Lesson, paper: str, settings: Settings) -> bytes:
    """Return one lesson as PDF. Raises Problems."""
    try:
        return _typeset(_main_of_lesson(lesson.document, paper, settings), [lesson])
    except TypesettingError as error:
        raise Problems([_located(error, [lesson])]) from None


def _pdf(source: Source, document: Document, paper: str, settings: Settings) -> bytes:
    return lesson_pdf(Lesson(source.notebook, document), paper, settings)


def _printable(
    source: Source, edition: str, paper: str, settings: Settings
) -> tuple[Document, bytes]:
    """Return a document that Typst accepts, with marks for what it doesn't; its PDF."""
    unset: frozenset[str] | None = None
    as_source: frozenset[int] = frozenset()
    glyphs = ""
    whole_words = False
    for _ in range(ATTEMPTS):
        document = compose(
            source.notebook,
            source.name,
            edition,
            settings,
            folder=source.folder,
            unset=unset or frozenset(),
            as_source=as_source,
        )
        document = _without_glyphs(document, glyphs)
        if whole_words:
            document = replace(document, long_words=False)
        lesson = Lesson(source.notebook, document)
        main = _main_of_lesson(document, paper, settings)
        try:
            return document, _typeset(main, [lesson], system_fonts=True)
        except TypesettingError as error:
            refusal = error
        number = _cell_of(refusal, document)
        if new := "".join(c for c in refusal.glyphs if c > "~" and c not in glyphs):
            glyphs += new
        elif unset is None:
            calls = {call: call for call in document.formulas}
            unset = frozenset(refused(calls, lenient=True))
        elif number and number not in as_source:
            as_source |= {number}
        elif document.long_words:
            whole_words = True
        else:
            raise Problems([_located(refusal, [lesson])])
    raise Problems([_located(refusal, [lesson])])


def _without_glyphs(document: Document, glyphs: str) -> Document:
    if not glyphs:
        return document
    table = dict.fromkeys(map(ord, glyphs), REPLACEMENT)
    drawings = {
        name: content.decode().translate(table).encode()
        for name, content in document.pictures.items()
        if name.endswith(".svg")
    }
    count = sum(document.body.count(glyph) for glyph in glyphs)
    return replace(
        document,
        body=document.body.translate(table),
        pictures=document.pictures | drawings,
        losses=document.losses
        + Counter({"character{s} that no font here has": max(1, count)}),
    )


def _main_of_lesson(document: Document, paper: str, settings: Settings) -> list[str]:
    return [
        *opening(
            document.title,
            paper,
            settings,
            document.language,
            long_words=document.long_words,
        ),
        f"#include {literal(document.file)}",
    ]


def opening(
    title: str,
    paper: str,
    settings: Settings,
    language: str,
    *,
    long_words: bool = False,
    bound: bool = False,
) -> list[str]:
    """Return the beginning of a Typst document: its title and design.

    Args:
        title: of the document.
        paper: what it is printed on.
        settings: those of the project.
        language: a language, and perhaps a region: "en" or "en-GB".
        long_words: whether some words may be wider than the page.
        bound: whether the pages of lessons will follow: these are numbered i, ii, iii.
    """
    language, _, region = language.partition("-")
    region = region.lower() or ("us" if language == "en" else "")
    return [
        '#import "template.typ": contents, cover, handout, stand-ins',
        f"#show: handout.with(title: {literal(title)}, paper: {literal(paper)}, "
        f"imprint: {literal(settings.imprint)}, lang: {literal(language)}, "
        f"region: {literal(region) if region else 'none'}, "
        f"long-words: {str(long_words).lower()}, bound: {str(bound).lower()})",
    ]


def _typeset(
    main: list[str], lessons: Iterable[Lesson], *, system_fonts: bool = False
) -> bytes:
    files: dict[str, str | bytes] = {}
    for lesson in lessons:
        files[lesson.document.file] = lesson.document.body
        files.update(lesson.document.pictures)
    return typeset("\n".join(main), files, system_fonts)


def _cell_of(error: TypesettingError, document: Document) -> int:
    if error.file == document.file and error.line:
        return document.cell_of_line[error.line - 1]
    return 0


def _located(error: TypesettingError, lessons: list[Lesson]) -> str:
    for lesson in lessons:
        if number := _cell_of(error, lesson.document):
            return describe(lesson.notebook, lesson.document.name, number, error.reason)
    names = ", ".join(lesson.document.name for lesson in lessons)
    return f"{names}: {error.reason}"
