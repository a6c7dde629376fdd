"""The doctor sees what is wrong, names it, and says what to do."""

import importlib
import importlib.metadata
import os
import subprocess
import sys
from types import SimpleNamespace

import pytest

from lessons_lib import doctor
from lessons_lib.doctor import Finding, check_package, check_packages
from lessons_lib.paths import ROOT

MNIST = importlib.import_module("lessons_lib.data.mnist")
NUMPY = importlib.metadata.version("numpy")


def test_package_in_range():
    assert check_package("numpy>=1.0") == Finding("OK", f"numpy {NUMPY}")


@pytest.mark.parametrize(
    ("files", "names", "module"),
    [
        (["pypandoc/__init__.py", "pypandoc/files/pandoc"], None, "pypandoc"),
        (["the_package/__init__.py", "the_extra/__init__.py"], None, "the_package"),
        (["_yaml/__init__.py", "yaml/__init__.py", "yaml/reader.py"], None, "yaml"),
        (["six.py", "six-1.dist-info/METADATA"], None, "six"),
        (["compiled.so"], None, "the_package"),
        (["__editable__.the_package-1.pth"], "package\n", "package"),
        (["__editable___the_package_1_finder.py"], "package\n", "package"),
        (None, None, "the_package"),
    ],
)
def test_module_of_a_package(monkeypatch, files, names, module):
    paths = files and [importlib.metadata.PackagePath(file) for file in files]
    installed = SimpleNamespace(files=paths, read_text=lambda _: names)
    monkeypatch.setattr(importlib.metadata, "distribution", lambda _: installed)
    assert doctor._module("the-package") == module


def test_package_whose_module_has_another_name():
    version = importlib.metadata.version("pypandoc-binary")
    assert check_package("pypandoc-binary") == Finding(
        "OK", f"pypandoc-binary {version}"
    )


@pytest.mark.parametrize(
    ("requirement", "text"),
    [
        ("no-such-package>=1", "no-such-package is not installed: run: "),
        (
            "numpy>=1.0,<1.1",
            f"numpy {NUMPY} is not numpy>=1.0,<1.1: run: ",
        ),
        (f"numpy!={NUMPY}", f"numpy {NUMPY} is not numpy!={NUMPY}: run: "),
    ],
)
def test_package_missing_or_out_of_range(requirement, text):
    finding = check_package(requirement)
    assert finding.verdict == "PROBLEM"
    assert finding.text.startswith(text)


def test_package_that_does_not_import(monkeypatch):
    def broken(name):
        raise OSError(f"{name}: a shared library is missing\nlong story")

    monkeypatch.setattr(doctor.importlib, "import_module", broken)
    finding = check_package("numpy>=1.0")
    assert finding.verdict == "PROBLEM"
    assert "(OSError: numpy: a shared library is missing): run: " in finding.text
    assert "\n" not in finding.text


def test_packages_are_those_that_a_distribution_says_it_needs(monkeypatch):
    needed = ["numpy>=1.0", "no-such-one==1", 'for-tests==1; extra == "tests"']
    monkeypatch.setattr(importlib.metadata, "requires", {"course": needed}.get)
    verdicts = [finding.verdict for finding in check_packages("course")]
    assert verdicts == ["OK", "PROBLEM"]


def test_distribution_that_is_not_installed():
    (finding,) = check_packages("no-such-one")
    assert finding.verdict == "PROBLEM"
    assert finding.text.startswith("no-such-one is not installed: run: ")


def test_lessons_run_without_the_handouts():
    (finding,) = check_packages("no-such-one", missing="NOTE")
    assert finding.verdict == "NOTE"
    assert doctor.DISTRIBUTIONS["notebook-handouts"] == "NOTE"


def test_old_python(monkeypatch):
    monkeypatch.setattr(doctor.sys, "version_info", (3, 10, 4, "final", 0))
    text = "Python 3.10.4 is too old: install 3.11 or newer"
    assert doctor.check_python() == Finding("PROBLEM", text)


def test_jupyterlab(tmp_path, monkeypatch):
    monkeypatch.setattr(doctor.sysconfig, "get_path", lambda _: str(tmp_path))
    finding = doctor.check_jupyterlab()
    assert finding.verdict == "PROBLEM" and str(tmp_path) in finding.text
    name = "jupyter-lab.exe" if os.name == "nt" else "jupyter-lab"
    (tmp_path / name).touch(mode=0o755)
    assert doctor.check_jupyterlab().verdict == "OK"


def test_data_missing_damaged_and_right(tmp_path, monkeypatch):
    checksum = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    monkeypatch.setattr(MNIST, "FILES", dict.fromkeys(["one", "two"], checksum))
    monkeypatch.setenv("LESSONS_DATA", str(tmp_path))
    folder = tmp_path / "mnist"
    finding, _ = doctor.check_data()
    assert finding.verdict == "PROBLEM"
    assert f"one, two not in {tmp_path}: run: " in finding.text
    assert finding.text.endswith(" -m lessons_lib.data")
    assert not folder.exists()  # a check fetches nothing
    folder.mkdir()
    (folder / "one").touch()
    (folder / "two").write_bytes(b"x")
    finding, _ = doctor.check_data()
    assert finding.verdict == "PROBLEM" and str(folder / "two") in finding.text
    (folder / "two").write_bytes(b"")
    finding, _ = doctor.check_data()
    assert finding.verdict == "OK"


def test_data_folder_that_cannot_be(monkeypatch):
    monkeypatch.setenv("LESSONS_DATA", "~no-such-person/data")
    (finding,) = doctor.check_data()
    assert finding.verdict == "PROBLEM" and "no such home folder" in finding.text


def test_disk_and_memory(tmp_path, monkeypatch):
    usage, memory = SimpleNamespace(free=1e8), SimpleNamespace(available=1e9)
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _: usage)
    psutil = SimpleNamespace(virtual_memory=lambda: memory)
    monkeypatch.setitem(sys.modules, "psutil", psutil)
    assert list(doctor.check_machine(tmp_path))[:2] == [
        Finding("PROBLEM", "0.1 GB of disk free: 1.5 GB needed"),
        Finding("NOTE", "1.0 GB of memory free: close other programs"),
    ]
    usage.free, memory.available = 2e9, 8e9
    assert list(doctor.check_machine(tmp_path))[:2] == [
        Finding("OK", "2.0 GB of disk free"),
        Finding("OK", "8.0 GB of memory free"),
    ]
    monkeypatch.setitem(sys.modules, "psutil", None)
    _, finding, _ = doctor.check_machine(tmp_path)
    assert finding.verdict == "NOTE"


@pytest.mark.parametrize(
    ("verdicts", "code", "last"),
    [
        (["OK", "NOTE"], 0, "Ready for the lessons."),
        (["OK", "PROBLEM", "PROBLEM"], 1, "2 problem(s) to solve"),
    ],
)
def test_exit_code(monkeypatch, capsys, verdicts, code, last):
    findings = [Finding(verdict, "something") for verdict in verdicts]
    monkeypatch.setattr(doctor, "examine", lambda: findings)
    assert doctor.main() == code
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[:-1]] == verdicts
    assert lines[-1] == last


def test_doctor_runs_where_nothing_is_installed():
    # -S and -I hide everything that is installed; the standard library remains
    program = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); "
        "from lessons_lib.doctor import main; sys.exit(main())"
    )
    run = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True
    )
    assert run.returncode == 1, run.stderr
    assert run.stderr == ""
    assert "PROBLEM  lessons-lib is not installed: run: " in run.stdout
    assert "PROBLEM  data not checked" in run.stdout
