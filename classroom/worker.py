"""Runs in the sandbox: executes the cells of a submission, and hands out its answers.

Nothing here is to be trusted once a cell has run, for a cell can change all of it. So
nothing here says whether an answer is right, but for networks: see `beside`.
"""

import base64
import os
import re
from collections.abc import Callable
from typing import Any

import torch
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from torch import Tensor
from torch.overrides import TorchFunctionMode, resolve_name

from classroom import beside
from classroom.limits import TooLong, at_most
from classroom.pipes import receive, send
from classroom.plain_data import decode, encode

__all__ = ["main"]

_MOST_CHARACTERS = 20_000  # of what a cell prints
_PICTURE = "image/png"
_MOST_PICTURE = 2 * 2**20  # characters
_EMBEDDED = re.compile(r'src="data:image/png;base64,([A-Za-z0-9+/=\s]+)"')


class Worker:
    """A notebook's shell, and the functions and results that were asked for."""

    def __init__(self) -> None:
        self.shell: Any = InteractiveShell.instance()
        self.shell.colors = "NoColor"
        for name in ("showtraceback", "showsyntaxerror"):  # errors are told by `run`
            setattr(self.shell, name, lambda *_, **__: None)
        self.kept: dict[str, Any] = {}
        self.functions: list[Callable] = []
        self.graphs: dict[int, tuple[list[Tensor], list[Tensor]]] = {}

    def answer(self, message: dict[str, Any]) -> dict[str, Any]:
        """Do what a message asks for."""
        actions: dict[str, Callable[..., dict[str, Any]]] = {
            "run": self.run,
            "look": self.look,
            "keep": self.keep,
            "call": self.call,
            "backward": self.backward,
            "judge": self.judge,
        }
        return actions[message.pop("do")](**message)

    def run(self, source: str, seconds: float) -> dict[str, Any]:
        """Execute a cell."""
        with capture_output() as captured:
            try:
                with at_most(seconds):
                    result = self.shell.run_cell(source, store_history=True)
                error = result.error_before_exec or result.error_in_exec
            except TooLong as late:  # rang outside of the cell's own code
                error = late
        outputs = [
            {"output_type": "stream", "name": name, "text": _shortened(text)}
            for name, text in (("stdout", captured.stdout), ("stderr", captured.stderr))
            if text
        ]
        outputs += [_shown(output.data) for output in captured.outputs[:50]]
        if error is not None:
            outputs.append(_told(error))
        return {"outputs": outputs, "failed": error is not None}

    def look(self, name: str) -> dict[str, Any]:
        """Hand out what a name stands for."""
        if name not in self.shell.user_ns:
            return {"missing": True}
        return {"value": encode(self.shell.user_ns[name], self._keep)}

    def keep(self, name: str) -> dict[str, Any]:
        """Remember what a name stands for now."""
        if name not in self.shell.user_ns:
            return {"missing": True}
        self.kept[name] = self.shell.user_ns[name]
        return {}

    def _keep(self, function: Callable) -> int:
        self.functions.append(function)
        return len(self.functions) - 1

    def call(
        self,
        function: int,
        arguments: list,
        through: list[int],
        dtype: str,
        seconds: float,
    ) -> dict[str, Any]:
        """Call a function of the submission; its results may get gradients later."""
        given = [decode(argument) for argument in arguments]
        leaves = [given[place].requires_grad_() for place in through]
        before = torch.get_default_dtype()
        torch.set_default_dtype(getattr(torch, dtype))
        calls = _Calls()
        try:
            with capture_output() as captured, calls, at_most(seconds):
                value = self.functions[function](*given)
        except (Exception, SystemExit, TooLong) as error:
            return {"error": _described(error), "printed": bool(captured.stdout)}
        finally:
            torch.set_default_dtype(before)
        outputs = [t for t in _tensors(value) if t.requires_grad]
        number = len(self.graphs)
        if leaves and outputs:
            self.graphs[number] = outputs, leaves
        return {
            "value": encode(value),
            "graph": number,
            "requires_grad": [t.requires_grad for t in _tensors(value)],
            "after": encode(given),
            "printed": bool(captured.stdout),
            "calls": list(calls.names)[:1000],
            "grad_was_off": calls.grad_was_off,
        }

    def backward(self, graph: int, gradients: list, seconds: float) -> dict[str, Any]:
        """Send gradients back through the results of a call."""
        outputs, leaves = self.graphs[graph]
        try:
            with at_most(seconds):
                arriving = [decode(gradient) for gradient in gradients]
                found = torch.autograd.grad(
                    outputs, leaves, arriving, retain_graph=True, allow_unused=True
                )
        except (Exception, TooLong) as error:
            return {"error": _described(error)}
        return {"gradients": encode(list(found))}

    def judge(self, name: str, check: str, package: str) -> dict[str, Any]:
        """Let the teacher's check judge a network where it is; see `beside`."""
        with capture_output():
            return beside.judge(self.kept[name], check, base64.b64decode(package))


class _Calls(TorchFunctionMode):
    """Record which functions of PyTorch are called, as the checks do."""

    def __init__(self) -> None:
        super().__init__()
        self.names: dict[str, None] = {}
        self.grad_was_off = False

    def __torch_function__(
        self, func: Any, types: Any, args: tuple = (), kwargs: dict | None = None
    ) -> Any:
        """Record a call and carry it out."""
        self.names[resolve_name(func) or getattr(func, "__name__", "")] = None
        result = func(*args, **(kwargs or {}))
        if not torch.is_grad_enabled() and isinstance(result, Tensor):
            self.grad_was_off = True
        return result


def _tensors(value: Any) -> list[Tensor]:
    """Return the tensors that a function returned, in order."""
    parts = value if isinstance(value, tuple | list) else [value]
    return [part for part in parts if isinstance(part, Tensor)]


def _described(error: BaseException) -> dict[str, Any]:
    """Say what was raised, and on which line of a cell."""
    trace, line = error.__traceback__, 0
    while trace:
        if "ipython-input" in trace.tb_frame.f_code.co_filename or (
            os.sep + "ipykernel_" in trace.tb_frame.f_code.co_filename
        ):
            line = trace.tb_lineno
        trace = trace.tb_next
    try:
        told = str(error)
    except Exception:
        told = "(its message can't be printed)"
    return {"type": type(error).__name__, "message": told[:2000], "line": line}


def _told(error: BaseException) -> dict[str, Any]:
    about = _described(error)
    where = f" (line {about['line']})" if about["line"] else ""
    line = f"{about['type']}: {about['message']}{where}"
    return {
        "output_type": "error",
        "ename": about["type"],
        "evalue": about["message"],
        "traceback": [line],
    }


def _shown(content: dict[str, Any]) -> dict[str, Any]:
    """Keep of what is shown the text and the picture: nothing that could run."""
    kept = {"text/plain": _shortened(str(content.get("text/plain", "")))}
    picture = content.get(_PICTURE)
    if found := _EMBEDDED.search(str(content.get("text/html", ""))):
        picture = found[1]
    if isinstance(picture, bytes):
        picture = base64.b64encode(picture).decode("ascii")
    if isinstance(picture, str) and len(picture) < _MOST_PICTURE:
        kept[_PICTURE] = picture
    return {"output_type": "display_data", "data": kept, "metadata": {}}


def _shortened(text: str) -> str:
    if len(text) <= _MOST_CHARACTERS:
        return text
    left = len(text) - _MOST_CHARACTERS
    return f"{text[:_MOST_CHARACTERS]}\n... and {left:,} characters more"


def main() -> None:
    """Answer messages until there are no more."""
    orders, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nothing, number)
    worker = Worker()
    while True:
        try:
            message = receive(orders)
        except EOFError:
            return
        send(answers, worker.answer(message))


if __name__ == "__main__":
    main()
