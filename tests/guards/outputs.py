"""Guards over what a notebook stores: outputs, pictures, metadata."""

import re
from collections.abc import Iterator

from nbformat import NotebookNode
from tolerant.lessons import figures_of, how
from tolerant.rules import IGNORED, faults

from handouts.editions import tags_of
from handouts.embedded import pictures_in_html

from .cells import (
    Problem,
    calls,
    code_cells,
    ends_with_semicolon,
    numbered,
    outputs,
    readable_output,
    stdout,
)

__all__ = [
    "executed_in_order",
    "figures_say_what_was_drawn",
    "identity_is_stable",
    "ignored_outputs_say_why",
    "no_widget_state",
    "outputs_are_the_same_everywhere",
    "pictures_come_from_show",
    "pictures_have_alt_text",
]

_MIN_ALT = 20
_HTML_PICTURE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
_FILE_NAME = re.compile(r"\S+\.(png|jpe?g|svg|gif|webp)", re.IGNORECASE)
_WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
_MARKER = re.compile(r"#\s*(?:NBVAL|PYTEST_VALIDATE)_\w+")
_ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]+")
_MACHINE_PATH = re.compile(
    r"(?<![\w.:/~-])/(?:home|root|work|tmp|Users|mnt|opt|usr|var)/|\b[A-Z]:\\\w"
)
_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_GENERATED_ID = re.compile(r"(?=.*\d)[0-9a-f]{8}(-[0-9a-f-]+)?")


def executed_in_order(notebook: NotebookNode) -> Iterator[Problem]:
    """Code cells have run from top to bottom in a fresh kernel, and none is empty."""
    for expected, (number, cell) in enumerate(code_cells(notebook), 1):
        if not cell.source.strip():
            yield number, "an empty code cell. Remove it."
        elif cell.execution_count not in (expected, None):
            yield (
                number,
                f"execution count is {cell.execution_count}, expected {expected}. "
                "Run the whole notebook in a fresh kernel.",
            )
            return  # the cells below are out of step for the same reason


def pictures_have_alt_text(notebook: NotebookNode) -> Iterator[Problem]:
    """Alt texts are sentences, and plain text says the same."""
    for number, output in outputs(notebook):
        data = output.get("data", {})
        for picture in pictures_in_html(data.get("text/html", "")):
            alt = picture.alt
            if not alt.strip():
                continue  # the publisher refuses it
            if len(alt) < _MIN_ALT or alt.startswith("<"):
                what = f"the alt text {alt!r} is no sentence of {_MIN_ALT} characters"
            elif _FILE_NAME.fullmatch(alt):
                what = f"the alt text {alt!r} is a file name"
            elif data.get("text/plain") != alt:
                what = "text/plain differs from the alt text"
            else:
                continue
            yield (
                number,
                f"{what}. Use show(fig, alt) and say what one learns from the figure.",
            )


def pictures_come_from_show(notebook: NotebookNode) -> Iterator[Problem]:
    """A picture is one `<img>` that carries its words and bytes, and nothing beside."""
    for number, output in outputs(notebook):
        data = output.get("data", {})
        html = data.get("text/html", "")
        if kind := next((kind for kind in data if kind.startswith("image/")), ""):
            what = f"a picture as {kind}, whose alt text no browser gets"
        elif (tag := _HTML_PICTURE.search(html)) and not pictures_in_html(html):
            what = f"the picture {tag[0][:80]!r} is part of other HTML"
        elif len(pictures_in_html(html)) > 1:
            what = "frames of a live slider (make run stores the strip)"
        else:
            continue
        yield number, f"{what}. Draw it in a code cell and use show(fig, alt)."


def no_widget_state(notebook: NotebookNode) -> Iterator[Problem]:
    """No live widget is stored: GitHub refuses to render a notebook that has one."""
    if "widgets" in notebook.metadata:
        yield (
            0,
            "the metadata hold widget state. Delete metadata.widgets "
            "(make run stores none).",
        )
    for number, output in outputs(notebook):
        if _WIDGET_VIEW in output.get("data", {}):
            yield (
                number,
                "the output is a live widget. Run the notebook without a browser "
                "(make run), so that the printed form is stored.",
            )


def ignored_outputs_say_why(notebook: NotebookNode) -> Iterator[Problem]:
    """Comparison is loosened cell by cell, with a reason, and never for a claim."""
    earlier: set[str] = set()
    for number, cell in code_cells(notebook):
        ignored = IGNORED in tags_of(cell)
        if marker := _MARKER.search(cell.source):
            yield number, f"the comment {marker[0]!r}. Use the tag nbval-ignore-output."
        wrong = faults(cell, earlier)
        for fault in wrong:
            yield number, f"{fault}. tests/tolerant/rules.py says what it can hold."
        loose = ignored or (not wrong and how(cell) != "strictly")
        if loose and ({"claim", "check"} & tags_of(cell) or "claim" in calls(cell)):
            yield (
                number,
                "a claim or a check whose output isn't compared strictly. "
                "Move it to a cell of its own.",
            )
        if "claim" in tags_of(cell) and "Claim holds:" not in stdout(cell):
            yield (
                number,
                "tagged 'claim', but its stored output has no 'Claim holds:'. "
                "Call claim(condition, text).",
            )
        earlier.add(cell.id)


def figures_say_what_was_drawn(notebook: NotebookNode) -> Iterator[Problem]:
    """Beside each picture it is stored what was drawn, so that it can be compared."""
    figures = [
        (number, figure)
        for number, output in outputs(notebook)
        for figure in figures_of([output])
    ]
    # A lesson that was last executed before `show` did so has none at all; which may
    # be so, test_notebooks says.
    if any(figure for _, figure in figures):
        for number, figure in figures:
            if not figure:
                yield (
                    number,
                    "a picture without its digest, so that nobody notices a change. "
                    "Put it there with show(fig, alt) and make run.",
                )


def outputs_are_the_same_everywhere(notebook: NotebookNode) -> Iterator[Problem]:
    """Nothing stored names a place in memory or on disk, and nothing is on stderr."""
    for number, cell in code_cells(notebook):
        if ends_with_semicolon(cell):
            yield (
                number,
                "the last line ends with ';', which nbval misreads (nbval#194). "
                "End with show(...) or an assignment.",
            )
        text = readable_output(cell)
        if address := _ADDRESS.search(text):
            yield (
                number,
                f"the output holds a memory address ({address[0]!r}). "
                "Print a value, not the object.",
            )
        if path := _MACHINE_PATH.search(f"{cell.source}\n{text}"):
            yield (
                number,
                f"the path {path[0]!r} exists on one machine only. "
                "Print a name instead.",
            )
        if any(output.get("name") == "stderr" for output in cell.outputs):
            yield number, "output on stderr. Mend what causes it and run again."


def identity_is_stable(notebook: NotebookNode) -> Iterator[Problem]:
    """Ids are unique words, the kernel is any Python 3, no time is stored."""
    seen = set()
    for number, cell in numbered(notebook):
        cell_id = cell.get("id", "")
        if cell_id in seen:
            yield number, "another cell has this id. Give it one of its own."
        seen.add(cell_id)
        named = set(re.findall(r"[a-z]{3,}", cell_id)) - {"cell"}
        generated = _GENERATED_ID.fullmatch(cell_id)
        if not _ID.fullmatch(cell_id) or not named or generated:
            yield number, "the id isn't readable. Use words, as in predict-one-number."
        if "execution" in cell.metadata:
            yield (
                number,
                "metadata.execution holds clock times. Delete it (make run does).",
            )
    kernel = notebook.metadata.get("kernelspec", {})
    generic = kernel.get("display_name") in ("Python 3", "Python 3 (ipykernel)")
    if kernel.get("name") != "python3" or not generic:
        yield 0, f"the kernelspec is {dict(kernel)}. Use python3, named 'Python 3'."
    if "version" in notebook.metadata.get("language_info", {}):
        yield (
            0,
            "language_info.version differs from machine to machine. "
            "Delete it (make run does).",
        )
