"""Run what a learner wrote, which may raise anything and never end."""

import contextlib
import io
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from torch import Tensor

__all__ = ["SECONDS", "Outcome", "TooSlow", "kind", "run"]

# Seconds of processor time that one call may take; those of the solutions take
# milliseconds. Not seconds of the clock: on a busy machine, a right answer waits long.
SECONDS = 5.0
# A call that only waits, or sleeps, is stopped after so many times SECONDS.
PATIENCE = 12


class TooSlow(BaseException):
    """Stops a learner's code after the seconds that it is given.

    No Exception, because ``except`` may catch those.
    """


@dataclass(frozen=True)
class Outcome:
    """What came of a call: a value or an error, and whether something was printed."""

    value: Any = None
    error: BaseException | None = None
    printed: bool = False


def run(function: Callable, *arguments: object, calls: int = 1) -> Outcome:
    """Call a function that may raise anything and may never end.

    Args:
        function: the function.
        arguments: what to call it with.
        calls: how often the function calls code of the learner.

    Returns:
        What came of it. What the function prints is printed. After SECONDS of processor
        time for each call it is stopped, where the platform can.
    """
    out = _Listening(sys.stdout)
    try:
        with contextlib.redirect_stdout(out), _at_most(SECONDS * calls):
            value = function(*arguments)
    except (Exception, SystemExit, TooSlow) as error:
        return Outcome(error=error, printed=out.heard)
    return Outcome(value, printed=out.heard)


class _Listening(io.TextIOBase):
    """Hand on what is printed, and remember that there was something."""

    def __init__(self, out: Any) -> None:
        self.out, self.heard = out, False

    def write(self, text: str) -> int:
        self.heard = True
        return self.out.write(text)

    def flush(self) -> None:
        self.out.flush()


@contextlib.contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    """Raise TooSlow after some seconds of work, or PATIENCE times as many of waiting.

    Only Unix can, and only in the main thread.
    """
    in_main = threading.current_thread() is threading.main_thread()
    if not in_main or not hasattr(signal, "setitimer"):
        yield
        return

    work = time.thread_time() + seconds
    end = time.monotonic() + PATIENCE * seconds

    def look(*_: object) -> None:
        if time.thread_time() >= work or time.monotonic() >= end:
            raise TooSlow(seconds)

    handler = signal.signal(signal.SIGALRM, look)
    # Again and again, also because an `except:` may catch the first.
    timer = signal.setitimer(signal.ITIMER_REAL, min(seconds, 0.5), 0.5)
    try:
        yield
    finally:
        while True:
            try:
                signal.setitimer(signal.ITIMER_REAL, *timer)
                signal.signal(signal.SIGALRM, handler)
                break
            except TooSlow:  # it rang between the end of the call and here
                continue


def kind(thing: object) -> str:
    """Say what something is.

    Args:
        thing: anything.

    Returns:
        Its type with an article; of a tensor, also the shape.
    """
    if isinstance(thing, Tensor):
        return f"a tensor of shape {tuple(thing.shape)}"
    name = type(thing).__name__
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"
