"""Where CIFAR-10 can't be had, shapes are drawn, and everybody is told."""

import shutil

import pytest
import torch

from data.cifar10_samples import assert_from_archive, fill, serve
from data.samples import CIFAR10, full_disk, read_only_disk, visible
from lessons_lib import doctor
from lessons_lib.data import Pictures, __main__, _shapes, cifar10


@pytest.mark.drill("CIFAR-10 can't be had", "shapes are drawn, and it is said")
def test_without_a_source_shapes_are_drawn_once(home, monkeypatch, capsys):
    asked = serve(monkeypatch, OSError("no route"), OSError("no route"))
    train, test = cifar10()
    assert asked == [1, 2]
    assert train.stand_in and test.stand_in
    assert train.classes == _shapes.CLASSES and train.origin == "drawn shapes"
    assert train.labels.bincount().tolist() == 10 * [5]
    assert test.labels.bincount().tolist() == 10 * [2]
    said = capsys.readouterr().err
    assert said.count(": no route\n") == 2
    assert f"into {home}:" in said.splitlines()
    again, _ = cifar10()
    assert asked == [1, 2], "a lesson doesn't wait for the network a second time"
    assert torch.equal(again.images, train.images) and again.stand_in
    assert capsys.readouterr().err == ""
    cifar10(fetch_again=True)
    assert asked == [1, 2, 1, 2]


def test_shapes_give_way_to_pictures(home, archive, batches, monkeypatch):
    assert cifar10()[0].stand_in
    serve(monkeypatch, archive)
    assert_from_archive(cifar10(fetch_again=True), batches)
    assert_from_archive(cifar10(), batches)


def test_shapes_where_nothing_can_be_written(home, monkeypatch, capsys):
    full_disk(monkeypatch)
    train, _ = cifar10()
    assert train.stand_in and len(train.images) == 50
    assert "No space left on device" in capsys.readouterr().err
    assert visible(home) == []


@pytest.mark.parametrize("folder_is_there", [True, False])
def test_shapes_on_a_read_only_disk(home, monkeypatch, capsys, folder_is_there):
    if not folder_is_there:
        shutil.rmtree(home)
    read_only_disk(monkeypatch)
    train, _ = cifar10()
    assert train.stand_in and len(train) == 50
    assert "Read-only file system" in capsys.readouterr().err


def test_main_tells_what_it_got(home, monkeypatch, capsys):
    one = torch.zeros(1, 1, 28, 28), torch.zeros(1, dtype=torch.int64)
    monkeypatch.setattr(__main__, "mnist", lambda: (Pictures(*one), Pictures(*one)))
    monkeypatch.setattr(__main__, "fetch", dict)
    assert __main__.main() == 0
    assert "CIFAR-10 can't be had at the moment" in capsys.readouterr().out
    fill(home)
    assert __main__.main() == 0
    out = capsys.readouterr().out
    assert "CIFAR-10: 20 training pictures, a folder of PNG pictures." in out
    (home / "train" / "cat" / "0000.png").write_bytes(b"no picture")
    (home / CIFAR10.DECODED).unlink()
    assert __main__.main() == 1
    assert "broken" in capsys.readouterr().err


def test_doctor_knows(home):
    *_, finding = doctor.check_data()
    assert finding.verdict == "NOTE"
    assert finding.text.endswith(" -m lessons_lib.data")
    assert visible(home) == []
    fill(home)
    *_, finding = doctor.check_data()
    assert finding.verdict == "OK"
