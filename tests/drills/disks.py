"""Real disks that are full or read-only, in a namespace of their own."""

import json
import os
import subprocess
import sys
import tempfile
import textwrap
from functools import cache

import pytest

from lessons_lib.paths import ROOT

NAMESPACE = ["unshare", "--user", "--map-root-user", "--mount"]
PATHS = [ROOT, ROOT / "tests", ROOT / "handouts" / "src", ROOT / "handouts" / "tests"]


@cache
def why_not():
    """Return why no disk can be mounted here, or ""."""
    with tempfile.TemporaryDirectory() as folder:
        command = [*NAMESPACE, "mount", "-t", "tmpfs", "none", folder]
        try:
            run = subprocess.run(command, capture_output=True, text=True)
        except FileNotFoundError:
            return "there is no unshare here"
        return f"no disk can be mounted here: {run.stderr}" if run.returncode else ""


def on_its_own_disks(program, **values):
    """Run a program that may mount disks; return what it hands to `done(...)`."""
    if reason := why_not():
        pytest.skip(reason.strip())
    names = {name: str(value) for name, value in values.items()}
    prelude = "from drills.disks import done, fill, read_only, small_disk\n"
    run = subprocess.run(
        [*NAMESPACE, sys.executable, "-c", prelude + textwrap.dedent(program)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, PATHS)), **names},
        capture_output=True,
        text=True,
        timeout=300,
    )
    lines = run.stdout.splitlines()
    found = [line for line in lines if line.startswith("done: ")]
    assert found, run.stdout + run.stderr
    return json.loads(found[0].removeprefix("done: "))


# For the program itself


def small_disk(folder, kilobytes):
    """Mount a disk of this size on a folder; what was in it is hidden."""
    folder.mkdir(parents=True, exist_ok=True)
    size = f"size={kilobytes}k"
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", size, "none", str(folder)], check=True
    )


def read_only(folder):
    """Forbid every change on a disk that was mounted here."""
    subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)


def fill(folder, left=0):
    """Fill a disk up to some kilobytes."""
    space = os.statvfs(folder)
    with open(folder / "other", "wb") as file:
        file.write(bytes(max(0, space.f_bavail * space.f_bsize - left * 1024)))


def done(**found):
    """Hand over what was found, as far as JSON can say it."""
    print("done: " + json.dumps(found, default=str), flush=True)
