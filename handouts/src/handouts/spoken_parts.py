# ruff: noqa: RUF001
"""What the parts of a formula are to a listener: functions, factors, what opens."""

from __future__ import annotations

from .spoken_words import FUNCTIONS
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
    Root,
    Row,
    Scripts,
    Sign,
    Space,
    Text,
)

__all__ = [
    "bar_of",
    "begins",
    "core_of",
    "ends_a_part",
    "is_argument",
    "is_call_of_one",
    "is_called",
    "is_digit_comma",
    "is_function",
    "is_heard",
    "is_minus",
    "is_single",
    "opens",
    "takes_argument",
    "with_bars_paired",
]

NO_ARGUMENT_AFTER = ("bin", "rel", "close", "punct", "inner")
PAREN = Sign("(", "open")
CONNECTIVES = ("if", "for", "and", "or", "where", "when", "with", "otherwise", "in")


def is_heard(node: Node) -> bool:
    """Say whether anything is said of this part."""
    if isinstance(node, Box) and node.kind.endswith("phantom"):
        return False
    return not isinstance(node, Space) and node not in (Row(), Row((), True))


def with_bars_paired(parts: list[Node]) -> list[Node]:
    """Return the parts with |x| and ‖x‖ as one part each."""
    result: list[Node] = []
    at = 0
    while at < len(parts):
        bar = bar_of(parts[at])
        end = closing_bar(parts, at) if bar else 0
        if not end:
            result.append(parts[at])
            at += 1
            continue
        inside = Fenced(bar, Row(tuple(parts[at + 1 : end])), bar)
        last = parts[end]
        if isinstance(last, Scripts):
            result.append(Scripts(inside, last.below, last.above, last.primes))
        else:
            result.append(inside)
        at = end + 1
    return result


def bar_of(node: Node) -> str:
    """Return the bar that this part is, or ""."""
    if isinstance(node, Sign | Big) and node.sign in "|‖" and node.kind != "rel":
        return node.sign
    return ""


def closing_bar(parts: list[Node], at: int) -> int:
    """Return where the bar at `at` closes around a part, or 0."""
    level = 0
    for end in range(at + 1, len(parts)):
        part = parts[end]
        bar = bar_of(part.base if isinstance(part, Scripts) else part)
        if bar == bar_of(parts[at]) and not level:
            return end if end > at + 1 and not between(parts[end - 1]) else 0
        level += opens(part) - closes(part)
        if level < 0:
            return 0
    return 0


def between(node: Node) -> bool:
    """Say whether this sign stands between two parts."""
    return isinstance(node, Sign) and node.kind in ("bin", "rel", "punct")


def opens(node: Node) -> bool:
    """Say whether a parenthesis or bracket opens here."""
    if isinstance(node, Fenced):
        return node.left in ("(", "[")
    return isinstance(node, Sign | Big) and node.sign in ("(", "[")


def closes(node: Node) -> bool:
    """Say whether a parenthesis or bracket closes here."""
    base = node.base if isinstance(node, Scripts) else node
    return isinstance(base, Sign | Big) and base.sign in (")", "]")


def is_call_of_one(parts: list[Node], at: int) -> bool:
    """Say whether (x) stands at `at`, behind a function."""
    before, inside = parts[at - 1], parts[at + 1 : at + 3]
    if isinstance(core_of(before), Name) or parts[at] != PAREN:
        return False
    if not is_function(before) and not is_called(parts, at):
        return False
    return (
        len(inside) == 2
        and isinstance(inside[0], Letter | Number)
        and inside[1] == Sign(")", "close")
    )


def is_minus(node: Node) -> bool:
    """Say whether this is a minus sign."""
    return isinstance(node, Sign) and node.sign == "−"


def begins(before: Node | None) -> bool:
    """Say whether a sign behind this stands before a part, not between two."""
    if before is None:
        return True
    if isinstance(before, Sign | Big):
        return before.kind in ("bin", "rel", "open", "punct", "op")
    return isinstance(before, Name)


def is_digit_comma(part: Node, before: Node | None, after: Node | None) -> bool:
    """Say whether this comma parts the thousands of a number."""
    comma = Row((Sign(",", "punct"),), grouped=True)
    return part == comma and isinstance(before, Number) and isinstance(after, Number)


def core_of(node: Node) -> Node:
    """Return a part without its scripts, accents and alphabet."""
    while isinstance(node, Scripts | Accent | Font):
        node = node.base if isinstance(node, Scripts) else node.body
    return node


def is_function(node: Node) -> bool:
    """Say whether what stands in parentheses behind this is its argument."""
    core = core_of(node)
    if isinstance(core, Name):
        return True
    if isinstance(node, Scripts) and node.above and not _counts(node.above):
        return False
    if isinstance(core, Text):
        return core.words.strip() not in CONNECTIVES and " " not in core.words
    base = node.base if isinstance(node, Scripts) else node
    if isinstance(base, Font):
        return base.font in ("cal", "scr", "bb")
    return isinstance(core, Letter) and core.letter in FUNCTIONS


def _counts(above: Node) -> bool:
    """Say whether a superscript counts derivatives or layers: it is no power."""
    return isinstance(above, Row) and bool(above.parts) and opens(above.parts[0])


def is_called(parts: list[Node], at: int) -> bool:
    """Say whether a letter before the parenthesis at `at` is a function for that."""
    if not isinstance(core_of(parts[at - 1]), Letter) or parts[at] != PAREN:
        return False
    inside = parts[at + 1 : closing(parts, at)]
    if len(inside) == 1:
        return isinstance(inside[0], Letter)
    return Sign(",", "punct") in inside


def closing(parts: list[Node], at: int) -> int:
    """Return where the parenthesis at `at` closes."""
    level = 0
    for end in range(at, len(parts)):
        level += opens(parts[end]) - closes(parts[end])
        if not level:
            return end
    return len(parts)


def ends_a_part(node: Node) -> bool:
    """Say whether this can be multiplied by what follows."""
    core = core_of(node)
    if isinstance(core, Text):
        return is_function(node)
    if isinstance(core, Sign | Big):
        return core.sign in (")", "]", "}", "∞")
    return isinstance(core, Letter | Number | Fenced | Root | Fraction | Row)


def takes_argument(node: Node) -> bool:
    """Say whether this is an operator: a sum, a logarithm."""
    core = core_of(node) if isinstance(node, Scripts) else node
    return isinstance(core, Name) or (isinstance(core, Sign) and core.kind == "op")


def is_argument(node: Node | None) -> bool:
    """Say whether an operator applies to this."""
    if isinstance(node, Sign) and node.sign == "−":
        return True
    return node is not None and not (
        isinstance(node, Sign | Big | Classed) and node.kind in NO_ARGUMENT_AFTER
    )


def is_single(node: Node) -> bool:
    """Say whether this is one letter, number, word or sign."""
    if isinstance(node, Row) and len(node.parts) == 1:
        return is_single(node.parts[0])
    if isinstance(node, Text):
        return len(node.words.split()) == 1
    return isinstance(node, Letter | Number) or (
        isinstance(node, Sign) and node.kind == "ord"
    )
