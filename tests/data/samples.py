"""What several tests of data use: small files, sources, processes, broken disks."""

import hashlib
import importlib
import os
import struct
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import numpy as np

from lessons_lib.data._download import Source, load_files
from lessons_lib.paths import ROOT

# By name, because the package's attributes of these names are the functions in them.
MNIST = importlib.import_module("lessons_lib.data.mnist")
CIFAR10 = importlib.import_module("lessons_lib.data.cifar10")

CONTENTS = {"digits": b"0123456789" * 100, "letters": b"abcdefghij" * 50}


def published(contents):
    return {
        name: hashlib.sha256(content).hexdigest() for name, content in contents.items()
    }


FILES = published(CONTENTS)


def load(folder, sources):
    return load_files("Samples", folder, FILES, sources)


class Recorder:
    """A source of the right files that remembers what it was asked for."""

    name = "recorder"

    def __init__(self, contents=CONTENTS):
        self.contents, self.asked = contents, []

    def fetch(self, names):
        self.asked.append(list(names))
        for name in names:
            yield name, self.contents[name]


def failing(name, error):
    def fetch(names):
        raise error

    return Source(name, fetch)


def no_sources():
    raise AssertionError("nothing is missing, so no source should be asked for")
    yield


def visible(folder):
    return sorted(p.name for p in folder.iterdir() if p.name != ".lock")


def full_disk(monkeypatch):
    """Let every new file end after some bytes, as on a full disk."""
    opened = Path.open

    def full(path, mode="r", *rest, **options):
        if "w" in mode:
            path.symlink_to("/dev/full")
        return opened(path, mode, *rest, **options)

    monkeypatch.setattr(Path, "open", full)


def read_only_disk(monkeypatch):
    """Refuse all that would change a file or folder, as a read-only disk does."""

    def refusing(unchanged, changes):
        def guarded(path, mode=0, *rest, **options):
            if changes(mode):
                raise OSError(30, "Read-only file system", str(path))
            return unchanged(path, mode, *rest, **options)

        return guarded

    to_write = os.O_WRONLY | os.O_RDWR | os.O_CREAT
    monkeypatch.setattr(os, "open", refusing(os.open, lambda flags: flags & to_write))
    for place, name in (
        (Path, "mkdir"),
        (os, "mkdir"),
        (os, "unlink"),
        (os, "replace"),
    ):
        monkeypatch.setattr(place, name, refusing(None, lambda _: True))
    monkeypatch.setattr(
        Path, "open", refusing(Path.open, lambda mode: "w" in str(mode))
    )


def start(program, **values):
    """Run a program in another Python; {name!r} in it stands for a value."""
    code = textwrap.dedent(program).format(**{n: str(v) for n, v in values.items()})
    return subprocess.Popen(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"},
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for(path):
    deadline = time.monotonic() + 300  # on a busy machine a start takes long
    while not path.exists():
        assert time.monotonic() < deadline, f"{path} did not appear"
        time.sleep(0.01)


def idx(array, kind=8):
    """Return an array as an idx file, the format of MNIST."""
    header = bytes([0, 0, kind, array.ndim]) + struct.pack(
        f">{array.ndim}I", *array.shape
    )
    return header + array.tobytes()


def small_mnist():
    """Return files of the right names and a few pictures, as if they were MNIST."""
    random = np.random.default_rng(0)
    files = {}
    for part, count in (("train", 3), ("t10k", 2)):
        pixels = random.integers(0, 256, (count, 28, 28), dtype=np.uint8)
        pixels[0].flat[:256] = np.arange(256)
        files[f"{part}-images-idx3-ubyte"] = idx(pixels)
        files[f"{part}-labels-idx1-ubyte"] = idx(np.arange(count, dtype=np.uint8))
    return files
