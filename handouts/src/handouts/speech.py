"""Spoken English for every formula: python -m handouts.speech.

A development command. It brings spoken_formulas.json in step with the notebooks: adds
what is missing, drops what is unused. It needs node and npm, and on its first run a
network; handouts are made from the committed table and need none of these.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable
from html import unescape
from pathlib import Path

import nbformat
import pypandoc

from .document import markdown_texts, prepare_all
from .markdown import SPOKEN, fragment, spoken_formulas
from .settings import SettingsError, find_settings

__all__ = ["formulas_of", "main", "speak", "updated"]

ENGINE = "speech-rule-engine@4"
CACHE = Path(".cache", "speech")  # of the current folder
SCRIPT = Path(__file__).with_name("speak.js")

# Before pandoc turns TeX into MathML: what the engine would read wrongly or leave out,
# as words. A word set as \text is a name; one that begins with OPERATION stands
# between its neighbors.
OPERATION = "\u00a4"
DELIMITER = r"(?:\\(?:left|right|[bB]igg?[lr]?)\s*)?"


def _name(words: str) -> str:
    return rf"\\text{{{words}}}"


def _operation(words: str) -> str:
    return _name(OPERATION + words) + " "


READINGS = [
    (r"\\(?:tag|label)\s*{[^}]*}|\\[!,;:]|\\q?quad\b", " "),
    (r"\{,\}", ""),
    (r"\\(?:mathrm|operatorname\*?|mathtt|mathsf)\s*{([^{}]{2,})}", _name(r"\1")),
    (r"(?<=[\w}])\\_(?=\w)", " "),
    (DELIMITER + r"\\lfloor\b", _operation("the floor of")),
    (DELIMITER + r"\\rfloor\b", " " + _name("end floor")),
    (DELIMITER + r"\\lceil\b", _operation("the ceiling of")),
    (DELIMITER + r"\\rceil\b", " " + _name("end ceiling")),
    (r"\^(?:{\s*)?\\(?:top|intercal)\b(?:\s*})?", _operation("transpose")),
    (
        r"(?<![a-zA-Z])(\w|\\[a-z]+)(_\w|_{[^{}]*})?\^(?:T\b|{T})",
        r"\1\2 " + _operation("transpose"),
    ),
    (r"\\ln\b", _operation("the natural log of")),
    (r"\^{\(([^{}]*)\)}", r"^{" + _name(r"superscript \1") + "}"),
    (r"_{([a-z])([a-z])}", "_{" + _name(r"\1 \2") + "}"),
    (r"\\vec\s*{?(\w)}?", _operation("vector") + r"\1 "),
    (r"\\mathbb\s*{?R}?", _name("the reals")),
    (r"\\mathbb\s*{?E}?", _name("the expectation")),
    (r"\\sim\b", _operation("is distributed as")),
    (r"\\mid\b", _operation("given")),
    (r"\\(?:leftarrow|gets)\b", _operation("becomes")),
    (r"\\(?:rightarrow|to)\b", _operation("to")),
    (r"\\mapsto\b", _operation("maps to")),
    (r"\\odot\b", _operation("elementwise times")),
    (r"\\approx\b", _operation("is about")),
    (r"\\star\b", _operation("star")),
    (r"\\%", _name("percent")),
    (
        r"\\text{\s*(if|for|and|or|where|when|with|otherwise)\b",
        rf"\\text{{{OPERATION}\1",
    ),
]
INVISIBLE_TIMES = "<mo>&#x2062;</mo>"
WRITTEN_ACCENTS = {"\u0302": "^", "\u0303": "~", "\u0307": "˙", "\u0308": "¨"}
# And after: what it reads in a way that nobody says.
SAID = [
    (r"raised to the superscript (.+?) power", r"superscript \1"),
    (r"\bthe metric of\b", "the norm of"),
    (r"\bpartial differential\b", "partial"),
    (r"\bdouble struck\b ", ""),
    (r"\blamda\b", "lambda"),
    (r"\basterisk\b", "star"),
    (r"\bvertical bar sub\b", "evaluated at"),
    (r"\b(sigma|softmax|ReLU|Var|Cov|mean) times open paren", r"\1 of open paren"),
]
MATH = re.compile(r"<math.*?</math>", re.DOTALL)


def main() -> int:
    """Update the committed table; return the exit status."""
    try:
        notebooks = find_settings(Path.cwd()).lessons()
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 1
    found = formulas_of(notebooks)
    known = spoken_formulas()
    everything = "--all" in sys.argv[1:]
    try:
        table = updated({} if everything else known, found)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"{SPOKEN.name} stays as it was: {error}", file=sys.stderr)
        print("install node 18 or later with npm, then try again", file=sys.stderr)
        return 1
    text = json.dumps(table, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    SPOKEN.write_text(text, encoding="utf-8")
    new, gone = len(table.keys() - known.keys()), len(known.keys() - table.keys())
    print(f"{SPOKEN.name}: {len(table)} formulas, {new} new, {gone} dropped")
    return 0


def formulas_of(paths: list[Path]) -> list[str]:
    """Return the TeX of every formula in these notebooks, each once."""
    notebooks = [nbformat.read(path, as_version=4) for path in paths]
    prepare_all(notebooks)
    return sorted(
        {
            formula.tex
            for notebook in notebooks
            for cell in notebook.cells
            for text in markdown_texts(cell)
            for formula in fragment(text).formulas
        }
    )


def updated(known: dict[str, str], found: Iterable[str]) -> dict[str, str]:
    """Return the table for exactly these formulas; speech that is known is kept."""
    found = list(found)
    missing = [tex for tex in found if tex not in known]
    spoken = {**known, **dict(zip(missing, speak(missing), strict=True))}
    return {tex: spoken[tex] for tex in found}


def speak(formulas: list[str]) -> list[str]:
    """Return each TeX formula in spoken English, by npm's speech-rule-engine."""
    if not formulas:
        return []
    modules = CACHE.resolve() / "node_modules"
    if not (modules / "speech-rule-engine").exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        install = ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(CACHE)]
        subprocess.run([*install, ENGINE], check=True, stdout=subprocess.DEVNULL)
    answer = subprocess.run(
        ["node", str(SCRIPT)],
        input=json.dumps(_mathml(formulas)),
        env={**os.environ, "NODE_PATH": str(modules)},
        capture_output=True,
        text=True,
        check=True,
    )
    return [_polished(speech) for speech in json.loads(answer.stdout)]


def _mathml(formulas: list[str]) -> list[str]:
    blocks = []
    for tex in formulas:
        for pattern, words in READINGS:
            tex = re.sub(pattern, words, tex)
        math = {"t": "Math", "c": [{"t": "DisplayMath"}, tex]}
        blocks.append({"t": "Para", "c": [math]})
    document = {"pandoc-api-version": [1, 23, 1], "meta": {}, "blocks": blocks}
    html = pypandoc.convert_text(
        json.dumps(document), to="html", format="json", extra_args=["--mathml"]
    )
    return [_as_names(mathml) for mathml in MATH.findall(html)]


def _as_names(mathml: str) -> str:
    for combining, written in WRITTEN_ACCENTS.items():
        mathml = mathml.replace(combining, written)
    # A letter before another is a factor; the engine would take h for a function.
    mathml = re.sub(
        r"<mi>([fgh])</mi>(?=<m(?:i|sub|sup|subsup)>)",
        rf"\g<0>{INVISIBLE_TIMES}",
        mathml,
    )
    mathml = re.sub(rf"<mtext[^>]*>{OPERATION}(.*?)</mtext>", r"<mo>\1</mo>", mathml)
    return re.sub(r"<mtext[^>]*>(.*?)</mtext>", r"<mi>\1</mi>", mathml)


def _polished(speech: str) -> str:
    for pattern, words in SAID:
        speech = re.sub(pattern, words, unescape(speech))
    return " ".join(speech.split())


if __name__ == "__main__":
    sys.exit(main())
