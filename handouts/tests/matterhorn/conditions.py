"""A registry of conditions: number -> what looks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from .document import Document

__all__ = ["CONDITIONS", "Condition", "condition"]

Condition = Callable[[Document], Iterator[str]]
CONDITIONS: dict[str, Condition] = {}


def condition(number: str) -> Callable[[Condition], Condition]:
    """Register what looks for the condition of this number in the protocol."""

    def register(look: Condition) -> Condition:
        assert number not in CONDITIONS
        CONDITIONS[number] = look
        return look

    return register
