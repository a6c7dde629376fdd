"""How long the course's own commands take: the second half of `make bench`.

Clones what was last committed to a folder of its own and does there what a newcomer and
CI do, one command after the other. What was measured lies in .cache/timings.jsonl, so
that a stopped run goes on. Writes benchmarks/timings.md.
"""

import argparse
import json
import os
import subprocess
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from benchmarks.contests import machine, spread
from lessons_lib.paths import ROOT

__all__ = ["TASKS", "Task", "main", "report", "seconds_of", "stored"]

STORE = ROOT / ".cache" / "timings.jsonl"
LOG = ROOT / ".cache" / "timings.log"
RESULT = ROOT / "benchmarks" / "timings.md"
LESSONS = [path.stem for path in sorted((ROOT / "notebooks").glob("*.ipynb"))]
# As after the install, which compiles the packages, but not the course.
HANDOUTS_GONE = (
    "git clean -fdxq exports && "
    "find . -path ./.venv -prune -o -name __pycache__ -exec rm -rf {} +"
)


class Task(NamedTuple):
    """A command that is timed.

    Attributes:
        name: as the table calls it.
        command: for the shell, in the clone.
        before: what puts the clone into the state that is meant, not timed.
        runs: how often.
    """

    name: str
    command: str
    before: str = ""
    runs: int = 3


TASKS = (
    Task("install: `make .venv/ready`", "make .venv/ready", "rm -rf .venv .cache"),
    Task("fetch the data: `make data`", "make data", "rm -rf data .cache/data"),
    Task("`import torch`", ".venv/bin/python -c 'import torch'", runs=5),
    Task(
        "what lesson 03 imports",
        ".venv/bin/python -c 'import lessons_lib, lessons_lib.checks.mlp, "
        "lessons_lib.data, lessons_lib.digits, lessons_lib.figures, "
        "lessons_lib.training'",
        runs=5,
    ),
    Task("`make pdf`, cold", "make pdf", HANDOUTS_GONE),
    Task("`make pdf`, warm", "make pdf"),
    Task("unit tests: `make unit`", "make unit", "make forget", runs=1),
    *(
        Task(
            f"lesson {name}, executed and compared",
            f"make lessons LESSON={name}",
            f"rm -f .cache/proven/{name}",
            runs=1,
        )
        for name in LESSONS
    ),
    Task("`make test`, nothing changed", "make test"),
)


def seconds_of(task: Task, folder: Path) -> float:
    """Run a task once and return the seconds of its command.

    Args:
        task: what to run.
        folder: the clone.

    Raises:
        RuntimeError: The command failed; its output lies in `.cache/timings.log`.
    """
    ours = ("LESSONS_", "PYTHONPATH", "VIRTUAL_ENV", "MPLCONFIGDIR", "MAKE")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(ours)}
    LOG.parent.mkdir(exist_ok=True)
    with LOG.open("w", encoding="utf-8") as log:
        for command in filter(None, (task.before, task.command)):
            began = time.perf_counter()
            done = subprocess.run(
                command,
                shell=True,
                cwd=folder,
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
            if done.returncode:
                raise RuntimeError(f"{command} failed here; see {LOG}.")
    return time.perf_counter() - began


def report(found: dict[str, list[float]], drawn: bool = False) -> str:
    """Return the page.

    Args:
        found: the seconds of each run, by the name of its task.
        drawn: whether CIFAR-10 couldn't be fetched, and drawn pictures stood in for it.
    """
    rows = [
        f"| {task.name} | {_told(found[task.name])} | {len(found[task.name])} |"
        for task in TASKS
        if found.get(task.name)
    ]
    missing = [task.name for task in TASKS if not found.get(task.name)]
    notes = [
        "CIFAR-10 couldn't be fetched: the data is MNIST, and pictures drawn in its "
        "place; lesson 9 trained on these."
    ] * drawn + [f"Not measured here: {', '.join(missing)}."] * bool(missing)
    return "\n".join(
        [
            "# How long the course's commands take",
            "",
            f"Made by `make bench` in a fresh clone on: {machine()}. Wall clock, with "
            "the start of Python and of kernels; median and range of the runs. The "
            "install took its packages from a nearby cache: how long a download of "
            "3.2 GB takes depends on the connection. *Cold*: no handouts, and nothing "
            "of the course compiled, as after the install; the system's cache of "
            "files stays warm.",
            "",
            *(line for note in notes for line in (note, "")),
            "| command | seconds | runs |",
            "| --- | --- | ---: |",
            *rows,
            "",
        ]
    )


def _told(seconds: list[float]) -> str:
    if len(seconds) == 1:
        return f"{seconds[0]:.1f}"
    return spread(seconds, ".1f")


def stored(lines: Iterable[str]) -> dict[str, list[float]]:
    """Return what was measured before, by task.

    Args:
        lines: each a JSON list of a task's name and its seconds.
    """
    found: dict[str, list[float]] = {}
    for line in lines:
        name, seconds = json.loads(line)
        found.setdefault(name, []).append(seconds)
    return found


def main(arguments: list[str] | None = None) -> None:
    """Measure what isn't measured yet, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--anew", action="store_true", help="forget earlier runs")
    if parser.parse_args(arguments).anew:
        STORE.unlink(missing_ok=True)
    found = stored(STORE.read_text("utf-8").splitlines() if STORE.exists() else [])
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        clone = Path(folder, "course")
        subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
        if found:  # a run that goes on finds no environment in its new clone
            seconds_of(Task("ready", "make .venv/ready data"), clone)
        for task in TASKS:
            while len(found.get(task.name, [])) < task.runs:
                seconds = seconds_of(task, clone)
                print(f"{task.name}: {seconds:.1f} s", flush=True)
                found.setdefault(task.name, []).append(seconds)
                STORE.parent.mkdir(exist_ok=True)
                with STORE.open("a", encoding="utf-8") as file:
                    print(json.dumps([task.name, seconds]), file=file)
        drawn = (clone / "data" / "cifar10" / "drawn.pt").exists()
    page = report(found, drawn)
    print(page)
    RESULT.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
