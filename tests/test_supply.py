"""What is imported is declared, what is declared is used, licensed and hashed."""

import ast
import re
import shutil
import sys
from importlib.metadata import (
    PackageNotFoundError,
    metadata,
    packages_distributions,
    requires,
)
from pathlib import Path

import nbformat
import pytest
import supply
from packaging.requirements import Requirement
from test_requirements import RANGES, ROOT, lines, ranges

NAMES = packages_distributions()
OURS = {"lessons-lib", "notebook-handouts"}
# Declared, and used by their commands or by what starts a kernel, not imported.
COMMANDS = {
    "jupyterlab": ("Makefile", "jupyter lab"),
    "ipykernel": ("notebooks/01_convolution.ipynb", '"name": "python3"'),
    "mypy": ("Makefile", "mypy"),
    "ruff": ("Makefile", "ruff"),
}


def plain(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def names(requirements):
    return {plain(re.split(r"[<>=~!\[ ;]", line)[0]) for line in requirements}


def sources(*folders):
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.read_text(encoding="utf-8")
        for path in sorted((ROOT / folder).glob("*.ipynb")):
            notebook = nbformat.read(path, as_version=4)
            yield from (c.source for c in notebook.cells if c.cell_type == "code")


def imported(*folders):
    """Return the packages that code in some folders imports."""
    found = set()
    for source in sources(*folders):
        for node in ast.walk(ast.parse(re.sub(r"(?m)^\s*[%!].*", "", source))):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                found.add(node.module.partition(".")[0])
            # What is asked for by name: files("vega_datasets"), import_module("x").
            elif isinstance(node, ast.Call) and node.args:
                first = node.args[0]
                called = getattr(node.func, "attr", getattr(node.func, "id", ""))
                if called in ("files", "import_module", "find_spec", "importorskip"):
                    found.add(str(getattr(first, "value", "")).partition(".")[0])
    return {
        plain(distribution)
        for module in found - sys.stdlib_module_names
        for distribution in NAMES.get(module, [])
    } - OURS


@pytest.fixture(scope="module")
def declared():
    return {file: names(ranges(file)) for file in RANGES}


def test_the_handouts_declare_what_they_import(declared):
    assert imported("handouts/src") <= declared["handouts/pyproject.toml"]


@pytest.mark.parametrize("folder", ["lessons_lib", "notebooks", "tests", "benchmarks"])
def test_the_course_declares_what_it_imports(declared, folder):
    browser = names(lines("requirements-browser.txt"))
    known = set.union(browser, *declared.values())
    assert imported(folder) - known == set()


def test_nothing_is_declared_that_nobody_uses(declared):
    used = imported("handouts", "lessons_lib", "notebooks", "tests", "benchmarks")
    for name, (file, word) in COMMANDS.items():
        assert word in (ROOT / file).read_text(encoding="utf-8"), name
    assert set.union(*declared.values()) - used - COMMANDS.keys() == set()


def wanted(name, extras=()):
    """Return the packages that one asks for here, each with the extras it wants."""
    for line in requires(name) or []:
        requirement = Requirement(line)
        marker = requirement.marker
        if not marker or any(marker.evaluate({"extra": e}) for e in ("", *extras)):
            yield plain(requirement.name), tuple(requirement.extras)


@pytest.mark.skipif(sys.platform != "linux", reason="the lock is Linux's")
def test_what_is_locked_is_what_is_asked_for():
    asked = [Requirement(line) for file in RANGES for line in ranges(file)]
    waiting = {(plain(r.name), tuple(r.extras)) for r in asked}
    found = set()
    while waiting - found:
        name, extras = (waiting - found).pop()
        found.add((name, extras))
        try:
            waiting |= set(wanted(name, extras))
        except PackageNotFoundError:
            continue
    locked = {plain(name) for name, _ in supply.locked(text("lock"))}
    assert locked == {name for name, _ in found} - OURS - {"pip", "setuptools"}


def test_a_bar_can_be_shown_wherever_data_is_fetched():
    # tqdm is missed only when somebody watches: pooch imports it then.
    assert "pooch[progress]" in text("txt")
    assert "tqdm" in text_of(".binder/environment.yml")


def test_hashes_are_those_of_the_lock():
    pins = [f"{name}=={version}" for name, version in supply.locked(text("lock"))]
    hashed = [line.split(" --hash=sha256:") for line in lines("requirements.hashes")]
    assert [pin for pin, _ in hashed] == pins, "run make lock"
    assert all(re.fullmatch(r"[0-9a-f]{64}", sha256) for _, sha256 in hashed)
    assert len({sha256 for _, sha256 in hashed}) == len(hashed)


def text(kind):
    return Path(ROOT, f"requirements.{kind}").read_text(encoding="utf-8")


def test_hashes_are_taken_from_the_report_of_pip():
    entry = {
        "metadata": {"name": "Some.Package", "version": "1.0"},
        "download_info": {"archive_info": {"hashes": {"sha256": "ab"}}},
    }
    [line] = supply.hashes({"install": [entry]}, ["some_package"])
    assert line == "some_package==1.0 --hash=sha256:ab"


@pytest.mark.parametrize("name", [name for name, _ in supply.locked(text("lock"))])
def test_every_locked_package_has_a_license(name):
    try:
        about = metadata(name)
    except PackageNotFoundError:
        pytest.skip(f"{name} isn't installed here")
    assert supply.license_of(about)


def test_python_versions_are_those_that_the_package_admits():
    asked = re.search(r'requires-python = ">=([\d.]+)"', text_of("pyproject.toml"))
    assert supply.PYTHONS[0] == asked[1]


def text_of(name):
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.skipif(shutil.which("make") is None, reason="needs make")
def test_the_makefile_writes_the_hashes_with_the_lock():
    recipe = text_of("Makefile").split("\nlock:")[1].split("\n\n")[0]
    assert "supply hashes" in recipe
