"""The project and its data are found from every folder."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lessons_lib.paths import ROOT, class_folder, data_folder, work_folder


def test_root_is_where_the_lessons_are():
    assert (ROOT / "notebooks").is_dir() and (ROOT / "lessons_lib").is_dir()


def test_data_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # a notebook and a terminal must mean the same folder
    monkeypatch.delenv("LESSONS_DATA", raising=False)
    assert data_folder() == ROOT / "data"
    monkeypatch.setenv("LESSONS_DATA", "")
    assert data_folder() == ROOT / "data"
    monkeypatch.setenv("LESSONS_DATA", "elsewhere")
    assert data_folder() == ROOT / "elsewhere"
    monkeypatch.setenv("LESSONS_DATA", str(tmp_path))
    assert data_folder() == tmp_path
    monkeypatch.setenv("LESSONS_DATA", "~/pictures")
    assert data_folder() == Path("~/pictures").expanduser()


def test_work_folder(tmp_path, monkeypatch):
    monkeypatch.delenv("LESSONS_WORK", raising=False)
    assert work_folder() == ROOT / "work"
    monkeypatch.setenv("LESSONS_WORK", str(tmp_path))
    assert work_folder() == tmp_path


def test_class_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("LESSONS_CLASS", "")
    assert class_folder() == ROOT / "class"
    monkeypatch.setenv("LESSONS_CLASS", str(tmp_path))
    assert class_folder() == tmp_path


@pytest.mark.drill("LESSONS_DATA names a home that there is not", "one error says so")
def test_home_that_there_is_not(monkeypatch):
    monkeypatch.setenv("LESSONS_DATA", "~no-such-person/data")
    with pytest.raises(RuntimeError, match="'~no-such-person/data', and there is no"):
        data_folder()


def test_copy_installed_elsewhere_takes_the_current_folder(tmp_path):
    """Tried where paths have a space and letters beyond ASCII."""
    installed, here = tmp_path / "site päckages", tmp_path / "mein Kürs"
    (installed / "lessons_lib").mkdir(parents=True)
    here.mkdir()
    for name in ("__init__.py", "paths.py"):
        source = ROOT / "lessons_lib" / name
        (installed / "lessons_lib" / name).write_bytes(source.read_bytes())
    environment = {**os.environ, "PYTHONPATH": str(installed), "PYTHONUTF8": "1"}
    environment.pop("LESSONS_DATA", None)
    run = subprocess.run(
        [sys.executable, "-c", "from lessons_lib import paths; print(paths.ROOT)"],
        cwd=here,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert Path(run.stdout.strip()) == here.resolve(), run.stderr
