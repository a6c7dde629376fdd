"""Files come out right or not at all, whatever the disk does."""

import gzip
import os

import pytest

from data.samples import (
    CONTENTS,
    FILES,
    Recorder,
    failing,
    full_disk,
    load,
    no_sources,
    read_only_disk,
)
from lessons_lib.data import DataUnavailable, _download
from lessons_lib.data._download import Source, load_files, read_files


@pytest.fixture
def filled(tmp_path):
    for name, content in CONTENTS.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


# What lies on the disk


def test_files_on_disk_are_returned_without_a_word_or_a_trace(filled, capsys):
    before = sorted(filled.iterdir())
    assert load(filled, no_sources()) == CONTENTS
    assert sorted(filled.iterdir()) == before  # no lock file either: may be read-only
    assert capsys.readouterr() == ("", "")


def test_compressed_files_are_accepted(tmp_path):
    for name, content in CONTENTS.items():
        (tmp_path / f"{name}.gz").write_bytes(gzip.compress(content))
    assert load(tmp_path, no_sources()) == CONTENTS


def truncated(content):
    return content[:-1]


def altered_in_the_middle(content):
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


def emptied(content):
    return b""


@pytest.mark.parametrize("damage", [truncated, altered_in_the_middle, emptied])
@pytest.mark.drill(
    "a data file is truncated, altered or empty",
    "it is named, and it alone is fetched again",
)
def test_damaged_file_is_named_and_only_it_is_fetched_again(filled, damage, capsys):
    path = filled / "letters"
    path.write_bytes(damage(CONTENTS["letters"]))
    source = Recorder()
    assert load(filled, [source]) == CONTENTS
    assert source.asked == [["letters"]]
    assert path.read_bytes() == CONTENTS["letters"]
    assert f"damaged: {path}" in capsys.readouterr().err


@pytest.mark.parametrize("damage", [truncated, altered_in_the_middle, emptied])
def test_damaged_compressed_file_is_named(tmp_path, damage):
    path = tmp_path / "letters.gz"
    path.write_bytes(damage(gzip.compress(CONTENTS["letters"])))
    contents, damaged = read_files(tmp_path, {"letters": FILES["letters"]})
    assert contents == {}
    assert len(damaged) == 1 and damaged[0].startswith(f"{path}: ")


@pytest.mark.drill(
    "a data file is damaged, a right copy beside it",
    "the right one is taken",
)
def test_right_copy_beside_a_damaged_one_is_taken(tmp_path):
    for name, content in CONTENTS.items():
        (tmp_path / name).write_bytes(truncated(content))
        (tmp_path / f"{name}.gz").write_bytes(gzip.compress(content))
    assert load(tmp_path, no_sources()) == CONTENTS


def test_missing_files_are_fetched_with_one_line_and_kept(tmp_path, capsys):
    folder = tmp_path / "new" / "folder"
    source = Recorder()
    assert load(folder, [source]) == CONTENTS
    printed = capsys.readouterr()
    assert printed.out == "" and len(printed.err.splitlines()) == 1
    assert load(folder, no_sources()) == CONTENTS
    visible = sorted(p.name for p in folder.iterdir() if p.name != ".lock")
    assert visible == sorted(CONTENTS)


# Sources that fail


def test_next_source_is_asked_only_for_what_is_still_missing(tmp_path):
    def half(names):
        yield "digits", CONTENTS["digits"]
        raise OSError("connection lost")

    second = Recorder()
    assert load(tmp_path, [Source("half", half), second]) == CONTENTS
    assert second.asked == [["letters"]]


def test_wrong_content_is_refused_and_never_written(tmp_path):
    wrong = Recorder(dict.fromkeys(CONTENTS, b"<html>please log in</html>"))
    with pytest.raises(DataUnavailable, match="recorder: not the published file"):
        load(tmp_path, [wrong])
    assert [p.name for p in tmp_path.iterdir()] == [".lock"]


def test_error_names_sources_reasons_damage_and_the_files_still_missing(tmp_path):
    damaged = tmp_path / "letters"
    damaged.write_bytes(b"abc")

    def half(names):
        yield "digits", CONTENTS["digits"]
        raise EOFError

    sources = [
        failing("first source", OSError("name not known\nand more")),
        Source("second source", half),
    ]
    with pytest.raises(DataUnavailable) as caught:
        load(tmp_path, sources)
    message = str(caught.value)
    lines = message.splitlines()
    assert "  first source: name not known" in lines
    assert "  second source: EOFError" in lines
    assert f"  {damaged}: not the published file (SHA-256)" in lines
    assert "  letters" in lines and "  digits" not in lines
    assert f"into {tmp_path}:" in lines and "LESSONS_DATA" in message
    assert caught.value.__context__ is None


def test_whatever_a_source_raises_the_next_one_is_tried(tmp_path):
    second = Recorder()
    assert load(tmp_path, [failing("buggy", ZeroDivisionError()), second]) == CONTENTS


# Disks that refuse


@pytest.mark.drill(
    "a file stands where the data folder should be",
    "one error; the file stays",
)
def test_folder_that_cannot_exist_gives_one_clear_error(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("a file where the folder should be")
    source = Recorder()
    with pytest.raises(DataUnavailable, match="Cannot write to ") as caught:
        load(blocked / "folder", [source])
    assert source.asked == []
    assert caught.value.__context__ is None
    assert blocked.read_text() == "a file where the folder should be"


def test_read_only_folder_with_and_without_the_files(filled):
    filled.chmod(0o555)
    if os.access(filled, os.W_OK):
        pytest.skip("this user may write even to a read-only folder")
    try:
        assert load(filled, no_sources()) == CONTENTS
        with pytest.raises(
            DataUnavailable, match=r"Cannot write to .*: Permission den"
        ):
            load_files("Other", filled, {"other": "0" * 64}, no_sources())
    finally:
        filled.chmod(0o755)


def test_read_only_disk_with_and_without_the_files(filled, monkeypatch, capsys):
    read_only_disk(monkeypatch)
    assert load(filled, no_sources()) == CONTENTS
    assert capsys.readouterr() == ("", "")
    with pytest.raises(DataUnavailable, match="Read-only file system") as caught:
        load_files("Other", filled, {"other": "0" * 64}, no_sources())
    assert f"into {filled}:" in str(caught.value).splitlines()


@pytest.mark.drill(
    "the lock of the data folder is forbidden",
    "one error names folder and files",
)
def test_lock_that_is_not_permitted_gives_one_clear_error(tmp_path, monkeypatch):
    def refuse(lock, timeout):
        raise PermissionError(13, "Permission denied", lock.lock_file)

    monkeypatch.setattr(_download.FileLock, "acquire", refuse)
    with pytest.raises(DataUnavailable) as caught:
        load(tmp_path, no_sources())
    assert f"Cannot write to {tmp_path}: Permission denied" in str(caught.value)
    assert "  digits" in str(caught.value).splitlines()


def test_full_disk_leaves_nothing_half_written(tmp_path, monkeypatch):
    full_disk(monkeypatch)
    with pytest.raises(DataUnavailable, match="No space left on device") as e:
        load(tmp_path, [Recorder()])
    assert "LESSONS_DATA" in str(e.value)
    assert [p.name for p in tmp_path.iterdir()] == [".lock"]
