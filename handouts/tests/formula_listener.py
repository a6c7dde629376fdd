# ruff: noqa: RUF001
"""Write a formula down from what is said of it, and from its tree, to compare both."""

from __future__ import annotations

import re

from handouts.tex_tree import (
    Accent,
    Big,
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
    Text,
)

# Two signs for the same, and those of a product, which may go without.
SAME = {"ϵ": "ε", "ϕ": "φ", "−": "-", "⋅": "", "×": "", "⟹": "⇒", "★": "⋆", "∗": "⋆"}
PHRASES = {
    "plus or minus": "±",
    "plus": "+",
    "minus": "-",
    "negative": "-",
    "elementwise times": "⊙",
    "times": "",
    "divided by": "/",
    "equals": "=",
    "is about": "≈",
    "is greater than or equal to": "≥",
    "is less than or equal to": "≤",
    "is greater than": ">",
    "is less than": "<",
    "is distributed as": "∼",
    "becomes": "←",
    "in": "∈",
    "given": "∣",
    "star": "⋆",
    "double bar": "‖",
    "vertical bar": "|",
    "open paren": "(",
    "close paren": ")",
    "open bracket": "[",
    "close bracket": "]",
    "the floor of": "⌊",
    "end floor": "⌋",
    "the ceiling of": "⌈",
    "end ceiling": "⌉",
    "comma": ",",
    "colon": ":",
    "dot dot dot": "…",
    "factorial": "!",
    "infinity": "∞",
    "partial": "∂",
    "nabla": "∇",
    "prime": "'",
    "double prime": "''",
    "triple prime": "'''",
    "squared": "^{2}",
    "cubed": "^{3}",
    "transpose": "^{T}",
    "the expectation": "E",
    "the reals": "R",
    "the indicator": "1",
    "script": "",
    "bold": "",
}
GREEK = dict(
    zip(
        [
            "alpha",
            "beta",
            "gamma",
            "delta",
            "epsilon",
            "zeta",
            "eta",
            "theta",
            "lambda",
            "mu",
            "pi",
            "rho",
            "sigma",
            "tau",
            "phi",
            "omega",
        ],
        "αβγδεζηθλμπρστφω",
        strict=True,
    )
)
GREEK |= {f"capital {name}": GREEK[name].upper() for name in ("phi", "theta", "delta")}
OPERATORS = {
    "the sum": "∑",
    "the product": "∏",
    "the integral": "∫",
    "the double integral": "∬",
    "the contour integral": "∮",
    "the log": "<log>",
    "log": "<log>",
    "the natural log": "<ln>",
    "natural log": "<ln>",
    "the hyperbolic tangent": "<tanh>",
    "the sine": "<sin>",
    "the maximum": "<max>",
    "the minimum": "<min>",
    "the supremum": "<sup>",
    "the limit": "<lim>",
    "the exponential": "<exp>",
    "the probability": "<Pr>",
    "the determinant": "<det>",
    "arg max": "<arg max>",
    "the lim sup": "<lim sup>",
}
STRUCTURE = [
    "sub",
    "end sub",
    "evaluated at",
    "to the power",
    "end power",
    "superscript",
    "end superscript",
    "the fraction with numerator",
    "and denominator",
    "end fraction",
    "over",
    "choose",
    "the square root of",
    "the cube root of",
    "end root",
    "the absolute value of",
    "end absolute value",
    "the norm of",
    "end norm",
    "from",
    "to",
    "end range",
    "base",
    "of",
    "hat",
    "tilde",
    "bar",
    "dot",
    "double dot",
    "group",
    "end group",
]
AROUND = {
    "the square root of": ("sqrt{", "end root", "}"),
    "the cube root of": ("root3{", "end root", "}"),
    "the absolute value of": ("|", "end absolute value", "|"),
    "the norm of": ("‖", "end norm", "‖"),
    "sub": ("_{", "end sub", "}"),
    "evaluated at": ("|_{", "end sub", "}"),
    "to the power": ("^{", "end power", "}"),
    "base": ("_{", "end base", "}"),
}
KNOWN = sorted([*PHRASES, *GREEK, *OPERATORS, *STRUCTURE], key=len, reverse=True)
TOKEN = re.compile(
    "|".join(rf"\b{re.escape(known)}(?![\w'-])" for known in KNOWN) + r"|\S+"
)


class NotUnderstoodError(ValueError):
    """What was said leaves a part without its end."""


def heard(speech: str) -> str:
    """Return a formula as a listener writes it down."""
    listener = _Listener(TOKEN.findall(speech))
    written = listener.until(None)
    return written


class _Listener:
    def __init__(self, words: list[str]) -> None:
        self.words = words
        self.at = 0
        self.open: list[str] = []  # the ends of the parts that the next word is in

    def next(self) -> str | None:
        return self.words[self.at] if self.at < len(self.words) else None

    def until(self, *ends: str | None) -> str:
        written: list[str] = []
        while (word := self.next()) not in ends:
            if word is None or (word.startswith("end ") and word not in PHRASES):
                raise NotUnderstoodError(f"{word} in {' '.join(self.words)}")
            self.at += 1
            self.item(word, written)
        self.at += 1
        return "".join(written)

    def item(self, word: str, written: list[str]) -> None:
        if word in AROUND:
            before, end, behind = AROUND[word]
            written.append(before + self.part(end) + behind)
        elif word == "the fraction with numerator":
            top = self.until("and denominator")
            written.append(f"frac{{{top}}}{{{self.until('end fraction')}}}")
        elif word in ("over", "choose"):
            name = "frac" if word == "over" else "binom"
            written[-1] = f"{name}{{{written[-1]}}}{{{self.single()}}}"
        elif word in ("hat", "tilde", "bar", "dot", "double dot"):
            written[-1] = f"{word}{{{written[-1]}}}"
        elif word == "superscript":
            one = self.next() != "("
            inside = self.single() if one and self.next() != "open paren" else ""
            written.append(f"^{{{inside or self.until('end superscript')}}}")
        elif word == "group":
            written.append(f"{{{self.until('end group')}}}")
        elif word in OPERATORS:
            written.append(OPERATORS[word] + self.range())
        elif word == "of":
            if self.next() not in ("open paren", "open bracket"):
                written.append(f"({self.single()})")
        elif word == "to":
            written.append("→")
        else:
            written.append(self.sign(word))

    def range(self) -> str:
        """Return what stands at an operator; go past the "of" behind it."""
        written = ""
        if self.next() == "from":
            self.at += 1
            written = f"_{{{self.until('to')}}}"
            written += f"^{{{self.until('end range')}}}"
        elif self.next() == "over":
            self.at += 1
            written = f"_{{{self.part('end range')}}}"
        while self.next() in ("squared", "to the power", "base"):
            more: list[str] = []
            self.at += 1
            self.item(self.words[self.at - 1], more)
            written += "".join(more)
        if self.next() == "of":
            self.at += 1
        return written

    def part(self, end: str) -> str:
        """Return what goes on to its end, or, if it has none, is a single sign."""
        start = self.at
        if end in self.open:
            return self.until(end)
        self.open.append(end)
        try:
            inside = self.until(end)
            if self.at - start > 2:
                return inside
        except NotUnderstoodError:
            pass
        finally:
            self.open.pop()
        self.at = start
        return self.single()

    def single(self) -> str:
        word = self.next()
        if word is None:
            raise NotUnderstoodError("nothing follows")
        self.at += 1
        if word in ("script", "bold"):
            return self.single()
        return self.sign(word)

    def sign(self, word: str) -> str:
        if word in PHRASES:
            return PHRASES[word]
        if word in GREEK:
            return GREEK[word]
        return word if len(word) == 1 or word[0].isdigit() else f"<{word}>"


def written(node: Node | None) -> str:
    """Return a tree as a formula; spaces, sizes and alphabets don't count."""
    if node is None or isinstance(node, Space):
        return ""
    if isinstance(node, Row):
        return "".join(map(written, node.parts))
    if isinstance(node, Letter):
        return SAME.get(node.letter, node.letter)
    if isinstance(node, Number):
        return node.digits
    if isinstance(node, Sign | Big):
        return SAME.get(node.sign, node.sign)
    if isinstance(node, Text):
        words = node.words.split()
        return "".join(word if len(word) == 1 else f"<{word}>" for word in words)
    if isinstance(node, Name):
        name = " ".join(node.name.split())
        return f"<{name}>"
    if isinstance(node, Scripts):
        return written_scripts(node)
    if isinstance(node, Fraction):
        name = "frac" if node.rule else "binom"
        return f"{name}{{{written(node.top)}}}{{{written(node.bottom)}}}"
    if isinstance(node, Root):
        return f"{'root3' if node.degree else 'sqrt'}{{{written(node.body)}}}"
    if isinstance(node, Accent):
        name = {"ddot": "double dot"}.get(node.name, node.name.removeprefix("wide"))
        return f"{name}{{{written(node.body)}}}"
    if isinstance(node, Fenced):
        return node.left + written(node.body) + node.right
    if isinstance(node, Font | Size | Classed):
        return written(node.body)
    assert not isinstance(node, Over), "not in these formulas"
    raise NotImplementedError(type(node))


def written_scripts(node: Scripts) -> str:
    """Return a base with its scripts."""
    base = written(node.base)
    if isinstance(node.base, Row) and len(node.base.parts) > 1:
        base = f"{{{base}}}"
    below = f"_{{{written(node.below)}}}" if node.below else ""
    above = f"^{{{written(node.above)}}}" if node.above else ""
    above = re.sub(r"^\^\{[⊤⊺]\}$", "^{T}", above)
    return base + below + "'" * node.primes + above
