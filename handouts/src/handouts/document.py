"""From a notebook to a Typst document: what stands where, in which edition."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO

from nbformat import NotebookNode
from PIL import Image

from .editions import FoldingError, Part, student_edition, tags_of, unfolded
from .markdown import Fragment, fragment, prepare
from .pictures import PICTURES, Picture, pictures_in_html, pictures_of
from .settings import Settings

__all__ = [
    "NOTES",
    "TOOLS",
    "Document",
    "compose",
    "literal",
    "markdown_texts",
    "plain_text",
    "prepare_all",
    "printed_form",
    "unspoken",
]

# By name: a formula must not meet the template's other names (mono, accent).
TOOLS = (
    '#import "template.typ": code, exercise, formula, hint, hint-pointer, '
    "horizontalrule, jump, lesson-pages, messages, outcome, outputs, picture, "
    "pictures, printed, section, solution, tabular"
)
NOTES = {"student": "", "instructor": "With hints and solutions"}
EXERCISE = re.compile(r"\s*\*\*(Exercise \d+)")
ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
POINTS_PER_CSS_PIXEL = 0.75
# Room for a picture on a page of either paper, in points (see template.typ).
WIDEST, TALLEST = 470.5, 570.0
GAP = 6.0  # points between pictures side by side


@dataclass
class Document:
    """A lesson as a Typst file (`body`), with the pictures that it shows."""

    name: str
    title: str
    body: str
    pictures: dict[str, bytes]
    cell_of_line: list[int]

    @property
    def file(self) -> str:
        """Return the name under which other Typst files include the body."""
        return f"{self.name}.typ"


def compose(
    notebook: NotebookNode, name: str, edition: str, settings: Settings
) -> Document:
    """Return a lesson as a Typst document.

    The student's edition has no solutions, and its hints stand at the end.
    """
    if edition == "student":
        notebook = student_edition(notebook)
    prepare_all([notebook])
    return _Composer(name, edition, settings).compose(notebook)


def prepare_all(notebooks: list[NotebookNode]) -> None:
    """Convert the Markdown of all these notebooks in one call of pandoc."""
    prepare(
        text
        for notebook in notebooks
        for cell in notebook.cells
        for text in markdown_texts(cell)
    )


def markdown_texts(cell: NotebookNode) -> list[str]:
    """Return each piece of Markdown that a cell prints, outputs included."""
    if cell.cell_type == "markdown":
        return [part.text for part in _parts(cell)]
    if cell.cell_type == "code":
        bundles = (output.get("data", {}) for output in cell.outputs)
        return [
            bundle["text/markdown"]
            for bundle in bundles
            if printed_form(bundle) == "text/markdown"
        ]
    return []


def unspoken(notebook: NotebookNode) -> list[str]:
    """Return the formulas that are read aloud as TeX: no speech for them is known."""
    texts = [text for cell in notebook.cells for text in markdown_texts(cell)]
    formulas = [formula for text in texts for formula in fragment(text).formulas]
    return list(dict.fromkeys(f.tex for f in formulas if not f.spoken))


def printed_form(bundle: NotebookNode) -> str | None:
    """Return which MIME type of an output is printed, or None if none can be."""
    for kind in PICTURES:
        if kind in bundle:
            return kind
    if pictures_in_html(bundle.get("text/html", "")):
        return "text/html"
    if "text/markdown" in bundle:
        return "text/markdown"
    text = bundle.get("text/plain", "")
    stands_for_more = any(
        kind in bundle for kind in ("text/html", "image/svg+xml", "text/latex")
    ) or any("javascript" in kind or "widget" in kind for kind in bundle)
    if not text or (stands_for_more and re.match(r"<IPython|\w+\(|<\w", text)):
        return None
    return "text/plain"


def plain_text(text: str) -> str:
    """Return terminal text as it ends up on the screen, without colors."""
    text = ANSI.sub("", text).replace("\r\n", "\n")
    lines = [line.rstrip("\r").rsplit("\r", 1)[-1] for line in text.split("\n")]
    return CONTROL.sub("", "\n".join(lines)).rstrip()


def literal(text: str) -> str:
    """Return a text as a Typst string."""
    text = CONTROL.sub("", text)
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


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
    settings: Settings
    exercise: str = "Hint"
    title: str = ""
    hints: dict[str, list[str]] = field(default_factory=dict)
    pictures: dict[str, bytes] = field(default_factory=dict)

    def compose(self, notebook: NotebookNode) -> Document:
        lines: list[str] = []
        cell_of_line: list[int] = []
        for number, cell in enumerate(notebook.cells, start=1):
            for line in "\n".join([*self.cell(cell), ""]).split("\n"):
                lines.append(line)
                cell_of_line.append(number)
        for line in "\n".join(self.collected_hints()).split("\n"):
            lines.append(line)
            cell_of_line.append(0)
        title = self.title or self.name
        lines[:0] = opening = [
            TOOLS,
            f"#let lesson = {literal(self.name)}",
            f"#show: lesson-pages.with(lesson, {literal(title)}, "
            f"{literal(NOTES[self.edition])}, {literal(self.settings.course)})",
        ]
        cell_of_line[:0] = [0] * len(opening)
        return Document(
            self.name,
            title,
            "\n".join(lines),
            self.pictures,
            cell_of_line,
        )

    def cell(self, cell: NotebookNode) -> Iterator[str]:
        if not cell.source.strip():
            return
        if cell.cell_type == "code":
            yield from self.code_cell(cell)
        elif cell.cell_type == "markdown":
            yield from self.markdown_cell(cell)

    def markdown_cell(self, cell: NotebookNode) -> Iterator[str]:
        tags = tags_of(cell)
        if "hint" in tags:
            yield from self.hint(cell)
        elif "solution" in tags:
            for part in _parts(cell):
                yield _marked(
                    "solution", part.label or "Solution", self.text(part.text)
                )
        elif found := EXERCISE.match(cell.source):
            self.exercise = found.group(1)
            yield f"#exercise[\n{self.text(cell.source)}\n]"
        else:
            yield self.text(cell.source)

    def hint(self, cell: NotebookNode) -> Iterator[str]:
        for part in _parts(cell):
            text = self.text(part.text)
            if self.edition == "instructor":
                yield _marked("hint", part.label or "Hint", text)
                continue
            if self.exercise not in self.hints:
                yield f"#hint-pointer(lesson, {literal(_hint_anchor(self.exercise))})"
            self.hints.setdefault(self.exercise, []).append(text)

    def collected_hints(self) -> Iterator[str]:
        if not self.hints:
            return
        yield "#pagebreak(weak: true)"
        yield '#section(lesson, 2, "hints-at-the-end")[Hints]'
        for exercise, texts in self.hints.items():
            anchor = literal(_hint_anchor(exercise))
            yield f"#section(lesson, 3, {anchor})[{exercise}]"
            yield from texts

    def code_cell(self, cell: NotebookNode) -> Iterator[str]:
        solution = "solution" in tags_of(cell)
        outputs = list(self.outputs(cell))
        call = f'#code("python", {literal(cell.source.rstrip())}'
        call += ", plain: true" if solution else ""
        call += ", printed-below: true" if outputs else ""
        shown = [call + ")"]
        if outputs:
            shown += ["#outputs[", *outputs, "]"]
        if solution:
            yield _marked("solution", f"Solution of {self.exercise.lower()}", *shown)
        else:
            yield from shown

    def outputs(self, cell: NotebookNode) -> Iterator[str]:
        settled = self.settings.untried if "check" in tags_of(cell) else ""
        for output in _joined_streams(cell.outputs):
            if output.output_type == "stream":
                text = plain_text(output.text)
                # On paper, that nobody has tried yet goes without saying.
                if text and not (settled and text.startswith(settled)):
                    call = "messages" if output.name == "stderr" else "printed"
                    yield f"#{call}({literal(text)})"
            elif output.output_type in ("display_data", "execute_result"):
                yield self.bundle(output)

    def bundle(self, output: NotebookNode) -> str:
        kind = printed_form(output.data)
        if kind in PICTURES or kind == "text/html":
            return self.pictures_of(output)
        if kind == "text/markdown":
            content = output.data[kind]
            lines = content.count("\n") + 1
            return f"#outcome(lines: {lines})[\n{self.text(content)}\n]"
        return f"#printed({literal(plain_text(output.data.get('text/plain', '')))})"

    def pictures_of(self, output: NotebookNode) -> str:
        found = pictures_of(output)
        if len(found) == 1:
            return f"#picture{self.picture(found[0], WIDEST)}"
        frames = (self.picture(picture, WIDEST / 3 - GAP) for picture in found)
        return f"#pictures({', '.join(frames)})"

    def picture(self, picture: Picture, widest: float) -> str:
        file = hashlib.sha256(picture.content).hexdigest()[:20] + PICTURES[picture.kind]
        self.pictures[file] = picture.content
        width = min(_printed_width(picture), widest)
        return f"({literal(file)}, {literal(picture.alt)}, {width:.1f}pt)"

    def text(self, markdown: str) -> str:
        found: Fragment = fragment(markdown)
        if not self.title:
            self.title = next(
                (text for level, text in found.headings if level == 1), ""
            )
        return found.typst


def _marked(kind: str, name: str, *body: str) -> str:
    return "\n".join([f"#{kind}({literal(name)})[", *body, "]"])


def _hint_anchor(exercise: str) -> str:
    return "hint-" + exercise.lower().replace(" ", "-")


def _joined_streams(outputs: list[NotebookNode]) -> list[NotebookNode]:
    joined: list[NotebookNode] = []
    for output in outputs:
        last = joined[-1] if joined else None
        if (
            last is not None
            and output.output_type == last.output_type == "stream"
            and output.name == last.name
        ):
            joined[-1] = NotebookNode({**last, "text": last.text + output.text})
        else:
            joined.append(output)
    return joined


def _printed_width(picture: Picture) -> float:
    """Return the width in points: as stated, but never more than fits on a page."""
    wide, high = Image.open(BytesIO(picture.content)).size
    stated = (picture.width or wide) * POINTS_PER_CSS_PIXEL
    return min(stated, WIDEST, TALLEST * wide / high)
