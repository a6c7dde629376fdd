"""The wrong numbers, choices and quiz answers that a confused learner writes."""

import ast
from collections.abc import Iterator
from itertools import permutations
from typing import Any

from mutants.source import changed_with

__all__ = ["miscounted", "neighbors"]


def neighbors(right: Any) -> Iterator[tuple[str, Any]]:
    """Yield (label, wrong answer) around a number, several numbers or a letter."""
    if isinstance(right, str):
        yield from ((f"choice {letter}", letter) for letter in "abcde")
    elif isinstance(right, dict):
        yield from _other_letters(right)
    elif isinstance(right, tuple):
        for k, part in enumerate(right):
            for label, near in _near(part):
                yield f"number {k + 1} {label}", (*right[:k], near, *right[k + 1 :])
        for order in permutations(right) if len(right) < 5 else (right[::-1],):
            yield "in another order", order
        yield "one number too few", right[:-1]
        yield "one number too many", (*right, 1)
        yield "the sum", sum(right)
    else:
        yield from _near(right)


def _other_letters(right: dict[int, str]) -> Iterator[tuple[str, dict[int, str]]]:
    for number, letter in right.items():
        for other in "abcd":
            if other != letter:
                yield f"question {number} answered {other}", {**right, number: other}
        yield f"question {number} not answered", {**right, number: ...}


def miscounted(source: ast.Module) -> Iterator[tuple[str, ast.Module]]:
    """Yield (what was changed, source of a count with one slip in its plan).

    A term or a factor is left out, or a sum stands for a product. Nobody who counts
    multiplies what is added, writes 33 for a 32 of the text, or takes a term twice.
    """
    return changed_with(source, _left_out)


def _left_out(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.BinOp):
        yield from (node.left, node.right)
        if isinstance(node.op, ast.Mult):
            yield ast.BinOp(node.left, ast.Add(), node.right)


def _near(number: int) -> Iterator[tuple[str, float]]:
    yield "one more", number + 1
    yield "one less", number - 1
    yield "doubled", number * 2
    yield "halved", number // 2 if number % 2 == 0 else number / 2
    yield "squared", number**2
    yield "negative", -number
    yield "not whole", number + 0.5
