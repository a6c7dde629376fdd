"""The archive of CIFAR-10 comes out as torchvision decodes it, or not at all."""

import pickle
import sys

import numpy as np
import pytest
from torchvision.datasets import CIFAR10 as Torchvisions

from data.cifar10_samples import PER_BATCH, assert_from_archive, serve
from data.samples import CIFAR10, full_disk, visible
from lessons_lib.data import DataUnavailable, cifar10
from lessons_lib.data import _cifar10_formats as formats


def test_archive_as_torchvision_has_it():
    assert Torchvisions.url == formats.SLOW_HOST + formats.ARCHIVE
    assert Torchvisions.base_folder == formats.ARCHIVE_FOLDER
    names = [name for name, _ in Torchvisions.train_list + Torchvisions.test_list]
    assert names == formats.BATCHES


@pytest.mark.parametrize("watched", [True, False])
def test_slow_host_is_tried_last_and_only_where_somebody_watches(monkeypatch, watched):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: watched, raising=False)
    tried = [source.name for source in formats.sources()]
    assert tried == [*formats.MIRRORS, *[formats.SLOW_HOST][:watched]]


def test_archive_is_decoded_as_torchvision_does(archive, members):
    ours = formats._read_archive(archive)
    batch = members[f"{formats.ARCHIVE_FOLDER}/data_batch_1"]
    entry = pickle.loads(batch, encoding="latin1")
    images, labels = ours.train
    pixels = (images[:PER_BATCH] * 255).round().byte().numpy()
    assert np.array_equal(pixels, entry["data"].reshape(-1, 3, 32, 32))
    assert labels[:PER_BATCH].tolist() == entry["labels"]
    assert len(labels) == 5 * PER_BATCH and ours.classes == formats.CLASSES


def test_archive_on_disk(home, archive, batches):
    path = home / formats.ARCHIVE
    path.write_bytes(archive)
    assert_from_archive(cifar10(), batches)
    path.unlink()  # what was decoded is enough from now on
    train, test = cifar10()
    assert_from_archive((train, test), batches)
    assert train.classes == formats.CLASSES and not train.stand_in
    assert train.origin == test.origin == "the archive"


def test_archive_is_fetched_from_the_first_place_that_has_it(
    home, archive, batches, monkeypatch, capsys
):
    asked = serve(monkeypatch, OSError("no route"), b"<html>", archive, archive)
    assert_from_archive(cifar10(), batches)
    assert asked == [1, 2, 3]
    assert visible(home) == [formats.ARCHIVE, CIFAR10.DECODED]
    assert (home / formats.ARCHIVE).read_bytes() == archive
    assert capsys.readouterr().err.startswith("CIFAR-10: fetching ")
    assert_from_archive(cifar10(), batches)
    assert asked == [1, 2, 3]


@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        (lambda content: content[:-9], "Compressed file ended before the end"),
        (lambda content: b"", "not the published file (SHA-256)"),
        (lambda content: content[:99] + b"x" + content[100:], ""),
    ],
)
@pytest.mark.drill(
    "the archive of CIFAR-10 is damaged",
    "it is named and fetched again",
)
def test_damaged_archive_is_named_and_fetched_again(
    home, archive, batches, monkeypatch, capsys, damage, fault
):
    path = home / formats.ARCHIVE
    path.write_bytes(damage(archive))
    before = path.read_bytes()
    serve(monkeypatch, OSError("no route"))
    with pytest.raises(DataUnavailable) as caught:
        cifar10()
    message = str(caught.value)
    assert f"  {path}: {fault}" in message
    assert "  place 1: no route" in message
    assert path.read_bytes() == before and visible(home) == [formats.ARCHIVE]
    assert f"damaged: {path}: {fault}" in capsys.readouterr().err
    serve(monkeypatch, archive)
    assert_from_archive(cifar10(), batches)
    assert path.read_bytes() == archive


def test_full_disk_stops_a_download(home, archive, monkeypatch, capsys):
    serve(monkeypatch, archive)
    full_disk(monkeypatch)
    assert cifar10()[0].stand_in
    assert f"Cannot write to {home}: No space left on device" in capsys.readouterr().err
    assert visible(home) == []
