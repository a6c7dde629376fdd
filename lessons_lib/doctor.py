"""Say in one line per check whether this computer is ready for the lessons.

`python -m lessons_lib.doctor` needs nothing but Python itself, so that it can also say
what is missing. It changes nothing and ends with exit code 1 if something is missing.
"""

from __future__ import annotations  # an older Python too should learn that it is old

import importlib
import importlib.metadata
import os
import re
import shutil
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from lessons_lib.paths import ROOT, data_folder

__all__ = ["Finding", "examine", "main"]

OLDEST_PYTHON = (3, 11)
DISK_GB = 0.5  # data, handouts and caches
MEMORY_GB = 2  # the largest lesson, with JupyterLab beside it

# with the path, as a bare "python" may be another one than that of the course
PYTHON = f"run: {sys.executable} -m"
INSTALL = f"{PYTHON} pip install -r requirements.txt -e ./handouts"


class Finding(NamedTuple):
    """What one check found: "OK", "NOTE" (it may do) or "PROBLEM" (it won't)."""

    verdict: str
    text: str


def examine() -> Iterator[Finding]:
    """Yield the finding of every check."""
    yield check_python()
    yield from check_packages(ROOT / "requirements.txt")
    yield from check_handouts(ROOT / "handouts" / "pyproject.toml")
    yield check_jupyterlab()
    yield check_data()
    yield check_color_pictures()
    yield check_disk(ROOT)
    yield check_memory()
    yield Finding("OK", f"{_cores()} processor core(s)")


def check_python() -> Finding:
    """Check the version of the Python that runs this."""
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < OLDEST_PYTHON:
        oldest = ".".join(map(str, OLDEST_PYTHON))
        return Finding(
            "PROBLEM", f"Python {version} is too old: install {oldest} or newer"
        )
    return Finding("OK", f"Python {version}")


def check_packages(requirements: Path) -> Iterator[Finding]:
    """Check that each package is installed, in its range, and can be imported."""
    try:
        lines = requirements.read_text(encoding="utf-8").splitlines()
    except OSError:
        yield Finding("PROBLEM", f"{requirements} is missing: clone the course again")
        return
    for line in lines:
        requirement = line.partition("#")[0].strip()
        if requirement and not requirement.startswith("-"):
            yield check_package(requirement)


def check_handouts(pyproject: Path) -> Iterator[Finding]:
    """Check the package that prints handouts, and what it says that it needs."""
    try:
        import tomllib

        text = pyproject.read_text(encoding="utf-8")
        project = tomllib.loads(text)["project"]
    except ImportError:  # a Python that is too old, which has its own line
        return
    except OSError:
        yield Finding("PROBLEM", f"{pyproject} is missing: clone the course again")
        return
    for requirement in [project["name"], *project["dependencies"]]:
        yield check_package(requirement)


def check_package(requirement: str) -> Finding:
    """Check one requirement such as "numpy>=1.26,<3"."""
    name = re.split(r"[^\w.-]", requirement, maxsplit=1)[0]
    try:
        version = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return Finding("PROBLEM", f"{name} is not installed: {INSTALL}")
    if not _in_range(requirement, version):
        return Finding("PROBLEM", f"{name} {version} is not {requirement}: {INSTALL}")
    try:
        importlib.import_module(_module(name))
    except Exception as error:  # whatever it is, the learner should read it here
        reason = (str(error).splitlines() or [""])[0]
        return Finding(
            "PROBLEM",
            f"{name} {version} cannot be imported ({type(error).__name__}: {reason}): "
            f"{PYTHON} pip install --force-reinstall {name}=={version}",
        )
    return Finding("OK", f"{name} {version}")


def check_jupyterlab() -> Finding:
    """Check that JupyterLab can be started from this environment."""
    scripts = sysconfig.get_path("scripts")
    if shutil.which("jupyter-lab", path=scripts) is None:
        return Finding("PROBLEM", f"no jupyter-lab in {scripts}: {INSTALL}")
    return Finding("OK", f"JupyterLab starts with {Path(scripts) / 'jupyter-lab'}")


def check_data() -> Finding:
    """Check that the data of the lessons is there and right, without fetching it."""
    try:
        from lessons_lib.data._download import read_files
        from lessons_lib.data.mnist import FILES, folders
    except Exception:  # a package is missing or broken, and has its own line
        return Finding("PROBLEM", f"data not checked, packages are missing: {INSTALL}")
    try:
        found, damaged = read_files(folders(), FILES)
    except RuntimeError as error:  # LESSONS_DATA is no folder that there can be
        return Finding("PROBLEM", str(error))
    missing = [name for name in FILES if name not in found]
    if not missing:
        return Finding("OK", f"MNIST is complete and right in {data_folder()}")
    what = "; ".join(damaged) or f"{', '.join(missing)} not in {data_folder()}"
    return Finding("PROBLEM", f"MNIST: {what}: {PYTHON} lessons_lib.data")


def check_color_pictures() -> Finding:
    """Check what lesson 09 will find: CIFAR-10, or what it uses instead."""
    try:
        from lessons_lib.data.cifar10 import lies_in
    except Exception:  # a package is missing or broken, and has its own line
        return Finding("NOTE", f"CIFAR-10 not checked, packages are missing: {INSTALL}")
    try:
        folder = data_folder() / "cifar10"
    except RuntimeError:  # the check of the data says why
        return Finding("NOTE", "CIFAR-10 not checked, as LESSONS_DATA is wrong")
    if lies_in(folder):
        return Finding("OK", f"CIFAR-10 lies in {folder}, checked when it is loaded")
    return Finding(
        "NOTE",
        f"CIFAR-10 is not in {folder}: lesson 09 uses drawn shapes instead. "
        f"To fetch it (170 MB): {PYTHON} lessons_lib.data",
    )


def check_disk(folder: Path) -> Finding:
    """Check the free space on the disk that holds the folder."""
    free = shutil.disk_usage(folder).free / 1e9
    if free < DISK_GB:
        return Finding("PROBLEM", f"{free:.1f} GB of disk free: {DISK_GB} GB needed")
    return Finding("OK", f"{free:.1f} GB of disk free")


def check_memory() -> Finding:
    """Check the memory that programs can still get."""
    try:
        import psutil
    except ImportError:
        return Finding("NOTE", "free memory unknown, as psutil is not installed")
    free = psutil.virtual_memory().available / 1e9
    if free < MEMORY_GB:
        return Finding("NOTE", f"{free:.1f} GB of memory free: close other programs")
    return Finding("OK", f"{free:.1f} GB of memory free")


def _module(name: str) -> str:
    """Return what to import of an installed package: pypandoc of pypandoc-binary."""
    files = importlib.metadata.files(name) or []
    tops = [f for f in files if f.parts[1:] in ((), ("__init__.py",))]
    modules = {f.parts[0].removesuffix(".py") for f in tops if f.suffix == ".py"}
    usual = name.replace("-", "_")
    return usual if usual in modules or not modules else max(modules)


def _in_range(requirement: str, version: str) -> bool:
    try:
        from packaging.requirements import Requirement
    except ImportError:  # then most packages are missing too, and each is named
        return True
    return Requirement(requirement).specifier.contains(version, prereleases=True)


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


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
