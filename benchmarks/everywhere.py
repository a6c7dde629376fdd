"""The lessons' outputs compared under other conditions: threads, load, Python.

    python -m benchmarks.everywhere notebooks/01_convolution.ipynb notebooks/02_*.ipynb

Each lesson is executed once for each condition, and each output compared as `make test`
does. `benchmarks/everywhere.md` gets a row for each, so that a table grows lesson by
lesson; what pytest said of a run that failed lies in .cache/everywhere. It is a report:
its exit status is 0 whatever differs.
"""

import argparse
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

__all__ = ["CONDITIONS", "Condition", "Row", "main", "read_rows", "read_run", "table"]

ROOT = Path(__file__).parents[1]
TABLE = ROOT / "benchmarks" / "everywhere.md"
ENVIRONMENTS = ROOT / ".cache" / "everywhere"
PYTHONS = ("3.11", "3.14", "3.13", "3.12")  # the oldest; of the others the first there
BUSY = "while True: sum(range(10_000))"
HEAD = (
    "condition",
    "lesson",
    "strictly",
    "within a tolerance",
    "not compared",
    "failures",
)


class Condition(NamedTuple):
    """What is different in a run.

    Attributes:
        name: in words.
        environment: variables that are set.
        busy: processes that compute beside it.
        python: version of another Python, "3.13"; "" for this one.
    """

    name: str
    environment: Mapping[str, str] = MappingProxyType({})
    busy: int = 0
    python: str = ""


CONDITIONS = (  # as usual, `make test` compares them
    Condition("1 thread", {"LESSONS_THREADS": "1"}),
    Condition("4 threads", {"LESSONS_THREADS": "4"}),
    Condition("no vector instructions", {"ATEN_CPU_CAPABILITY": "default"}),
    Condition("two busy neighbors", busy=2),
)


class Row(NamedTuple):
    """What a run gave: how many cells were compared how, and which of them failed."""

    condition: str
    lesson: str
    counts: Counter
    failures: tuple[str, ...]

    def cells(self) -> list[str]:
        """Return the row of the table."""
        ways = [
            sum(n for way, n in self.counts.items() if way.startswith(start))
            for start in ("strictly", "within", "not")
        ]
        failures = ", ".join(self.failures) or "none"
        return [self.condition, self.lesson, *map(str, ways), failures]


def main(arguments: list[str] | None = None) -> None:
    """Run the lessons under each condition, and write a row for each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebooks", nargs="+", type=Path)
    parser.add_argument("--conditions", nargs="+", help="only these, by their names")
    options = parser.parse_args(arguments)
    rows = read_rows(TABLE)
    for condition in [*CONDITIONS, *other_pythons()]:
        if options.conditions and condition.name not in options.conditions:
            continue
        python = environment_for(condition.python)
        if python is None:
            print(f"{condition.name}: skipped, its packages can't be installed.")
            continue
        for path in options.notebooks:
            row = run(condition, path, python)
            rows[row.condition, row.lesson] = row.cells()
            print(" | ".join(row.cells()), flush=True)
            TABLE.write_text("\n".join(table(rows)) + "\n", encoding="utf-8")


def other_pythons() -> Iterator[Condition]:
    """Yield the oldest and the newest Python that are here, this one aside."""
    oldest, *newer = PYTHONS
    here = platform.python_version().rpartition(".")[0]
    newest = next((version for version in newer if works(f"python{version}")), "")
    for version in (oldest, newest):
        if not version or not works(f"python{version}"):
            print(f"Python {version or 'newer than 3.11'}: skipped, it isn't here.")
        elif version != here:
            yield Condition(f"Python {version}", python=version)


def works(command: str) -> bool:
    """Tell whether a Python is there and starts."""
    if not shutil.which(command):
        return False
    return not subprocess.run([command, "-c", ""], capture_output=True).returncode


def environment_for(version: str) -> str | None:
    """Return the Python to run with: this one, or one with the course installed."""
    if not version:
        return sys.executable
    python = ENVIRONMENTS / version / "bin" / "python"
    done = ENVIRONMENTS / version / "ready"
    if not done.exists():
        print(f"Installing the course for Python {version}.", flush=True)
        subprocess.run(
            [f"python{version}", "-m", "venv", python.parents[1]], check=True
        )
        command = [python, "-m", "pip", "install", "--quiet"]
        command += ["--requirement", ROOT / "requirements.txt", ROOT / "handouts"]
        if subprocess.run(command).returncode:
            return None
        done.touch()
    return str(python)


def run(condition: Condition, path: Path, python: str) -> Row:
    """Execute a lesson under a condition and compare its outputs."""
    with tempfile.TemporaryDirectory() as folder, neighbors(condition.busy):
        report = Path(folder, "report.xml")
        command = [python, "-m", "pytest", "--nbval", "--nbval-cell-timeout=300"]
        command += ["--nbval-sanitize-with=tests/nbval.cfg", "--nbval-current-env"]
        command += ["-p", "no:cacheprovider", f"--junitxml={report}", str(path)]
        places = os.pathsep.join([str(ROOT), str(ROOT / "handouts" / "src")])
        environment = {**os.environ, "PYTHONPATH": places, **condition.environment}
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True)
        row = read_run(report.read_text(encoding="utf-8"), condition.name, path.stem)
    if row.failures:
        log = ENVIRONMENTS / f"{condition.name}, {path.stem}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_bytes(done.stdout)
    return row


@contextmanager
def neighbors(count: int) -> Iterator[None]:
    """Keep processes busy beside a run."""
    started = [subprocess.Popen([sys.executable, "-c", BUSY]) for _ in range(count)]
    try:
        yield
    finally:
        for process in started:
            process.kill()
            process.wait()


def read_run(report: str, condition: str, lesson: str) -> Row:
    """Return what pytest wrote about a run.

    Args:
        report: its file in the form of JUnit.
        condition: what was different.
        lesson: what was executed.
    """
    counts: Counter = Counter()
    failures = []
    for case in ET.fromstring(report).iter("testcase"):
        said = {p.get("name"): p.get("value", "") for p in case.iter("property")}
        if "compared" in said:
            counts[said["compared"]] += 1
        if case.find("failure") is not None or case.find("error") is not None:
            failures.append(said.get("cell") or str(case.get("name")))
    return Row(condition, lesson, counts, tuple(failures))


def read_rows(path: Path) -> dict[tuple[str, str], list[str]]:
    """Return the rows of a table that was written before, by condition and lesson."""
    if not path.exists():
        return {}
    lines = re.findall(r"^\| (.+) \|$", path.read_text(encoding="utf-8"), re.MULTILINE)
    rows = [line.split(" | ") for line in lines[2:]]
    return {(row[0], row[1]): row for row in rows}


def table(rows: dict[tuple[str, str], list[str]]) -> list[str]:
    """Return the table in Markdown, with what it was made with."""
    from torch import __version__ as torch_version

    lines = [HEAD, ["---"] * len(HEAD), *(rows[key] for key in sorted(rows))]
    return [
        "# The lessons' outputs under other conditions",
        "",
        "Cells with outputs, how they were compared, and the cells that failed: those "
        "with an output outside its tolerance. Made "
        f"by `make everywhere` on {platform.system()}, {platform.machine()}, "
        f"{os.cpu_count()} cores, Python {platform.python_version()}, "
        f"PyTorch {torch_version}.",
        "",
        *(f"| {' | '.join(line)} |" for line in lines),
    ]


if __name__ == "__main__":
    main()
