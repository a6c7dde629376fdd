"""CIFAR-10 comes out right from an archive, from pictures or not at all; shapes replace
it where it can't be had."""

import hashlib
import io
import os
import pickle
import shutil
import struct
import subprocess
import sys
import tarfile
import textwrap
import time
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torchvision.datasets import CIFAR10
from torchvision.transforms import ToTensor

from lessons_lib import cifar, data, doctor, download, shapes
from lessons_lib.cifar import CLASSES
from lessons_lib.data import ColorPictures, DataUnavailable, Pictures, cifar10
from lessons_lib.download import Source

REPOSITORY = Path(cifar.__file__).resolve().parents[1]
PER_BATCH = 20


# The archive, in small


def word(text):
    return b"U" + bytes([len(text)]) + text.encode()  # SHORT_BINSTRING, as Python 2


def number(value):
    return b"J" + struct.pack("<i", value)


def published(pixels, labels):
    """Pickle a batch opcode by opcode as the Python 2 of 2009 did."""
    dtype = b"cnumpy\ndtype\n" + b"(" + word("u1") + b"K\x00K\x01t" + b"R"
    dtype += b"(" + b"K\x03" + word("|") + b"NNN" + number(-1) + number(-1) + b"K\x00tb"
    raw = pixels.tobytes()
    array = b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(K\x00t"
    array += word("b") + b"tR(K\x01(" + b"".join(map(number, pixels.shape)) + b"t"
    array += dtype + b"\x89" + b"T" + struct.pack("<i", len(raw)) + raw + b"tb"
    ints = b"](" + b"".join(b"K" + bytes([label]) for label in labels) + b"e"
    return b"\x80\x02}(" + word("data") + array + word("labels") + ints + b"u."


def packed(members):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            if content is None:
                member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
            else:
                member.size = len(content)
            archive.addfile(member, io.BytesIO(content or b""))
    return buffer.getvalue()


@pytest.fixture(scope="module")
def batches():
    random = np.random.default_rng(0)
    return {
        name: (
            random.integers(0, 256, (PER_BATCH, 3072), dtype=np.uint8),
            random.permutation(np.arange(PER_BATCH) % 10).tolist(),
        )
        for name in cifar.BATCHES
    }


@pytest.fixture(scope="module")
def members(batches):
    found = {f"{cifar.INSIDE}/{name}": published(*b) for name, b in batches.items()}
    return found | {f"{cifar.INSIDE}/readme.html": b"<html>"}


@pytest.fixture(scope="module")
def archive(members):
    return packed(members)


@pytest.fixture
def home(tmp_path, monkeypatch, archive):
    """An empty data folder, and the small archive for the published one."""
    monkeypatch.setenv("LESSONS_DATA", str(tmp_path))
    monkeypatch.setattr(cifar, "ARCHIVE_MD5", hashlib.md5(archive).hexdigest())
    monkeypatch.setattr(cifar, "ARCHIVE_BYTES", len(archive))
    monkeypatch.setattr(cifar, "COUNTS", {"train": 20, "test": 10})
    monkeypatch.setattr(cifar, "sources", lambda: [])
    monkeypatch.setattr(shapes, "PARTS", ((50, 9), (20, 10)))
    folder = tmp_path / "cifar10"
    folder.mkdir()
    return folder


def serve(monkeypatch, *contents):
    """Let the sources be places that have these contents; return what is asked."""
    asked = []

    def place(number, content):
        def fetch(names):
            asked.append(number)
            if isinstance(content, Exception):
                raise content
            return [(names[0], content)]

        return Source(f"place {number}", fetch)

    places = [place(*pair) for pair in enumerate(contents, 1)]
    monkeypatch.setattr(cifar, "sources", lambda: places)
    return asked


def visible(folder):
    return sorted(p.name for p in folder.iterdir() if p.name != ".lock")


def assert_from_archive(pictures, batches):
    train, test = pictures
    pixels = np.concatenate([batches[name][0] for name in cifar.BATCHES[:5]])
    expected = torch.from_numpy(pixels.reshape(-1, 3, 32, 32)).float() / 255
    assert torch.equal(train.images, expected)
    assert train.labels.tolist() == [
        x for n in cifar.BATCHES[:5] for x in batches[n][1]
    ]
    assert test.labels.tolist() == batches["test_batch"][1]
    assert test.images.shape == (PER_BATCH, 3, 32, 32)


def test_archive_as_torchvision_has_it():
    assert CIFAR10.tgz_md5 == cifar.ARCHIVE_MD5
    assert CIFAR10.url == cifar.MIRRORS[-1] + cifar.ARCHIVE
    assert CIFAR10.base_folder == cifar.INSIDE
    names = [name for name, _ in CIFAR10.train_list + CIFAR10.test_list]
    assert names == cifar.BATCHES
    tried = [source.name for source in cifar.sources()]
    assert len(tried) == 3 and "toronto" in tried[-1]


def test_archive_is_decoded_as_torchvision_does(archive, members, tmp_path):
    with tarfile.open(fileobj=io.BytesIO(archive)) as opened:
        opened.extractall(tmp_path, filter="data")
    ours = cifar.read_archive(archive)
    path = tmp_path / cifar.INSIDE / "data_batch_1"
    with path.open("rb") as file:
        entry = pickle.load(file, encoding="latin1")
    assert np.array_equal(ours.images[:PER_BATCH], entry["data"].reshape(-1, 3, 32, 32))
    assert ours.labels[:PER_BATCH].tolist() == entry["labels"]
    assert ours.training == 5 * PER_BATCH and ours.classes == CLASSES


@pytest.mark.parametrize("place", ["cifar10", "."])
def test_archive_on_disk(home, archive, batches, place):
    path = home.parent / place / cifar.ARCHIVE
    path.write_bytes(archive)
    assert_from_archive(cifar10(), batches)
    path.unlink()  # what was decoded is enough from now on
    train, test = cifar10()
    assert_from_archive((train, test), batches)
    assert train.classes == CLASSES and not train.stand_in
    assert train.origin == test.origin == "the archive"


def test_archive_is_fetched_from_the_first_place_that_has_it(
    home, archive, batches, monkeypatch, capsys
):
    asked = serve(monkeypatch, OSError("no route"), b"<html>", archive, archive)
    assert_from_archive(cifar10(), batches)
    assert asked == [1, 2, 3]
    assert visible(home) == [cifar.ARCHIVE, cifar.KEPT]
    assert (home / cifar.ARCHIVE).read_bytes() == archive
    assert capsys.readouterr().err.startswith("CIFAR-10: fetching ")
    assert_from_archive(cifar10(), batches)
    assert asked == [1, 2, 3]


@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        (lambda content: content[:-9], "is cut short: "),
        (lambda content: b"", "is cut short: 0 bytes of "),
        (lambda content: content[:-1] + b"x", "is not the published archive (MD5)"),
    ],
)
def test_damaged_archive_is_named_and_fetched_again(
    home, archive, batches, monkeypatch, capsys, damage, fault
):
    path = home / cifar.ARCHIVE
    path.write_bytes(damage(archive))
    before = path.read_bytes()
    serve(monkeypatch, OSError("no route"))
    with pytest.raises(DataUnavailable) as caught:
        cifar10()
    message = str(caught.value)
    assert f"  {path} {fault}" in message
    assert "  place 1: no route" in message
    assert cifar.ARCHIVE_MD5 in message
    assert path.read_bytes() == before and visible(home) == [cifar.ARCHIVE]
    assert f"damaged: {path} {fault}" in capsys.readouterr().err
    serve(monkeypatch, archive)
    assert_from_archive(cifar10(), batches)
    assert path.read_bytes() == archive


@pytest.mark.parametrize(
    "name",
    [
        "../evil",
        "/tmp/evil",
        f"{cifar.INSIDE}/../../evil",
        "evil",
        "other/data_batch_1",
    ],
)
def test_archive_that_would_leave_its_folder(home, members, monkeypatch, name):
    content = packed(members | {name: b"evil"})
    monkeypatch.setattr(cifar, "ARCHIVE_MD5", hashlib.md5(content).hexdigest())
    (home / cifar.ARCHIVE).write_bytes(content)
    with pytest.raises(DataUnavailable, match="not a file in its folder") as caught:
        cifar10()
    assert repr(name) in str(caught.value) and cifar.ARCHIVE in str(caught.value)
    assert visible(home) == [cifar.ARCHIVE]
    assert [p.name for p in home.parent.iterdir()] == ["cifar10"]


def test_archive_with_a_link_out_of_its_folder(members):
    content = packed(members | {f"{cifar.INSIDE}/link": None})
    with pytest.raises(ValueError, match="link"):
        cifar.read_archive(content)


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
        del changed[f"{cifar.INSIDE}/{name}"]
        if content is not None:
            changed[f"{cifar.INSIDE}/{name}"] = content
    with pytest.raises(ValueError, match=message):
        cifar.read_archive(packed(changed))


def test_archive_that_is_none():
    with pytest.raises(ValueError, match="the archive is damaged"):
        cifar.read_archive(b"<html>")
    with pytest.raises(ValueError, match="the archive is damaged"):
        cifar.read_archive(packed({"a": bytes(9999)})[:40])


# The folder of pictures, in small


def fill(folder, ending="png", train=2, test=1, mode="RGB"):
    random = np.random.default_rng(1)
    for part, count in (("train", train), ("test", test)):
        for label, name in enumerate(CLASSES):
            (folder / part / name).mkdir(parents=True, exist_ok=True)
            for position in range(count):
                pixels = random.integers(0, 256, (32, 32, 3), dtype=np.uint8)
                pixels[0, 0] = label
                picture = Image.fromarray(pixels).convert(mode)
                picture.save(folder / part / name / f"{position:04}.{ending}")


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
    paths = (home / "train" / CLASSES[first]).iterdir()
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
    assert f"the folder {home / part / 'frog'} is missing" in message
    assert "toad" in message
    assert visible(home) == ["test", "train"]


def test_folder_with_an_empty_class_or_without_a_part(home):
    fill(home)
    for path in (home / "train" / "cat").iterdir():
        path.rename(path.with_suffix(".txt"))
    with pytest.raises(DataUnavailable, match=r"cat has no picture \(.png, .jpg\)"):
        cifar10()
    (home / "train").rename(home / "elsewhere")
    with pytest.raises(
        DataUnavailable, match=r"airplane is missing.*Found in .*nothing"
    ):
        cifar10()


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


def test_pictures_replace_a_damaged_archive_and_an_archive_pictures(
    home, archive, batches, capsys
):
    (home / cifar.ARCHIVE).write_bytes(archive[:-1])
    fill(home)
    train, _ = cifar10()
    assert train.origin == "a folder of PNG pictures"
    assert "is cut short" in capsys.readouterr().err
    (home / cifar.ARCHIVE).write_bytes(archive)
    assert_from_archive(cifar10(), batches)


# What is kept


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[:-1],
        lambda content: content + b"x",
        lambda content: content[:-1] + bytes([content[-1] ^ 1]),
        lambda content: b"",
        lambda content: b"{}\n",
        lambda content: b"\xff" * 50,
    ],
)
def test_damaged_kept_file_is_named_and_made_again(home, damage, capsys):
    fill(home)
    train, _ = cifar10()
    path = home / cifar.KEPT
    whole = path.read_bytes()
    path.write_bytes(damage(whole))
    again, _ = cifar10()
    assert torch.equal(again.images, train.images)
    assert f"{path} is damaged and will be made again" in capsys.readouterr().err
    assert path.read_bytes() == whole


def full_disk(monkeypatch):
    write_bytes = Path.write_bytes

    def full(path, content):
        write_bytes(path, content[: len(content) // 2])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)


def test_full_disk_costs_only_the_time_to_decode_again(home, monkeypatch, capsys):
    fill(home)
    full_disk(monkeypatch)
    train, _ = cifar10()
    assert len(train.images) == 20
    assert f"{home / cifar.KEPT}: No space left on device" in capsys.readouterr().err
    assert visible(home) == ["test", "train"]


def test_full_disk_stops_a_download(home, archive, monkeypatch):
    serve(monkeypatch, archive)
    full_disk(monkeypatch)
    with pytest.raises(DataUnavailable, match="gz: No space left on device"):
        cifar10()
    assert visible(home) == []


@pytest.fixture
def read_only(monkeypatch):
    monkeypatch.setattr(cifar.os, "access", lambda path, mode: False)

    def refuse(path, content):
        raise DataUnavailable(f"Cannot write {path}: Read-only file system.")

    monkeypatch.setattr(cifar, "write_whole", refuse)


def test_pictures_in_a_folder_that_may_not_be_written(home, read_only):
    fill(home)
    train, _ = cifar10()
    assert len(train.images) == 20 and not train.stand_in
    assert visible(home) == ["test", "train"] and not (home / ".lock").exists()


def test_no_pictures_in_a_folder_that_may_not_be_written(home, read_only, capsys):
    train, _ = cifar10()
    assert train.stand_in and len(train.images) == 50
    assert "Read-only file system" in capsys.readouterr().err
    shutil.rmtree(home)
    assert cifar10()[0].stand_in


# Two processes, and one that is killed

PROGRAM = """
    import sys, time
    from pathlib import Path
    from lessons_lib import cifar, data
    cifar.COUNTS = {{"train": 20, "test": 10}}
    decode = cifar.read_folder

    def slow(folder):
        with open({log!r}, "a") as log:
            log.write("decoded\\n")
        while not Path({go_on!r}).exists():
            time.sleep(0.01)
        return decode(folder)

    cifar.read_folder = slow
    cifar.sources = lambda: []
    train, _ = data.cifar10()
    assert len(train.images) == 20 and not train.stand_in
"""


def start(log, go_on):
    program = textwrap.dedent(PROGRAM).format(log=str(log), go_on=str(go_on))
    return subprocess.Popen(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for(path):
    deadline = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < deadline, f"{path} did not appear"
        time.sleep(0.01)


def test_two_processes_decode_once_and_a_killed_one_leaves_nothing(home, tmp_path):
    fill(home)
    log, go_on = tmp_path / "log", tmp_path / "go_on"
    killed = start(log, go_on)
    wait_for(log)
    killed.kill()
    killed.communicate(timeout=60)
    assert visible(home) == ["test", "train"]
    log.unlink()
    first = start(log, go_on)
    wait_for(log)
    second = start(log, go_on)
    assert "waiting for another process" in second.stderr.readline()
    go_on.touch()
    for process in (first, second):
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
    assert log.read_text().splitlines() == ["decoded"]


# The stand-in


def test_without_a_source_shapes_are_drawn_once(home, monkeypatch, capsys):
    asked = serve(monkeypatch, OSError("no route"), OSError("no route"))
    train, test = cifar10()
    assert asked == [1, 2]
    assert train.stand_in and test.stand_in
    assert train.classes == shapes.CLASSES and train.origin == "drawn shapes"
    assert train.labels.bincount().tolist() == 10 * [5]
    assert test.labels.bincount().tolist() == 10 * [2]
    said = capsys.readouterr().err
    assert said.count("not to be had from any place (no route)\n") == 1
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


def test_a_slow_place_is_skipped_by_hand(home, archive, batches, monkeypatch):
    def interrupted(names):
        raise KeyboardInterrupt

    places = [
        Source("slow", interrupted),
        Source("fast", lambda names: [(names[0], archive)]),
    ]
    monkeypatch.setattr(cifar, "sources", lambda: places)
    assert_from_archive(cifar10(), batches)


def test_shapes_are_the_same_bytes_everywhere():
    images, labels = shapes.draw(30, seed=9)
    assert images.shape == (300, 3, 32, 32) and images.dtype == np.uint8
    assert labels.dtype == np.uint8 and np.bincount(labels).tolist() == 10 * [30]
    digest = hashlib.sha256(images.tobytes() + labels.tobytes()).hexdigest()
    assert digest == DIGEST, (
        "the drawing has changed: change shapes.MARK and this digest, too"
    )
    assert shapes.MARK == "drawn-1"


DIGEST = "f78131ebcc6cceccede7d6c66418443329726bc68156878c40ef85cfe1e0849c"


def test_shapes_of_other_seeds_differ():
    assert not np.array_equal(shapes.draw(2, 1)[0], shapes.draw(2, 2)[0])
    assert np.array_equal(shapes.draw(2, 1)[0], shapes.draw(2, 1)[0])


def test_shapes_are_hard_for_a_linear_model():
    (images, labels), (others, truth) = shapes.draw(300, 1), shapes.draw(50, 2)

    def design(pictures):
        flat = pictures.reshape(len(pictures), -1).astype(np.float64) / 255
        return np.hstack([flat, np.ones((len(flat), 1))])

    x, y = design(images), np.eye(10)[labels]
    # ridge regression in the space of the samples: 3,000 are fewer than 3,073 inputs
    weights = x.T @ np.linalg.solve(x @ x.T + 300 * np.eye(len(x)), y)
    accuracy = ((design(others) @ weights).argmax(axis=1) == truth).mean()
    assert accuracy < 0.3


# The parts around it


def test_color_pictures_are_pictures():
    pair = torch.zeros(3, 3, 32, 32), torch.arange(3)
    pictures = ColorPictures(*pair, ("a", "b", "c"), "somewhere")
    images, labels = pictures
    assert images is pair[0] and labels is pair[1] and isinstance(pictures, Pictures)
    assert (pictures.classes, pictures.origin) == (("a", "b", "c"), "somewhere")
    assert not pictures.stand_in
    assert repr(pictures).startswith("Pictures(images=(3, 3, 32, 32)")


def test_main_tells_what_it_got(home, monkeypatch, capsys):
    one = torch.zeros(1, 1, 28, 28), torch.zeros(1, dtype=torch.int64)
    monkeypatch.setattr(data, "mnist", lambda: (Pictures(*one), Pictures(*one)))
    assert data.main() == 0
    assert "CIFAR-10 can't be had at the moment" in capsys.readouterr().out
    fill(home)
    assert data.main() == 0
    out = capsys.readouterr().out
    assert "CIFAR-10: 20 training pictures, a folder of PNG pictures." in out
    (home / "train" / "cat" / "0000.png").write_bytes(b"no picture")
    (home / cifar.KEPT).unlink()
    assert data.main() == 1
    assert "broken" in capsys.readouterr().err


def test_doctor_knows(home):
    finding = doctor.check_color_pictures()
    assert finding.verdict == "NOTE"
    assert finding.text.endswith(" -m lessons_lib.data")
    assert visible(home) == []
    fill(home)
    assert doctor.check_color_pictures().verdict == "OK"


def test_slow_download_is_given_up_where_nobody_watches(monkeypatch):
    class Response:
        length = 10_000_000

        def read1(self, count):
            return b"x" * 1000

    monkeypatch.setattr(download, "TRIAL_SECONDS", 0)
    monkeypatch.setattr(download, "PATIENCE_SECONDS", 0)
    with pytest.raises(OSError, match="too slow, it would take"):
        download._read_all(Response(), "file")


def test_download_that_ends_early_is_noticed():
    class Response:
        length = 10

        def __init__(self):
            self.pieces = [b"abc", b"def", b""]

        def read1(self, count):
            return self.pieces.pop(0)

    with pytest.raises(download.IncompleteRead):
        download._read_all(Response(), "file")


# CIFAR-10, the real one


@pytest.fixture(scope="module")
def real():
    folder = download.data_folder() / "cifar10"
    if not (cifar.archives(folder) or cifar.has_pictures(folder)):
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


def test_loading_real_pictures_again_takes_little_memory(real):
    tracemalloc.start()
    try:
        train, test = cifar10()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    held = sum(p.images.numel() * 4 + p.labels.numel() * 8 for p in (train, test))
    assert held <= peak < 1e9  # bytes; the numbers, and no second copy beside them
