"""Two texts compared by a rule: words strictly, numbers within their tolerance."""

import re
from collections.abc import Iterator

from .rules import Rule, Tolerance
from .written import Number, split

__all__ = ["compare_figures", "compare_texts"]

_GROUPS = re.compile(r"(?: \| [xyc](?: [-+\w.]+)+)*$")
_ROUNDING = 2e-4  # of a number in a figure's digest, which has five digits


def compare_texts(stored: str, fresh: str, rule: Rule) -> Iterator[str]:
    """Compare two texts line by line.

    Args:
        stored: what the notebook holds.
        fresh: what the run gave.
        rule: how far numbers may move.

    Yields:
        A sentence for each difference that the rule doesn't admit.
    """
    if stored == fresh:
        return
    if rule.is_exact:
        yield from _lines_that_differ(stored, fresh)
        return
    old, new = list(split(stored)), list(split(fresh))
    if len(old) != len(new):
        yield f"stored {len(old)} lines, came {len(new)}:\n{stored}\n--- came:\n{fresh}"
        return
    for number, (before, after) in enumerate(zip(old, new, strict=True), 1):
        for difference in _compare_line(before, after, rule):
            yield f"line {number}: {difference}"


def _lines_that_differ(stored: str, fresh: str) -> Iterator[str]:
    old, new = stored.split("\n"), fresh.split("\n")
    if len(old) != len(new):
        yield f"stored {len(old)} lines, came {len(new)}"
    for number, (before, after) in enumerate(zip(old, new, strict=False), 1):
        if before != after:
            yield f"line {number}: stored {before!r}, came {after!r}, tolerance none"


def _compare_line(before, after, rule: Rule) -> Iterator[str]:
    (old_words, old), (new_words, new) = before, after
    if len(old) != len(new):
        yield (
            f"stored {len(old)} numbers, came {len(new)}: "
            f"stored {_joined(*before)!r}, came {_joined(*after)!r}"
        )
    elif [w.strip() for w in old_words] != [w.strip() for w in new_words]:
        yield (
            f"the words differ: stored {_joined(*before)!r}, came {_joined(*after)!r}"
        )
    else:
        for place, (a, b) in enumerate(zip(old, new, strict=True), 1):
            tolerance = rule.tolerance(a)
            if a.written != b.written and not tolerance.admits(a, b):
                yield (
                    f"number {place}, {_described(a)}: stored {a.written}, "
                    f"came {b.written}, tolerance {_tolerated(tolerance, a)}"
                )


def _described(number: Number) -> str:
    before, behind, *heads = number.places
    around = " in ".join(filter(None, [f"{before[-25:]}...{behind[:15]}", *heads]))
    return f"{number.kind} ({around})"


def _tolerated(tolerance: Tolerance, stored: Number) -> str:
    return "none" if tolerance == Tolerance() else tolerance.say(stored)


def _joined(words: list[str], numbers: list[Number]) -> str:
    written = [number.written for number in numbers]
    return "".join(a + b for a, b in zip(words, [*written, ""], strict=True))


def compare_figures(stored: list[str], fresh: list[str], rule: Rule) -> Iterator[str]:
    """Compare what was drawn: words by the rule, places by shares of their axis.

    Args:
        stored: a figure's digest from the notebook; lessons_lib.figures.digest says
            what stands in it.
        fresh: the digest of the figure that the run drew.
        rule: how far words' numbers, and what was drawn, may move.

    Yields:
        A sentence for each difference that the rule doesn't admit.
    """
    if len(stored) != len(fresh):
        changed = [f"- {line}" for line in stored if line not in fresh]
        changed += [f"+ {line}" for line in fresh if line not in stored]
        yield (
            f"the figure has {len(fresh)} parts, stored {len(stored)}: "
            + "\n".join(changed)
        )
        return
    spans: dict[str, float] = {}
    for before, after in zip(stored, fresh, strict=True):
        (old_words, old), (new_words, new) = _parsed(before), _parsed(after)
        if old_words.startswith("panel"):
            spans = {name: max(nums) - min(nums) for name, nums in old if len(nums) > 1}
        for difference in compare_texts(old_words, new_words, rule):
            yield f"in the figure, {old_words[:60]}: {difference}"
        if [(name, len(nums)) for name, nums in old] != [
            (name, len(nums)) for name, nums in new
        ]:
            yield f"in the figure: stored {before!r}, came {after!r}"
            continue
        share = rule.kinds["figure"].share
        for (name, a), (_, b) in zip(old, new, strict=True):
            span = max(a[:2]) - min(a[:2]) if name == "c" else spans.get(name, 0.0)
            if moved := _moved(a, b, share * span):
                yield (
                    f"in the figure, {old_words[:60]}, {name}: stored {moved[0]:g}, "
                    f"came {moved[1]:g}, tolerance within {share * span:.3g} "
                    f"({share:.1%} of the {'range' if name == 'c' else 'axis'})"
                )


def _parsed(line: str) -> tuple[str, list[tuple[str, list[float]]]]:
    groups = _GROUPS.search(line)
    start = groups.start() if groups else len(line)
    parsed = []
    for group in filter(None, line[start:].split(" | ")):
        name, *numbers = group.split()
        parsed.append((name, [float(number) for number in numbers]))
    return line[:start], parsed


def _moved(stored: list[float], fresh: list[float], reach: float):
    """Return the pair of numbers that lie farthest apart, if that is too far."""
    worst = None
    for a, b in zip(stored, fresh, strict=True):
        if a == b or (a != a and b != b):
            continue
        excess = abs(a - b) - reach - _ROUNDING * abs(a) - 1e-9
        if not excess <= 0 and (worst is None or not excess <= worst[0]):
            worst = (excess, (a, b))
    return worst and worst[1]
