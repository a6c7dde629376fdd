"""The commands of TeX's mathematics: what each makes of its arguments."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import TYPE_CHECKING

from .tex_symbols import (
    ACCENTS,
    ARROWS,
    BIG,
    BINOMIALS,
    BOXES,
    CLASSES,
    EM,
    FONTS,
    FRACTIONS,
    LINES,
    NEGATED,
    OPERATORS,
    REFUSED,
    SKIPPED,
    SKIPPED_WITH_ARGUMENT,
    SPACES,
    SYMBOLS,
    TEXTS,
    TRANSPARENT,
)
from .tex_tables import environment, substack
from .tex_text import text, words_of
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
    Over,
    Root,
    Row,
    Sign,
    Space,
    TexError,
    Text,
)

if TYPE_CHECKING:
    from .tex import Reader

__all__ = ["command"]

LENGTH = re.compile(r"\s*(-?\d*\.?\d+)\s*([a-z]{2})")
CONTROL_SIGNS = tuple("{}%#$&_")
DEFINITIONS = ("newcommand", "renewcommand", "providecommand")


def command(reader: Reader, name: str) -> Node | None:
    """Return what a command stands for, arguments included; None if nothing prints."""
    if name in REFUSED:
        raise TexError(f"\\{name}: {REFUSED[name]}")
    if name not in COMMANDS:
        raise TexError(f"\\{name} isn't known; check its spelling or write it out")
    return COMMANDS[name](reader, name)


def _symbol(reader: Reader, name: str) -> Node:
    sign, kind = SYMBOLS[name]
    if name in ("implies", "impliedby", "iff"):
        return Row((Space(5 / 9), Sign(sign, kind), Space(5 / 9)))
    return Letter(sign) if sign.isalpha() else Sign(sign, kind)


def _dots(reader: Reader, name: str) -> Node:
    after = reader.peek().removeprefix("\\")
    between = SYMBOLS.get(after, ("", ""))[1] in ("bin", "rel", "op")
    return Sign("⋯" if between else "…", "inner")


def _not(reader: Reader, name: str) -> Node:
    negated = reader.argument()
    sign = negated.sign if isinstance(negated, Sign) else ""
    composed = NEGATED.get(sign) or unicodedata.normalize("NFC", sign + "\u0338")
    if len(composed) != 1 or not sign:
        raise TexError("\\not has no sign for this; say it in words")
    return Sign(composed, "rel")


def _fraction(reader: Reader, name: str) -> Node:
    reader.optional_argument()
    return Fraction(reader.argument(), reader.argument(), size=FRACTIONS[name])


def _binomial(reader: Reader, name: str) -> Node:
    top, bottom = reader.argument(), reader.argument()
    return Fraction(top, bottom, False, ("(", ")"), BINOMIALS[name])


def _root(reader: Reader, name: str) -> Node:
    degree = reader.optional_argument()
    return Root(reader.argument(), reader.inner(degree) if degree else None)


def _accent(reader: Reader, name: str) -> Node:
    mark, wide = ACCENTS[name]
    return Accent(name, mark, reader.argument(), wide)


def _line(reader: Reader, name: str) -> Node:
    return Over(name, reader.argument())


def _set_above(reader: Reader, name: str) -> Node:
    above, base = reader.argument(), reader.argument()
    over = Over("above", base, above=above)
    return Classed("rel", over) if name == "stackrel" else over


def _set_below(reader: Reader, name: str) -> Node:
    below, base = reader.argument(), reader.argument()
    return Over("below", base, below=below)


def _arrow(reader: Reader, name: str) -> Node:
    below = reader.optional_argument()
    above = reader.argument()
    arrow = Sign(ARROWS[name], "rel")
    return Over("arrow", arrow, above, reader.inner(below) if below else None)


def _fenced(reader: Reader, name: str) -> Node:
    left = reader.delimiter()
    body = reader.row()
    if reader.peek() != "\\right":
        raise TexError("\\left has no \\right; write both")
    reader.take()
    return Fenced(left, body, reader.delimiter())


def _middle(reader: Reader, name: str) -> Node:
    return Big(reader.delimiter(), "rel", 0)


def _big(reader: Reader, name: str) -> Node:
    em, kind = BIG[name]
    sign = reader.delimiter()
    return Big(sign, kind, em) if sign else Row()


def _font(reader: Reader, name: str) -> Node:
    body = reader.argument()
    font = FONTS[name]
    if font == "upright" and (words := words_of(body)):
        return Text(words)
    if font in ("mono", "sans") and len(words := words_of(body)) > 1:
        return Text(words, font)
    return Font(font, body)


def _text(reader: Reader, name: str) -> Node:
    return text(reader.raw_argument(), TEXTS[name], reader.inner)


def _operator(reader: Reader, name: str) -> Node:
    limits = reader.takes("*")
    name = words_of(reader.inner(reader.raw_argument()))
    if not name:
        raise TexError("\\operatorname takes letters only")
    return Name(name, limits)


def _style_of_class(reader: Reader, name: str) -> Node:
    return Classed(CLASSES[name], reader.argument())


def _box(reader: Reader, name: str) -> Node:
    return Box(BOXES[name], reader.argument())


def _modulus(reader: Reader, name: str) -> Node:
    mod = Text("mod")
    if name == "bmod":
        return Classed("bin", mod)
    argument = reader.argument()
    inside = (argument,) if name == "pod" else (mod, Space(1 / 3), argument)
    if name == "mod":
        return Row((Space(2 / 3), *inside))
    return Row((Space(4 / 9), Sign("(", "open"), *inside, Sign(")", "close")))


def _length(reader: Reader, name: str) -> Node:
    reader.takes("*")
    written = reader.raw_argument() if reader.peek() == "{" else ""
    found = LENGTH.match(written or reader.tex, 0 if written else reader.at)
    if not found or found.group(2) not in EM:
        raise TexError(f"\\{name} takes a length such as 1em")
    if not written:
        reader.at = found.end()
    return Space(float(found.group(1)) * EM[found.group(2)])


def _tag(reader: Reader, name: str) -> None:
    bare = reader.takes("*")
    if reader.tag is not None:
        raise TexError("\\tag works once, in a displayed formula; drop the others")
    tag = reader.raw_argument()
    reader.tag = tag if bare else f"({tag})"


def _color(reader: Reader, name: str) -> Node | None:
    reader.raw_argument()
    reader.notes.append("color is lost in print; say it in words")
    if name == "color" and reader.peek() != "{":
        return None
    return reader.argument()


def _define(reader: Reader, name: str) -> None:
    reader.takes("*")
    macro = reader.raw_argument().strip().removeprefix("\\")
    count = reader.optional_argument() or "0"
    if not count.isdecimal():
        raise TexError(f"\\{name} takes a number of arguments, not {count}")
    reader.macros[macro] = (int(count), reader.raw_argument())


def _define_as_tex(reader: Reader, name: str) -> None:
    macro = reader.take().removeprefix("\\")
    parameters = 0
    while reader.takes("#"):
        reader.take()
        parameters += 1
    reader.macros[macro] = (parameters, reader.raw_argument())


def _define_operator(reader: Reader, name: str) -> None:
    star = "*" if reader.takes("*") else ""
    macro = reader.raw_argument().strip().removeprefix("\\")
    body = f"\\operatorname{star}{{{reader.raw_argument()}}}"
    reader.macros[macro] = (0, body)


def _nothing(reader: Reader, name: str) -> None:
    return None


def _nothing_of(reader: Reader, name: str) -> None:
    reader.takes("*")
    reader.raw_argument()


Builder = Callable[["Reader", str], "Node | None"]

COMMANDS: dict[str, Builder] = {
    **dict.fromkeys((name for name in SYMBOLS if name.isalpha()), _symbol),
    **dict.fromkeys(CONTROL_SIGNS, _symbol),
    **dict.fromkeys(SPACES, lambda reader, name: Space(SPACES[name])),
    **dict.fromkeys(OPERATORS, lambda reader, name: Name(*OPERATORS[name])),
    **dict.fromkeys(FRACTIONS, _fraction),
    **dict.fromkeys(BINOMIALS, _binomial),
    **dict.fromkeys(ACCENTS, _accent),
    **dict.fromkeys(LINES, _line),
    **dict.fromkeys(ARROWS, _arrow),
    **dict.fromkeys(BIG, _big),
    **dict.fromkeys(FONTS, _font),
    **dict.fromkeys(TEXTS, _text),
    **dict.fromkeys(CLASSES, _style_of_class),
    **dict.fromkeys(BOXES, _box),
    **dict.fromkeys(("bmod", "mod", "pmod", "pod"), _modulus),
    **dict.fromkeys(("hspace", "hskip", "kern", "mkern", "mskip", "mspace"), _length),
    **dict.fromkeys(("color", "textcolor", "colorbox"), _color),
    **dict.fromkeys(DEFINITIONS, _define),
    **dict.fromkeys(SKIPPED, _nothing),
    **dict.fromkeys(SKIPPED_WITH_ARGUMENT, _nothing_of),
    **dict.fromkeys(TRANSPARENT, lambda reader, name: reader.argument()),
    "|": lambda reader, name: Sign("‖", "ord"),
    "DeclareMathOperator": _define_operator,
    "begin": environment,
    "def": _define_as_tex,
    "dots": _dots,
    "left": _fenced,
    "middle": _middle,
    "not": _not,
    "operatorname": _operator,
    "overset": _set_above,
    "sqrt": _root,
    "stackrel": _set_above,
    "substack": substack,
    "tag": _tag,
    "underset": _set_below,
}
