"""What Typst refuses, found by setting it on its own."""

from __future__ import annotations

from .typesetting import TypesettingError, typeset

__all__ = ["TOOLS", "refused"]

# By name: a formula must not meet the template's other names (mono, accent).
TOOLS = (
    '#import "template.typ": code, exercise, formula, hint, hint-pointer, left-out, '
    "horizontalrule, jump, lesson-pages, lost, messages, outcome, outputs, picture, "
    "placed, printed, section, solution, tabular"
)


def refused(samples: dict[str, str], *, lenient: bool = False) -> dict[str, str]:
    """Return key and reason of each sample that doesn't compile, by halving.

    Args:
        samples: Typst, by any key.
        lenient: whether a character without a font is fine.
    """
    reason = _reason_against(list(samples.values()), lenient)
    if reason is None:
        return {}
    if len(samples) == 1:
        return dict.fromkeys(samples, reason)
    keys = list(samples)
    halves = keys[: len(keys) // 2], keys[len(keys) // 2 :]
    found: dict[str, str] = {}
    for half in halves:
        found |= refused({key: samples[key] for key in half}, lenient=lenient)
    return found


def _reason_against(samples: list[str], lenient: bool) -> str | None:
    page = [
        TOOLS,
        '#import "template.typ": handout',
        '#show: handout.with(title: "Samples")',
        "= Samples",
        *samples,
    ]
    try:
        typeset("\n\n".join(page), {})
    except TypesettingError as error:
        return None if lenient and error.glyphs else error.reason
    return None
