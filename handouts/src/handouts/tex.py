"""Read a formula of TeX into a tree, or say why it can't be read."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .tex_commands import command
from .tex_symbols import (
    DELIMITERS,
    FONT_SWITCHES,
    INFIX,
    SIGN_KINDS,
    SPACES,
    STYLES,
    SYMBOLS,
)
from .tex_tables import lines
from .tex_tree import (
    Font,
    Fraction,
    Letter,
    Node,
    Number,
    Row,
    Scripts,
    Sign,
    Size,
    Space,
    TexError,
    Text,
)

__all__ = ["Formula", "Macros", "Reader", "parse"]

Macros = dict[str, tuple[int, str]]  # by name: how many arguments, and the body

DEEPEST = 100  # groups and arguments inside of each other
TOO_DEEP = "its groups are nested too deep; write it in parts"
MOST_EXPANSIONS = 1_000
LONGEST = 50_000  # characters, with macros expanded
COMMENT = re.compile(r"(?<!\\)%[^\n]*\n?")
TOKEN = re.compile(r"\\(?:[a-zA-Z]+|.)|.", re.DOTALL)
NUMBER = re.compile(r"\d+(?:\.\d+)?|\.\d+")
ENDS = ("", "}", "&", "\\\\", "\\cr", "\\end", "\\right")


@dataclass(frozen=True)
class Formula:
    r"""A tree, the number that `\tag` gave it, and what of it isn't printed."""

    tree: Node
    tag: str | None
    notes: tuple[str, ...]


def parse(tex: str, macros: Macros | None = None) -> Formula:
    """Read a formula, given without its dollar signs.

    macros: those defined so far; definitions inside of the formula are added.
    Raises TexError.
    """
    reader = Reader(COMMENT.sub("", tex), {} if macros is None else macros)
    try:
        tree = lines(reader)
    except RecursionError:
        raise TexError(TOO_DEEP) from None
    if reader.peek():
        raise TexError(f"{reader.peek()} closes nothing; balance its braces")
    return Formula(tree, reader.tag, tuple(dict.fromkeys(reader.notes)))


@dataclass
class Reader:
    """A position in a formula, and how to read on from there."""

    tex: str
    macros: Macros
    at: int = 0
    depth: int = 0
    expansions: int = 0
    tag: str | None = None
    notes: list[str] = field(default_factory=list)

    # Tokens

    def peek(self) -> str:
        r"""Return the next token: a character, a command, "" at the end."""
        while True:
            found = TOKEN.match(self.tex, self.at)
            if found is None:
                return ""
            token = found.group()
            if token.isspace():
                self.at = found.end()
            elif token[0] == "\\" and token[1:] in self.macros:
                self._expand(token[1:], found.end())
            else:
                return token

    def take(self, expected: str = "") -> str:
        """Return the next token and go past it. Raises TexError if it is another."""
        token = self.peek()
        if expected and token != expected:
            found = f"before {token}" if token else "at its end"
            raise TexError(f"{expected} is missing {found}; balance its braces")
        self.at += len(token)
        return token

    def takes(self, token: str) -> bool:
        """Go past a token if it is the next; return whether it was."""
        found = self.peek() == token
        if found:
            self.take()
        return found

    def raw_argument(self) -> str:
        """Return the next argument as it is written, without its braces."""
        if self.peek() != "{":
            return self.take()
        start = self.at + 1
        level = 0
        for found in TOKEN.finditer(self.tex, self.at):
            level += (found.group() == "{") - (found.group() == "}")
            if not level:
                self.at = found.end()
                return self.tex[start : found.start()]
        raise TexError("} is missing at its end; balance its braces")

    def optional_argument(self) -> str:
        """Return what stands between square brackets here, or ""."""
        if self.peek() != "[":
            return ""
        level = 0
        for found in TOKEN.finditer(self.tex, self.at):
            token = found.group()
            level += (token in "[{") - (token in "]}")
            if not level:
                start, self.at = self.at + 1, found.end()
                return self.tex[start : found.start()]
        raise TexError("] is missing at its end; balance its brackets")

    def _expand(self, name: str, end: int) -> None:
        self.at = end
        count, body = self.macros[name]
        arguments = [self.raw_argument() for _ in range(count)]
        for number, argument in enumerate(arguments, start=1):
            body = body.replace(f"#{number}", argument)
        self.tex = f"{body} {self.tex[self.at :]}"
        self.at = 0
        self.expansions += 1
        if self.expansions > MOST_EXPANSIONS or len(self.tex) > LONGEST:
            raise TexError(f"\\{name} never ends; define it without itself")

    # Parts

    def inner(self, tex: str) -> Node:
        """Return another piece of TeX as a tree."""
        reader = Reader(tex, self.macros, depth=self.depth + 1)
        tree = lines(reader)
        if reader.peek():
            raise TexError(f"{reader.peek()} closes nothing; balance its braces")
        return tree

    def _deeper(self) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise TexError(TOO_DEEP)

    def row(self) -> Row:
        """Return everything up to the end of the group, cell or line."""
        self._deeper()
        parts: list[Node] = []
        while (token := self.peek()) not in ENDS:
            name = token[1:] if token[0] == "\\" else ""
            if name in INFIX:
                self.take()
                rule, fences = INFIX[name]
                parts = [Fraction(Row(tuple(parts)), self.row(), rule, fences)]
            elif name in STYLES:
                self.take()
                parts.append(Size(STYLES[name], self.row()))
            elif name in FONT_SWITCHES:
                self.take()
                parts.append(Font(FONT_SWITCHES[name], self.row()))
            elif (part := self.scripted()) is not None:
                parts.append(part)
        self.depth -= 1
        return Row(tuple(parts))

    def scripted(self) -> Node | None:
        """Return the next part with its scripts; None for what prints nothing."""
        base = Row() if self.peek() in "_^'" else self.part()
        below = above = limits = None
        primes = 0
        while True:
            token = self.peek()
            if token == "_":
                self.take()
                if below is not None:
                    raise TexError("two subscripts in a row; put braces around one")
                below = self.argument()
            elif token == "^":
                self.take()
                if above is not None:
                    raise TexError("two superscripts in a row; put braces around one")
                above = self.argument()
            elif token == "'":
                self.take()
                primes += 1
            elif token in ("\\limits", "\\nolimits"):
                limits = self.take() == "\\limits"
            else:
                break
        if below is None and above is None and not primes:
            return base
        return Scripts(base or Row(), below, above, primes, limits)

    def argument(self) -> Node:
        """Return the next argument: a group, or one character or command."""
        if self.peek() in ENDS:
            raise TexError("an argument is missing; put it between braces")
        if self.peek() == "{":
            group = self.group()
            return group.parts[0] if len(group.parts) == 1 else group
        self._deeper()
        part = self.part(one_digit=True)
        self.depth -= 1
        return part or Row()

    def group(self) -> Row:
        """Return what stands between braces."""
        self.take("{")
        row = self.row()
        self.take("}")
        return row

    def part(self, one_digit: bool = False) -> Node | None:
        """Return the next part without its scripts; None for what prints nothing."""
        token = self.peek()
        if token == "{":
            return Row(self.group().parts, grouped=True)
        if token[0] == "\\":
            return command(self, self.take()[1:])
        number = NUMBER.match(self.tex, self.at)
        if number and not one_digit:
            self.at = number.end()
            return Number(number.group())
        self.take()
        if token.isdigit():
            return Number(token)
        return sign(token)

    def delimiter(self) -> str:
        r"""Return the sign after `\left`, `\right`, `\middle` or `\big`."""
        token = self.take()
        name = token if token == "\\|" else token.removeprefix("\\")
        if name not in DELIMITERS:
            what = token or "nothing"
            raise TexError(f"{what} is no delimiter; use brackets or bars")
        return DELIMITERS[name]


def sign(character: str) -> Node:
    """Return a character that was typed as itself."""
    if character == "~":
        return Space(SPACES[" "])
    if character in SYMBOLS and not character.isalpha():
        return Sign(*SYMBOLS[character])
    if character in SIGN_KINDS:
        kind = SIGN_KINDS[character]
        return Letter(character) if character.isalpha() else Sign(character, kind)
    if character.isalpha():
        return Letter(character) if character.isascii() else Text(character)
    if character.isprintable() and not character.isascii():
        return Sign(character, "ord")
    raise TexError(f"{character!r} has no place in a formula; drop it")
