"""Folders of pictures are read; the result is kept, and made again when they change."""

import os
import shutil

import pytest
import torch
from PIL import Image
from torchvision.transforms import ToTensor

from data.cifar10_samples import assert_from_archive, fill
from data.samples import CIFAR10, full_disk, read_only_disk, visible
from lessons_lib.data import DataUnavailable, cifar10
from lessons_lib.data import _cifar10_formats as formats
from lessons_lib.paths import data_folder


@pytest.mark.parametrize("ending", ["png", "PNG", "jpg", "jpeg"])
def test_folder_of_pictures(home, ending, capsys):
    fill(home, ending)
    train, test = cifar10()
    assert train.images.shape == (20, 3, 32, 32) and test.images.shape == (
        10,
        3,
        32,
        32,
    )
    assert sorted(train.labels.tolist()) == sorted(2 * list(range(10)))
    assert train.labels.tolist() != sorted(train.labels.tolist())  # mixed
    assert train.images.dtype == torch.float32 and train.labels.dtype == torch.int64
    kind = "PNG" if ending.lower() == "png" else "JPEG"
    assert train.origin == f"a folder of {kind} pictures"
    first = int(train.labels[0])
    paths = (home / "train" / formats.CLASSES[first]).iterdir()
    values = [ToTensor()(Image.open(path)) for path in paths]
    assert any(torch.equal(train.images[0], value) for value in values)
    assert "decoding 30 pictures (once)" in capsys.readouterr().err
    again, _ = cifar10()
    assert torch.equal(again.images, train.images)
    assert torch.equal(again.labels, train.labels)
    assert capsys.readouterr().err == ""


def test_gray_picture_becomes_three_channels(home):
    fill(home, mode="L")
    train, _ = cifar10()
    assert train.images.shape[1] == 3


@pytest.mark.parametrize("part", ["train", "test"])
def test_folder_without_a_class(home, part):
    fill(home)
    (home / part / "frog").rename(home / part / "toad")
    with pytest.raises(DataUnavailable) as caught:
        cifar10()
    message = str(caught.value)
    assert f"{home / part}: Found no valid file for the classes frog" in message
    assert ", frog, " in message  # what there should be
    assert visible(home) == ["test", "train"]


def test_folder_with_an_empty_class_or_without_a_part(home):
    fill(home)
    for path in (home / "train" / "cat").iterdir():
        path.rename(path.with_suffix(".txt"))
    with pytest.raises(DataUnavailable, match="no valid file for the classes cat"):
        cifar10()
    (home / "train").rename(home / "elsewhere")
    with pytest.raises(DataUnavailable, match="classes airplane, automobile, "):
        cifar10()


@pytest.mark.drill(
    "pictures of CIFAR-10 are broken",
    "each is named, nothing is decoded",
)
def test_broken_pictures_and_other_sizes_are_named(home):
    fill(home)
    broken = home / "train" / "cat" / "0001.png"
    broken.write_bytes(broken.read_bytes()[:100])
    text = home / "train" / "dog" / "0000.png"
    text.write_bytes(b"no picture")
    wide = home / "test" / "ship" / "0000.png"
    Image.new("RGB", (33, 32)).save(wide)
    with pytest.raises(DataUnavailable) as caught:
        cifar10()
    lines = str(caught.value).splitlines()
    assert lines[0] == f"CIFAR-10: 3 picture(s) in {home} cannot be used:"
    assert any(line.startswith(f"  {broken}: broken (") for line in lines)
    assert any(line.startswith(f"  {text}: broken (") for line in lines)
    assert f"  {wide}: 33 x 32 pixels, not 32 x 32" in lines
    assert visible(home) == ["test", "train"]  # nothing half-done


def test_many_broken_pictures_make_a_short_message(home):
    fill(home)
    for path in home.rglob("*.png"):
        path.write_bytes(b"no picture")
    with pytest.raises(DataUnavailable, match="30 picture") as caught:
        cifar10()
    assert len(str(caught.value).splitlines()) < 10


def test_folder_that_lacks_pictures_is_used_and_says_so(home, capsys):
    fill(home, train=1)
    train, _ = cifar10()
    assert len(train.images) == 10
    assert f"{home / 'train'} has 10 pictures where 20 were" in capsys.readouterr().err


def test_changed_folder_is_decoded_again(home):
    fill(home)
    before, _ = cifar10()
    white = Image.new("RGB", (32, 32), "white")
    path = home / "train" / "bird" / "0000.png"
    path.unlink()
    white.save(path)
    train, _ = cifar10()
    assert not torch.equal(train.images, before.images)
    assert (train.images.flatten(1).amin(dim=1) == 1).sum() == 1


@pytest.mark.parametrize(("when", "seconds"), [("1970", 1), ("2100", 4_102_444_800)])
@pytest.mark.drill(
    "the clock was wrong: data files of {when}", "they are decoded once, and kept"
)
def test_files_of_another_time(home, when, seconds, capsys):
    fill(home)
    for path in (home, *home.rglob("*")):
        os.utime(path, (seconds, seconds))
    before, _ = cifar10()
    os.utime(home / CIFAR10.DECODED, (seconds, seconds))
    capsys.readouterr()
    assert torch.equal(cifar10()[0].images, before.images)
    assert capsys.readouterr().err == ""


def test_pictures_are_taken_before_an_archive(home, archive, batches):
    (home / formats.ARCHIVE).write_bytes(archive)
    assert_from_archive(cifar10(), batches)
    fill(home)
    assert cifar10()[0].origin == "a folder of PNG pictures"


def test_pictures_that_were_decoded_may_be_thrown_away(home):
    fill(home)
    before, _ = cifar10()
    for part in ("train", "test"):
        shutil.rmtree(home / part)
    after, _ = cifar10()
    assert torch.equal(after.images, before.images) and not after.stand_in


# What is kept


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[:-1],
        lambda content: content[:5000] + bytes([content[5000] ^ 1]) + content[5001:],
        lambda content: b"",
        lambda content: b"{}\n",
        lambda content: b"\xff" * 50,
    ],
)
@pytest.mark.drill(
    "what was decoded of CIFAR-10 is damaged",
    "it is named and made again",
)
def test_damaged_kept_file_is_named_and_made_again(home, damage, capsys):
    fill(home)
    train, _ = cifar10()
    path = home / CIFAR10.DECODED
    whole = path.read_bytes()
    path.unlink()  # another file in its place: `train` is mapped from this one
    path.write_bytes(damage(whole))
    again, _ = cifar10()
    assert torch.equal(again.images, train.images)
    assert f"{path} is damaged and will be made again" in capsys.readouterr().err
    assert path.read_bytes() == whole


def test_full_disk_costs_only_the_time_to_decode_again(home, monkeypatch, capsys):
    fill(home)
    full_disk(monkeypatch)
    train, _ = cifar10()
    assert len(train.images) == 20
    fault = f"{home / CIFAR10.DECODED}: No space left on device"
    assert fault in capsys.readouterr().err
    assert visible(home) == ["test", "train"]


def test_pictures_on_a_read_only_disk(home, monkeypatch, capsys):
    fill(home)
    read_only_disk(monkeypatch)
    train, _ = cifar10()
    assert len(train) == 20 and not train.stand_in
    assert visible(home) == ["test", "train"] and not (home / ".lock").exists()
    assert "will be made again next time" in capsys.readouterr().err


def test_what_is_kept_on_a_read_only_disk(home, monkeypatch, capsys):
    fill(home)
    before, _ = cifar10()
    (home / ".lock").unlink()
    capsys.readouterr()
    read_only_disk(monkeypatch)
    train, _ = cifar10()
    assert torch.equal(train.images, before.images)
    assert capsys.readouterr() == ("", "") and not (home / ".lock").exists()


# CIFAR-10, the real one


@pytest.fixture(scope="module")
def real():
    if not CIFAR10.lies_in(data_folder() / "cifar10"):
        pytest.skip("CIFAR-10 is not here; fetch it with python -m lessons_lib.data")
    return cifar10()


def test_real_pictures(real):
    for pictures, count in zip(real, (50_000, 10_000), strict=True):
        assert pictures.images.shape == (count, 3, 32, 32)
        assert pictures.images.is_contiguous()
        assert pictures.labels.bincount().tolist() == 10 * [count // 10]
    mean = real[0].images.mean(dim=(0, 2, 3))
    expected = torch.tensor([0.4914, 0.4822, 0.4465])
    torch.testing.assert_close(mean, expected, rtol=0, atol=0.002)
