"""Ranges, lock and environment.yml ask for the same packages.

The ranges of the course stand in requirements.txt, those of its tests in
requirements-tests.txt, those of the handouts in their own pyproject.toml.
"""

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
RANGES = ("requirements.txt", "requirements-tests.txt", "handouts/pyproject.toml")


def toml(name):
    return tomllib.loads((ROOT / name).read_text(encoding="utf-8"))


def ranges(name):
    return toml(name)["project"]["dependencies"] if "toml" in name else lines(name)


def lines(name):
    written = (ROOT / name).read_text(encoding="utf-8").splitlines()
    stripped = (re.sub(r"(^|\s)#.*", "", line).strip() for line in written)
    return [line for line in stripped if line]


@pytest.fixture(scope="module")
def required():
    found = [Requirement(line) for name in RANGES for line in ranges(name)]
    return {canonicalize_name(r.name): r.specifier for r in found}


@pytest.fixture(scope="module")
def locked():
    found = [Requirement(line) for line in lines("requirements.lock")]
    return {canonicalize_name(r.name): r.specifier for r in found}


@pytest.fixture(scope="module")
def environment():
    text = (ROOT / "environment.yml").read_text(encoding="utf-8")
    return yaml.safe_load(text)["dependencies"]


@pytest.fixture(scope="module")
def project():
    return toml("pyproject.toml")


@pytest.mark.parametrize(
    "files", [RANGES, ["requirements.lock"]], ids=["ranges", "lock"]
)
def test_each_package_is_named_once(files):
    found = [Requirement(line) for name in files for line in ranges(name)]
    names = [canonicalize_name(requirement.name) for requirement in found]
    assert sorted(names) == sorted(set(names))


def test_every_range_has_two_ends(required):
    for name, specifier in required.items():
        operators = {part.operator for part in specifier}
        assert operators == {"=="} or {">=", "<"} <= operators, (
            f"{name}{specifier} has no lower or no upper end"
        )


def test_lock_holds_one_exact_version_each(locked):
    for name, specifier in locked.items():
        [pin] = specifier
        assert pin.operator == "==" and "*" not in pin.version, f"{name}{specifier}"


def test_lock_satisfies_the_ranges(required, locked):
    for name, specifier in required.items():
        assert name in locked, f"requirements.lock lacks {name}: run make lock"
        [pin] = locked[name]
        assert specifier.contains(pin.version, prereleases=True), (
            f"requirements.lock has {name} {pin.version}, but {specifier} is asked for"
        )


def test_package_takes_its_dependencies_from_requirements(project):
    assert "dependencies" in project["project"]["dynamic"]
    dynamic = project["tool"]["setuptools"]["dynamic"]["dependencies"]
    assert dynamic == {"file": ["requirements.txt"]}
    extras = project["tool"]["setuptools"]["dynamic"]["optional-dependencies"]
    assert extras == {"tests": {"file": ["requirements-tests.txt"]}}


def test_environment_installs_requirements_with_pip(environment):
    [section] = [entry["pip"] for entry in environment if isinstance(entry, dict)]
    assert {"-r requirements.txt", "-r requirements-tests.txt"} <= set(section)
    assert "-e ." in section
    assert "-e ./handouts" in section
    assert "pip" in environment, "conda warns unless pip is listed beside its section"


def test_environment_asks_for_the_python_of_the_package(environment, project):
    [python] = [e for e in environment if re.match(r"python\b", str(e))]
    asked = SpecifierSet(python.removeprefix("python").strip())
    for found in (project, toml("handouts/pyproject.toml")):
        assert asked == SpecifierSet(found["project"]["requires-python"])


def test_environment_names_no_package_twice(environment, required):
    conda = {re.split(r"[<>=~! ]", e)[0] for e in environment if isinstance(e, str)}
    assert not conda & required.keys(), "conda and pip would both install these"
