"""The right answers and the stubs of the exercises, as the notebooks have them."""

import ast
import json
import linecache
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
import torch.nn.functional as F
from checkers import Checker, checkers, lesson_modules

__all__ = ["TRAINED", "Exercise", "exercises", "stubs", "trained"]

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
# A change of one's own design is another design; see tests/own_networks_wrong.py.
OPEN_ENDED = {
    "batchnorm.deep_network",
    "cifar10.mended",
    "cifar10.own_network",
    "cnn.small_reader",
    "cnn.sturdy_reader",
    "convolution.restore",
    "gates.mended",
    "gates.writer",
    "inception.frugal",
    "mlp.evidence",
    "mlp.small_network",
    "pooling.wide_view",
    "recurrence.long_memory",
    "recurrence.mended",
    "residual.deep_reader",
    "residual.mended",
    "residual.resnet18",
}
# Their checks train what the answer builds, so that chance has a say, too.
TRAINED = (
    "batchnorm.deep_network",
    "gates.writer",
    "recurrence.long_memory",
    "residual.deep_reader",
)


@dataclass(frozen=True, eq=False)
class Exercise:
    """An exercise: its check, and the source of its right answer."""

    lesson: ModuleType
    name: str
    check: Checker
    source: ast.Module

    def __str__(self) -> str:
        return f"{self.lesson.__name__.rpartition('.')[2]}.{self.name}"

    @property
    def right(self) -> Any:
        return self.run(self.source)

    def run(self, source: ast.Module) -> Any:
        """Execute the source, or a mutant of it, and return the answer."""
        return _run(source, _variable(self.name))


@cache
def exercises() -> dict[str, Exercise]:
    """Return the exercises by lesson and name, such as "convolution.echo".

    Those without one right answer are left out.
    """
    found = {}
    for module in lesson_modules():
        topic = module.__name__.rpartition(".")[2]
        cells = _cells(topic, "solution")
        for name, check in checkers(module).items():
            if f"{topic}.{name}" not in OPEN_ENDED:
                source = _needed(cells, _variable(name))
                found[f"{topic}.{name}"] = Exercise(module, name, check, source)
    return found


def trained(name: str) -> tuple[Checker, Any]:
    """Return the check of one of TRAINED, and what the solution in the lesson builds.

    Such a solution may use what the lesson has defined before.
    """
    topic, _, check = name.partition(".")
    lesson = next(m for m in lesson_modules() if m.__name__.endswith(f".{topic}"))
    steps = [step for cell in _cells(topic) for step in cell.body]
    answer = _variable(check)
    return checkers(lesson)[check], _run(_closed(steps, answer), answer)


@cache
def stubs() -> dict[str, Any]:
    """Return what the cells of the exercises answer before a learner writes a word."""
    found = {}
    for module in lesson_modules():
        topic = module.__name__.rpartition(".")[2]
        cells = _cells(topic, "exercise") + _cells(topic, "quiz")
        for check, name in _handed_over(topic).items():
            found[f"{topic}.{check}"] = _run(_needed(cells, name), name)
    return found


def _handed_over(topic: str) -> dict[str, str]:
    """Return for each check which name its cell hands to it."""
    calls = [
        node
        for cell in _cells(topic, "check")
        for node in ast.walk(cell)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    ]
    return {call.func.attr: ast.unparse(call.args[0]) for call in calls}


def _variable(check: str) -> str:
    """Return what a solution calls the answer to a check."""
    return f"solution_{'answers' if check == 'quiz' else check}"


def _run(source: ast.Module, answer: str) -> Any:
    namespace = {"torch": torch, "F": F, "math": math}
    text = ast.unparse(source)
    name = f"mutant {hash(text)} of {answer}"
    exec(compile(text, name, "exec"), namespace)
    # As IPython does with a cell, so that its source is found.
    linecache.cache[name] = (len(text), None, text.splitlines(True), name)
    return namespace[answer]


def _cells(topic: str, tag: str | None = None) -> list[ast.Module]:
    """Return the code cells of a lesson: those with a tag, or all."""
    (path,) = NOTEBOOKS.glob(f"[0-9][0-9]_{topic}*.ipynb")
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [
        ast.parse("".join(cell["source"]))
        for cell in cells
        if cell["cell_type"] == "code"
        and (tag is None or tag in cell["metadata"].get("tags", []))
    ]


def _needed(cells: list[ast.Module], name: str) -> ast.Module:
    """Return what defines a name, without what its cell checks and shows."""
    for cell in cells:
        if any(name in _defined(step) for step in cell.body):
            return _closed(cell.body, name)
    raise LookupError(
        f"no cell of an exercise defines {name}; see tests/mutants/solutions.py"
    )


def _closed(body: list[ast.stmt], name: str) -> ast.Module:
    """Return the statements that define a name, and the names that these use."""
    steps = {n: step for step in body for n in _defined(step)}
    needed, wanted = [], [steps[name]]
    while wanted:
        step = wanted.pop()
        needed.append(step)
        used = _used(step)
        wanted += [s for n, s in steps.items() if n in used and s not in needed]
    return ast.Module([s for s in body if s in needed], type_ignores=[])


def _used(step: ast.stmt) -> set[str]:
    """Return the names that a statement looks up, without those that it sets."""
    names = [n for n in ast.walk(step) if isinstance(n, ast.Name)]
    arguments = {n.arg for n in ast.walk(step) if isinstance(n, ast.arg)}
    own = {n.id for n in names if isinstance(n.ctx, ast.Store)}
    return {n.id for n in names} - arguments - own


def _defined(step: ast.stmt) -> list[str]:
    if isinstance(step, ast.FunctionDef | ast.ClassDef):
        return [step.name]
    if isinstance(step, ast.Import | ast.ImportFrom):
        return [(name.asname or name.name).partition(".")[0] for name in step.names]
    targets = step.targets if isinstance(step, ast.Assign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]
