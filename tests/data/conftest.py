"""A data folder with nothing in it, and CIFAR-10 in small."""

import hashlib

import numpy as np
import pytest

from data.cifar10_samples import PER_BATCH, packed, published
from lessons_lib.data import _cifar10_formats as formats
from lessons_lib.data import _shapes


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest.fixture(scope="module")
def batches():
    random = np.random.default_rng(0)
    return {
        name: (
            random.integers(0, 256, (PER_BATCH, 3072), dtype=np.uint8),
            random.permutation(np.arange(PER_BATCH) % 10).tolist(),
        )
        for name in formats.BATCHES
    }


@pytest.fixture(scope="module")
def members(batches):
    found = {
        f"{formats.ARCHIVE_FOLDER}/{name}": published(*b) for name, b in batches.items()
    }
    return found | {f"{formats.ARCHIVE_FOLDER}/readme.html": b"<html>"}


@pytest.fixture(scope="module")
def archive(members):
    return packed(members)


@pytest.fixture
def home(tmp_path, monkeypatch, archive):
    """An empty data folder, and the small archive for the published one."""
    monkeypatch.setenv("LESSONS_DATA", str(tmp_path))
    monkeypatch.setattr(formats, "ARCHIVE_SHA256", hashlib.sha256(archive).hexdigest())
    monkeypatch.setattr(formats, "COUNTS", {"train": 20, "test": 10})
    monkeypatch.setattr(formats, "sources", list)
    monkeypatch.setattr(_shapes, "PARTS", ((50, 9), (20, 10)))
    folder = tmp_path / "cifar10"
    folder.mkdir()
    return folder
