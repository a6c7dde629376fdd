"""Markdown to Typst, all texts of a notebook in one call of pandoc."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pypandoc

__all__ = ["Formula", "Fragment", "fragment", "prepare", "spoken_formulas"]

HERE = Path(__file__).parent
WRITER = HERE / "writer.lua"
SPOKEN = HERE / "spoken_formulas.json"


@dataclass(frozen=True)
class Formula:
    """A formula: its TeX, the Typst call that sets it, whether its speech is known."""

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


@cache
def spoken_formulas() -> dict[str, str]:
    """Return the committed table from TeX to spoken English."""
    return json.loads(SPOKEN.read_text(encoding="utf-8")) if SPOKEN.exists() else {}


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
    document = {
        "pandoc-api-version": [1, 23, 1],
        "meta": {"spoken": {"t": "MetaString", "c": json.dumps(spoken_formulas())}},
        "blocks": [{"t": "CodeBlock", "c": [["", [], []], text]} for text in texts],
    }
    answer = pypandoc.convert_text(
        json.dumps(document),
        to=str(WRITER),
        format="json",
        extra_args=["--sandbox", "--quiet"],
    )
    return [
        Fragment(
            typst=found["typst"],
            problems=tuple(dict.fromkeys(found["problems"])),
            formulas=tuple(Formula(**formula) for formula in found["formulas"]),
            headings=tuple((level, title) for level, title in found["headings"]),
        )
        for found in json.loads(answer)
    ]
