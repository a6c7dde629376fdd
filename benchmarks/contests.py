"""The course's recipes against the usual ones: `make bench`.

Every training runs in a process of its own, and the two sides of a contest take turns,
so that whatever else the machine does disturbs both alike. Measured are the seconds of
each epoch (training alone, loader included), test accuracy after each epoch, the share
of an epoch that isn't computing (against the same steps on the same batches, made
beforehand), and the peak of memory. What was measured lies in .cache/bench.jsonl, so
that a run which was stopped goes on; `make bench ALL=1` begins anew. Writes
benchmarks/contests.md and contests.png.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import matplotlib.pyplot as plt
import torch
import torchvision
from matplotlib.ticker import LogLocator, NullFormatter

from benchmarks import augmentation
from benchmarks.recipes import CONTESTS, FACTORS, Recipe
from lessons_lib.data import cifar10
from lessons_lib.paths import ROOT
from lessons_lib.runtime import setup
from lessons_lib.training import fit, fit_one_cycle

__all__ = ["Run", "measure", "seconds_to", "table"]

STORE = ROOT / ".cache" / "bench.jsonl"
RESULT = ROOT / "benchmarks" / "contests.md"
PICTURE = RESULT.with_suffix(".png")
SEEDS = (1, 2, 3)


class Run(NamedTuple):
    """What one training took and reached.

    seconds: of each epoch, loading and training, without the evaluation.
    accuracies: on the test set, after each epoch.
    roof: seconds of one more epoch with batches that were made beforehand.
    memory: peak of what the process held, in MiB (before the roof was measured).
    """

    seconds: list[float]
    accuracies: list[float]
    roof: float
    memory: float

    @property
    def total(self) -> float:
        """Seconds of all epochs."""
        return sum(self.seconds)

    @property
    def waiting(self) -> float:
        """Share of an epoch that isn't computing."""
        return max(0.0, 1 - self.roof / statistics.median(self.seconds))


def measure(recipe: Recipe, seed: int) -> Run:
    """Train once as a recipe says."""
    if recipe.threads:
        torch.set_num_threads(recipe.threads)
    torch.manual_seed(seed)
    model = recipe.network()
    if recipe.channels_last:
        model = model.to(memory_format=torch.channels_last)
    train, test = recipe.data()
    optimizer = recipe.optimizer(model.parameters())
    if recipe.peak is None:
        history = fit(model, train, test, optimizer, recipe.epochs)
    else:
        history = fit_one_cycle(
            model, train, test, optimizer, recipe.epochs, max_lr=recipe.peak
        )
    memory = _peak_memory()
    ready = list(train)
    roof = fit(model, ready, ready[:1], optimizer, epochs=1).seconds[0]
    return Run(history.seconds, history.test_accuracy, roof, memory)


def _peak_memory() -> float:
    """Return the most that this process has held, in MiB; NaN on Windows."""
    try:
        import resource
    except ImportError:
        return float("nan")
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (2**20 if sys.platform == "darwin" else 2**10)


def seconds_to(run: Run, target: float) -> float | None:
    """Return the seconds after which a run first reached an accuracy, if it did."""
    spent = 0.0
    for seconds, accuracy in zip(run.seconds, run.accuracies, strict=True):
        spent += seconds
        if accuracy >= target:
            return spent
    return None


# One run after the other, in turns


def recipes() -> dict[tuple[str, str], Recipe]:
    """Return every recipe by contest and name, the quick contests first."""
    sides = {
        (name, side): getattr(contest, side)
        for name, contest in CONTESTS.items()
        for side in ("usual", "course")
    }
    steps = {
        (f"{name}, factors", step): recipe
        for name, ladder in FACTORS.items()
        for step, recipe in ladder.items()
        if recipe is not CONTESTS[name].usual  # measured already
    }
    return sides | steps


def run_all(names: Iterable[str]) -> Iterator[tuple[tuple[str, str, int], Run]]:
    """Yield every run of some contests, measured now or before."""
    known = dict(_stored())
    for name in names:
        for seed in SEEDS:
            for contest, side in recipes():
                if contest != name:
                    continue
                key = (contest, side, seed)
                if key not in known:
                    print(f"{contest}: {side}, seed {seed}", flush=True)
                    known[key] = _measured_apart(*key)
                yield key, known[key]


def _measured_apart(contest: str, side: str, seed: int) -> Run:
    command = [sys.executable, "-m", "benchmarks.contests"]
    command += ["--one", contest, side, str(seed)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True)
    line = done.stdout.decode().splitlines()[-1]
    STORE.parent.mkdir(exist_ok=True)
    with STORE.open("a", encoding="utf-8") as file:
        print(json.dumps([[contest, side, seed], json.loads(line)]), file=file)
    return Run(*json.loads(line))


def _stored() -> Iterator[tuple[tuple[str, str, int], Run]]:
    if STORE.exists():
        for line in STORE.read_text(encoding="utf-8").splitlines():
            (contest, side, seed), run = json.loads(line)
            yield (contest, side, seed), Run(*run)


# Tables and a picture


def spread(values: list[float], form: str) -> str:
    """Write median and range, such as "2.1 (2.0 to 2.3)"."""
    middle, low, high = statistics.median(values), min(values), max(values)
    return f"{middle:{form}} ({low:{form}} to {high:{form}})"


def target_of(name: str, usual: list[Run]) -> float:
    """Return the accuracy to be reached: printed in the write-up, or this run's."""
    printed = CONTESTS[name].target
    return printed or statistics.median(run.accuracies[-1] for run in usual)


def table(runs: dict[tuple[str, str], list[Run]]) -> list[str]:
    """Return the contests' table in Markdown.

    Args:
        runs: of each contest's sides "usual" and "course", one for each seed.
    """
    lines = [
        "| contest | side | seconds per epoch | target | seconds to it | test accuracy "
        "at the end | whole training, s | not computing | peak memory, MiB |",
        "| --- | --- | --- | ---: | --- | --- | --- | ---: | ---: |",
    ]
    for name in CONTESTS:
        if (name, "usual") not in runs:
            continue
        target = target_of(name, runs[name, "usual"])
        for side in ("usual", "course"):
            found = runs[name, side]
            lines.append(
                f"| {name} | {side} "
                f"| {spread([s for r in found for s in r.seconds], '.2f')} "
                f"| {target:.2%} | {_told(found, target)} "
                f"| {spread([r.accuracies[-1] for r in found], '.2%')} "
                f"| {spread([r.total for r in found], '.1f')} "
                f"| {statistics.median(r.waiting for r in found):.0%} "
                f"| {statistics.median(r.memory for r in found):.0f} |"
            )
    return lines


def _told(runs: list[Run], target: float) -> str:
    reached = [s for run in runs if (s := seconds_to(run, target)) is not None]
    missed = len(runs) - len(reached)
    if not reached:
        return "not reached"
    return spread(reached, ".1f") + (f", {missed} of {len(runs)} not" if missed else "")


def ratios(runs: dict[tuple[str, str], list[Run]]) -> list[str]:
    """Say for each contest how much less time the course's side takes."""
    lines = []
    for name in CONTESTS:
        if (name, "usual") not in runs:
            continue
        usual, course = runs[name, "usual"], runs[name, "course"]
        times = [u.total / c.total for u, c in zip(usual, course, strict=True)]
        better = [
            c.accuracies[-1] - u.accuracies[-1]
            for u, c in zip(usual, course, strict=True)
        ]
        target = target_of(name, usual)
        lines.append(
            f"- {name}: the whole training takes {spread(times, '.1f')} times less; "
            f"accuracy at the end {spread([100 * b for b in better], '+.2f')} points; "
            f"seconds to {target:.2%}: usual {_told(usual, target)}; "
            f"course {_told(course, target)}."
        )
    return lines


def factors(runs: dict[tuple[str, str], list[Run]]) -> list[str]:
    """Return a table in Markdown: the usual recipe changed step by step."""
    lines = []
    for name, ladder in FACTORS.items():
        keys = {
            step: (name, "usual")
            if recipe is CONTESTS[name].usual
            else (f"{name}, factors", step)
            for step, recipe in ladder.items()
        }
        if not runs.keys() >= set(keys.values()):
            continue
        lines += ["", f"**{name}**", ""]
        lines += ["| step | seconds per epoch | whole training, s | test accuracy |"]
        lines += ["| --- | --- | --- | --- |"]
        for step, key in keys.items():
            found = runs[key]
            lines.append(
                f"| {step} | {spread([s for r in found for s in r.seconds], '.2f')} "
                f"| {spread([r.total for r in found], '.1f')} "
                f"| {spread([r.accuracies[-1] for r in found], '.2%')} |"
            )
    return lines


def draw(runs: dict[tuple[str, str], list[Run]], path: Path) -> None:
    """Draw the accuracy against the seconds spent, a panel for each contest."""
    names = [name for name in CONTESTS if (name, "usual") in runs]
    fig, axes = plt.subplots(
        1, len(names), figsize=(2.6 * len(names), 2.8), layout="constrained"
    )
    for ax, name in zip([axes] if len(names) == 1 else axes, names, strict=True):
        for side, style in (("usual", "s--"), ("course", "o-")):
            for run in runs[name, side]:
                spent = torch.tensor(run.seconds).cumsum(0)
                percent = [100 * accuracy for accuracy in run.accuracies]
                color = {"usual": "#777777", "course": "#0f5fa8"}[side]
                ax.plot(spent, percent, style, color=color, markersize=3, alpha=0.7)
        ax.axhline(100 * target_of(name, runs[name, "usual"]), color="k", linewidth=0.5)
        ax.set(xscale="log", title=name, xlabel="seconds of training")
        ax.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        ax.xaxis.set_major_formatter("{x:g}")
        ax.xaxis.set_minor_formatter(NullFormatter())
    for ax in [axes] if len(names) == 1 else axes[:1]:
        ax.set_ylabel("test accuracy (%)")
    fig.suptitle("usual: gray squares; course: blue dots; line: accuracy to be reached")
    fig.savefig(path, dpi=110)


def machine() -> str:
    """Say what this was measured on."""
    return (
        f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}, "
        f"Python {platform.python_version()}, torch {torch.__version__}, "
        f"torchvision {torchvision.__version__}, {torch.get_num_threads()} threads"
    )


def complete(names: list[str]) -> dict[tuple[str, str], list[Run]]:
    """Return the runs of the contests all of whose runs are there, sides together."""
    stored = dict(_stored())
    whole = [
        name
        for name in names
        if all(
            (name, side, seed) in stored
            for contest, side in recipes()
            for seed in SEEDS
            if contest == name
        )
    ]
    return {
        (contest, side): [stored[contest, side, seed] for seed in SEEDS]
        for contest, side in recipes()
        if contest in whole
    }


def report(names: list[str]) -> str:
    """Return the page on the contests that are complete."""
    runs = complete(names)
    missing = [name for name in names if all(name != contest for contest, _ in runs)]
    draw(runs, PICTURE)
    color = "network D" in {name for name, _ in runs}
    pictures = f"Network D's pictures: {cifar10()[0].origin}." if color else ""
    return "\n".join(
        [
            "# The course's recipes against the usual ones",
            "",
            f"Made by `make bench` on: {machine()}. Median and range of three runs "
            "(seeds 1, 2, 3), the sides in turns, each training in a process of its "
            "own. Seconds are those of training, loader included and evaluation left "
            "out on both sides. *Not computing*: the share of an epoch that goes away "
            "when its batches are made beforehand; the rest is the roof. Peak memory "
            "counts the mapped pictures, which kernels share. The target is the "
            "accuracy that the write-up prints (MLP B, network E), else what the usual "
            f"side reaches here. {pictures}",
            *(["", f"Not measured here: {', '.join(missing)}."] if missing else []),
            "",
            *table(runs),
            "",
            *ratios(runs),
            "",
            f"![test accuracy against seconds of training]({PICTURE.name})",
            "",
            "## Factors",
            "",
            "The usual recipe, changed step by step; each line keeps what the lines "
            "above changed.",
            *factors(runs),
            "",
            "## Augmentation",
            "",
            augmentation.table(15),
            "",
        ]
    )


def main() -> None:
    """Measure one recipe and print it as JSON, or all and write the page."""
    contests = list(dict.fromkeys(contest for contest, _ in recipes()))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--one", nargs=3, metavar=("CONTEST", "SIDE", "SEED"))
    parser.add_argument("--anew", action="store_true", help="forget earlier runs")
    parser.add_argument("contests", nargs="*", help=f"some of: {', '.join(contests)}")
    asked = parser.parse_args()
    setup(seed=1)
    if asked.one:
        contest, side, seed = asked.one
        print(json.dumps(measure(recipes()[contest, side], int(seed))))
        return
    if unknown := set(asked.contests) - set(contests):
        parser.error(f"unknown: {', '.join(unknown)}; known: {', '.join(contests)}")
    if asked.anew:
        STORE.unlink(missing_ok=True)
    for _ in run_all(asked.contests or contests):
        pass
    page = report(contests)
    print(page)
    RESULT.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
