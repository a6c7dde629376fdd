"""Convert notebooks in three ways: `python -m benchmarks.publishers FOLDER`.

The ways: these handouts, nbconvert's `--to pdf` (XeLaTeX), and Chromium, which prints
nbconvert's HTML: what `--to webpdf` does with a Chromium that it downloads itself. What
isn't installed is left out. The ways take turns, notebook by notebook, each in a
process of its own with a limit of time.
"""

import argparse
import importlib.metadata
import io
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pikepdf
import pypandoc

from handouts.outputs import PLACEHOLDER_ALT

SECONDS = 120  # that one conversion may take
NBCONVERT = [sys.executable, "-m", "nbconvert", "--log-level=ERROR"]
PANDOC = str(Path(pypandoc.get_pandoc_path()).parent)  # for nbconvert's way
ENV = os.environ | {"PATH": f"{PANDOC}{os.pathsep}{os.environ['PATH']}"}
# What is said of a picture that nobody has described.
NOTHING = ("", "No description has been provided for this image", PLACEHOLDER_ALT)
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)


class Outcome(NamedTuple):
    """What came of one notebook in one way."""

    notebook: Path
    seconds: float
    pdf: bytes
    said: str


def handouts(notebook: Path, out: Path) -> list[list[str]]:
    """Return the commands of our way."""
    return [[*NBCONVERT, "--to", "typstpdf", "--output-dir", str(out), str(notebook)]]


def xelatex(notebook: Path, out: Path) -> list[list[str]]:
    """Return the commands of nbconvert's way through TeX."""
    return [[*NBCONVERT, "--to", "pdf", "--output-dir", str(out), str(notebook)]]


def chromium(notebook: Path, out: Path) -> list[list[str]]:
    """Return the commands of the way through a browser."""
    page, pdf = out / f"{notebook.stem}.html", out / f"{notebook.stem}.pdf"
    to_html = [*NBCONVERT, "--to", "html", "--output-dir", str(out), str(notebook)]
    printing = ["--headless", "--no-sandbox", "--disable-gpu", f"--print-to-pdf={pdf}"]
    return [to_html, [str(CHROMIUM), *printing, page.as_uri()]]


Way = Callable[[Path, Path], list[list[str]]]


def ways() -> dict[str, Way]:
    """Return the ways that this machine has."""
    found: dict[str, Way] = {"handouts": handouts}
    if shutil.which("xelatex"):
        found["XeLaTeX"] = xelatex
    if CHROMIUM:
        found["Chromium"] = chromium
    return found


def converted(way: Way, notebook: Path) -> Outcome:
    """Convert one notebook; without a PDF, say what the last command said last."""
    with tempfile.TemporaryDirectory() as folder:
        out, started, said = Path(folder), time.perf_counter(), ""
        for command in way(notebook, out):
            try:
                run = subprocess.run(
                    command, capture_output=True, timeout=SECONDS, cwd=folder, env=ENV
                )
                said = run.stderr.decode(errors="replace").strip() or said
            except subprocess.TimeoutExpired:
                said = f"more than {SECONDS} s"
        seconds = time.perf_counter() - started
        pdfs = [path.read_bytes() for path in out.glob("*.pdf")]
    return Outcome(notebook, seconds, pdfs[0] if pdfs else b"", said)


class Access(NamedTuple):
    """What a screen reader finds in a PDF."""

    tagged: bool
    figures: int = 0
    described: int = 0
    formulas: int = 0


def access(pdf: bytes) -> Access:
    """Return whether a PDF is tagged, and what is said of its figures and formulas."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        if "/StructTreeRoot" not in document.Root:
            return Access(False)
        things = [
            (str(thing.get("/S")), str(thing.get("/Alt") or "").strip())
            for thing in document.objects
            if isinstance(thing, pikepdf.Dictionary)
            and thing.get("/S") in (pikepdf.Name.Figure, pikepdf.Name.Formula)
        ]
    words = [said for kind, said in things if kind == "/Figure"]
    formulas = sum(bool(said) for kind, said in things if kind == "/Formula")
    return Access(True, len(words), sum(w not in NOTHING for w in words), formulas)


def table(outcomes: dict[str, list[Outcome]]) -> Iterator[str]:
    """Yield the lines of the comparison in Markdown."""
    yield (
        "| way | converted | seconds, median (slowest) | tagged "
        "| described figures | formulas with words |"
    )
    yield "| --- | --- | --- | --- | --- | ---: |"
    for name, all_of in outcomes.items():
        done = [outcome for outcome in all_of if outcome.pdf]
        seconds = [outcome.seconds for outcome in done] or [0.0]
        about = [access(outcome.pdf) for outcome in done]
        yield (
            f"| {name} | {len(done)} of {len(all_of)} "
            f"| {statistics.median(seconds):.1f} ({max(seconds):.1f}) "
            f"| {sum(a.tagged for a in about)} "
            f"| {sum(a.described for a in about)} of {sum(a.figures for a in about)} "
            f"| {sum(a.formulas for a in about)} |"
        )


def machine() -> str:
    """Return where and with what this ran."""
    packages = ("notebook-handouts", "nbconvert", "pypandoc-binary", "typst")
    versions = [f"{name} {importlib.metadata.version(name)}" for name in packages]
    for command in (["xelatex", "--version"], [str(CHROMIUM), "--version"]):
        if shutil.which(command[0]):
            run = subprocess.run(command, capture_output=True, text=True)
            versions.append(run.stdout.splitlines()[0].strip())
    return f"{platform.machine()}, Python {platform.python_version()}; " + ", ".join(
        versions
    )


def main() -> None:
    """Convert every notebook below a folder and print what came of it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", choices=list(ways()), nargs="+", default=list(ways()))
    options = parser.parse_args()
    notebooks = sorted(options.folder.rglob("*.ipynb"))
    outcomes: dict[str, list[Outcome]] = {name: [] for name in options.only}
    for number, notebook in enumerate(notebooks, 1):
        for name in options.only:
            outcome = converted(ways()[name], notebook.resolve())
            outcomes[name].append(outcome)
            if not outcome.pdf or name == "handouts":
                last = (outcome.said.splitlines() or [""])[-1]
                mark = "" if outcome.pdf else "FAILED "
                print(f"{number}/{len(notebooks)} {name}: {mark}{notebook}: {last}")
    print(
        "\n".join(
            ["", *table(outcomes), "", f"{len(notebooks)} notebooks. {machine()}"]
        )
    )


if __name__ == "__main__":
    main()
