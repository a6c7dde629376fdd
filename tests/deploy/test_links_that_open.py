"""What opens the course on other people's machines keeps to what it is read by.

The schemas hold the part of the published ones that these files use; where a setting is
added, it has to be added here, too. Nothing is fetched.
"""

import json
import os
import re
from pathlib import Path

import jsonschema
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
BINDER = ROOT / ".binder"
# What a package is called by conda-forge, where it isn't called as on PyPI.
CONDA = {"torch": "pytorch-cpu", "matplotlib": "matplotlib-base"}
# What conda-forge alone knows.
# tqdm: conda knows no extras, such as pooch[progress].
CONDA_ONLY = {"python", "pip", "libblas", "tqdm"}

TEXT = {"type": "string", "minLength": 1}
SIZE = {"type": "string", "pattern": r"^\d+([tgmk]b)?$"}

ENVIRONMENT = {
    "type": "object",
    "properties": {
        "name": TEXT,
        "channels": {"type": "array", "items": TEXT, "minItems": 1},
        "dependencies": {"type": "array", "items": TEXT, "uniqueItems": True},
    },
    "required": ["name", "channels", "dependencies"],
    "additionalProperties": False,
}

DEVCONTAINER = {
    "type": "object",
    "properties": {
        "name": TEXT,
        "image": TEXT,
        "features": {"type": "object", "additionalProperties": {"type": "object"}},
        "hostRequirements": {
            "type": "object",
            "properties": {
                "cpus": {"type": "integer", "minimum": 1},
                "memory": SIZE,
                "storage": SIZE,
            },
            "additionalProperties": False,
        },
        "containerEnv": {"type": "object", "additionalProperties": TEXT},
        "onCreateCommand": TEXT,
        "postCreateCommand": TEXT,
        "forwardPorts": {
            "type": "array",
            "items": {"type": "integer", "minimum": 0, "maximum": 65535},
        },
        "portsAttributes": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "properties": {
                    "label": TEXT,
                    "onAutoForward": {
                        "enum": [
                            "notify",
                            "openBrowser",
                            "openBrowserOnce",
                            "openPreview",
                            "silent",
                            "ignore",
                        ]
                    },
                },
                "additionalProperties": False,
            },
        },
        "customizations": {
            "type": "object",
            "properties": {
                "vscode": {
                    "type": "object",
                    "properties": {
                        "extensions": {"type": "array", "items": TEXT},
                        "settings": {"type": "object"},
                    },
                    "additionalProperties": False,
                }
            },
            "additionalProperties": False,
        },
    },
    "required": ["image"],
    "additionalProperties": False,
}


def requirements():
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    lines = [line.partition("#")[0].strip() for line in text.splitlines()]
    return {canonicalize_name(r.name): r for r in map(Requirement, filter(None, lines))}


@pytest.fixture(scope="module")
def environment():
    return yaml.safe_load((BINDER / "environment.yml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def devcontainer():
    path = ROOT / ".devcontainer" / "devcontainer.json"
    return json.loads(path.read_text(encoding="utf-8"))


def test_binders_environment_is_one_that_conda_reads(environment):
    jsonschema.validate(environment, ENVIRONMENT)


def test_binders_environment_is_what_a_learner_installs(environment):
    """The same packages in the same ranges: conda's own, and nothing by pip."""
    parsed = [
        re.split(r"(?=[<>=])", line, maxsplit=1) for line in environment["dependencies"]
    ]
    found = {name: "".join(rest) for name, *rest in parsed if name not in CONDA_ONLY}
    wanted = {CONDA.get(n, r.name): r.specifier for n, r in requirements().items()}
    assert found.keys() == wanted.keys()
    for name, specifier in wanted.items():
        assert set(found[name].split(",")) == {str(part) for part in specifier}, name


def test_binder_has_no_library_for_graphics_processors_and_no_mkl(environment):
    assert "pytorch-cpu" in " ".join(environment["dependencies"])
    assert "libblas=*=*openblas" in environment["dependencies"]


@pytest.mark.parametrize("name", ["postBuild", "start"])
def test_binders_scripts_can_be_run(name):
    script = BINDER / name
    assert os.access(script, os.X_OK)
    assert script.read_text(encoding="utf-8").startswith("#!/bin/bash\n")


def test_binder_leaves_condas_packages_alone():
    script = (BINDER / "postBuild").read_text(encoding="utf-8")
    [install] = [line for line in script.splitlines() if "pip install" in line]
    assert "--no-deps" in install


def test_the_devcontainer_keeps_to_its_schema(devcontainer):
    jsonschema.validate(devcontainer, DEVCONTAINER)


@pytest.mark.parametrize(
    "change", [{"onCreateComand": "make"}, {"forwardPorts": ["a"]}, {"image": ""}]
)
def test_a_slip_in_the_devcontainer_is_noticed(devcontainer, change):
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(devcontainer | change, DEVCONTAINER)


def test_the_devcontainer_opens_the_port_of_make_lab(devcontainer):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    port = int(re.search(r"^PORT \?= (\d+)$", makefile, re.MULTILINE)[1])
    assert devcontainer["forwardPorts"] == [port]
    assert str(port) in devcontainer["portsAttributes"]


def test_the_devcontainer_has_a_python_that_the_course_admits(devcontainer):
    version = devcontainer["image"].rpartition(":")[2]
    assert tuple(map(int, version.split("."))) >= (3, 11)


@pytest.fixture(scope="module")
def colab():
    """Return the lines of the cell that the README shows for Colab."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    [cell] = re.findall(r"```python\n(!.+?)```", readme, re.DOTALL)
    return cell.splitlines()


def test_in_colab_nothing_is_replaced(colab):
    [install] = [line for line in colab if line.startswith("%pip install")]
    assert "--no-deps" in install and "--upgrade" not in install
    assert "torch" not in install


def test_what_colab_may_lack_is_asked_for_in_the_ranges_of_the_course(colab):
    [install] = [line for line in colab if line.startswith("%pip install")]
    asked = [Requirement(text) for text in re.findall(r'"([^"]+)"', install)]
    assert {"vega-datasets", "pooch"} <= {canonicalize_name(r.name) for r in asked}
    for requirement in asked:
        wanted = requirements()[canonicalize_name(requirement.name)]
        assert requirement.specifier == wanted.specifier


def test_in_colab_the_course_is_where_its_package_looks_for_it(colab):
    """A package that is installed elsewhere takes the current folder for the course."""
    clone, move, install = colab
    folder = clone.split()[-1]
    assert move == f"%cd -q {folder}"
    assert " . " in install
