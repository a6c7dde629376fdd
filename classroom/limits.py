"""Stop code after some seconds, where it lets itself be stopped."""

import contextlib
import signal
import threading
from collections.abc import Iterator

__all__ = ["WAITING", "TooLong", "at_most"]

WAITING = 10  # times the seconds of work that code may take on a busy machine


class TooLong(BaseException):
    """Stops code after its seconds. No Exception, because `except` may catch those."""


@contextlib.contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raise TooLong in the main thread after some seconds of work, again and again.

    What counts is the processor's time, so that a busy machine is no student's fault;
    code that only waits is stopped after `WAITING` times the seconds.

    In another thread, or where there are no such alarms, nothing is stopped.

    Args:
        seconds: how many; more than 0.

    Raises:
        TooLong: they are over.
    """
    main = threading.current_thread() is threading.main_thread()
    if not main or not hasattr(signal, "setitimer"):
        yield
        return

    def stop(*_: object) -> None:
        raise TooLong(f"it was stopped after {seconds:.0f} seconds of work")

    timers = [
        (signal.ITIMER_PROF, signal.SIGPROF, seconds),
        (signal.ITIMER_REAL, signal.SIGALRM, WAITING * seconds),
    ]
    handlers = [(number, signal.signal(number, stop)) for _, number, _ in timers]
    for timer, _, limit in timers:
        signal.setitimer(timer, limit, 0.5)
    try:
        yield
    finally:
        while True:
            try:
                for timer, _, _ in timers:
                    signal.setitimer(timer, 0)
                for number, handler in handlers:
                    signal.signal(number, handler)
                break
            except TooLong:  # it rang between the end of the code and here
                continue
