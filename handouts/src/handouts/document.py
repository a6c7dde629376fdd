"""From a notebook to a Typst document: what stands where, in which edition."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from nbformat import NotebookNode

from .breaks import breaks
from .editions import FoldingError, Part, student_cells, tags_of, unfolded
from .embedded import with_pictures_apart
from .hypertext import cleaned
from .language import code_language, spoken_language
from .markdown import fragment, prepare
from .mending import mended
from .outputs import Printer, texts_of
from .settings import Settings
from .trials import TOOLS
from .typesetting import literal

__all__ = [
    "NOTES",
    "Document",
    "compose",
    "markdown_texts",
    "prepare_all",
]

NOTES = {"student": "", "instructor": "With hints and solutions"}
EXERCISE = re.compile(r"\s*\*\*(Exercise \d+)")


@dataclass
class Document:
    """A lesson as a Typst file (`body`), with the pictures that it shows.

    `losses` counts what it can't show, by kind; `formulas` are the Typst calls of its
    formulas; `long_words` says whether some words may be wider than the page.
    """

    name: str
    title: str
    body: str
    pictures: dict[str, bytes]
    cell_of_line: list[int]
    language: str = "en"
    losses: Counter[str] = field(default_factory=Counter)
    formulas: tuple[str, ...] = ()
    long_words: bool = False

    @property
    def file(self) -> str:
        """Return the name under which other Typst files include the body.

        Whatever the notebook is called: no file of the design has such a name.
        """
        return f"lesson-{hashlib.sha256(self.name.encode()).hexdigest()[:16]}.typ"


def compose(
    notebook: NotebookNode,
    name: str,
    edition: str,
    settings: Settings,
    *,
    folder: Path | None = None,
    unset: frozenset[str] = frozenset(),
    as_source: frozenset[int] = frozenset(),
) -> Document:
    """Return a lesson as a Typst document.

    The student's edition has no solutions, and its hints stand at the end.

    Args:
        notebook: a sound one: read by `notebook_from`.
        name: what the notebook is called.
        edition: student or instructor.
        settings: those of the project; unless they are strict, marks stand for what
            can't be printed.
        folder: where the notebook lies: its pictures are looked for there.
        unset: the Typst calls of formulas that are printed as TeX instead.
        as_source: the numbers of cells, counted from 1, that are printed as source.
    """
    losses: Counter[str] = Counter()
    notebook = with_pictures_apart(notebook)
    cells = (
        student_cells(notebook, settings)
        if edition == "student"
        else enumerate(notebook.cells, start=1)
    )
    numbered = NotebookNode(
        {
            **notebook,
            "cells": [NotebookNode({**cell, "number": n}) for n, cell in cells],
        }
    )
    if not settings.strict:
        numbered = mended(numbered, losses)
    prepare_all([numbered], lenient=not settings.strict)
    printer = Printer(settings, folder, unset=unset, losses=losses)
    return _Composer(name, edition, printer, as_source).compose(numbered)


def prepare_all(notebooks: list[NotebookNode], *, lenient: bool = False) -> None:
    """Convert the texts of all these notebooks in one call of pandoc, or two."""
    texts: dict[str, list[str]] = {"markdown": [], "html": []}
    for notebook in notebooks:
        for cell in notebook.cells:
            for language, text in _texts(cell, lenient):
                texts[language].append(text)
    prepare(texts["markdown"])
    if lenient:
        found = [fragment(text).html for text in texts["markdown"]]
        texts["html"] += [cleaned(html).html for html in found if html]
        prepare(texts["html"], "html")


def markdown_texts(cell: NotebookNode) -> list[str]:
    """Return each piece of Markdown that a cell prints, outputs included."""
    return [text for _, text in _texts(cell, lenient=False)]


def _texts(cell: NotebookNode, lenient: bool) -> Iterator[tuple[str, str]]:
    if cell.cell_type == "markdown":
        yield from (("markdown", part.text) for part in _parts(cell))
    elif cell.cell_type == "code":
        for output in cell.outputs:
            yield from texts_of(output.get("data", {}), lenient)


def _parts(cell: NotebookNode) -> list[Part]:
    if "hint" in tags_of(cell) or "solution" in tags_of(cell):
        try:
            return unfolded(cell.source)
        except FoldingError:
            pass
    return [Part(None, cell.source)]


@dataclass
class _Composer:
    name: str
    edition: str
    printer: Printer
    as_source: frozenset[int]
    exercise: str = "Hint"
    code_language: str = "python"
    hints: dict[str, list[str]] = field(default_factory=dict)

    def compose(self, notebook: NotebookNode) -> Document:
        lines: list[str] = []
        cell_of_line: list[int] = []
        self.code_language = code_language(notebook)
        lenient = self.printer.lenient
        untitled = lenient and not _has_title(notebook)
        self.printer.level = int(untitled)
        for cell in notebook.cells:
            for line in "\n".join([*self.cell(cell), ""]).split("\n"):
                lines.append(line)
                cell_of_line.append(cell.number)
        for line in "\n".join(self.collected_hints()).split("\n"):
            lines.append(line)
            cell_of_line.append(0)
        title = self.printer.title or self.name
        # A course's handouts lie beside each other; other files are left at home.
        relative = "link(target, body)" if lenient else "body"
        neighbor = "link(target, body)" if lenient else 'link(name + ".pdf", body)'
        lines[:0] = opening = [
            TOOLS,
            f"#let lesson = {literal(self.name)}",
            "#let levels = ()",
            f"#let relative(target, body) = {relative}",
            f"#let neighbor(name, target, body) = {neighbor}",
            f"#show: lesson-pages.with(lesson, {literal(title)}, "
            f"{literal(NOTES[self.edition])}, {literal(self.printer.settings.course)})",
            *([f'#section(lesson, 1, "title", {literal(title)})'] if untitled else []),
        ]
        cell_of_line[:0] = [0] * len(opening)
        return Document(
            self.name,
            title,
            "\n".join(lines),
            self.printer.pictures,
            cell_of_line,
            spoken_language(notebook, self.printer.settings.lang),
            self.printer.losses,
            tuple(dict.fromkeys(self.printer.formulas)),
            self.printer.long_words,
        )

    def cell(self, cell: NotebookNode) -> Iterator[str]:
        if cell.number in self.as_source:
            self.printer.losses["cell{s} printed as source"] += 1
            yield f"#code(none, {literal(cell.source)})"
        elif cell.cell_type == "code":
            yield from self.code_cell(cell)
        elif cell.cell_type == "markdown" and cell.source.strip():
            yield from self.markdown_cell(cell)

    def markdown_cell(self, cell: NotebookNode) -> Iterator[str]:
        tags = tags_of(cell)
        if "hint" in tags:
            yield from self.hint(cell)
        elif "solution" in tags:
            for part in _parts(cell):
                yield _marked(
                    "solution", part.label or "Solution", self.text(cell, part.text)
                )
        elif "quiz" in tags:
            self.exercise = "the quiz"
            yield self.text(cell, cell.source)
        elif found := EXERCISE.match(cell.source):
            self.exercise = found.group(1)
            yield f"#exercise[\n{self.text(cell, cell.source)}\n]"
        else:
            yield self.text(cell, cell.source)

    def text(self, cell: NotebookNode, markdown: str) -> str:
        return self.printer.text(markdown, cell.get("attachments"))

    def hint(self, cell: NotebookNode) -> Iterator[str]:
        for part in _parts(cell):
            if self.edition == "instructor":
                text = self.text(cell, part.text)
                yield _marked("hint", part.label or "Hint", text)
                continue
            if self.exercise not in self.hints:
                yield f"#hint-pointer(lesson, {literal(_hint_anchor(self.exercise))})"
            # At the end it stands below a heading of level 3.
            level, self.printer.level = self.printer.level, 3
            text = self.text(cell, part.text)
            self.printer.level = level
            told = self.hints.setdefault(self.exercise, [])
            if told:  # else two hints would run together into one paragraph
                name = literal(f"{part.label or 'Another hint'}.")
                text = f"#parbreak()\n#strong({name}) {text.lstrip()}"
            told.append(text)

    def collected_hints(self) -> Iterator[str]:
        if not self.hints:
            return
        yield '#section(lesson, 2, "hints-at-the-end")[Hints]'
        for exercise, texts in self.hints.items():
            anchor = literal(_hint_anchor(exercise))
            yield f"#section(lesson, 3, {anchor})[{exercise}]"
            yield from texts

    def code_cell(self, cell: NotebookNode) -> Iterator[str]:
        solution = "solution" in tags_of(cell)
        hidden = cell.get("transient", {}).get("remove_source")
        outputs = list(self.printer.outputs(cell))
        shown = []
        if cell.source.strip() and not hidden:
            shown.append(self.source(cell, bool(outputs)))
        if outputs:
            shown += ["#outputs[", *outputs, "]"]
        if solution and shown:
            yield _marked("solution", f"Solution of {self.exercise.lower()}", *shown)
        else:
            yield from shown

    def source(self, cell: NotebookNode, printed_below: bool) -> str:
        """Return a cell's code; of plumbing only what it says that it does."""
        source = cell.source.strip("\n").rstrip()
        said = source.splitlines()[0].lstrip("#").strip()
        if "plumbing" in tags_of(cell) and source.startswith("#") and said:
            return f"#left-out({literal(said)})"
        call = f"#code({literal(self.code_language)}, {literal(source)}"
        places = ", ".join(map(str, breaks(source, self.code_language)))
        call += f", breaks: ({places},)" if places else ""
        call += ", plain: true" if "solution" in tags_of(cell) else ""
        call += ", printed-below: true" if printed_below else ""
        return call + ")"


def _has_title(notebook: NotebookNode) -> bool:
    return any(
        level == 1 and title.strip()
        for cell in notebook.cells
        for language, text in _texts(cell, lenient=True)
        for level, title in _headings(language, text)
    )


def _headings(language: str, text: str) -> tuple[tuple[int, str], ...]:
    found = fragment(text, language)
    if found.html:
        found = fragment(cleaned(found.html).html, "html")
    return found.headings


def _marked(kind: str, name: str, *body: str) -> str:
    return "\n".join([f"#{kind}({literal(name)})[", *body, "]"])


def _hint_anchor(exercise: str) -> str:
    return "hint-" + exercise.lower().replace(" ", "-")
