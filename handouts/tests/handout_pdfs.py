"""Make PDFs from notebooks as a course would, and read them."""

from __future__ import annotations

import io

import handout_samples as sample
from nbformat import NotebookNode
from pypdf import PdfReader

from handouts.course import course_pdf
from handouts.document import compose
from handouts.handout import Lesson, lesson_pdf
from handouts.lint import lint
from handouts.settings import Settings

SETTINGS = Settings(
    course="All about squares",
    subtitle="From one side to four",
    imprint="All about squares, Version 1.2",
    strict=True,
    tags=("check", "exercise", "explore", "hint", "plumbing", "quiz", "solution"),
    untried="Not tried yet",
    show="show(fig, alt)",
)


def composed(
    notebook: NotebookNode, name: str, edition: str, settings: Settings = SETTINGS
) -> Lesson:
    """Return a lesson of the sample course."""
    return Lesson(notebook, compose(notebook, name, edition, settings))


def pdf_of(
    notebook: NotebookNode,
    edition: str = "student",
    paper: str = "a4",
    settings: Settings = SETTINGS,
) -> bytes:
    """Return the PDF of a notebook without problems."""
    assert lint(notebook, "01_sample", settings) == []
    return lesson_pdf(
        composed(notebook, "01_sample", edition, settings), paper, settings
    )


def pdf_called(
    name: str, notebook: NotebookNode, edition: str, settings: Settings = SETTINGS
) -> bytes:
    """Return the PDF of a notebook with a name of its own."""
    return lesson_pdf(composed(notebook, name, edition, settings), "a4", settings)


def course_of(notebooks: dict[str, NotebookNode], edition: str) -> bytes:
    """Return notebooks, given by their names, as one PDF."""
    handouts = {
        name: pdf_called(name, notebook, edition)
        for name, notebook in notebooks.items()
    }
    return course_pdf(handouts, edition, "a4", SETTINGS)


def text_of(pdf: bytes) -> str:
    """Return the text of all pages."""
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def tags_in(pdf: bytes) -> list[tuple[str, str]]:
    """Return (role, alt text) of each structure element, in reading order."""
    found = []

    def visit(element):
        element = element.get_object()
        if isinstance(element, list):
            for child in element:
                visit(child)
        elif hasattr(element, "get"):
            if "/S" in element:
                found.append((element["/S"], str(element.get("/Alt", ""))))
            if "/K" in element:
                visit(element["/K"])

    root = PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/StructTreeRoot"]
    visit(root["/K"])
    return found


def with_title(*cells: NotebookNode) -> NotebookNode:
    """Return a notebook of these cells below a title."""
    return sample.notebook(sample.markdown("# Title"), *cells)
