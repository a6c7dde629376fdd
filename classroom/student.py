"""The judge's end of the pipe: a submission that runs, and its functions from afar."""

import contextlib
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from types import CodeType
from typing import Any

import psutil
import torch
from torch import Tensor

from classroom.limits import WAITING
from classroom.pipes import receive, send
from classroom.plain_data import Malformed, decode, encode
from classroom.sandbox import LIMITS, command, end_container, environment, kind
from lessons_lib.checks.judge.attempts import TooSlow
from lessons_lib.checks.judge.calls import Calls

__all__ = ["Ended", "Missing", "RemoteFunction", "Submission"]

_STARTING = 600.0  # seconds until the first cell can run, on a busy machine
_STARTING_WORK = 20.0  # seconds of the processor for imports
_GRACE = 10.0  # seconds beyond those that code may take, in which it may be stopped
_GLANCE = 0.25  # seconds between two looks at what a submission uses
_CALL = 10.0  # seconds for a function: twice what a learner has, on a busy machine
_MODES = torch.overrides._get_current_function_mode_stack


class Ended(RuntimeError):
    """A submission has ended, or had to be ended; the message says why."""


class Missing(LookupError):
    """A submission doesn't set the name that is asked for."""


class Submission:
    """A process in the sandbox that runs the cells of a submission."""

    def __init__(self, hollow: Path) -> None:
        """Start it.

        Args:
            hollow: the folder of the checks as it may see them.

        Raises:
            SandboxError: there is no sandbox here.
        """
        # without a sandbox, nothing of the judge's own environment goes along either
        self._command = command(hollow)
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment() if kind() == "none" else None,
        )
        self._reason = ""
        self._started = False  # whether it has answered
        self._deadline, self._worked, self._work = (
            time.monotonic() + _STARTING,
            0.0,  # seconds of the processor that it has taken
            1e9,  # and may take
        )
        self._watch = threading.Thread(target=self._guard, daemon=True)
        self._watch.start()

    def __enter__(self) -> "Submission":
        """Return the submission."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the submission with all its processes."""
        self.end("it is over")
        self._watch.join()

    def end(self, reason: str) -> None:
        """End all processes of the sandbox: they go with its first one.

        Args:
            reason: what a later question is told.
        """
        self._reason = self._reason or reason
        end_container(self._command)
        for process in self._family():  # also one that isn't shut in yet
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe and threading.current_thread() is not self._watch:
                try:
                    pipe.close()
                except OSError:  # what was still to be written has nobody to read it
                    continue

    @property
    def ended(self) -> str:
        """Why it has ended, or "" while it runs."""
        return self._reason

    def keep(self, name: str) -> None:
        """Remember what a name stands for now, to be judged later.

        Args:
            name: what the submission sets.

        Raises:
            Missing: it doesn't.
        """
        if self._ask(_CALL, do="keep", name=name).get("missing"):
            raise Missing(name)

    def run(self, source: str, seconds: float) -> tuple[list[dict[str, Any]], bool]:
        """Execute a cell.

        Args:
            source: the code.
            seconds: that it may take.

        Returns:
            Its outputs, and whether it failed.
        """
        reply = self._ask(seconds, do="run", source=source, seconds=seconds)
        outputs = reply.get("outputs")
        if not isinstance(outputs, list):
            raise self._broken("its outputs are none")
        return outputs, bool(reply.get("failed"))

    def look(self, name: str, code: CodeType | None = None) -> Any:
        """Return what a name stands for: plain data, or a function from afar.

        Args:
            name: what the submission sets.
            code: of the function that a cell defines under this name.

        Raises:
            Missing: it doesn't.
        """
        reply = self._ask(_CALL, do="look", name=name)
        if reply.get("missing"):
            raise Missing(name)
        return self._plain(reply.get("value"), code)

    def judge(
        self, name: str, check: str, package: str, seconds: float
    ) -> dict[str, Any]:
        """Let a check judge a network in the submission's own process.

        Args:
            name: what was kept.
            check: lesson and name of the check.
            package: the checks, as text.
            seconds: that it may take.

        Returns:
            What the verdict says, as the process has it.
        """
        return self._ask(seconds, do="judge", name=name, check=check, package=package)

    def call(
        self, function: int, arguments: Sequence[Any], through: Sequence[int] = ()
    ) -> dict[str, Any]:
        """Call a function of the submission.

        Args:
            function: its number.
            arguments: plain data.
            through: places of the arguments that get gradients.
        """
        return self._ask(
            _CALL,
            do="call",
            function=function,
            arguments=[encode(argument) for argument in arguments],
            through=list(through),
            dtype=str(torch.get_default_dtype()).removeprefix("torch."),
            seconds=_CALL,
        )

    def backward(self, graph: object, gradients: Sequence[Tensor]) -> dict[str, Any]:
        """Send gradients back through what a call returned."""
        data = [encode(gradient) for gradient in gradients]
        return self._ask(
            _CALL, do="backward", graph=graph, gradients=data, seconds=_CALL
        )

    def _plain(self, data: Any, code: CodeType | None = None) -> Any:
        def function(number: int, name: str) -> RemoteFunction:
            return RemoteFunction(self, number, name, code)

        try:
            return decode(data, function)
        except Malformed as fault:
            raise self._broken(str(fault)) from None

    def _ask(self, patience: float, **message: Any) -> dict[str, Any]:
        """Send a question and wait for its answer."""
        if self._reason:
            raise Ended(self._reason)
        starting = max(0.0, self._deadline - time.monotonic())
        self._deadline = time.monotonic() + WAITING * patience + _GRACE + starting
        self._work = self._worked + 2 * patience + _GRACE
        self._work += 0 if self._started else _STARTING_WORK
        assert self._process.stdin and self._process.stdout
        try:
            send(self._process.stdin, message)
            reply = receive(self._process.stdout)
        except (EOFError, OSError):
            self.end("it ended Python")
            raise Ended(self._reason) from None
        except ValueError as fault:
            raise self._broken(str(fault)) from None
        except BaseException:  # a check lost its patience: nobody reads the answer
            self.end("it didn't let itself be stopped")
            raise
        self._deadline, self._work = time.monotonic() + 1e9, 1e9
        self._started = True
        return reply

    def _broken(self, fault: str) -> Ended:
        self.end(f"what it answered was broken ({fault})")
        return Ended(self._reason)

    def _guard(self) -> None:
        """End the submission when it takes more than it is given."""
        while self._process.poll() is None:
            if time.monotonic() > self._deadline:
                return self.end("it didn't end in time")
            family = self._family()
            if len(family) > LIMITS["processes"]:
                return self.end("it started too many processes")
            used = [_used(process) for process in family]
            self._worked = max(self._worked, sum(work for _, work in used))
            if self._worked > self._work:
                return self.end("it didn't let itself be stopped")
            if sum(memory for memory, _ in used) > LIMITS["memory"]:
                return self.end("it took too much memory")
            time.sleep(_GLANCE)

    def _family(self) -> list[psutil.Process]:
        """Return the processes below the one that was started."""
        try:
            return psutil.Process(self._process.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return []


def _used(process: psutil.Process) -> tuple[int, float]:
    """Return the memory in bytes, and the processor's seconds, that a process has."""
    try:
        times = process.cpu_times()
        return process.memory_info().rss, times.user + times.system
    except psutil.NoSuchProcess:
        return 0, 0.0


class RemoteFunction:
    """Stands for a function of a submission; what passes is plain data.

    Attributes:
        __name__: what the submission calls it.
        __code__: what its cell says, compiled here and never executed; a check reads
            from it whether there is a return.
    """

    def __init__(
        self, submission: Submission, number: int, name: str, code: CodeType | None
    ) -> None:
        self._submission, self._number = submission, number
        self.__name__ = name
        if code is not None:
            self.__code__ = code

    def __call__(self, *arguments: Any) -> Any:
        """Call it: what it changes, prints, raises and returns arrives here."""
        with torch._C.DisableTorchFunction():  # what is called here isn't the learner's
            return self._call(arguments)

    def _call(self, arguments: tuple) -> Any:
        through = [
            place
            for place, argument in enumerate(arguments)
            if isinstance(argument, Tensor) and argument.requires_grad
        ]
        reply = self._submission.call(self._number, arguments, through)
        if reply.get("printed") is True:
            print("(what the function printed)")
        if error := reply.get("error"):
            raise _error(error)
        _report(reply)
        plain = self._submission._plain
        if not through:
            _write_back(arguments, plain(reply.get("after")))
        value = plain(reply.get("value"))
        needs = reply.get("requires_grad")
        if not through or not isinstance(needs, list) or not any(needs):
            return value
        return self._with_gradient(value, needs, arguments, through, reply["graph"])

    def _with_gradient(
        self,
        value: Any,
        needs: list,
        arguments: tuple,
        through: list[int],
        graph: object,
    ) -> Any:
        """Tie the results to the arguments, so that gradients flow between them."""
        single = isinstance(value, Tensor)
        parts = [value] if single else list(value)
        places = [k for k, part in enumerate(parts) if isinstance(part, Tensor)]
        tied = [k for k, need in zip(places, needs, strict=False) if need]
        leaves = [arguments[place] for place in through]
        results = _Tie.apply(self._submission, graph, [parts[k] for k in tied], *leaves)
        for place, result in zip(tied, results, strict=True):
            parts[place] = result
        return parts[0] if single else type(value)(parts)


class _Tie(torch.autograd.Function):
    """Results from afar, whose gradients are asked for from afar."""

    @staticmethod
    def forward(
        ctx: Any, submission: Submission, graph: object, results: list, *leaves: Tensor
    ) -> tuple[Tensor, ...]:
        """Return the results as they are."""
        ctx.submission, ctx.graph, ctx.leaves = submission, graph, leaves
        return tuple(results)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        """Ask for the gradients of the arguments."""
        reply = ctx.submission.backward(ctx.graph, gradients)
        if error := reply.get("error"):
            raise _error(error)
        found = ctx.submission._plain(reply.get("gradients"))
        fits = isinstance(found, list | tuple) and len(found) == len(ctx.leaves)
        if not fits or not all(
            g is None or (isinstance(g, Tensor) and g.shape == leaf.shape)
            for g, leaf in zip(found, ctx.leaves, strict=True)
        ):
            raise RuntimeError("a gradient has another shape than its argument")
        return (None, None, None, *found)


def _report(reply: dict[str, Any]) -> None:
    """Tell the checks that listen which functions of PyTorch were called."""
    names = [name for name in reply.get("calls", ()) if isinstance(name, str)]
    for mode in _MODES():
        if isinstance(mode, Calls):
            mode.report(names, reply.get("grad_was_off") is True)


def _write_back(arguments: tuple, after: Any) -> None:
    """Change arguments here as the function has changed its own."""
    if not isinstance(after, list) or len(after) != len(arguments):
        return
    for argument, changed in zip(arguments, after, strict=True):
        if isinstance(argument, Tensor) and isinstance(changed, Tensor):
            if argument.shape == changed.shape and argument.dtype == changed.dtype:
                argument.detach().copy_(changed)
            else:
                argument.data = changed
        elif isinstance(argument, list) and isinstance(changed, list):
            argument[:] = changed
        elif isinstance(argument, dict) and isinstance(changed, dict):
            argument.clear()
            argument.update(changed)


def _error(described: Any) -> BaseException:
    """Make an error of what is told of one."""
    about = described if isinstance(described, dict) else {}
    name, message = str(about.get("type"))[:80], str(about.get("message"))[:2000]
    if name == "TooLong":
        return TooSlow(_CALL)
    if line := about.get("line"):
        first, *rest = message.split("\n")
        message = "\n".join([f"{first} (line {line} of your cell)", *rest])
    return type(name if name.isidentifier() else "Error", (Exception,), {})(message)
