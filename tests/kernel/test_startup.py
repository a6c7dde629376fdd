"""Kernels of the course's environment watch from their first cell on, no others."""

import subprocess
import sys
from pathlib import Path

import pytest

from lessons_lib.kernel import startup


@pytest.mark.parametrize("sign", ["pyvenv.cfg", "conda-meta"])
def test_an_environment_of_its_own_gets_the_script(tmp_path, sign):
    (tmp_path / sign).mkdir()
    assert startup.install(tmp_path) and startup.install(tmp_path)
    script = tmp_path / "etc" / "ipython" / "startup" / "lessons.py"
    assert script.read_text(encoding="utf-8") == startup.SCRIPT


def test_a_python_that_others_use_stays_as_it_is(tmp_path):
    assert not startup.install(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_an_environment_that_cannot_be_written_is_no_error(tmp_path):
    (tmp_path / "conda-meta").mkdir()
    (tmp_path / "etc").write_text("a file")
    assert not startup.install(tmp_path)


def test_without_the_course_the_script_does_nothing(tmp_path):
    run = subprocess.run(
        [sys.executable, "-S", "-I", "-c", startup.SCRIPT],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert (run.returncode, run.stderr) == (0, "")


def test_it_lies_where_ipython_looks():
    from IPython.core.application import ENV_CONFIG_DIRS, SYSTEM_CONFIG_DIRS

    folders = {Path(folder) for folder in [*ENV_CONFIG_DIRS, *SYSTEM_CONFIG_DIRS]}
    assert Path(sys.prefix) / "etc" / "ipython" in folders
