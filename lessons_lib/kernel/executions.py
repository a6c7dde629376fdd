"""Remember for each name which run of which cell has set it, and how the run ended."""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lessons_lib.kernel.names import argument_names, bound_names
from lessons_lib.kernel.notebook_file import saved_source

__all__ = ["Execution", "Executions"]


@dataclass(frozen=True)
class Execution:
    """One run of a cell.

    Attributes:
        number: what stands beside the cell, [7].
        cell: its id.
        source: what was run.
        error: the name of the error that ended it, or "".
        began: seconds since 1970.
    """

    number: int
    cell: str
    source: str
    error: str
    began: float


class Executions:
    """The runs of a kernel's cells, as IPython's events tell them.

    Args:
        namespace: the kernel's names and their values.
    """

    def __init__(self, namespace: Mapping[str, Any]) -> None:
        self.namespace = namespace
        self.latest: dict[str, Execution] = {}  # by the id of the cell
        self.setter: dict[str, Execution] = {}  # by name
        self.running = ""  # the source of the cell that runs now
        self.running_cell = ""
        self._began = 0.0
        self._before: dict[str, int] = {}  # name -> identity of its value

    def begin(self, info: Any) -> None:
        """Note that a cell begins to run (pre_run_cell).

        Args:
            info: IPython's ExecutionInfo.
        """
        self.running, self.running_cell = info.raw_cell, info.cell_id or ""
        self._began = time.time()
        names = bound_names(info.raw_cell) | set(self.setter) if info.cell_id else ()
        # No references: they would keep in memory what the cell is about to replace.
        self._before = {name: id(self.namespace.get(name, self)) for name in names}

    def end(self, result: Any) -> None:
        """Note how a cell ended (post_run_cell).

        Args:
            result: IPython's ExecutionResult.
        """
        if result.info is None or not result.info.cell_id:
            return  # unattended, or no cell
        error = result.error_before_exec or result.error_in_exec
        run = Execution(
            result.execution_count or 0,
            result.info.cell_id,
            result.info.raw_cell,
            type(error).__name__ if error else "",
            self._began,
        )
        self.latest[run.cell] = run
        bound = bound_names(run.source)
        for name in bound | set(self.setter):
            new = id(self.namespace.get(name, self)) != self._before.get(name, id(self))
            if new or (name in bound and not error):
                self.setter[name] = run

    def name_of(self, answer: object, check: str) -> str:
        """Return under which name the cell that runs now hands an answer to a check.

        Args:
            answer: the value.
            check: what the check is called.

        Returns:
            The name, or "" if there is none: check.sum(3), a name that the same cell
            sets, or an unattended run.
        """
        if not self.running_cell:
            return ""
        names = argument_names(self.running, check) - bound_names(self.running)
        found = [name for name in names if self.namespace.get(name) is answer]
        return found[0] if len(found) == 1 else ""

    def doubt(self, name: str) -> str:
        """Say why a name may not hold what its cell says now.

        Args:
            name: what is judged.

        Returns:
            What has happened to the cell and what to do, or "" if nothing is known to
            be wrong.
        """
        if not (setter := self.setter.get(name)):
            return ""
        last = self.latest[setter.cell]
        where = f"The cell of {name}"
        if last.error:
            return (
                f"{where} ended with {last.error} when it last ran, [{last.number}]. "
                "Mend it and run it, then this check again."
            )
        if last is not setter and not re.search(rf"\b{name}\b", last.source):
            return (
                f"{where}, which last ran as [{last.number}], doesn't set {name} any "
                "more. Give it its name back, run it, then this check again."
            )
        saved = saved_source(last.cell, name, since=last.began)
        lines = last.source.strip().splitlines()  # whichever way they end
        if saved is not None and saved.strip().splitlines() != lines:
            return (
                f"{where} was edited after it ran as [{last.number}]. Run it, then "
                "this check again."
            )
        return ""
