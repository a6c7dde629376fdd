# ruff: noqa: RUF001
"""Formulas in spoken English: what a screen reader says.

The words leave no doubt where a part ends: "the square root of n", but "the square root
of n plus 1 end root"; so a formula can be written down again from them.
"""

from __future__ import annotations

import unicodedata
from functools import singledispatch

from .spoken_parts import (
    bar_of,
    begins,
    core_of,
    ends_a_part,
    is_argument,
    is_call_of_one,
    is_called,
    is_digit_comma,
    is_function,
    is_heard,
    is_minus,
    is_single,
    opens,
    takes_argument,
    with_bars_paired,
)
from .spoken_words import (
    ACCENTS,
    FONTS,
    NAMES,
    PAIRS,
    POWERS,
    SETS,
    SIGNS,
)
from .tex_symbols import OPERATORS
from .tex_tree import (
    Accent,
    Big,
    Box,
    Classed,
    Fenced,
    Font,
    Fraction,
    Letter,
    Name,
    Node,
    Number,
    Over,
    Root,
    Row,
    Scripts,
    Sign,
    Size,
    Space,
    Table,
    Text,
)

__all__ = ["speak"]


KNOWN_NAMES = {name for name, _ in OPERATORS.values()}


def speak(tree: Node) -> str:
    """Return a formula in spoken English."""
    return " ".join(_say(tree).split())


@singledispatch
def _say(node: Node) -> str:
    raise NotImplementedError(type(node))


@_say.register
def _(node: Row) -> str:
    parts = with_bars_paired([part for part in node.parts if is_heard(part)])
    said: list[str] = []
    heard = 0  # up to here, parts were said together
    for number, part in enumerate(parts):
        if number < heard:
            continue
        before = parts[number - 1] if number else None
        after = parts[number + 1] if number + 1 < len(parts) else None
        if before is not None and is_call_of_one(parts, number):
            said += ["of", _say(parts[number + 1])]
            heard = number + 3
        elif is_minus(part) and begins(before):
            said.append("negative")
        elif is_digit_comma(part, before, after):
            said[-1] += ","
        elif opens(part) and before is not None and ends_a_part(before):
            function = is_function(before) or is_called(parts, number)
            said += ["of" if function else "times", _say(part)]
        elif takes_argument(part) and is_argument(after):
            said += [_with_article(_say(part), part), "of"]
        elif said and said[-1].endswith(",") and isinstance(part, Number):
            said[-1] += _say(part)
        else:
            said.append(_say(part))
    return " ".join(said)


def _with_article(words: str, operator: Node) -> str:
    core = core_of(operator)
    own = isinstance(core, Name) and core.name not in KNOWN_NAMES
    return words if own or words.startswith("the ") else f"the {words}"


def _closed(node: Node, end: str) -> str:
    """Return the words of a part with its end; a single sign needs none.

    Inside of a part with the same end it does: whose end is it?
    """
    if is_single(node) and end not in _open_ends:
        return _say(node)
    _open_ends.append(end)
    try:
        return f"{_say(node)} {end}".strip()
    finally:
        _open_ends.pop()


_open_ends: list[str] = []


@_say.register
def _(node: Letter) -> str:
    return _letter(node.letter)


def _letter(letter: str) -> str:
    if letter.isascii():
        return letter
    if letter in SIGNS:
        return SIGNS[letter]
    name = unicodedata.name(letter, "").lower()
    if name.startswith("greek small letter "):
        return name.removeprefix("greek small letter ")
    if name.startswith("greek capital letter "):
        return "capital " + name.removeprefix("greek capital letter ")
    return name or letter


@_say.register
def _(node: Number) -> str:
    return node.digits


@_say.register
def _(node: Sign) -> str:
    if node.sign in SIGNS:
        return SIGNS[node.sign]
    return unicodedata.name(node.sign, node.sign).lower()


@_say.register
def _(node: Big) -> str:
    return _say(Sign(node.sign, node.kind)) if node.sign else ""


@_say.register
def _(node: Text) -> str:
    return node.words


@_say.register
def _(node: Name) -> str:
    return NAMES.get(node.name, " ".join(node.name.split()))


@_say.register
def _(node: Space) -> str:
    return ""


@_say.register
def _(node: Scripts) -> str:
    base = node.base
    if isinstance(base, Over) and base.kind.startswith(("over", "under")):
        return _labeled(base, node)
    evaluated = node.below is not None and _is_evaluation(base)
    said = "" if evaluated and not isinstance(base, Fenced) else _base(base)
    if takes_argument(node):
        return f"{said} {_range(node)}"
    below, above = node.below, node.above
    if below is not None:
        how = "evaluated at" if evaluated else "sub"
        said += f" {how} {_closed(below, 'end sub')}"
    said += {0: "", 1: " prime", 2: " double prime", 3: " triple prime"}.get(
        node.primes, " prime" * node.primes
    )
    return said if above is None else f"{said} {_power(base, above)}"


def _base(base: Node) -> str:
    if isinstance(base, Row) and len(base.parts) > 1:
        return f"group {_say(base)} end group"
    return _say(base)


def _is_evaluation(base: Node) -> bool:
    if isinstance(base, Fenced):
        return not base.left and base.right == "|"
    return bool(bar_of(base))


def _range(node: Scripts) -> str:
    below, above = node.below, node.above
    base = core_of(node.base)
    if isinstance(base, Name) and base.name in ("log", "lg", "ln") and below:
        said = f"base {_closed(below, 'end base')}"
    elif isinstance(base, Name) and not base.limits and below:
        said = f"sub {_closed(below, 'end sub')}"
    elif below is not None and above is not None:
        return f"from {_say(below)} to {_say(above)} end range"
    elif below is not None:
        said = f"over {_closed(below, 'end range')}"
    else:
        said = ""
    if above is None:
        return said
    if isinstance(base, Name):
        return f"{said} {_power(base, above)}"
    return f"{said} up to {_closed(above, 'end range')}"


def _power(base: Node, above: Node) -> str:
    core = core_of(above)
    if isinstance(above, Number) and above.digits in POWERS:
        return POWERS[above.digits]
    if core == Letter("T") or (isinstance(core, Sign) and core.sign in "⊤⊺"):
        return "transpose"
    if isinstance(above, Text) and above.words == "T":
        return "transpose"
    if isinstance(above, Sign):
        return f"superscript {_say(above)}"
    if isinstance(above, Row) and above.parts and opens(above.parts[0]):
        return f"superscript {_say(above)} end superscript"
    return f"to the power {_closed(above, 'end power')}"


def _labeled(base: Over, node: Scripts) -> str:
    said = _say(base)
    for label in (node.above, node.below):
        if label is not None:
            said += f" labeled {_closed(label, 'end label')}"
    return said


@_say.register
def _(node: Fraction) -> str:
    top, bottom = _say(node.top), _say(node.bottom)
    single = is_single(node.top) and is_single(node.bottom)
    if not node.rule:
        word = "choose" if node.fences == ("(", ")") else "above"
        said = f"{top} {word} {bottom}"
        return said if single else f"the pair {said} end pair"
    if single:
        return f"{top} over {bottom}"
    return f"the fraction with numerator {top} and denominator {bottom} end fraction"


@_say.register
def _(node: Root) -> str:
    body = _closed(node.body, "end root")
    if node.degree is None:
        return f"the square root of {body}"
    if node.degree in (Row((Number("3"),)), Number("3")):
        return f"the cube root of {body}"
    return f"the root of degree {_say(node.degree)} of {body}"


@_say.register
def _(node: Accent) -> str:
    accent = ACCENTS.get(node.name, node.name.removeprefix("wide"))
    body = _say(node.body)
    if accent == "vector":
        return f"vector {_closed(node.body, 'end vector')}"
    if is_single(node.body) or isinstance(node.body, Font):
        return f"{body} {accent}"
    return f"{accent} over {body} end {accent}"


@_say.register
def _(node: Over) -> str:
    base = _say(node.base)
    if node.kind in ("above", "below", "arrow"):
        said = "arrow" if node.kind == "arrow" else base
        for place, part in (("above", node.above), ("below", node.below)):
            if part is not None:
                said += f" with {_say(part)} {place}"
        return said
    return f"{node.kind} {base} end {node.kind}"


@_say.register
def _(node: Fenced) -> str:
    body = _say(node.body)
    if (node.left, node.right) in PAIRS:
        before, behind = PAIRS[node.left, node.right]
        if isinstance(node.body, Row) and len(node.body.parts) == 1:
            table = node.body.parts[0]
            if isinstance(table, Table) and node.left == "|":
                return f"the determinant of {body}"
        return f"{before} {_closed(node.body, behind)}"
    left = _say(Sign(node.left, "open")) if node.left else ""
    right = _say(Sign(node.right, "close")) if node.right else ""
    if node.right == "|" and not node.left:
        return body
    return f"{left} {body} {right}"


@_say.register
def _(node: Table) -> str:
    cells = [[_say(cell) for cell in row] for row in node.rows]
    if node.kind == "matrix":
        wide = max(map(len, node.rows), default=0)
        rows = [f"row {n}, {', '.join(row)}" for n, row in enumerate(cells, start=1)]
        said = f"the {len(cells)} by {wide} matrix, {'; '.join(rows)}; end matrix"
        if node.fences in PAIRS:
            what = "determinant" if node.fences[0] == "|" else "norm"
            return f"the {what} of {said}"
        return said
    name = "case" if node.kind in ("cases", "dcases") else "line"
    rows = [f"{name} {n}, {', '.join(row)}" for n, row in enumerate(cells, start=1)]
    if name == "line":
        pairs = [
            [" ".join(r[at : at + 2]) for at in range(0, len(r), 2)] for r in cells
        ]
        rows = [f"{name} {n}, {', '.join(r)}" for n, r in enumerate(pairs, start=1)]
    return f"{'; '.join(rows)}; end {name}s"


@_say.register
def _(node: Font) -> str:
    body = node.body
    plain = body.letter if isinstance(body, Letter) else ""
    plain = body.digits if isinstance(body, Number) else plain
    if node.font == "bb" and plain in SETS:
        return SETS[plain]
    name = FONTS.get(node.font, "")
    return f"{name} {_closed(body, f'end {name}' if name else '')}".strip()


@_say.register
def _(node: Size) -> str:
    return _say(node.body)


@_say.register
def _(node: Classed) -> str:
    return _say(node.body)


@_say.register
def _(node: Box) -> str:
    if node.kind.endswith("phantom"):
        return ""
    name = "boxed" if node.kind == "boxed" else "crossed out"
    return f"{name} {_closed(node.body, f'end {name}')}"
