"""Small notebooks with one mistake each, through pytest --nbval and its plugin."""

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook
from tolerant.lessons import LOWEST_SHARE, share, table
from tolerant.speed import HIGHEST, ROUNDS, USUAL, slowness

ROOT = Path(__file__).parents[1]
REASON = "accuracies after training differ"
TRAINING = {"as": "training", "reason": REASON}
DRAW = """\
import matplotlib.pyplot as plt
from lessons_lib.figures import show
fig, ax = plt.subplots()
ax.plot([0, 1, 2, 3], [{}, 2, 3, 9])
show(fig, "A curve that rises from low values to nine.")"""
# What a cell does when its output is stored, what it does later, how it is compared,
# and what the failure says; nothing, if it passes.
CASES = {
    "same": ("print('a', 1.5)", "print('a', 1.5)", {}, ""),
    "strict": ("print(1.51)", "print(1.52)", {}, "stored '1.51', came '1.52'"),
    "within": ("print('acc 95.1%')", "print('acc 94.0%')", TRAINING, ""),
    "beyond": (
        "print('acc 95.1%')",
        "print('acc 91.0%')",
        TRAINING,
        "(id beyond): stdout, line 1: number 1, percent (acc ...%): stored 95.1, "
        "came 91.0, tolerance within 2.48",
    ),
    "words": ("print('acc 95.1%')", "print('loss 95.1%')", TRAINING, "words differ"),
    "count": ("print('1.5')", "print('1.5 1.5')", TRAINING, "1 numbers, came 2"),
    "missing": ("print('1.5')", "pass", TRAINING, "stored stdout, came no output"),
    "missing-strict": ("print('1.5')", "pass", {}, "stored stdout, came no output"),
    "more": ("x = 1", "print('1.5')", TRAINING, "stored no output, came stdout"),
    "nan": ("print(1.5)", "print(float('nan'))", TRAINING, "came nan"),
    "result": ("1.5", "1.6", {}, "text/plain, line 1: stored '1.5', came '1.6'"),
    "table": ("1.5", "9.6", TRAINING, "text/plain, line 1"),
    "figure": (DRAW.format(1), DRAW.format(1), {}, ""),
    "figure-curve": (DRAW.format(1), DRAW.format(2), {}, "y: stored 1, came 2"),
    "figure-trained": (DRAW.format(1), DRAW.format(2), TRAINING, ""),
    "figure-far": (DRAW.format(1), DRAW.format(5), TRAINING, "of the axis"),
    "figure-points": (
        DRAW.format(1),
        DRAW.format(1).replace("1, 2, 3]", "2, 3]").replace("[1, 2, 3", "[1, 3"),
        TRAINING,
        "line: 4 values",
    ),
    "figure-limit": (
        DRAW.format(1),
        DRAW.format(1).replace("\nshow(", "\nax.set_ylim(0, 10)\nshow("),
        {},
        "stored 0.6",
    ),
    "metadata": ("1.5", "1.5", {"as": "training"}, "no reason"),
    "ignored": ("print(1)", "print(2)", {"reason": REASON}, ""),
}
TAGS = {"ignored": ["nbval-ignore-output"]}


def run(folder, notebook, *options):
    path = folder / "lesson.ipynb"
    nbformat.write(notebook, path)
    command = [sys.executable, "-m", "pytest", "--nbval", "-p", "no:cacheprovider"]
    command += ["--nbval-sanitize-with", str(ROOT / "tests/nbval.cfg")]
    command += ["--color=no", "-rA", "-c", str(ROOT / "pyproject.toml"), *options]
    # The lessons' folder has the plugin from conftest.py; this one is told of it.
    command += ["--rootdir", str(folder), "-p", "tolerant.plugin", str(path)]
    places = [folder, ROOT / "tests", ROOT, ROOT / "handouts/src"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, places))}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True
    ).stdout


def executed(cells):
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = new_notebook(cells=cells, metadata={"kernelspec": kernel})
    return NotebookClient(notebook, timeout=120).execute()


def cell(name, source, about=None, tags=()):
    metadata = {"compare": about} if about else {}
    return new_code_cell(source, id=name, metadata={**metadata, "tags": list(tags)})


@pytest.fixture(scope="module")
def outcome(tmp_path_factory):
    """Return what the run said of all cases, by cell."""
    cells = [
        cell(name, stored, about, TAGS.get(name, ()))
        for name, (stored, _, about, _) in CASES.items()
    ]
    notebook = executed(cells)
    for changed, (_, fresh, _, _) in zip(notebook.cells, CASES.values(), strict=True):
        changed.source = fresh
    return run(tmp_path_factory.mktemp("lesson"), notebook)


@pytest.mark.parametrize("name", CASES)
def test_each_mistake_is_seen_and_nothing_else(outcome, name):
    number = list(CASES).index(name)
    _, _, _, said = CASES[name]
    if not said:
        assert f"PASSED lesson.ipynb::Cell {number}\n" in outcome
        return
    assert f"FAILED lesson.ipynb::Cell {number} " in outcome
    flat = " ".join(outcome.split())
    assert f"cell {number} (id {name})" in flat
    assert said in flat


def test_the_run_says_how_many_cells_were_compared(outcome):
    [line] = [line for line in outcome.splitlines() if "Outputs compared:" in line]
    assert line.endswith("1 not.") and "within a tolerance" in line


def test_a_cell_waits_for_what_its_data_are_called(tmp_path):
    data = cell("data", "print('real')", {"reason": REASON}, ["nbval-ignore-output"])
    mean = cell("mean", "print(0.49)", {"only_if": "data"})
    notebook = executed([data, mean])
    notebook.cells[1].source = "print(0.12)"
    assert "stored '0.49', came '0.12'" in run(tmp_path, notebook)
    notebook.cells[0].source = "print('drawn')"
    said = run(tmp_path, notebook)
    assert "FAILED" not in said
    assert "1 not, as data says something else here" in said


def clock(*times):
    readings = iter(times)
    return lambda: next(readings)


def steady(seconds):
    return clock(*(seconds * place for place in range(ROUNDS + 1)))


@pytest.mark.parametrize(
    ("seconds", "factor"),
    [(USUAL, 1), (2 * USUAL, 2), (USUAL / 3, 1), (3 * USUAL, 3), (99, HIGHEST)],
)
def test_limits_follow_the_machine(seconds, factor):
    assert slowness(lambda: None, steady(seconds)) == pytest.approx(factor)


def test_a_loaded_machine_is_not_kept_busy():
    rounds = []
    slowness(lambda: rounds.append(1), steady(0.4))
    assert len(rounds) == 1 + 3  # the first isn't measured


def test_the_limit_of_a_cell_grows_on_a_slow_machine(tmp_path):
    notebook = executed([cell("wait", "import time; time.sleep(3)")])
    for factor, passes in [(1, False), (60, True)]:
        (tmp_path / "clock.py").write_text(
            f"import tolerant.plugin\ntolerant.plugin.slowness = lambda: {factor}\n"
        )
        options = ("--nbval-cell-timeout=1", "-p", "clock")
        said = run(tmp_path, notebook, *options)
        assert ("Timeout of 1 seconds" not in said) == passes
        assert ("PASSED" in said) == passes


def test_share_counts_cells_with_outputs():
    tags = ["nbval-ignore-output"]
    printed = nbformat.v4.new_output("stream", text="1")
    cells = [cell("none", "x = 1"), cell("strict", "1"), cell("loose", "1", TRAINING)]
    cells += [cell("left", "1", {"reason": REASON}, tags)]
    for one in cells[1:]:
        one.outputs = [printed]
    notebook = new_notebook(cells=cells)
    assert share([notebook]) == pytest.approx(2 / 3)
    assert share([notebook]) < LOWEST_SHARE
    text = "\n".join(table({"01_small": notebook}))
    assert "66.7% of the cells" in text and f"01_small, left: {REASON}" in text
