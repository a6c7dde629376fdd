"""The archive of CIFAR-10 comes out as torchvision decodes it, or not at all."""

import hashlib
import os
import pickle

import numpy as np
import pytest
from torchvision.datasets import CIFAR10 as Torchvisions

from data.cifar10_samples import (
    PER_BATCH,
    assert_from_archive,
    packed,
    published,
    serve,
)
from data.samples import CIFAR10, full_disk, visible
from lessons_lib.data import DataUnavailable, cifar10
from lessons_lib.data import _cifar10_formats as formats


def test_archive_as_torchvision_has_it():
    assert Torchvisions.tgz_md5 == formats.ARCHIVE_MD5
    assert Torchvisions.url == CIFAR10.MIRRORS[-1] + formats.ARCHIVE
    assert Torchvisions.base_folder == formats.ARCHIVE_FOLDER
    names = [name for name, _ in Torchvisions.train_list + Torchvisions.test_list]
    assert names == formats.BATCHES
    tried = [source.name for source in CIFAR10._sources()]
    assert len(tried) == 3 and "toronto" in tried[-1]


def test_archive_is_decoded_as_torchvision_does(archive, members):
    ours = formats.read_archive(archive)
    batch = members[f"{formats.ARCHIVE_FOLDER}/data_batch_1"]
    entry = pickle.loads(batch, encoding="latin1")
    assert np.array_equal(ours.images[:PER_BATCH], entry["data"].reshape(-1, 3, 32, 32))
    assert ours.labels[:PER_BATCH].tolist() == entry["labels"]
    assert ours.training == 5 * PER_BATCH and ours.classes == formats.CLASSES


@pytest.mark.parametrize("place", ["cifar10", "."])
def test_archive_on_disk(home, archive, batches, place):
    path = home.parent / place / formats.ARCHIVE
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
        (lambda content: content[:-9], "is cut short: "),
        (lambda content: b"", "is cut short: 0 bytes of "),
        (lambda content: content[:-1] + b"x", "is not the published file (MD5)"),
    ],
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
    assert f"  {path} {fault}" in message
    assert "  place 1: no route" in message
    assert formats.ARCHIVE_MD5 in message
    assert path.read_bytes() == before and visible(home) == [formats.ARCHIVE]
    assert f"damaged: {path} {fault}" in capsys.readouterr().err
    serve(monkeypatch, archive)
    assert_from_archive(cifar10(), batches)
    assert path.read_bytes() == archive


@pytest.mark.parametrize(
    "name",
    [
        "../evil",
        "/tmp/evil",
        f"{formats.ARCHIVE_FOLDER}/../../evil",
        "evil",
        "other/data_batch_1",
    ],
)
def test_archive_that_would_leave_its_folder(home, members, monkeypatch, name):
    content = packed(members | {name: b"evil"})
    monkeypatch.setattr(formats, "ARCHIVE_MD5", hashlib.md5(content).hexdigest())
    (home / formats.ARCHIVE).write_bytes(content)
    with pytest.raises(DataUnavailable, match="not a file in its folder") as caught:
        cifar10()
    assert repr(name) in str(caught.value) and formats.ARCHIVE in str(caught.value)
    assert visible(home) == [formats.ARCHIVE]
    assert [p.name for p in home.parent.iterdir()] == ["cifar10"]


def test_archive_with_a_link_out_of_its_folder(members):
    content = packed(members | {f"{formats.ARCHIVE_FOLDER}/link": None})
    with pytest.raises(ValueError, match="link"):
        formats.read_archive(content)


class Evil:
    def __reduce__(self):
        return os.system, ("echo evil",)


def labelled(labels):
    return published(np.zeros((2, 3072), np.uint8), labels)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"data_batch_3": None}, "lacks data_batch_3"),
        ({"data_batch_2": pickle.dumps({})}, "data_batch_2 in the archive is damaged"),
        ({"data_batch_2": b"abc"}, "data_batch_2 in the archive is damaged"),
        ({"data_batch_2": pickle.dumps(Evil())}, "asks for posix.system"),
        ({"test_batch": labelled([0])}, "wrong kind"),
        ({"test_batch": labelled([0, 10])}, "a label that is no class"),
    ],
)
def test_archive_with_a_bad_part(members, change, message):
    changed = dict(members)
    for name, content in change.items():
        del changed[f"{formats.ARCHIVE_FOLDER}/{name}"]
        if content is not None:
            changed[f"{formats.ARCHIVE_FOLDER}/{name}"] = content
    with pytest.raises(ValueError, match=message):
        formats.read_archive(packed(changed))


def test_archive_that_is_none():
    with pytest.raises(ValueError, match="the archive is damaged"):
        formats.read_archive(b"<html>")
    with pytest.raises(ValueError, match="the archive is damaged"):
        formats.read_archive(packed({"a": bytes(9999)})[:40])


def test_full_disk_stops_a_download(home, archive, monkeypatch):
    serve(monkeypatch, archive)
    full_disk(monkeypatch)
    with pytest.raises(DataUnavailable, match="gz: No space left on device"):
        cifar10()
    assert visible(home) == []
