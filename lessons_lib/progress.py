"""How far a training is, shown to a person while it runs; nothing of it is kept."""

import html
import time
from collections.abc import Iterable, Iterator, Sized
from contextlib import contextmanager

from IPython import get_ipython
from IPython.display import DisplayHandle

from lessons_lib.runtime import live

__all__ = ["progress"]

_PATIENCE = 0.5  # seconds that need no line
_PAUSE = 0.25  # between two states of the line
_lines: dict[str, DisplayHandle] = {}  # of the cell that runs: one line serves all


@contextmanager
def progress(batches: Iterable, label: str) -> Iterator[Iterable]:
    """Show in a live notebook how many batches are done, and take the line away again.

    A bar on stderr would stay in the notebook's file. Unattended, nothing is shown.

    Args:
        batches: what is walked through; its number is shown if it is known.
        label: what it is, "epoch 1 of 3".

    Yields:
        The batches, to be walked through inside the ``with`` block.
    """
    if not live():
        yield batches
        return
    try:
        yield _counted(batches, label)
    finally:
        if line := _lines.get(_cell()):
            line.update({}, raw=True)


def _counted(batches: Iterable, label: str) -> Iterator:
    total = len(batches) if isinstance(batches, Sized) else None
    started = shown = time.monotonic()
    for done, batch in enumerate(batches):
        now = time.monotonic()
        if done and now - started > _PATIENCE and now - shown > _PAUSE:
            shown = now
            _show(label, done, total, now - started)
        yield batch


def _show(label: str, done: int, total: int | None, seconds: float) -> None:
    if total:
        left = seconds * (total - done) / done
        told = f"{label}: {done} of {total} batches, about {left:.0f} s left"
        value = f' max="{total}" value="{done}"'
    else:
        told, value = f"{label}: {done} batches", ""
    words = html.escape(told)
    bar = f"<label>{words} <progress{value}></progress></label>"
    content = {"text/plain": told, "text/html": bar}
    cell = _cell()
    if cell in _lines:
        _lines[cell].update(content, raw=True)
    else:
        _lines.clear()
        _lines[cell] = DisplayHandle()  # known before an interrupt finds it shown
        _lines[cell].display(content, raw=True)


def _cell() -> str:
    """Return what tells this run of a cell from every other."""
    return get_ipython().kernel.get_parent("shell")["header"]["msg_id"]
