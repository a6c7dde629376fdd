"""Values and image for Zero to JupyterHub, as far as they can be checked on a desk.

The schema holds the part of the chart's (version 4.4) that the values use.
"""

import re
from pathlib import Path
from urllib.parse import unquote

import jsonschema
import pytest
import yaml

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "deploy" / "kubernetes"

TEXT = {"type": "string", "minLength": 1}
NUMBER = {"type": "integer", "minimum": 1}
MEMORY = {"type": "string", "pattern": r"^\d+(\.\d+)?[MGT]$"}


def closed(**properties):
    """Return the schema of an object that has these properties and no other."""
    return {
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
    }


VALUES = closed(
    hub=closed(
        config={"type": "object", "additionalProperties": {"type": "object"}},
    ),
    proxy=closed(
        https=closed(
            enabled={"type": "boolean"},
            hosts={"type": "array", "items": TEXT},
            letsencrypt=closed(contactEmail=TEXT),
        ),
    ),
    singleuser=closed(
        image=closed(name=TEXT, tag=TEXT),
        cmd={"type": ["array", "string", "null"], "items": TEXT},
        defaultUrl=TEXT,
        startTimeout=NUMBER,
        memory=closed(guarantee=MEMORY, limit=MEMORY),
        cpu=closed(guarantee={"type": "number"}, limit={"type": "number"}),
        storage=closed(capacity={"type": "string", "pattern": r"^\d+[GM]i$"}),
    ),
    cull=closed(enabled={"type": "boolean"}, timeout=NUMBER, every=NUMBER),
    scheduling=closed(userPlaceholder=closed(replicas={"type": "integer"})),
)
INSTRUCTIONS = {"FROM", "USER", "RUN", "ENV", "WORKDIR", "COPY", "ENTRYPOINT", "CMD"}


@pytest.fixture(scope="module")
def values():
    return yaml.safe_load((FOLDER / "values.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def image():
    """Return the instructions of the Dockerfile, each with what follows it."""
    text = (FOLDER / "Dockerfile").read_text(encoding="utf-8")
    text = re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", " ")
    lines = [line.split(maxsplit=1) for line in text.splitlines() if line.strip()]
    return [(name, " ".join(rest.split())) for name, rest in lines]


def test_the_values_keep_to_the_schema(values):
    jsonschema.validate(values, VALUES)


@pytest.mark.parametrize(
    ("part", "slip"),
    [("singleuser", {"memori": {}}), ("cull", {"every": "often"}), ("hubs", {})],
)
def test_a_slip_in_the_values_is_noticed(values, part, slip):
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(values | {part: values.get(part, {}) | slip}, VALUES)


def test_nobody_comes_in_without_being_let_in(values):
    """The chart's own authenticator, dummy, would let everybody in."""
    config = values["hub"]["config"]
    assert config["JupyterHub"]["authenticator_class"] != "dummy"
    assert config["NativeAuthenticator"]["open_signup"] is False


def test_one_machine_and_many_give_a_student_the_same(values):
    text = (ROOT / "deploy/jupyterhub/jupyterhub_config.py").read_text(encoding="utf-8")
    page = re.search(r'default_url = "(.+)"', text)[1]
    assert unquote(values["singleuser"]["defaultUrl"]) == unquote(page)
    assert f'MEMORY = "{values["singleuser"]["memory"]["limit"]}"' in text
    assert f"CORES = {float(values['singleuser']['cpu']['limit'])}" in text
    desk = values["hub"]["config"]["KubeSpawner"]["notebook_dir"]
    assert f'notebook_dir = "{desk}"' in text


def test_the_image_has_known_instructions_and_one_pinned_base(image):
    assert {name for name, _ in image} <= INSTRUCTIONS
    [base] = [rest for name, rest in image if name == "FROM"]
    assert re.search(r":\d+\.\d+\.\d+$", base)


def test_the_image_starts_what_the_values_start_and_never_as_root(image, values):
    assert [rest for name, rest in image if name == "USER"][-1] == "1000"
    command = dict(image)["CMD"]
    assert yaml.safe_load(command) == values["singleuser"]["cmd"]
    seat = values["singleuser"]["cmd"][-1].removeprefix("/srv/course/")
    assert (ROOT / seat).is_file()


def test_what_the_image_copies_by_name_is_there(image):
    for source, _ in (rest.split() for name, rest in image if name == "COPY"):
        assert (ROOT / source).exists()


def test_the_image_leaves_out_what_is_large_or_somebodys_own():
    text = (FOLDER / "Dockerfile.dockerignore").read_text(encoding="utf-8")
    assert {".cache", ".git", ".venv", "data", "work"} <= set(text.split())
