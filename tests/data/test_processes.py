"""Processes that meet fetch and decode once; one that is killed leaves no harm."""

import pytest

from data.cifar10_samples import fill
from data.samples import (
    CIFAR10,
    CONTENTS,
    Recorder,
    load,
    no_sources,
    start,
    visible,
    wait_for,
)
from lessons_lib.data import DataUnavailable, _download

FETCH = """
    import time
    from pathlib import Path
    from data.samples import CONTENTS, load
    from lessons_lib.data._download import Source

    def slow(names):
        with open({log!r}, "a") as log:
            log.write("fetched\\n")
        for name in names:
            yield name, CONTENTS[name]
            while not Path({go_on!r}).exists():
                time.sleep(0.01)

    assert load(Path({folder!r}), [Source("slow", slow)]) == CONTENTS
"""


def lines_of_two(program, places):
    """Run a program twice at once; return what both together wrote into the log."""
    first = start(program, **places)
    wait_for(places["log"])  # the first is in the middle of it
    second = start(program, **places)
    assert "waiting for another process" in second.stderr.readline()
    places["go_on"].touch()
    for process in (first, second):
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
    return places["log"].read_text().splitlines()


@pytest.fixture
def places(tmp_path):
    names = ("folder", "log", "go_on")
    return {name: tmp_path / name for name in names}


def test_two_processes_at_once_fetch_once(places):
    assert lines_of_two(FETCH, places) == ["fetched"]
    assert load(places["folder"], no_sources()) == CONTENTS


def test_killed_download_is_taken_up_again(places):
    folder = places["folder"]
    process = start(FETCH, **places)
    wait_for(folder / "digits")
    process.kill()
    process.communicate(timeout=60)
    # as if it had been killed in the middle of writing, too
    (folder / "letters.part").write_bytes(CONTENTS["letters"][:10])
    source = Recorder()
    assert load(folder, [source]) == CONTENTS
    assert source.asked == [["letters"]]
    assert not (folder / "letters.part").exists()


def test_waiting_for_another_process_ends(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(_download, "LOCK_SECONDS", 0.1)
    with (
        _download.FileLock(tmp_path / ".lock"),
        pytest.raises(DataUnavailable, match="could not be acquired"),
    ):
        load(tmp_path, no_sources())
    assert "waiting for another process" in capsys.readouterr().err


DECODE = """
    import time
    from pathlib import Path
    from data.samples import CIFAR10
    formats = CIFAR10.formats
    formats.COUNTS = {{"train": 20, "test": 10}}
    decode = formats._read_pictures

    def slow(folder):
        with open({log!r}, "a") as log:
            log.write("decoded\\n")
        while not Path({go_on!r}).exists():
            time.sleep(0.01)
        return decode(folder)

    formats._read_pictures = slow
    train, _ = CIFAR10.cifar10()
    assert len(train) == 20 and not train.stand_in
"""


def test_two_processes_decode_once_and_a_killed_one_leaves_nothing(home, places):
    fill(home)
    killed = start(DECODE, **places)
    wait_for(places["log"])
    killed.kill()
    killed.communicate(timeout=60)
    assert visible(home) == ["test", "train"]
    places["log"].unlink()
    assert lines_of_two(DECODE, places) == ["decoded"]


DRAW = """
    import time
    from pathlib import Path
    from data.samples import CIFAR10
    CIFAR10._shapes.PARTS = ((50, 9), (20, 10))
    CIFAR10.formats.sources = list
    draw = CIFAR10._draw

    def slow():
        with open({log!r}, "a") as log:
            log.write("drawn\\n")
        while not Path({go_on!r}).exists():
            time.sleep(0.01)
        return draw()

    CIFAR10._draw = slow
    assert CIFAR10.cifar10()[0].stand_in
"""


def test_two_processes_draw_once(home, places):
    assert lines_of_two(DRAW, places) == ["drawn"]
    assert visible(home) == [CIFAR10.DRAWN]
