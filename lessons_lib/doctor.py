"""Say in one line per check whether this computer is ready for the lessons.

`python -m lessons_lib.doctor` needs nothing but Python itself, so that it can also say
what is missing. It changes nothing and ends with exit code 1 if something is missing.
"""

from __future__ import annotations  # an older Python too should learn that it is old

import importlib
import importlib.metadata
import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from lessons_lib.paths import ROOT, data_folder

__all__ = ["Finding", "examine", "main"]

OLDEST_PYTHON = (3, 11)
# What it means if they are missing: without the second, lessons run all the same.
DISTRIBUTIONS = {"lessons-lib": "PROBLEM", "notebook-handouts": "NOTE"}
DISK_GB = 1.5  # data, as fetched and decoded, handouts and caches
MEMORY_GB = 4  # the largest lesson, with JupyterLab beside it

# with the path, as a bare "python" may be another one than that of the course
_quoted = subprocess.list2cmdline if sys.platform == "win32" else shlex.join
PYTHON = f"run: {_quoted([sys.executable])} -m"
INSTALL = f"{PYTHON} pip install -e . -e ./handouts"


class Finding(NamedTuple):
    """What one check found: "OK", "NOTE" (it may do) or "PROBLEM" (it won't)."""

    verdict: str
    text: str


def examine() -> Iterator[Finding]:
    """Yield the finding of every check."""
    yield check_python()
    for distribution, verdict in DISTRIBUTIONS.items():
        yield from check_packages(distribution, verdict)
    yield check_jupyterlab()
    yield from check_data()
    yield from check_machine(ROOT)


def _finding(right: bool, text: str, fault: str, verdict: str = "PROBLEM") -> Finding:
    return Finding("OK", text) if right else Finding(verdict, fault)


def check_python() -> Finding:
    """Check the version of the Python that runs this."""
    text = "Python {}.{}.{}".format(*sys.version_info)
    oldest = ".".join(map(str, OLDEST_PYTHON))
    fault = f"{text} is too old: install {oldest} or newer"
    return _finding(sys.version_info >= OLDEST_PYTHON, text, fault)


def check_packages(distribution: str, missing: str = "PROBLEM") -> Iterator[Finding]:
    """Check each package that a distribution of the course asks a learner to have."""
    try:
        requirements = importlib.metadata.requires(distribution) or []
        needed = [line for line in requirements if "extra ==" not in line]
        yield from map(check_package, needed)
    except ImportError:  # it is not there, or not even what reads requirements
        yield Finding(missing, f"{distribution} is not installed: {INSTALL}")


def check_package(requirement: str) -> Finding:
    """Check that "numpy>=1.26,<3" is installed, in its range, and can be imported."""
    from packaging.requirements import Requirement

    name, specifier = Requirement(requirement).name, Requirement(requirement).specifier
    try:
        version = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return Finding("PROBLEM", f"{name} is not installed: {INSTALL}")
    if not specifier.contains(version, prereleases=True):
        return Finding("PROBLEM", f"{name} {version} is not {requirement}: {INSTALL}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            importlib.import_module(_module(name))
    except Exception as error:  # whatever it is, the learner should read it here
        reason = (str(error).splitlines() or [""])[0]
        return Finding(
            "PROBLEM",
            f"{name} {version} cannot be imported ({type(error).__name__}: {reason}): "
            f"{PYTHON} pip install --force-reinstall {name}=={version}",
        )
    return Finding("OK", f"{name} {version}")


def _module(name: str) -> str:
    """Return what to import of an installed package: pypandoc of pypandoc-binary."""
    installed = importlib.metadata.distribution(name)
    tops = [f for f in installed.files or [] if f.parts[1:] in ((), ("__init__.py",))]
    modules = {f.parts[0].removesuffix(".py") for f in tops if f.suffix == ".py"}
    modules = {module for module in modules if not module.startswith("__editable__")}
    if not modules:  # installed with --editable
        modules = set((installed.read_text("top_level.txt") or "").split())
    usual = name.replace("-", "_")
    return usual if usual in modules or not modules else max(modules)


def check_jupyterlab() -> Finding:
    """Check that JupyterLab can be started from this environment."""
    scripts = sysconfig.get_path("scripts")
    text = f"JupyterLab starts with {Path(scripts) / 'jupyter-lab'}"
    there = shutil.which("jupyter-lab", path=scripts) is not None
    return _finding(there, text, f"no jupyter-lab in {scripts}: {INSTALL}")


def check_data() -> Iterator[Finding]:
    """Check that the data of the lessons is there and right, without fetching it."""
    try:
        folder = data_folder()
        from lessons_lib.data._download import read_files
        from lessons_lib.data.cifar10 import lies_in
        from lessons_lib.data.mnist import FILES
    except RuntimeError as error:  # LESSONS_DATA is no folder that there can be
        yield Finding("PROBLEM", str(error))
        return
    except Exception:  # a package is missing or broken, and has its own line
        yield Finding("PROBLEM", f"data not checked, packages are missing: {INSTALL}")
        return
    found, damaged = read_files(folder / "mnist", FILES)
    missing = [name for name in FILES if name not in found]
    what = "; ".join(damaged) or f"{', '.join(missing)} not in {folder}"
    yield _finding(
        not missing,
        f"MNIST is complete and right in {folder}",
        f"MNIST: {what}: {PYTHON} lessons_lib.data",
    )
    folder = folder / "cifar10"
    yield _finding(
        lies_in(folder),
        f"CIFAR-10 lies in {folder}, checked when it is loaded",
        f"CIFAR-10 is not in {folder}: lesson 09 uses drawn shapes instead. "
        f"To fetch it (170 MB): {PYTHON} lessons_lib.data",
        "NOTE",
    )


def check_machine(folder: Path) -> Iterator[Finding]:
    """Check the disk that holds the folder, the free memory, and the processor."""
    free = shutil.disk_usage(folder).free / 1e9
    text = f"{free:.1f} GB of disk free"
    yield _finding(free >= DISK_GB, text, f"{text}: {DISK_GB} GB needed")
    try:
        import psutil

        free = psutil.virtual_memory().available / 1e9
        text = f"{free:.1f} GB of memory free"
        yield _finding(free >= MEMORY_GB, text, f"{text}: close other programs", "NOTE")
    except ImportError:
        yield Finding("NOTE", "free memory unknown, as psutil is not installed")
    known = hasattr(os, "sched_getaffinity")  # which of them this process may use
    cores = len(os.sched_getaffinity(0)) if known else os.cpu_count()
    yield Finding("OK", f"{cores} processor core(s)")


def main() -> int:
    """Print every finding; return 1 if one is a problem, else 0."""
    problems = 0
    for finding in examine():
        print(f"{finding.verdict:<8} {finding.text}", flush=True)
        problems += finding.verdict == "PROBLEM"
    print(f"{problems} problem(s) to solve" if problems else "Ready for the lessons.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
