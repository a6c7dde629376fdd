"""Work in a child process with limits of time and memory, so that nothing falls over.

A notebook can be any file from anywhere; the libraries that typeset it are compiled
code, which a clever one can make overflow its stack or fill the memory.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib
import os
import pickle
import signal
import struct
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, Any

__all__ = ["MEMORY", "SECONDS", "Exhausted", "Stopped", "confined", "stop"]

SECONDS = 120.0
MEMORY = 4 * 1024**3
LENGTH = struct.Struct(">Q")


class Exhausted(RuntimeError):
    """The child broke down, or took too long; what it was given is to blame."""


class Stopped(RuntimeError):
    """There is no more work to be done: `stop` was called."""


class _Child:
    """A Python process that calls functions of this package, one after another."""

    def __init__(self) -> None:
        package = Path(__file__).parent
        paths = [str(package.parent), *filter(None, [os.environ.get("PYTHONPATH")])]
        self.process: subprocess.Popen[bytes] = subprocess.Popen(
            [sys.executable, "-m", f"{package.name}.confined", str(MEMORY)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
            start_new_session=os.name == "posix",
        )

    def call(self, module: str, name: str, arguments: tuple, seconds: float) -> Any:
        late = threading.Event()

        def stop() -> None:
            late.set()
            self.kill()

        timer = threading.Timer(seconds, stop)
        timer.daemon = True
        timer.start()
        try:
            assert self.process.stdin and self.process.stdout
            _send(self.process.stdin, (module, name, arguments))
            succeeded, answer = _receive(self.process.stdout)
        except (EOFError, OSError):
            self.kill()
            if late.is_set():
                raise Exhausted(f"it takes more than {seconds:g} seconds") from None
            raise Exhausted("pandoc or Typst breaks down on it") from None
        except BaseException:
            self.kill()
            raise
        finally:
            timer.cancel()
        if succeeded:
            return answer
        raise answer

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def kill(self) -> None:
        """End the child, and what it started."""
        with contextlib.suppress(OSError):
            if os.name == "posix":
                os.killpg(self.process.pid, signal.SIGKILL)
            else:
                self.process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=10)


_own = threading.local()  # one child for each thread that asks for one
_children: list[_Child] = []
_stopped = threading.Event()


def confined(function: Any, *arguments: Any, seconds: float | None = None) -> Any:
    """Return what a function of this package returns, called in a child process.

    The child lives on for the next call of the same thread.

    Args:
        function: a function on the top level of a module of this package.
        arguments: what it is given; like its answer, something that can be pickled.
        seconds: how long it may take; SECONDS, if None.

    Raises:
        Exhausted: it took too long or too much memory, or crashed.
        Stopped: `stop` has been called, now or before.
    """
    if _stopped.is_set():
        raise Stopped
    child: _Child | None = getattr(_own, "child", None)
    if child is None or not child.alive:
        child = _own.child = _Child()
        _children.append(child)
    limit = SECONDS if seconds is None else seconds
    try:
        return child.call(function.__module__, function.__name__, arguments, limit)
    except Exhausted:
        if _stopped.is_set():
            raise Stopped from None
        raise


@atexit.register
def stop() -> None:
    """End all children, whatever they are at, and start no more."""
    _stopped.set()
    while _children:
        _children.pop().kill()


def _send(stream: IO[bytes], content: Any) -> None:
    data = pickle.dumps(content)
    stream.write(LENGTH.pack(len(data)) + data)
    stream.flush()


def _receive(stream: IO[bytes]) -> Any:
    header = stream.read(LENGTH.size)
    if len(header) < LENGTH.size:
        raise EOFError
    (length,) = LENGTH.unpack(header)
    data = stream.read(length)
    if len(data) < length:
        raise EOFError
    return pickle.loads(data)


def _limit_memory(size: int) -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    if most != resource.RLIM_INFINITY:
        size = min(size, most)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_DATA, (size, most))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _serve() -> None:
    _limit_memory(int(sys.argv[1]))
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever is printed must not get between the answers
    while True:
        try:
            module, name, arguments = _receive(requests)
        except EOFError:
            return
        try:
            function = getattr(importlib.import_module(module), name)
            answer = (True, function(*arguments))
        except MemoryError:
            os._exit(1)
        except Exception as error:
            answer = (False, error)
        _send(answers, answer)


if __name__ == "__main__":
    _serve()
