"""Markdown to Typst, all texts of a notebook in one call of pandoc."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pypandoc

from .delimiters import with_dollars
from .speech import speak
from .tex import Macros, parse
from .tex_to_typst import NOTHING, typst, typst_lines
from .tex_tree import TexError

__all__ = ["Formula", "Fragment", "fragment", "prepare"]

WRITER = Path(__file__).parent / "writer.lua"
LONGEST_EXCERPT = 60


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
    """One Markdown text as Typst, with what was found in it on the way."""

    typst: str
    problems: tuple[str, ...]
    formulas: tuple[Formula, ...]
    headings: tuple[tuple[int, str], ...]


_known: dict[str, Fragment] = {}


def fragment(text: str) -> Fragment:
    """Return one Markdown text as Typst (from memory, if `prepare` has seen it)."""
    if text not in _known:
        prepare([text])
    return _known[text]


def prepare(texts: Iterable[str]) -> None:
    """Convert all texts that aren't known yet, in one call of pandoc."""
    new = [text for text in dict.fromkeys(texts) if text not in _known]
    if new:
        _known.update(zip(new, _convert(new), strict=True))


def _convert(texts: list[str]) -> list[Fragment]:
    blocks = [
        {"t": "CodeBlock", "c": [["", [], []], with_dollars(text)]} for text in texts
    ]
    document = {"pandoc-api-version": [1, 23, 1], "meta": {}, "blocks": blocks}
    answer = pypandoc.convert_text(
        json.dumps(document),
        to=str(WRITER),
        format="json",
        extra_args=["--sandbox", "--quiet"],
    )
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
        formulas=tuple(formula for formula in formulas if formula.typst),
        headings=tuple((level, title) for level, title in found["headings"]),
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
        alt = _literal(f"Formula in TeX: {tex}")
        return Formula(tex, f"#formula({alt}, {shown}, {_literal(tex)});", False)
    for reason in read.notes:
        note(reason)
    if body == NOTHING:
        return Formula(tex, "", True)
    tag = f", tag: {_literal(read.tag)}" if read.tag is not None else ""
    call = f"#formula({_literal(speech)}, {shown}{tag}, ${body}$);"
    return Formula(tex, call, True)


def _excerpt(tex: str) -> str:
    if len(tex) > LONGEST_EXCERPT:
        return tex[: LONGEST_EXCERPT - 3] + "..."
    return tex


def _literal(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
