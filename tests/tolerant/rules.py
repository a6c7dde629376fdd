"""How far the numbers of a cell may move, as its metadata say it.

`cell.metadata["compare"]` holds, all of it optional:

    as        the name of a rule: "exact" (without a name), "training" or "times"
    reason    why the output differs from run to run; demanded where it may
    only_if   id of an earlier cell: this one is compared only if that one's output is
              as stored (which data this computer has, for example)
    where     words -> tolerance of the numbers beside these words, or in the column or
              row with this head: {"mistakes": "30%", "best rate": "x3.5"}
    percent, time, ratio, magnitude, decimal, integer
              another tolerance for numbers of this kind
    figure    another tolerance for what was drawn: a share of the axis, "20%"

A tolerance is "0.5" (so far up or down), "20%" (a share of the stored number, in
percentages of its distance from 0 or 100), their sum "0.5 + 20%", or "x3" (a factor).
"""

import math
import re
from collections.abc import Mapping
from typing import NamedTuple

from nbformat import NotebookNode

from .written import Number

__all__ = ["EXACT", "IGNORED", "RULES", "Rule", "Tolerance", "faults", "rule_of"]

IGNORED = "nbval-ignore-output"
KINDS = ("percent", "time", "ratio", "magnitude", "decimal", "integer", "figure")
_SHORTEST_REASON = 15
_FACTOR = re.compile(r"x\s*(\d+(?:\.\d+)?)")
_TERM = re.compile(r"(\d+(?:\.\d+)?(?:e-?\d+)?)(%?)")


class Tolerance(NamedTuple):
    """How far a number may lie from the stored one.

    Attributes:
        fixed: so far up or down.
        share: and so much of the stored number.
        factor: instead of both, times or divided by so much; 1 for none.
    """

    fixed: float = 0.0
    share: float = 0.0
    factor: float = 1.0

    @classmethod
    def read(cls, written: str) -> "Tolerance":
        """Read "0.5", "20%", "0.5 + 20%" or "x3"; ValueError for anything else."""
        text = str(written).strip()
        if factor := _FACTOR.fullmatch(text):
            return cls(factor=max(float(factor[1]), 1.0))
        terms = [_TERM.fullmatch(term.strip()) for term in text.split("+")]
        found = {term[2]: float(term[1]) for term in terms if term}
        if None in terms or len(found) < len(terms):
            raise ValueError(f"{written!r} is no tolerance such as '0.5 + 20%' or 'x3'")
        return cls(found.get("", 0.0), found.get("%", 0.0) / 100)

    def admits(self, stored: Number, fresh: Number) -> bool:
        """Tell whether a number may stand for the stored one."""
        a, b = stored.value, fresh.value
        if not (math.isfinite(a) and math.isfinite(b)):
            return stored.written == fresh.written
        if self.factor > 1:
            # A rounded 0.0 may have been anything up to 0.05.
            low_a, low_b = abs(a) - stored.precision, abs(b) - fresh.precision
            high_a, high_b = abs(a) + stored.precision, abs(b) + fresh.precision
            same_sign = a * b >= 0 or min(low_a, low_b) <= 0
            return (
                same_sign
                and low_a <= self.factor * high_b
                and low_b <= self.factor * high_a
            )
        return abs(a - b) <= self.reach(stored) * (1 + 1e-9)

    def reach(self, stored: Number) -> float:
        """Return how far up or down this is from a stored number."""
        base = abs(stored.value)
        if stored.kind == "percent":
            base = min(base, abs(100 - base))
        return self.fixed + self.share * base

    def say(self, stored: Number) -> str:
        """Say in words what would have been admitted."""
        if self.factor > 1:
            return f"within a factor of {self.factor:g}"
        return f"within {self.reach(stored):.3g}"


class Rule(NamedTuple):
    """The tolerances of a cell.

    Attributes:
        name: "exact", "training" or "times".
        kinds: kind of number -> tolerance; a kind that is missing may not differ.
        where: words beside a number -> tolerance, which goes before its kind's.
    """

    name: str
    kinds: Mapping[str, Tolerance]
    where: Mapping[str, Tolerance] = {}

    @property
    def is_exact(self) -> bool:
        """Whether no number in a text may differ."""
        return not self.where and self.kinds.keys() <= {"figure"}

    def tolerance(self, number: Number) -> Tolerance:
        """Return how far a number may move."""
        for words, tolerance in self.where.items():
            if any(words in place for place in number.places):
                return tolerance
        return self.kinds.get(number.kind, Tolerance())


def _rule(name: str, **kinds: str) -> Rule:
    return Rule(name, {kind: Tolerance.read(text) for kind, text in kinds.items()})


# Half a percent of an axis is less than a pixel or two.
EXACT = _rule("exact", figure="0.5%")
RULES = {
    "exact": EXACT,
    # The same training on another processor, with other sums of the same numbers: near
    # 0 and 100 percent little changes, half-way between more.
    "training": _rule(
        "training",
        percent="1.5 + 20%",
        decimal="0.02 + 30%",
        magnitude="x5",
        ratio="x3",
        time="x30",
        figure="20%",
    ),
    # Another or a busy machine: the unit and the order of magnitude stay.
    "times": _rule("times", time="x30", ratio="x30", figure="0.5%"),
}


def about(cell: NotebookNode) -> dict:
    """Return what a cell's metadata say about its comparison."""
    return dict(cell.metadata.get("compare", {}))


def rule_of(cell: NotebookNode) -> Rule:
    """Return the rule by which a cell is compared; ValueError if it isn't one."""
    said = about(cell)
    name = said.get("as", "exact")
    if name not in RULES:
        raise ValueError(f"there is no rule {name!r}, only {', '.join(RULES)}")
    own = {kind: Tolerance.read(said[kind]) for kind in KINDS if kind in said}
    where = {words: Tolerance.read(t) for words, t in said.get("where", {}).items()}
    return Rule(name, {**RULES[name].kinds, **own}, where)


def faults(cell: NotebookNode, earlier: set[str]) -> list[str]:
    """Say what is wrong with a cell's metadata about its comparison.

    Args:
        cell: a code cell.
        earlier: the ids of the cells before it.
    """
    said = about(cell)
    ignored = IGNORED in cell.metadata.get("tags", [])
    found = []
    unknown = said.keys() - {"as", "reason", "only_if", "where", *KINDS}
    if unknown:
        found.append(f"compare says {', '.join(sorted(unknown))}, which nothing reads")
    try:
        loose = not rule_of(cell).is_exact or "figure" in said
    except ValueError as error:
        return [*found, str(error)]
    if ignored and said.keys() - {"reason"}:
        found.append("ignored, and yet it says how to compare")
    if (ignored or loose) and len(said.get("reason", "")) < _SHORTEST_REASON:
        found.append("says no reason why its output differs: compare.reason")
    if not ignored and not loose and "reason" in said:
        found.append("gives a reason, but its output is compared strictly")
    if "only_if" in said and said["only_if"] not in earlier:
        found.append(f"waits for {said['only_if']!r}, which is no earlier cell")
    return found
