"""Files stay short enough to be read, and the Makefile sees every one of them."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LONGEST = 400  # lines
TABLES = (
    ROOT / "lessons_lib" / "checks"
)  # a lesson's module: one table of mistakes each
FOLDERS = ("lessons_lib", "handouts", "tests", "benchmarks")


def sources():
    return [p for folder in FOLDERS for p in sorted((ROOT / folder).rglob("*.py"))]


@pytest.mark.parametrize("path", sources(), ids=lambda p: str(p.relative_to(ROOT)))
def test_no_file_is_longer_than_400_lines(path):
    if path.parent != TABLES:
        assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST


@pytest.mark.skipif(shutil.which("make") is None, reason="needs make")
@pytest.mark.parametrize(
    ("variable", "folders"),
    [
        ("LIBRARY", ["lessons_lib"]),
        ("HANDOUTS", ["handouts"]),
        ("TESTS", ["tests", "benchmarks"]),
    ],
)
def test_make_looks_at_files_in_folders_of_any_depth(variable, folders):
    command = ["make", "--print-data-base", "--dry-run", "help"]
    known = subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout
    (line,) = re.findall(rf"^{variable} := (.*)$", known, re.MULTILINE)
    files = {p for p in sources() if p.relative_to(ROOT).parts[0] in folders}
    assert {str(p.relative_to(ROOT)) for p in files} <= set(line.split())


@pytest.mark.skipif(not shutil.which("make"), reason="there is no make")
@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        "Makefile",
        "requirements-hub.txt",
        "classroom/judging.py",
        "deploy/kubernetes/Dockerfile",
        "tests/test_layout.py",
    ],
)
def test_what_the_tests_read_is_unproven_after_a_change(name):
    known = subprocess.run(
        ["make", "--print-data-base", "--dry-run", "unit"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    ).stdout
    [rule] = re.findall(r"^\.cache/proven/unit:(.*)$", known, re.MULTILINE)
    assert name in rule.split()
