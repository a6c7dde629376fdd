"""Judge a submission: it runs in the sandbox, and its answers are judged here."""

import base64
import contextlib
import functools
import importlib
import io
import os
import tempfile
import time
import warnings
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType
from typing import Any

from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode

import lessons_lib.checks
from classroom.hollow import write_hollow
from classroom.limits import TooLong, at_most
from classroom.marks import MARKS, Check, check_of, is_answer
from classroom.oddities import listed
from classroom.outputs import about_cell, about_check
from classroom.student import Ended, Missing, RemoteFunction, Submission
from lessons_lib.checks.judge import Status, Verdict, attempts
from lessons_lib.checks.judge.attempts import TooSlow
from lessons_lib.checks.judge.grading import NotRight
from lessons_lib.kernel.names import bound_names, used_names

__all__ = ["CHECKS", "NETWORKS", "judge_apart", "judge_network", "judge_notebook"]

# These answers are networks, which can't be plain data: see `beside`.
NETWORKS = {
    "batchnorm.deep_network",
    "cifar10.mended",
    "cifar10.own_network",
    "cnn.small_reader",
    "cnn.sturdy_reader",
    "gates.mended",
    "gates.writer",
    "inception.frugal",
    "mlp.small_network",
    "pooling.wide_view",
    "recurrence.long_memory",
    "recurrence.mended",
    "residual.deep_reader",
    "residual.mended",
    "residual.resnet18",
}
CHECKS = Path(lessons_lib.checks.__file__).parent  # the package
_RUNS = 6  # of one submission: each begins again without the cell that ended the last
_CHECK_SECONDS = 120.0
_PATIENCE = 150.0  # seconds that a check waits for an answer from afar
_BESIDE = "Judged in the notebook's own process, as networks are."


def judge_notebook(
    notebook: NotebookNode, *, cell_seconds: float = 300, seconds: float = 1800
) -> dict[str, Verdict]:
    """Run a mended submission, and write into its check cells what they are worth.

    Args:
        notebook: the submission; it gets outputs, and what was odd in its metadata.
        cell_seconds: that one cell may take.
        seconds: that all cells together may take.

    Returns:
        id of a check cell -> the verdict.

    Raises:
        SandboxError: there is no sandbox here.
    """
    marks = notebook.metadata[MARKS]
    trial = _Trial(notebook, cell_seconds, time.monotonic() + seconds)
    with tempfile.TemporaryDirectory() as folder, _grading():
        hollow = Path(folder) / "checks"
        write_hollow(CHECKS, marks["lesson"], set(marks["helpers"]), hollow)
        for _ in range(_RUNS):
            if trial.run(hollow):
                break
    trial.write()
    marks["odd"] = [*marks.get("odd", []), *trial.oddities()]
    return {notebook.cells[place].id: v for place, v in trial.verdicts.items()}


@dataclass
class _Trial:
    """What is known of a submission, over all of its runs.

    Attributes:
        notebook: the submission.
        cell_seconds: that one cell may take.
        deadline: of all runs together.
        outputs: place of a cell -> what came of it.
        verdicts: place of a check cell -> what was found.
        left_out: place of a cell that ended a run -> why.
    """

    notebook: NotebookNode
    cell_seconds: float
    deadline: float
    outputs: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    verdicts: dict[int, Verdict] = field(default_factory=dict)
    left_out: dict[int, str] = field(default_factory=dict)

    @functools.cached_property
    def checks(self) -> dict[int, Check]:
        """Place -> check, in the order of the notebook."""
        found = {k: check_of(cell) for k, cell in enumerate(self.notebook.cells)}
        return {place: check for place, check in found.items() if check}

    def run(self, hollow: Path) -> bool:
        """Run the submission once; return whether it came to its end."""
        checks = self.checks
        with Submission(hollow) as submission:
            for place in range(max(checks, default=-1) + 1):
                if not self._step(submission, place, checks.get(place)):
                    return False
            for place, check in checks.items():
                if place in self.verdicts:
                    continue
                try:
                    self.verdicts[place] = judge_network(submission, check)
                except Ended as end:
                    self.verdicts[place] = _lost(check, str(end))
                    return False
        return True

    @functools.cached_property
    def drawings(self) -> set[int]:
        """Places of untouched cells that draw and set nothing that is used later.

        They needn't run, and keep what they showed in the lesson.
        """
        found: set[int] = set()
        used: set[str] = set()
        for place in reversed(range(len(self.notebook.cells))):
            cell = self.notebook.cells[place]
            if cell.cell_type != "code":
                continue
            draws = cell.metadata.get(MARKS, {}).get("drawing")
            if draws and not bound_names(cell.source) & used:
                found.add(place)
            else:
                used |= used_names(cell.source)
        return found

    def _step(self, submission: Submission, place: int, check: Check | None) -> bool:
        """Run or judge one cell; return whether the submission lives."""
        cell = self.notebook.cells[place]
        done = self.drawings | self.left_out.keys() | self.verdicts.keys()
        if cell.cell_type != "code" or place in done:
            return True
        left = self.deadline - time.monotonic()
        try:
            if left <= 0:
                raise Ended("the whole notebook took too long")
            if check and check.path in NETWORKS:
                submission.keep(check.answer)
            elif check:
                code = self._code_of(check.answer, place)
                self.verdicts[place] = judge_apart(submission, check, code)
            else:
                seconds = min(self.cell_seconds, left)
                self.outputs[place], _ = submission.run(cell.source, seconds)
        except Missing:
            assert check
            self.verdicts[place] = _missing(check, self._why_missing(place))
        except Ended as end:
            if check:
                self.verdicts[place] = _lost(check, str(end))
            else:
                self.left_out[place] = str(end)
            return False
        return True

    def _code_of(self, name: str, place: int) -> CodeType | None:
        """Return the code of the function that the cells above define last."""
        for cell in reversed(self.notebook.cells[:place]):
            if cell.cell_type == "code" and (code := _function(cell.source, name)):
                return code
        return None

    def _why_missing(self, place: int) -> str:
        """Say why the answer above a check isn't set."""
        for above in reversed(range(place)):
            if is_answer(self.notebook.cells[above]):
                if reason := self.left_out.get(above):
                    return f"its cell was left out, because {reason}"
                errors = [
                    str(output.get("evalue"))
                    for output in self.outputs.get(above, [])
                    if output.get("output_type") == "error"
                ]
                return f"its cell failed: {errors[0]}" if errors else ""
        return ""

    def write(self) -> None:
        """Write into the notebook what came of its cells."""
        number = 0
        for place, cell in enumerate(self.notebook.cells):
            if cell.cell_type != "code":
                continue
            if check := self.checks.get(place):
                why = "the notebook ended Python too often"
                verdict = self.verdicts.setdefault(place, _lost(check, why))
                cell.outputs = about_check(verdict, check.points)
            elif place in self.left_out:
                cell.outputs = about_cell([], self.left_out[place])
            elif place not in self.drawings:
                cell.outputs = about_cell(self.outputs.get(place, []))
            number += 1
            cell.execution_count = number

    def oddities(self) -> list[str]:
        """Say which cells failed, were stopped or had to be left out."""
        stopped, failed, left_out = [], [], []
        for place, cell in enumerate(self.notebook.cells):
            where = f"In [{cell.get('execution_count')}]"
            if place in self.left_out:
                left_out.append(f"{where} ({self.left_out[place]})")
            for output in self.outputs.get(place, []):
                if isinstance(output, dict) and output.get("output_type") == "error":
                    name = str(output.get("ename"))
                    if name == TooLong.__name__:
                        stopped.append(where)
                    elif place not in self.left_out:
                        kind = name if name.isidentifier() else "an error"
                        failed.append(f"{where} ({kind[:40]})")
        told = {"stopped": stopped, "failed": failed, "left out": left_out}
        return [f"{what}: {listed(cells)}" for what, cells in told.items() if cells]


def judge_apart(
    submission: Submission, check: Check, code: CodeType | None = None
) -> Verdict:
    """Judge an answer in this process, where nothing of the submission runs.

    What is right has to be right twice, on inputs drawn anew.

    Args:
        submission: the process that runs its cells.
        check: what to check.
        code: of the function that the answer should be.

    Returns:
        The verdict.

    Raises:
        Missing: there is no answer.
        Ended: the submission has ended.
    """
    answer = submission.look(check.answer, code)
    judge = _checker(check)
    verdict = _verdict(judge, answer)
    if verdict.status is Status.RIGHT and isinstance(answer, RemoteFunction):
        verdict = _verdict(judge, answer)
    if submission.ended:
        raise Ended(submission.ended)
    return verdict


def judge_network(submission: Submission, check: Check) -> Verdict:
    """Let a network be judged where it is, by checks that are brought there.

    Args:
        submission: the process that made the network, and kept it.
        check: what to check.

    Returns:
        The verdict; not right if the checks there say so of what is wrong, too.

    Raises:
        Ended: the submission has ended.
    """
    found = submission.judge(check.answer, check.path, _package(), _CHECK_SECONDS)
    if found.get("fooled") is not False:
        return Verdict(
            Status.NOT_YET,
            "In this notebook, the check accepts what is wrong.",
        )
    try:
        status = Status(str(found.get("status")))
    except ValueError:
        status = Status.NOT_YET
    told = f"{found.get('message')}\n{_BESIDE}"
    return Verdict(status, told, str(found.get("mistake")))


def _checker(check: Check) -> Callable[[object], Verdict]:
    module = importlib.import_module(f"{lessons_lib.checks.__name__}.{check.lesson}")
    return getattr(module, check.name)


def _verdict(judge: Callable[[object], Verdict], answer: object) -> Verdict:
    """Call a check with whatever a submission hands out."""
    try:
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with at_most(_CHECK_SECONDS):
                return judge(answer)
    except NotRight as found:
        return found.verdict
    except (TooLong, TooSlow):
        return Verdict(Status.NOT_YET, "To check this answer took too long.")
    except Exception as error:  # whatever an answer that was made up may set off
        return Verdict(
            Status.NOT_YET, f"This answer can't be checked ({type(error).__name__})."
        )


def _missing(check: Check, reason: str) -> Verdict:
    told = f"{check.answer} isn't set"
    return Verdict(Status.NOT_YET, f"{told}: {reason}." if reason else f"{told}.")


def _lost(check: Check, reason: str) -> Verdict:
    return Verdict(Status.NOT_YET, f"{check.answer} couldn't be judged: {reason}.")


def _function(source: str, name: str) -> CodeType | None:
    """Compile a cell, without executing it, and return the code of a function in it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            text = TransformerManager().transform_cell(source)
            cell = compile(text, "<cell>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    inner = (c for c in cell.co_consts if isinstance(c, CodeType) and c.co_name == name)
    return next(inner, None)


@functools.cache
def _package() -> str:
    """Return the package of checks, zipped, as text."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(CHECKS.rglob("*.py")):
            archive.write(path, Path("checks") / path.relative_to(CHECKS))
    return base64.b64encode(content.getvalue()).decode("ascii")


@contextlib.contextmanager
def _grading() -> Iterator[None]:
    """Let the checks of this process raise what isn't right, and wait for answers.

    It is the sandbox that stops a function: what passes through the pipe may be late.
    """
    before, patience = os.environ.get("LESSONS_GRADING"), attempts.SECONDS
    os.environ["LESSONS_GRADING"], attempts.SECONDS = "1", _PATIENCE
    try:
        yield
    finally:
        attempts.SECONDS = patience
        if before is None:
            del os.environ["LESSONS_GRADING"]
        else:
            os.environ["LESSONS_GRADING"] = before
