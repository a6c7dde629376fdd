"""Markdown and HTML to Typst, all texts of a notebook in one call of pandoc."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pypandoc

from .delimiters import with_dollars
from .mending import shortened
from .speech import speak
from .tex import Macros, parse
from .tex_to_typst import NOTHING, typst, typst_lines
from .tex_tree import TexError
from .typesetting import literal

__all__ = [
    "Formula",
    "Fragment",
    "fragment",
    "prepare",
]

WRITER = Path(__file__).parent / "writer.lua"
LONGEST_EXCERPT = 60

# Deeper than anybody writes; a few hundred levels and Typst overflows its stack.
DEEPEST = 50
MARKERS = re.compile(
    rf"^(?:[ \t]*(?:>|(?:[-*+]|\d{{1,9}}[.)])(?=[ \t]))){{{DEEPEST},}}"
    rf"|^[ \t]{{{2 * DEEPEST},}}(?:[-*+]|\d{{1,9}}[.)])[ \t]",
    re.MULTILINE,
)
BRACKETS = re.compile(r"\\.|[\[({})\]]", re.DOTALL)
RUN = re.compile(r"([*_`~<>$!\[])\1{999}")
OPENED, CLOSED = re.compile(r"(?<!\S)[*_]+(?=\S)"), re.compile(r"(?<=\S)[*_]+(?!\S)")
MOST_EMPHASES = 500
LONGEST = 300_000


@dataclass(frozen=True)
class Formula:
    """A formula: its TeX, the Typst call that prints it, whether it is spoken.

    One that can't be set is printed as its TeX, with a mark, and read as that.
    """

    tex: str
    typst: str
    spoken: bool


@dataclass(frozen=True)
class Fragment:
    """One text as Typst, with what was found in it on the way.

    Attributes:
        typst: the text; a mark stands where something can't be printed.
        problems: what is wrong with the text, each with a remedy.
        losses: the kinds of what the marks stand for (see losses.py).
        formulas: all formulas, in order.
        headings: level and text of each heading.
        images: address, description, stated width of each picture.
        html: the whole text as HTML, if some of it is HTML, else None.
        is_source: whether the text is printed as it was written.
    """

    typst: str
    problems: tuple[str, ...] = ()
    losses: tuple[str, ...] = ()
    formulas: tuple[Formula, ...] = ()
    headings: tuple[tuple[int, str], ...] = ()
    images: tuple[tuple[str, str, str], ...] = ()
    html: str | None = None
    is_source: bool = False


_known: dict[tuple[str, str], Fragment] = {}  # by language and text


def fragment(text: str, language: str = "markdown") -> Fragment:
    """Return a text in Markdown or HTML as Typst (from memory after `prepare`)."""
    if (language, text) not in _known:
        prepare([text], language)
    return _known[language, text]


def prepare(texts: Iterable[str], language: str = "markdown") -> None:
    """Convert all texts that aren't known yet, in one call of pandoc."""
    new = [text for text in dict.fromkeys(texts) if (language, text) not in _known]
    sound = []
    for text in new:
        if len(text) > LONGEST and "data:" not in text:
            _known[language, text] = _as_source(text, "is too long")
        elif _is_too_deep(text):
            _known[language, text] = _as_source(text, "is nested too deeply")
        else:
            sound.append(text)
    for text, found in zip(sound, _convert(sound, language), strict=True):
        if _is_too_deep(found.typst):
            found = _as_source(text, "is nested too deeply")
        _known[language, text] = found


def _is_too_deep(text: str) -> bool:
    if MARKERS.search(text) or RUN.search(text):
        return True
    opened = len(OPENED.findall(text))
    if (
        opened > 10 * MOST_EMPHASES
        or opened - len(CLOSED.findall(text)) > MOST_EMPHASES
    ):
        return True
    depth = 0
    for found in BRACKETS.finditer(text):
        if found.group() in "[({":
            depth += 1
            if depth > DEEPEST:
                return True
        elif found.group() in "])}":
            depth = max(0, depth - 1)
    return False


def _as_source(text: str, reason: str) -> Fragment:
    return Fragment(
        f"#code(none, {literal(shortened(text, Counter()))})",
        problems=(f"its text {reason}; write it more simply",),
        losses=("text{s} printed as source",),
        is_source=True,
    )


def _convert(texts: list[str], language: str) -> list[Fragment]:
    """Return all texts as Typst; what pandoc can't read is printed as it is."""
    if not texts:
        return []
    sources = map(with_dollars, texts) if language == "markdown" else texts
    document = {
        "pandoc-api-version": [1, 23, 1],
        "meta": {"format": {"t": "MetaString", "c": language}},
        "blocks": [{"t": "CodeBlock", "c": [["", [], []], text]} for text in sources],
    }
    try:
        answer = pypandoc.convert_text(
            json.dumps(document),
            to=str(WRITER),
            format="json",
            extra_args=["--sandbox", "--quiet"],
        )
    except RuntimeError:
        if len(texts) == 1:
            return [_as_source(texts[0], "can't be read by pandoc")]
        half = len(texts) // 2
        return _convert(texts[:half], language) + _convert(texts[half:], language)
    # As in Jupyter, a macro holds from its definition on, in all texts that follow.
    macros: Macros = {}
    return [_with_formulas(found, macros) for found in json.loads(answer)]


def _with_formulas(found: dict, macros: Macros) -> Fragment:
    problems = list(found["problems"])
    formulas = [
        _formula(" ".join(formula["tex"].split()), formula["display"], macros, problems)
        for formula in found["formulas"]
    ]
    mark = re.compile(re.escape(found["mark"]) + r"(\d+);")
    return Fragment(
        typst=mark.sub(lambda m: formulas[int(m[1]) - 1].typst, found["typst"]),
        problems=tuple(dict.fromkeys(problems)),
        losses=tuple(found["losses"])
        + tuple("formula{s} printed as TeX" for f in formulas if not f.spoken),
        formulas=tuple(formula for formula in formulas if formula.typst),
        headings=tuple((level, title) for level, title in found["headings"]),
        images=tuple(tuple(image) for image in found["images"]),
        html=found.get("html"),
    )


def _formula(tex: str, display: bool, macros: Macros, problems: list[str]) -> Formula:
    def note(reason: str) -> None:
        problems.append(f"formula ${_excerpt(tex)}$: {reason}")

    shown = str(display).lower()
    try:
        read = parse(tex, macros)
        if read.tag is not None and not display:
            raise TexError("\\tag works in a displayed formula only; drop it")
        body = typst_lines(read.tree) if display else typst(read.tree)
        speech = speak(read.tree)
    except TexError as error:
        note(str(error))
        alt = literal(f"Formula in TeX: {tex}")
        return Formula(tex, f"#formula({alt}, {shown}, {literal(tex)});", False)
    for reason in read.notes:
        note(reason)
    if body == NOTHING:
        return Formula(tex, "", True)
    tag = f", tag: {literal(read.tag)}" if read.tag is not None else ""
    call = f"#formula({literal(speech)}, {shown}{tag}, ${body}$);"
    return Formula(tex, call, True)


def _excerpt(tex: str) -> str:
    if len(tex) > LONGEST_EXCERPT:
        return tex[: LONGEST_EXCERPT - 3] + "..."
    return tex
