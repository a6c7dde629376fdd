"""The configuration for production means something to every part that it configures."""

from pathlib import Path

import pytest
from jupyterhub.app import JupyterHub
from jupyterhub.auth import Authenticator
from jupyterhub.proxy import ConfigurableHTTPProxy
from jupyterhub.spawner import Spawner
from jupyterhub_idle_culler import IdleCuller
from systemdspawner import SystemdSpawner
from traitlets import HasTraits
from traitlets.config import PyFileConfigLoader

ROOT = Path(__file__).parents[2]
FILE = ROOT / "deploy" / "jupyterhub" / "jupyterhub_config.py"
PARTS = {
    part.__name__: part
    for part in (
        Authenticator,
        ConfigurableHTTPProxy,
        JupyterHub,
        Spawner,
        SystemdSpawner,
    )
}


@pytest.fixture
def configured(monkeypatch, tmp_path):
    """Return what the file says for a class of three, with a teacher."""
    people = tmp_path / "class.txt"
    people.write_text("# autumn\nada\n\ngrace  # second row\nalan\n", encoding="utf-8")
    monkeypatch.setenv("HUB_CLASS", str(people))
    monkeypatch.setenv("HUB_TEACHERS", "emmy")
    return PyFileConfigLoader(str(FILE)).load_config()


def test_every_setting_exists_and_has_a_value_that_it_may_have(configured):
    for name, settings in configured.items():
        configurable = PARTS[name].class_traits(config=True)
        for setting, value in settings.items():
            trait = configurable[setting]
            trait._validate(HasTraits(), value)


def test_who_is_on_the_list_comes_in_and_only_teachers_are_admins(configured):
    people = configured.Authenticator
    assert people.allowed_users == {"ada", "grace", "alan", "emmy"}
    assert people.admin_users == {"emmy"}


def test_without_a_list_nobody_comes_in(monkeypatch, tmp_path):
    monkeypatch.setenv("HUB_CLASS", str(tmp_path / "none"))
    monkeypatch.setenv("HUB_TEACHERS", "")
    people = PyFileConfigLoader(str(FILE)).load_config().Authenticator
    assert people.allowed_users == people.admin_users == set()
    assert "allow_all" not in people


def test_students_are_kept_apart_in_production(configured):
    """The simple spawner and the dummy authenticator belong to the test alone."""
    assert configured.JupyterHub.spawner_class == "systemd"
    assert configured.JupyterHub.authenticator_class == "pam"
    assert configured.SystemdSpawner.isolate_tmp
    assert str(ROOT) in configured.SystemdSpawner.readonly_paths
    assert configured.Spawner.mem_limit and configured.Spawner.cpu_limit


def test_what_the_hub_starts_is_there(configured):
    _, seat = configured.Spawner.cmd
    [proxy] = configured.ConfigurableHTTPProxy.command
    for path in (seat, proxy):
        assert Path(path).is_file()


def test_the_culler_knows_its_options(configured):
    [culler] = configured.JupyterHub.services
    options = [option.split("=")[0] for option in culler["command"][3:]]
    assert options == ["--timeout"]
    assert "timeout" in IdleCuller.class_traits(config=True)
