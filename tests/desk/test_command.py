"""The command that makes the desk and opens it."""

import subprocess
import sys

import pytest

from lessons_lib.desk import __main__ as command
from lessons_lib.desk.folder import DeskError
from lessons_lib.paths import ROOT


@pytest.fixture(autouse=True)
def nothing_is_installed(monkeypatch):
    monkeypatch.setattr(command.startup, "install", lambda: True)


def test_the_command_tells_and_needs_no_torch():
    script = "import sys, lessons_lib.desk.__main__; print('torch' in sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True
    )
    assert run.stdout == "False\n", run.stderr


@pytest.mark.parametrize(
    ("lines", "said"), [(["one", "two"], "one\ntwo\n"), ([], "up to date")]
)
def test_the_command_says_what_happened(monkeypatch, capsys, lines, said):
    monkeypatch.setattr(command, "lay_out", lambda: lines)
    assert command.main([]) == 0
    assert said in capsys.readouterr().out


def test_the_command_opens_the_first_page(monkeypatch):
    called = []
    monkeypatch.setattr(command, "lay_out", lambda: [])
    monkeypatch.setattr(
        command.subprocess, "call", lambda *a, **k: called.append((a, k)) or 0
    )
    assert command.main(["--open", "--port=8899"]) == 0
    [((arguments,), _)] = called
    assert "--port=8899" in arguments
    assert "--LabApp.default_url=/lab/tree/00%20Start%20here.ipynb" in arguments


def test_a_home_that_there_is_not_is_named(monkeypatch, capsys):
    monkeypatch.setenv("LESSONS_WORK", "~no-such-person/work")
    assert command.main([]) == 1
    assert "'~no-such-person/work', and there is no" in capsys.readouterr().err


def test_the_command_fails_in_one_line(monkeypatch, capsys):
    def fail():
        raise DeskError("one line")

    monkeypatch.setattr(command, "lay_out", fail)
    assert command.main(["--open"]) == 1
    assert capsys.readouterr().err == "one line\n"
