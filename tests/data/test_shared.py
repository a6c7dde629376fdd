"""Decoded pictures lie in memory once; a kernel's own changes stay its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from data.samples import MNIST, full_disk, published, read_only_disk, small_mnist
from lessons_lib.data import _shared, mnist
from lessons_lib.data._download import read_files
from lessons_lib.paths import ROOT, data_folder


@pytest.fixture
def small(tmp_path, monkeypatch):
    """MNIST in small, fetched but not decoded; returns its folder."""
    files = small_mnist()
    monkeypatch.setattr(MNIST, "FILES", published(files))
    monkeypatch.setattr(MNIST, "sources", list)
    monkeypatch.setenv("LESSONS_DATA", str(tmp_path))
    folder = tmp_path / "mnist"
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def decoded_in(folder):
    return (folder / MNIST.DECODED).exists()


def test_what_is_mapped_is_what_was_decoded(small):
    decoded = MNIST._decode()[0]
    for found in (mnist(), mnist()):  # made, and made before
        for half, pictures in zip((decoded.train, decoded.test), found, strict=True):
            assert torch.equal(pictures.images, half[0])
            assert torch.equal(pictures.labels, half[1])
            assert pictures.images.is_contiguous() and not pictures.images.is_shared()
    assert decoded_in(small)


def test_what_is_decoded_is_enough(small):
    before, _ = mnist()
    for name in small_mnist():
        (small / name).unlink()
    assert torch.equal(mnist()[0].images, before.images)


@pytest.mark.drill("a learner writes into mapped pictures", "nobody else sees it")
def test_what_a_kernel_writes_is_its_own(small):
    whole = MNIST._decode()[0].train[0]
    mine, _ = mnist()
    mine.images.fill_(0.5)
    mine.labels.zero_()
    other, _ = mnist()
    assert torch.equal(other.images, whole) and other.labels.tolist() == [0, 1, 2]
    assert (mine.images == 0.5).all()


def test_other_files_or_another_decoding_are_decoded_again(small, monkeypatch):
    mnist()
    files = small_mnist()
    name = "t10k-labels-idx1-ubyte"
    files[name] = files[name][:-1] + b"\7"
    (small / name).write_bytes(files[name])
    monkeypatch.setattr(MNIST, "FILES", published(files))
    assert mnist()[1].labels.tolist() == [0, 7]
    monkeypatch.setattr(_shared, "DECODING", 2)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(MNIST, "_digits", lambda *_: (torch.ones(1), torch.ones(1)))
        assert mnist()[0].images.tolist() == [1]


@pytest.mark.parametrize("refuse", [read_only_disk, full_disk])
def test_where_nothing_can_be_written_it_costs_memory_alone(
    small, monkeypatch, capsys, refuse
):
    refuse(monkeypatch)
    train, _ = mnist()
    assert len(train) == 3 and not decoded_in(small)
    assert capsys.readouterr() == ("", "")
    assert not list(small.glob("*.part"))


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[:-1],
        lambda content: content[: len(content) // 2],
        lambda content: content[:5000] + bytes([content[5000] ^ 1]) + content[5001:],
        lambda content: b"",
    ],
)
@pytest.mark.drill(
    "decoded pictures are truncated, altered or empty",
    "the file is named and made again",
)
def test_a_damaged_file_is_named_and_made_again(small, capsys, damage):
    mnist()
    path = small / MNIST.DECODED
    whole = path.read_bytes()
    path.write_bytes(damage(whole))
    assert torch.equal(mnist()[0].images, MNIST._decode()[0].train[0])
    assert f"MNIST: {path} is damaged and will be made" in capsys.readouterr().err
    assert path.read_bytes() == whole


@pytest.mark.drill(
    "decoded pictures are replaced by code",
    "it isn't run; they are made again",
)
def test_a_file_that_holds_code_is_not_run(small, tmp_path, capsys):
    class Trap:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "sprung"),)

    torch.save({"decoding": 1, "train": Trap()}, small / MNIST.DECODED)
    assert len(mnist()[0]) == 3
    assert not (tmp_path / "sprung").exists()
    assert "is damaged" in capsys.readouterr().err


# The real MNIST

MEMORY = """
import json
from lessons_lib.data import Batches, mnist

def own():
    with open("/proc/self/smaps_rollup") as lines:
        return next(int(x.split()[1]) for x in lines if x.startswith("Anonymous")) >> 10

before = own()
train, test = mnist()
loaded = own() - before
for images, labels in Batches(*train, 100, shuffle=True):
    images.sum()
print(json.dumps([loaded, own() - before]))
"""


@pytest.mark.skipif(
    not Path("/proc/self/smaps_rollup").exists(), reason="Linux counts a page's owners"
)
def test_pictures_take_next_to_no_memory_of_a_kernel():
    found, _ = read_files(data_folder() / "mnist", MNIST.FILES)
    if len(found) < len(MNIST.FILES):
        pytest.skip("MNIST is not here; fetch it with python -m lessons_lib.data")
    mnist()
    if not decoded_in(data_folder() / "mnist"):
        pytest.skip("the data folder can't be written to")
    run = subprocess.run(
        [sys.executable, "-c", MEMORY], cwd=ROOT, capture_output=True, text=True
    )
    loaded, trained = json.loads(run.stdout or run.stderr)
    assert loaded < 20, "MiB; 210 were needed to decode"
    assert trained < 40
