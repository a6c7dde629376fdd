"""Commands that are killed, run twice at once, or meet a clock that was set back."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from data.samples import start, wait_for
from live_kernel import live_kernel
from nbformat.v4 import new_code_cell, new_notebook

from drills.disks import PATHS
from lessons_lib.paths import ROOT

unix = pytest.mark.skipif(os.name == "nt", reason="there is no kill -9")


def begin(*command, **options):
    """Start a Python in which the course, its tests and the handouts are found."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, PATHS))}
    return subprocess.Popen(
        [sys.executable, *command],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        **options,
    )


def ended(process):
    """Return the exit status and all that was said."""
    said = "".join(process.communicate(timeout=300))
    return process.returncode, said


def kill(process):
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=300)


# make run


def stored(folder, *sources):
    path = folder / "lesson.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell(x) for x in sources]), path)
    return path


def execute(path):
    return begin("-m", "nbconvert", f"--config={ROOT / '.ci' / 'execute.py'}", path)


WAITING = """
import os, pathlib, time
parent = os.getppid()
pathlib.Path({flag!r}).touch()
while os.getppid() == parent:
    time.sleep(0.1)
os._exit(0)  # whoever started this kernel is gone
"""


@unix
@pytest.mark.drill(
    "make run is killed while a cell runs", "the stored lesson stays as it was"
)
def test_killed_while_executing(tmp_path):
    flag = tmp_path / "flag"
    path = stored(tmp_path, WAITING.format(flag=str(flag)))
    before = path.read_bytes()
    process = execute(path)
    wait_for(flag)
    kill(process)
    assert path.read_bytes() == before


STORE = """
import os, sys, time
from pathlib import Path
replace = os.replace

def hang(source, target):
    if Path(target) == Path({path!r}):
        Path({flag!r}).touch()
        time.sleep(60)
    replace(source, target)

os.replace = hang
from nbconvert.nbconvertapp import main
main(["--config=.ci/execute.py", {path!r}])
"""


@unix
@pytest.mark.drill(
    "make run is killed while it stores a lesson", "the stored lesson stays as it was"
)
def test_killed_while_storing(tmp_path):
    path, flag = stored(tmp_path, "print('x' * 100_000)"), tmp_path / "flag"
    before = path.read_bytes()
    process = begin("-c", STORE.format(path=str(path), flag=str(flag)), cwd=ROOT)
    wait_for(flag)
    kill(process)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("case", "cell", "words"),
    [
        ("the kernel dies", "import os; os._exit(1)", "Kernel died"),
        ("a cell fails", "1 / 0", "division by zero"),
    ],
)
@pytest.mark.drill("{case} during make run", "it says so; the stored lesson stays")
def test_cell_ends_the_run(tmp_path, case, cell, words):
    path = stored(tmp_path, "print(1)", cell, "print(2)")
    before = path.read_bytes()
    status, said = ended(execute(path))
    assert status != 0 and words in said
    assert path.read_bytes() == before


@pytest.mark.drill("two make run at once", "the stored lesson is whole")
def test_two_runs(tmp_path):
    path = stored(tmp_path, "print('x' * 100_000)")
    for process in [execute(path), execute(path)]:
        status, said = ended(process)
        assert status == 0, said
    [cell] = nbformat.read(path, as_version=4).cells
    assert len(cell.outputs[0].text) == 100_001
    assert sorted(x.name for x in tmp_path.iterdir()) == ["lesson.ipynb"]


# make pdf


PRINT = """
import os, sys, time
from dataclasses import replace as other
from pathlib import Path
import handout_samples as sample
import nbformat
from handout_pdfs import SETTINGS, with_title
from handouts import publish as module

top = Path({top!r})
replace = os.replace

def hang(source, target):
    if {hang!r} and str(target).endswith(".pdf"):
        (top / "flag").touch()
        time.sleep(60)
    replace(source, target)

os.replace = hang
lesson = top / "01_lesson.ipynb"
nbformat.write(with_title(*sample.exercise(1)), lesson)
settings = other(SETTINGS, exports=top / "exports")
sys.exit(module.publish([lesson], settings, ("student",), "a4"))
"""


def print_in(folder, hang=False):
    return begin("-c", PRINT.format(top=str(folder), hang=hang))


def assert_printed(folder):
    content = (folder / "exports" / "student" / "01_lesson.pdf").read_bytes()
    assert content.startswith(b"%PDF-") and content.rstrip().endswith(b"%%EOF")


@unix
@pytest.mark.drill(
    "make pdf is killed while it writes", "no half PDF; the next run writes it"
)
def test_killed_while_printing(tmp_path):
    process = print_in(tmp_path, hang=True)
    wait_for(tmp_path / "flag")
    kill(process)
    assert not list((tmp_path / "exports").rglob("*.pdf"))
    assert ended(print_in(tmp_path))[0] == 0
    assert_printed(tmp_path)


@pytest.mark.drill("two make pdf at once", "both succeed, the PDF is whole")
def test_two_prints(tmp_path):
    for process in [print_in(tmp_path), print_in(tmp_path)]:
        status, said = ended(process)
        assert status == 0, said
    assert_printed(tmp_path)


# Others at the same time


@pytest.mark.drill("two make test at once", "both pass")
def test_two_test_runs():
    tests = ["tests/data/test_files.py", "tests/test_paths.py"]
    command = ["-m", "pytest", "-q", *tests]
    for process in [begin(*command, cwd=ROOT) for _ in range(2)]:
        status, said = ended(process)
        assert status == 0, said


RECORD = """
    from itertools import count
    from pathlib import Path
    from lessons_lib.desk.progress import record
    for n in count():
        record("pooling", f"check{{n}}", "Right", Path({desk!r}))
"""


@unix
@pytest.mark.drill(
    "a kernel is killed while it writes down a verdict", "earlier verdicts stay"
)
def test_killed_while_a_verdict_is_written(tmp_path):
    path = tmp_path / "progress.json"
    seen = 0
    for _ in range(3):
        process = start(RECORD, desk=tmp_path)
        wait_for(path)
        time.sleep(0.3)
        process.kill()
        process.communicate(timeout=300)
        stored = json.loads(path.read_text(encoding="utf-8"))["pooling"]
        assert len(stored) >= seen
        seen = len(stored)
    assert seen


# Surroundings


FIGURE = """
import matplotlib.pyplot as plt
from lessons_lib.figures import show
fig, ax = plt.subplots()
ax.plot([1, 2])
show(fig, "A line rises from 1 at 0 to 2 at 1, and stands for every figure.")
"""


@unix
@pytest.mark.drill(
    "home folder, settings and caches can't be written", "cells run, figures are drawn"
)
def test_nothing_of_the_home_can_be_written():
    names = ("HOME", "IPYTHONDIR", "MPLCONFIGDIR", "XDG_CACHE_HOME", "TORCH_HOME")
    places = {name: f"/dev/null/{name.lower()}" for name in names}
    with live_kernel(**places) as kernel:
        outputs = kernel.run(FIGURE)
    kinds = [output["kind"] for output in outputs]
    assert "error" not in kinds and "display_data" in kinds, outputs


# The clock


@pytest.mark.skipif(not shutil.which("make"), reason="there is no make here")
@pytest.mark.drill(
    "the clock was ahead when a lesson was proven, and is set back",
    "make proves the lesson again",
)
def test_proven_in_the_future(tmp_path):
    shutil.copy(ROOT / "Makefile", tmp_path)
    names = ("requirements.txt", "requirements-tests.txt", "requirements.lock")
    names += ("pyproject.toml", ".venv/ready")
    inputs = ("notebooks/01_lesson.ipynb", "handouts/pyproject.toml", ".cache/data")
    inputs += ("lessons_lib/paths.py", "conftest.py", "tests/tolerant/plugin.py")
    inputs += ("tests/conftest.py", "benchmarks/recipes.py")
    proven = ".cache/proven/01_lesson"
    for name in (*names, *inputs, proven):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    make = ["make", "-n", "lessons"]
    # The tests themselves may run under `make ALL=1`, which this make must not hear of.
    alone = {"PATH": os.environ["PATH"]}

    def would_run():
        run = subprocess.run(
            make, cwd=tmp_path, env=alone, capture_output=True, text=True
        )
        assert run.returncode == 0, run.stderr
        return "--nbval" in run.stdout

    past = time.time() - 1000
    for name in (*names, *inputs):
        os.utime(tmp_path / name, (past, past))
    assert not would_run()
    future = time.time() + 10**6
    os.utime(tmp_path / proven, (future, future))
    assert would_run()
    assert not Path(tmp_path / proven).exists()
