"""The right answers to the exercises, as the notebooks' solution cells have them."""

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

__all__ = ["Exercise", "exercises"]

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
# A change of one's own design is another design; see tests/own_networks_wrong.py.
OPEN_ENDED = {
    "batchnorm.deep_network",
    "cifar10.own_network",
    "cnn.small_reader",
    "cnn.sturdy_reader",
    "convolution.restore",
    "inception.frugal",
    "mlp.evidence",
    "mlp.small_network",
    "pooling.wide_view",
    "residual.deep_reader",
    "residual.mended",
    "residual.resnet18",
}


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
        namespace = {"torch": torch, "F": F, "math": math}
        text = ast.unparse(source)
        name = f"mutant {hash(text)} of {self.name}"
        exec(compile(text, name, "exec"), namespace)
        # As IPython does with a cell, so that its source is found.
        linecache.cache[name] = (len(text), None, text.splitlines(True), name)
        return namespace[_variable(self.name)]


@cache
def exercises() -> dict[str, Exercise]:
    """Return the exercises by lesson and name, such as "convolution.echo".

    Those without one right answer are left out.
    """
    found = {}
    for module in lesson_modules():
        topic = module.__name__.rpartition(".")[2]
        cells = _solutions(topic)
        for name, check in checkers(module).items():
            if f"{topic}.{name}" not in OPEN_ENDED:
                source = _needed(cells, _variable(name))
                found[f"{topic}.{name}"] = Exercise(module, name, check, source)
    return found


def _variable(check: str) -> str:
    """Return what a solution calls the answer to a check."""
    return f"solution_{'answers' if check == 'quiz' else check}"


def _solutions(topic: str) -> list[ast.Module]:
    (path,) = NOTEBOOKS.glob(f"[0-9][0-9]_{topic}*.ipynb")
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [
        ast.parse("".join(cell["source"]))
        for cell in cells
        if cell["cell_type"] == "code"
        and "solution" in cell["metadata"].get("tags", [])
    ]


def _needed(cells: list[ast.Module], name: str) -> ast.Module:
    """Return what a solution cell defines, without what it checks and shows."""
    for cell in cells:
        steps = {n: step for step in cell.body for n in _defined(step)}
        if name not in steps:
            continue
        needed, wanted = [], [steps[name]]
        while wanted:
            step = wanted.pop()
            needed.append(step)
            used = {n.id for n in ast.walk(step) if isinstance(n, ast.Name)}
            wanted += [s for n, s in steps.items() if n in used and s not in needed]
        return ast.Module([s for s in cell.body if s in needed], type_ignores=[])
    raise LookupError(
        f"no solution cell defines {name}; see tests/mutants/solutions.py"
    )


def _defined(step: ast.stmt) -> list[str]:
    if isinstance(step, ast.FunctionDef | ast.ClassDef):
        return [step.name]
    targets = step.targets if isinstance(step, ast.Assign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]
