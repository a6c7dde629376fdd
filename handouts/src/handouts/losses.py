"""What a PDF can't show, counted by kind: one closing line per notebook."""

from __future__ import annotations

from collections import Counter

__all__ = ["closing_line"]


def closing_line(name: str, losses: Counter[str]) -> str:
    """Return one line that names all losses of a notebook, or "" if there are none.

    Args:
        name: what the notebook is called.
        losses: how many there are of each kind; a kind is written with {s} where its
            plural has an s, as in "picture{s} without alt text".
    """
    losses = +losses
    if not losses:
        return ""
    counted = [
        f"{count} {kind.replace('{s}', '' if count == 1 else 's')}"
        for kind, count in losses.most_common()
    ]
    return f"note: {name}: {', '.join(counted)}"
