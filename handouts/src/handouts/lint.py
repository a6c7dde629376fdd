"""What keeps a notebook from becoming an accessible PDF: one line per problem."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from nbformat import NotebookNode

from .document import markdown_texts, prepare_all
from .editions import DETAILS, FOLDABLE_TAGS, FoldingError, tags_of, unfolded
from .embedded import with_pictures_apart
from .leaks import leaks
from .markdown import Formula, fragment
from .mending import CODE_SPAN, shortened
from .outputs import PICTURES, plain_text, printed_form
from .pictures import PictureError, decoded, picture
from .settings import Settings
from .trials import refused
from .typesetting import literal

__all__ = ["describe", "lint", "lint_cells"]


def lint(notebook: NotebookNode, name: str, settings: Settings) -> list[str]:
    """Return every problem that keeps a notebook from being exported, in order.

    name: what to call the notebook in the messages, for example "03_mlp". Each
    message is one line: notebook, cell, what is wrong, what to do.
    """
    return [
        describe(notebook, name, number, what)
        for number, what in lint_cells(notebook, settings)
    ]


def lint_cells(notebook: NotebookNode, settings: Settings) -> list[tuple[int, str]]:
    """Return the same problems as pairs: the number of the cell, and what is wrong."""
    notebook = with_pictures_apart(notebook)
    prepare_all([notebook])
    found: list[tuple[int, str]] = []
    for number, cell in enumerate(notebook.cells, start=1):
        found += [(number, problem) for problem in _cell_problems(cell, settings)]
    found += _heading_problems(notebook)
    found += leaks(notebook)
    found += _typesetting_problems(notebook)
    return sorted(found, key=lambda item: item[0])


def describe(notebook: NotebookNode, name: str, number: int, what: str) -> str:
    """Return one line about a cell (counted from 1; 0 is the notebook as a whole)."""
    what = " ".join(what.split())
    if not number:
        return f"{name}: {what}"
    cell = notebook.cells[number - 1]
    return f"{name}, cell {number} (id {cell.get('id', 'missing')}): {what}"


def _cell_problems(cell: NotebookNode, settings: Settings) -> Iterator[str]:
    unknown = tags_of(cell) - set(settings.tags) if settings.tags else set()
    for tag in sorted(unknown):
        yield f'unknown tag "{tag}"; use one of {", ".join(sorted(settings.tags))}'
    folding = []
    if cell.cell_type == "markdown":
        folding = list(_folding_problems(cell))
        yield from folding
    elif cell.cell_type == "code":
        if cell.source.strip() and cell.execution_count is None:
            yield "never executed; run the notebook from top to bottom and save it"
        for output in cell.outputs:
            yield from _output_problems(output, settings)
    elif cell.source.strip():
        yield f"a {cell.cell_type} cell is not printed; make it Markdown or code"
    for text in markdown_texts(cell):
        for problem in fragment(text).problems:
            if not (folding and problem.startswith("HTML (<details")):
                yield problem


def _folding_problems(cell: NotebookNode) -> Iterator[str]:
    if cell.get("attachments"):
        yield "an attached picture is not printed; draw it in a code cell"
    if tags_of(cell) & FOLDABLE_TAGS:
        try:
            unfolded(cell.source)
        except FoldingError as error:
            yield f"{error}; write <details><summary>Hint</summary> ... </details>"
    elif DETAILS.search(CODE_SPAN.sub("", cell.source)):
        yield (
            "<details> outside of a hint or solution; "
            "tag the cell hint or solution, or unfold the text"
        )


def _output_problems(output: NotebookNode, settings: Settings) -> Iterator[str]:
    text = output.get("text", "") or str(output.get("data", {}).get("text/plain", ""))
    if shortened(text, Counter()) != text:
        yield "its output has more lines than anybody reads; print less"
    if output.output_type == "error":
        reason = f"{output.ename}: {plain_text(output.evalue)[:80]}"
        yield f"its output is an error ({reason}); mend the code and run it again"
    elif output.output_type in ("display_data", "execute_result"):
        kind = printed_form(output.data)
        if kind is None:
            widget = any("widget" in mime for mime in output.data)
            what = "a widget without a picture" if widget else "an output without text"
            kinds = ", ".join(sorted(output.data)) or "empty"
            yield (
                f"{what} ({kinds}) can't be printed; "
                f"show a picture with {settings.show} or print text"
            )
        elif kind in PICTURES:
            yield from _picture_problems(output, kind, settings)


def _picture_problems(
    output: NotebookNode, kind: str, settings: Settings
) -> Iterator[str]:
    about = output.metadata.get(kind)
    alt = about.get("alt") if isinstance(about, dict) else ""
    if not (isinstance(alt, str) and alt.strip()):
        yield f"a picture without alt text; use {settings.show}"
    try:
        picture(decoded(output.data[kind]))
    except PictureError as error:
        yield f"a picture that can't be printed ({error}); draw it again"


def _heading_problems(notebook: NotebookNode) -> Iterator[tuple[int, str]]:
    titles = []
    previous = 0
    for number, cell in enumerate(notebook.cells, start=1):
        headings = [h for text in markdown_texts(cell) for h in fragment(text).headings]
        if headings and tags_of(cell) & FOLDABLE_TAGS:
            # The editions move or drop the cell, and what follows would skip a level.
            yield number, "a heading in a hint or solution; make it a bold line"
            continue
        for level, title in headings:
            if level == 1:
                titles.append(number)
            elif level > previous + 1:
                yield (
                    number,
                    f'heading "{title}" skips a level: {previous} to {level}; '
                    f"make it level {previous + 1}",
                )
            previous = level
    if not titles:
        yield 0, "no title; begin the first cell with one heading of level 1 (# Title)"
    for number in titles[1:]:
        yield number, "a second heading of level 1; a lesson has one title, use ##"


def _typesetting_problems(notebook: NotebookNode) -> list[tuple[int, str]]:
    """Formulas and glyphs that Typst refuses, found by setting them on their own."""
    formulas: dict[str, tuple[int, Formula]] = {}
    glyphs: dict[str, int] = {}
    for number, cell in enumerate(notebook.cells, start=1):
        for text in markdown_texts(cell):
            for formula in fragment(text).formulas:
                formulas.setdefault(formula.typst, (number, formula))
        for glyph in _printed_text(cell):
            if ord(glyph) > 126 and not glyph.isspace():
                glyphs.setdefault(glyph, number)
    samples = {call: call for call in formulas}
    samples |= {glyph: f"#text({literal(glyph)})" for glyph in glyphs}
    problems = []
    for key, reason in refused(samples).items():
        if key in formulas:
            number, formula = formulas[key]
            problems.append((number, f"formula ${formula.tex}$ can't be set: {reason}"))
        else:
            problems.append(
                (
                    glyphs[key],
                    f"no font has the character {key} (U+{ord(key):04X}); "
                    "write it another way",
                )
            )
    return problems


def _printed_text(cell: NotebookNode) -> str:
    pieces = [cell.source]
    for output in cell.get("outputs", []):
        pieces.append(plain_text(output.get("text", "")))
        pieces.append(plain_text(output.get("data", {}).get("text/plain", "")))
        pieces.append(output.get("data", {}).get("text/markdown", ""))
    return "".join(pieces)
