"""A formula's tree as Typst.

Nothing is left to Typst's reading: each sign is escaped, each function written out, so
that a comma, a colon or two letters side by side can't be taken for anything else.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import singledispatch
from itertools import pairwise

from .tex_symbols import CLASSED_OTHERWISE
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

__all__ = ["typst", "typst_lines"]

NOTHING = '""'
PRIMES = "\u2032\u2033\u2034\u2057"  # one to four in one sign
CLASSES = {
    "ord": "normal",
    "op": "large",
    "bin": "binary",
    "rel": "relation",
    "open": "opening",
    "close": "closing",
    "punct": "punctuation",
    "inner": "normal",
}
UPRIGHT_FONTS = {"bold-upright": "bold", "sans": "sans"}
INTEGRALS = "∫∬∭∮"
BOXES = {
    "boxed": "#box(stroke: 0.5pt, inset: 3pt, $display({})$)",
    "cancel": "cancel({})",
    "bcancel": "cancel(inverted: #true, {})",
    "xcancel": "cancel(cross: #true, {})",
    "phantom": "#hide[${}$]",
    "hphantom": "#hide[${}$]",
    "vphantom": NOTHING,
}
# TeX's spaces between classes, in eighteenths of an em. Typst puts the same, but none
# beside a space that was asked for.
THIN, MEDIUM, THICK = 3, 4, 5


@singledispatch
def typst(node: Node) -> str:
    """Return a part of a formula as Typst."""
    raise NotImplementedError(type(node))


def typst_lines(tree: Node) -> str:
    """Return a displayed formula; its lines may stand on two pages."""
    table = tree.parts[0] if isinstance(tree, Row) and len(tree.parts) == 1 else tree
    if not isinstance(table, Table) or table.kind not in ("lines", "gather"):
        return typst(tree)
    if table.kind == "gather":
        return " \\ ".join(_joined(map(typst, row)) for row in table.rows)
    pairs = (f" & {_space(2)}".join(_pairs(row)) for row in table.rows)
    return " \\ ".join(pairs)


@typst.register
def _(node: Row) -> str:
    parts = node.parts
    if node.grouped and len(parts) == 1 and isinstance(parts[0], Sign):
        return typst(Classed("ord", parts[0]))
    written = []
    done = 0
    for number, part in enumerate(parts):
        if number < done:
            continue
        if not isinstance(part, Space):
            written.append(typst(part))
            continue
        lost = _lost_beside(parts, number)
        written.append(_space(part.em + lost))
        after = parts[number + 1 : number + 3]
        if lost and len(after) == 2 and _class_of(after[0]) == "bin":
            # Behind a space, Typst takes a sign for one that stands before a part.
            written += [typst(after[0]), _space(MEDIUM / 18)]
            done = number + 2
    return _joined(written) or NOTHING


@typst.register
def _(node: Letter) -> str:
    return node.letter


@typst.register
def _(node: Number) -> str:
    return node.digits.removeprefix(".") and (
        node.digits if node.digits[0] != "." else "\\" + node.digits
    )


@typst.register
def _(node: Sign) -> str:
    sign = _escaped(node.sign)
    if node.sign in CLASSED_OTHERWISE or (node.sign, node.kind) == (":", "punct"):
        return f'class("{CLASSES[node.kind]}", {sign})'
    return sign


@typst.register
def _(node: Text) -> str:
    words = f'"{_string(node.words)}"'
    return f"{node.font}({words})" if node.font else words


@typst.register
def _(node: Name) -> str:
    limits = ", limits: #true" if node.limits else ""
    return f'op("{_string(node.name)}"{limits})'


@typst.register
def _(node: Space) -> str:
    return _space(node.em)


@typst.register
def _(node: Scripts) -> str:
    base = node.base
    fours, rest = divmod(node.primes, 4)
    primes = PRIMES[3] * fours + PRIMES[rest - 1] * bool(rest)
    above = [*primes, node.above and typst(node.above)]
    scripts = {"above": _joined(above), "below": node.below and typst(node.below)}
    if isinstance(base, Over) and base.kind.startswith(("over", "under")):
        side = "above" if base.kind.startswith("over") else "below"
        label = scripts.pop(side)
        other = "below" if side == "above" else "above"
        written = f"{base.kind}({typst(base.base)}{f', {label}' if label else ''})"
        if not scripts[other]:
            return written
        places = {"above": "t", "below": "b"}
        return f"attach(limits({written}), {places[other]}: {scripts[other]})"
    written = typst(base)
    if node.limits:
        written = f"limits({written})"
    limits = _takes_limits(base) if node.limits is None else node.limits
    places = {"above": "t", "below": "b"} if limits else {"above": "tr", "below": "br"}
    given = (f"{places[side]}: {text}" for side, text in scripts.items() if text)
    return f"attach({', '.join([written, *given])})"


def _takes_limits(base: Node) -> bool:
    if isinstance(base, Sign):
        return base.kind == "op" and base.sign not in INTEGRALS
    if isinstance(base, Classed):
        return base.kind == "op"
    return isinstance(base, Name) and base.limits


@typst.register
def _(node: Fraction) -> str:
    top, bottom = typst(node.top), typst(node.bottom)
    if node.rule:
        written = f"frac({top}, {bottom})"
    elif node.fences == ("(", ")"):
        written = f"binom({top}, {bottom})"
    else:
        written = _fenced(*node.fences, f"mat(delim: #none, {top}; {bottom})")
    return f"{node.size}({written})" if node.size else written


@typst.register
def _(node: Root) -> str:
    if node.degree:
        return f"root({typst(node.degree)}, {typst(node.body)})"
    return f"sqrt({typst(node.body)})"


@typst.register
def _(node: Accent) -> str:
    single = isinstance(node.body, Letter | Number)
    size = "" if node.wide or single else ", size: #0%"
    return f"accent({typst(node.body)}, \\u{{{ord(node.mark):x}}}{size})"


@typst.register
def _(node: Over) -> str:
    base = typst(node.base)
    if node.kind not in ("above", "below", "arrow"):
        return f"{node.kind}({base})"
    given = [f"t: {typst(node.above)}"] if node.above else []
    given += [f"b: {typst(node.below)}"] if node.below else []
    if node.kind == "arrow":
        base = f"stretch({base}, size: #(100% + 1em))"
    else:
        base = f"limits({base})"
    return f"attach({', '.join([base, *given])})"


@typst.register
def _(node: Fenced) -> str:
    return _fenced(node.left, node.right, typst(node.body))


def _fenced(left: str, right: str, body: str) -> str:
    if not (left or right):
        return body
    # Without a sign at its end, a bracket inside would grow instead.
    ends = [_escaped(sign) or NOTHING for sign in (left, right)]
    return f"lr({_joined([ends[0], body, ends[1]])})"


@typst.register
def _(node: Big) -> str:
    sign = _escaped(node.sign)
    if not node.em:
        return f"#h(0pt)mid({sign})#h(0pt)" if sign else NOTHING
    return f'class("{CLASSES[node.kind]}", stretch({sign}, size: #{node.em}em))'


@typst.register
def _(node: Font) -> str:
    body = typst(node.body)
    if node.font in UPRIGHT_FONTS:
        return f"{UPRIGHT_FONTS[node.font]}(upright({body}))"
    return f"{node.font}({body})"


@typst.register
def _(node: Size) -> str:
    return f"{node.size}({typst(node.body)})"


@typst.register
def _(node: Classed) -> str:
    return f'class("{CLASSES[node.kind]}", {typst(node.body)})'


@typst.register
def _(node: Box) -> str:
    return BOXES[node.kind].format(typst(node.body))


@typst.register
def _(node: Table) -> str:
    options = ["delim: #none"]
    if node.kind == "lines":
        rows = [[f"display({pair})" for pair in _pairs(row)] for row in node.rows]
        options += ["column-gap: #2em", "row-gap: #0.6em"]
    elif node.kind in ("gather", "dcases"):
        rows = [[f"display({typst(cell)})" for cell in row] for row in node.rows]
        options += ["row-gap: #0.6em"]
    else:
        rows = [[typst(cell) for cell in row] for row in node.rows]
    if node.kind in ("cases", "dcases"):
        options += ["align: #left", "column-gap: #1em"]
    elif node.kind == "stack":
        options += ["row-gap: #0.25em"]
        rows = [[f"script({cell})" for cell in row] for row in rows]
    elif node.kind == "matrix":
        if node.small:
            rows = [[f"script({cell})" for cell in row] for row in rows]
            options += ["row-gap: #(-0.25em)", "column-gap: #0.35em"]
        else:
            options += ["column-gap: #1em"]
        rows = [
            [_placed(cell, place) for cell, place in zip(row, align, strict=False)]
            for row, align in ((row, node.align.ljust(len(row), "c")) for row in rows)
        ]
    if node.vertical or node.horizontal:
        lines = f"hline: {_offsets(node.horizontal)}, vline: {_offsets(node.vertical)}"
        options += [f"augment: #({lines}, stroke: 0.5pt)"]
    width = max((len(row) for row in rows), default=0)
    full = (", ".join(row + [NOTHING] * (width - len(row))) for row in rows)
    written = f"mat({', '.join(options)}, {'; '.join(full)})"
    return _fenced(*node.fences, written)


def _offsets(places: tuple[int, ...]) -> str:
    return "(" + "".join(f"{place}, " for place in places) + ")"


def _placed(cell: str, place: str) -> str:
    return {"l": f"& {cell}", "r": f"{cell} &"}.get(place, cell)


def _pairs(row: tuple[Node, ...]) -> list[str]:
    """Return two cells and two cells of aligned lines, an & between them."""
    # Behind an &, a sign stands between two parts, the first of which is empty.
    after = (Row((Row(), cell)) if n % 2 else cell for n, cell in enumerate(row))
    cells = [typst(_flat(cell)) for cell in after]
    return [" & ".join(cells[at : at + 2]) for at in range(0, len(cells), 2)]


def _flat(node: Node) -> Node:
    """Return a row whose rows have come apart, so that their spaces have neighbors."""
    if not isinstance(node, Row) or node.grouped:
        return node
    parts: list[Node] = []
    for part in map(_flat, node.parts):
        apart = isinstance(part, Row) and not part.grouped and part.parts
        parts += part.parts if apart else [part]  # type: ignore[attr-defined]
    return Row(tuple(parts))


def _joined(pieces: Iterable[str | None]) -> str:
    """Return pieces side by side; a space only where two would become one word."""
    given = [piece for piece in pieces if piece]
    text = "".join(given[:1])
    for before, after in pairwise(given):
        apart = f"x{before[-1]}{after[0]}".isidentifier()
        text += (" " if apart else "") + after
    return text


def _escaped(sign: str) -> str:
    return "".join(f"\\{c}" if c.isascii() and not c.isalnum() else c for c in sign)


def _string(words: str) -> str:
    return words.replace("\\", "\\\\").replace('"', '\\"')


def _space(em: float) -> str:
    return f"#h({em:.4g}em)"


def _lost_beside(parts: tuple[Node, ...], at: int) -> float:
    """Return the em that TeX puts between the neighbors of the space at `at`."""
    if at and isinstance(parts[at - 1], Space):
        return 0.0  # the first of several spaces has it
    after = next((p for p in parts[at + 1 :] if not isinstance(p, Space)), None)
    if not at or after is None:
        return 0.0
    left, right = _class_of(parts[at - 1]), _class_of(after)
    binary = "bin" in (left, right)
    if (
        binary
        and left not in ("rel", "open", "punct")
        and right not in ("rel", "close")
    ):
        return MEDIUM / 18
    if "rel" in (left, right) and left not in ("rel", "open"):
        return THICK / 18 if right not in ("close", "punct") else 0.0
    if left == "rel" and right not in ("rel", "close", "punct"):
        return THICK / 18
    if left == "punct" or ("op" in (left, right) and "open" not in (left, right)):
        return THIN / 18
    return 0.0


def _class_of(node: Node) -> str:
    if isinstance(node, Sign | Classed) or (isinstance(node, Big) and node.em):
        return node.kind
    if isinstance(node, Scripts):
        return _class_of(node.base)
    if isinstance(node, Over):
        return "rel" if node.kind == "arrow" else _class_of(node.base)
    return "op" if isinstance(node, Name) else "ord"
