"""What the course is made of: licenses, hashes, and what each Python would get.

    PYTHONPATH=tests python -m supply licenses    a table of all locked packages
    PYTHONPATH=tests python -m supply hashes      requirements.hashes, from the lock
    PYTHONPATH=tests python -m supply pythons     the newest versions for each Python

The last two ask the package index; the first reads what is installed.
"""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "requirements.lock"
HASHES = ROOT / "requirements.hashes"
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
HEAD = """\
# The lock with the SHA-256 of each file: Python 3.11, Linux, x86-64. A wheel that is
# the same everywhere (py3-none-any) has this hash on every machine; another platform or
# Python gets other files of the rest, which this list refuses. Made by `make lock`.
#   pip install --require-hashes --no-deps -r requirements.hashes
#   pip install --no-deps --no-build-isolation --editable . --editable ./handouts
"""
# Packages whose metadata name no license, and where theirs stands.
_BY_HAND = {
    "nvidia": "NVIDIA's own terms, in the package",
    "cuda-toolkit": "none stated; it holds no file, only asks for NVIDIA's packages",
}
_LONG = 60


def locked(text: str) -> list[tuple[str, str]]:
    """Return name and version of each package in a lock."""
    lines = (line.strip() for line in text.splitlines())
    pins = (line.split("==") for line in lines if line and not line.startswith("#"))
    return [(name, version) for name, version in pins]


def license_of(about: metadata.PackageMetadata) -> str:
    """Return the license that a package's metadata state, or "" if they state none."""
    if expression := about.get("License-Expression"):
        return expression
    classified = [
        line.rsplit(" :: ", 1)[1]
        for line in about.get_all("Classifier") or []
        if line.startswith("License :: ") and line != "License :: OSI Approved"
    ]
    if classified:
        return "; ".join(classified)
    lines = (about.get("License") or "").strip().splitlines()
    if lines and lines[0].lower() not in ("unknown", "") and len(lines[0]) < _LONG:
        return lines[0]
    name = about.get("Name") or ""
    return next((said for key, said in _BY_HAND.items() if name.startswith(key)), "")


def licenses() -> list[str]:
    """Return a table in Markdown: package, version, license."""
    rows = ["| package | version | license |", "| --- | --- | --- |"]
    for name, version in locked(LOCK.read_text(encoding="utf-8")):
        try:
            said = license_of(metadata.metadata(name)) or "none stated"
        except metadata.PackageNotFoundError:
            said = "not installed here"
        rows.append(f"| {name} | {version} | {said} |")
    return rows


def hashes(report: dict, order: Iterable[str]) -> list[str]:
    """Return a line for each package: its pin and the SHA-256 of the file pip took.

    Args:
        report: what `pip install --report` writes.
        order: names of the packages, as the lock has them.
    """
    found = {
        _plain(entry["metadata"]["name"]): (
            entry["metadata"]["version"],
            entry["download_info"]["archive_info"]["hashes"]["sha256"],
        )
        for entry in report["install"]
    }
    lines = []
    for name in order:
        version, sha256 = found[_plain(name)]
        lines.append(f"{name}=={version} --hash=sha256:{sha256}")
    return lines


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def write_hashes() -> None:
    """Ask pip for the file of each locked package, and write down its hash."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        command = [sys.executable, "-m", "pip", "install", "--dry-run", "--quiet"]
        command += ["--ignore-installed", "--no-deps", "--only-binary", ":all:"]
        subprocess.run([*command, "--report", report, "-r", LOCK], check=True)
        found = json.loads(report.read_text(encoding="utf-8"))
    names = [name for name, _ in locked(LOCK.read_text(encoding="utf-8"))]
    HASHES.write_text(HEAD + "\n".join(hashes(found, names)) + "\n", encoding="utf-8")


def pythons() -> list[str]:
    """Return a table in Markdown: for each Python, what the ranges give it today."""
    tools = ROOT / ".cache" / "uv"
    if not tools.exists():
        command = [sys.executable, "-m", "pip", "install", "--quiet"]
        subprocess.run([*command, "--target", tools, "uv"], check=True)
    shown = ("torch", "torchvision", "numpy", "matplotlib", "jupyterlab")
    rows = [f"| Python | packages | {' | '.join(shown)} |"]
    rows.append("| --- | ---: |" + " --- |" * len(shown))
    for python in PYTHONS:
        command = [tools / "bin" / "uv", "pip", "compile", "--quiet", "--no-header"]
        command += ["--python-version", python, "--no-annotate", "--only-binary=:all:"]
        files = [ROOT / "requirements.txt", ROOT / "handouts" / "pyproject.toml"]
        run = subprocess.run([*command, *files], capture_output=True, text=True)
        if run.returncode:
            reason = " ".join(run.stderr.split())[:200]
            rows.append(f"| {python} | can't be resolved: {reason} |")
            continue
        pins = dict(locked(run.stdout))
        versions = " | ".join(pins.get(name, "none") for name in shown)
        rows.append(f"| {python} | {len(pins)} | {versions} |")
    return rows


if __name__ == "__main__":
    what = sys.argv[1] if len(sys.argv) == 2 else ""
    if what == "hashes":
        write_hashes()
    elif what in ("licenses", "pythons"):
        print("\n".join(licenses() if what == "licenses" else pythons()))
    else:
        sys.exit(__doc__)
