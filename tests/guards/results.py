r"""Find results typed into a lesson's text, and tell whether a cell prints them.

The rule: a number that states a result must be printed by a cell of the same lesson
whose output is compared strictly, so that it can't go stale. In a text cell, that is
    share    97.5%, 50 percent, 0.3 percentage points
    time     100 s, 5 ms, 2 minutes
    speed    12 times faster, 3x slower, ten times as fast, a speed-up of 4
    metric   a decimal beside a word such as accuracy or loss ("a loss of 2.30"), and
             any decimal with three digits or more behind the point ("0.9872")
It counts as printed if some compared output (text, Markdown, alt text) gives the same
number in any form (97.5%, 97.50%, 0.975) or one that rounds to it (2.303 for 2.3026).
A time must be printed with its unit, "12 times faster" as "12 times", "12x" or so.

Not results, and free to be typed:
    formulas and code spans ($\ln 10 = 2.303$), unless they hold one bare number;
    settings: a share or a decimal that the code sets (a literal outside comparisons and
    claims, 0.5 in `Dropout(0.5)` for "50%"), a decimal behind a word such as rate;
    questions, `quiz` cells and "Predict" quotes, which offer guesses;
    sentences with a year, "(LeCun et al., 1998)" or "in 2015", which cite a result;
    times in the text before the first code cell, which are the lesson's budget, and
    the minutes in the head of an exercise.
"""

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from nbformat import NotebookNode
from tolerant.lessons import how

from handouts.editions import tags_of

from .cells import parse
from .prose import sentences

__all__ = ["Result", "find_results", "typed_results"]


class Result(NamedTuple):
    """A number that a sentence states.

    Attributes:
        kind: "share" (in percent), "time" (in seconds), "speed" or "metric".
        value: the number in that unit.
        precision: half a unit of the last digit that is written.
        written: the words that state it.
    """

    kind: str
    value: float
    precision: float
    written: str


_NUMBER = r"(?<![\w.,^/])(?<![a-zA-Z]-)(\d[\d,]*(?:\.\d+)?)(?!\d|[.,]\d|e[-+]?\d)"
_DECIMAL = r"(?<![\w.,^/])(\d+\.\d+)(?!\d|[.,]\d|e[-+]?\d|\s*%)"
_WORDS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8}
_WORDS |= {"nine": 9, "ten": 10, "twenty": 20, "fifty": 50, "hundred": 100}
_COUNT = rf"(?:{_NUMBER}|\b({'|'.join(_WORDS)}))"
_SHARE = re.compile(
    r"(?:(?<![\w.,])(\d[\d,]*(?:\.\d+)?)\s*(?:-|\u2013|to|and|or)\s*)?"
    r"(?<![\w.,^/])(\d[\d,]*(?:\.\d+)?)\s*(?:%|percent\b|percentage points?\b)",
    re.IGNORECASE,
)
_SECONDS = {"ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_TIME = re.compile(
    _NUMBER + r"[\s-]?(ms|milliseconds?|s|secs?|seconds?|min|minutes?|h|hours?)\b"
)
_PACE = (
    r"(?:faster|slower|quicker|longer|as (?:fast|slow|quick|long)|less time|more time|"
    r"the (?:time|speed)|speed-?up)"
)
_SPEED = re.compile(
    rf"{_COUNT}\s*(?:times|x|\u00d7|-fold|fold)\s+{_PACE}"
    rf"|(?:speed-?up|{_PACE} by a factor) of (?:\w+ )?{_COUNT}",
    re.IGNORECASE,
)
_TIMES = re.compile(rf"{_COUNT}\s*(?:times\b|x\b|\u00d7)", re.IGNORECASE)
_METRIC_WORD = r"(?:accurac(?:y|ies)|loss(?:es)?|errors?|perplexity|cross-entropy)"
_METRIC = re.compile(
    rf"\b{_METRIC_WORD}\b[^\d;]{{0,40}}?{_DECIMAL}"
    rf"(?:(?:,| to| and| or|-|\u2013)\s*{_DECIMAL})?"
    rf"|{_DECIMAL}\s+(?:[a-z]+\s+){{0,2}}{_METRIC_WORD}\b",
    re.IGNORECASE,
)
_LONG_DECIMAL = re.compile(
    r"(?<![\w.,^/:])(\d{1,3}\.\d{3,})(?!\d|[.,]\d|e[-+]?\d|\s*%)"
)
_SETTING_WORD = re.compile(
    r"\b(?:rate|momentum|scale|decay|eps|epsilon|tolerance|threshold|dropout|within|"
    r"temperature|smoothing|probability|factor|seed|betas?)\b"
    r"(?:(?!accurac|loss|error)[^.;]){0,24}$",
    re.IGNORECASE,
)
_CITATION = re.compile(
    r"\([^()]*(?:19[5-9]\d|20[0-3]\d)[a-z]?\)|"
    r"\b(?:in|since|by) (?:19[5-9]\d|20(?:0[1-9]|[1-3]\d))\b",
    re.IGNORECASE,
)
_EXERCISE_HEAD = re.compile(r"\*\*Exercise[^*]*\*\*")
_PREDICT = re.compile(r"^>[^\n]*\bPredict\b.*(?:\n>.*)*", re.MULTILINE)


def typed_results(notebook: NotebookNode) -> Iterator[tuple[int, str]]:
    """Yield (cell number from 1, words) of each result that no compared cell prints."""
    printed = list(_printed_results("\n".join(_compared_output(notebook))))
    settings = set(_settings(notebook))
    in_promise = True
    for number, cell in enumerate(notebook.cells, 1):
        if cell.cell_type == "code":
            in_promise = False
        elif cell.cell_type == "markdown" and "quiz" not in tags_of(cell):
            for result in find_results(cell.source):
                if result.kind == "time" and in_promise:
                    continue
                if _is_setting(result, settings) or _is_printed(result, printed):
                    continue
                yield number, result.written


def find_results(markdown: str) -> list[Result]:
    """Return the results that a text cell states, wherever they come from."""
    text = _PREDICT.sub("", _EXERCISE_HEAD.sub("", markdown))
    found: list[Result] = []
    for sentence in sentences(text):
        if not sentence.rstrip("*_) ").endswith("?") and not _CITATION.search(sentence):
            found += _find_in_sentence(sentence)
    return found


def _find_in_sentence(sentence: str) -> Iterator[Result]:
    yield from _with_units(sentence)
    yield from _counts("speed", _SPEED, sentence)
    seen = set()
    for match in _METRIC.finditer(sentence):
        for group in (1, 2, 3):
            if match[group] and not _SETTING_WORD.search(
                sentence[: match.start(group)]
            ):
                seen.add(match.start(group))
                yield _result("metric", match[group], match[0])
    for match in _LONG_DECIMAL.finditer(sentence):
        before = sentence[: match.start()]
        if match.start() not in seen and not _SETTING_WORD.search(before):
            yield _result("metric", match[1], match[0])


def _with_units(text: str) -> Iterator[Result]:
    for match in _SHARE.finditer(text):
        for number in filter(None, match.groups()):
            yield _result("share", number, match[0])
    for match in _TIME.finditer(text):
        number, unit = match.groups()
        seconds = _SECONDS["ms" if unit.startswith(("ms", "milli")) else unit[0]]
        yield _result("time", number, match[0], seconds)


def _counts(kind: str, pattern: re.Pattern, text: str) -> Iterator[Result]:
    for match in pattern.finditer(text):
        for number in filter(None, match.groups()):
            yield _result(kind, str(_WORDS.get(number.lower(), number)), match[0])


def _result(kind: str, number: str, written: str, unit: float = 1.0) -> Result:
    number = number.rstrip(",").replace(",", "")
    decimals = len(number.partition(".")[2])
    return Result(
        kind, float(number) * unit, 0.5 * 10**-decimals * unit, written.strip()
    )


def _is_setting(result: Result, settings: set[float]) -> bool:
    value = result.value / 100 if result.kind == "share" else result.value
    return result.kind in ("share", "metric") and any(
        abs(value - setting) < 1e-9 for setting in settings
    )


def _is_printed(result: Result, printed: list[Result]) -> bool:
    """Tell whether a printed number is the result, or gives it when rounded."""
    for other in printed:
        gap = abs(result.value - other.value)
        finer = other.precision < 1.01 * result.precision
        if (
            other.kind == result.kind
            and gap <= (result.precision if finer else 0) + 1e-9
        ):
            return True
    return False


def _printed_results(text: str) -> Iterator[Result]:
    """Yield what the numbers of an output may stand for."""
    for result in _with_units(text):
        yield result
        if result.kind == "share":
            value, precision = result.value / 100, result.precision / 100
            yield Result("metric", value, precision, result.written)
    yield from _counts("speed", _TIMES, text)
    for number in re.findall(_DECIMAL, text):
        yield _result("metric", number, number)
        yield _result("share", number, number)
        if (
            len(number.partition(".")[2]) >= 2
        ):  # 0.5 is said of many things, 0.50 of few
            yield _result("share", number, number, 100.0)


def _compared_output(notebook: NotebookNode) -> Iterator[str]:
    for cell in notebook.cells:
        if cell.cell_type != "code" or how(cell) != "strictly":
            continue
        for output in cell.outputs:
            if output.output_type == "stream":
                yield output.text
            else:
                data = output.get("data", {})
                yield from (data.get(m, "") for m in ("text/plain", "text/markdown"))
                details = output.get("metadata", {}).values()
                yield from (d.get("alt", "") for d in details if isinstance(d, dict))


def _settings(notebook: NotebookNode) -> Iterator[float]:
    for cell in notebook.cells:
        if cell.cell_type == "code":
            yield from _literals(parse(cell))


def _literals(node: ast.AST) -> Iterator[float]:
    compares = isinstance(node, ast.Compare)
    claims = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "claim"
    if compares or claims:
        return
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        yield float(node.value)
    for child in ast.iter_child_nodes(node):
        yield from _literals(child)
