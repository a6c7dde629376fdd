"""One lesson, or the whole course, as an accessible PDF."""

from __future__ import annotations

from dataclasses import dataclass

from nbformat import NotebookNode

from .document import NOTES, Document, literal
from .lint import describe
from .settings import Settings
from .typesetting import TypesettingError, typeset

__all__ = ["PAPERS", "Lesson", "Problems", "course_pdf", "lesson_pdf"]

PAPERS = ("a4", "us-letter")


class Problems(Exception):
    """All that keeps notebooks from being exported, one line each."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


@dataclass(frozen=True)
class Lesson:
    """A notebook and its composed document in one edition."""

    notebook: NotebookNode
    document: Document


def lesson_pdf(lesson: Lesson, paper: str, settings: Settings) -> bytes:
    """Return one lesson as PDF. Raises Problems."""
    main = [
        *_opening(lesson.document.title, paper, settings),
        f"#include {literal(lesson.document.file)}",
    ]
    return _typeset(main, [lesson])


def course_pdf(
    lessons: list[Lesson], edition: str, paper: str, settings: Settings
) -> bytes:
    """Return all lessons as one PDF with cover and contents. Raises Problems."""
    main = [
        *_opening(settings.course, paper, settings),
        f"#cover({literal(settings.subtitle)}, {literal(NOTES[edition])})",
        "#contents()",
    ]
    for lesson in lessons:
        main.append(f"#include {literal(lesson.document.file)}")
    return _typeset(main, lessons)


def _opening(title: str, paper: str, settings: Settings) -> list[str]:
    return [
        '#import "template.typ": contents, cover, handout',
        f"#show: handout.with(title: {literal(title)}, paper: {literal(paper)}, "
        f"imprint: {literal(settings.imprint)})",
    ]


def _typeset(main: list[str], lessons: list[Lesson]) -> bytes:
    files: dict[str, str | bytes] = {}
    for lesson in lessons:
        files[lesson.document.file] = lesson.document.body
        files.update(lesson.document.pictures)
    try:
        return typeset("\n".join(main), files)
    except TypesettingError as error:
        raise Problems([_located(error, lessons)]) from None


def _located(error: TypesettingError, lessons: list[Lesson]) -> str:
    for lesson in lessons:
        document = lesson.document
        if error.file == document.file and error.line:
            number = document.cell_of_line[error.line - 1]
            return describe(lesson.notebook, document.name, number, error.reason)
    names = ", ".join(lesson.document.name for lesson in lessons)
    return f"{names}: {error.reason}"
