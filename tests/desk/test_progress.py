"""What is done is written down, whatever happens to the file."""

import json
import multiprocessing

import pytest

from lessons_lib.desk.progress import read_progress, record


def record_in(folder, check):
    record("lesson", check, "Right", folder)


def test_the_best_verdict_stays(tmp_path):
    for status in ("Not yet", "Right", "Not yet"):
        record("convolution", "echo", status, tmp_path)
    record("convolution", "top_left", "Not yet", tmp_path)
    record("pooling", "echo", "Not yet", tmp_path)
    assert read_progress(tmp_path) == {
        "convolution": {"echo": "Right", "top_left": "Not yet"},
        "pooling": {"echo": "Not yet"},
    }


def test_nothing_is_done_at_the_beginning_or_without_a_desk(tmp_path):
    assert read_progress(tmp_path) == {}
    record("convolution", "echo", "Right", tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()


def test_a_verdict_does_not_fail_where_no_desk_can_be(monkeypatch):
    monkeypatch.setenv("LESSONS_WORK", "~no-such-person/work")
    record("convolution", "echo", "Right")


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "3", '{"a": 3}', '{"a": []}', "\x00", "[" * 100_000]
)
@pytest.mark.drill("the file of what is done is damaged", "it is begun anew")
def test_a_damaged_file_is_begun_anew(tmp_path, content):
    (tmp_path / "progress.json").write_text(content)
    assert read_progress(tmp_path) == {}
    record("convolution", "echo", "Right", tmp_path)
    assert read_progress(tmp_path) == {"convolution": {"echo": "Right"}}


def test_bytes_that_are_no_text(tmp_path):
    (tmp_path / "progress.json").write_bytes(b"\xff\xfe\x00")
    assert read_progress(tmp_path) == {}


def test_a_learner_may_delete_it(tmp_path):
    record("convolution", "echo", "Right", tmp_path)
    (tmp_path / "progress.json").unlink()
    record("convolution", "echo", "Not yet", tmp_path)
    assert read_progress(tmp_path) == {"convolution": {"echo": "Not yet"}}


@pytest.mark.drill(
    "what is done can't be written down",
    "the verdict comes all the same",
)
def test_a_file_that_cannot_be_written_is_no_error(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    record("convolution", "echo", "Right", tmp_path)
    assert read_progress(tmp_path) == {}
    assert not list(tmp_path.glob("*.part"))


def test_a_folder_in_its_place_is_no_error(tmp_path):
    (tmp_path / "progress.json").mkdir()
    record("convolution", "echo", "Right", tmp_path)
    assert read_progress(tmp_path) == {}


@pytest.mark.drill("two kernels write down verdicts at once", "none is lost")
def test_two_kernels_at_once_lose_nothing(tmp_path):
    names = [f"check_{number}" for number in range(40)]
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        pool.starmap(record_in, [(tmp_path, name) for name in names])
    assert read_progress(tmp_path) == {"lesson": dict.fromkeys(names, "Right")}
    json.loads((tmp_path / "progress.json").read_text())
