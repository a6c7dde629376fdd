"""Processes that meet fetch and decode once; one that is killed leaves no harm."""

import pytest

from data.cifar10_samples import fill
from data.samples import (
    CIFAR10,
    CONTENTS,
    MNIST,
    Recorder,
    load,
    no_sources,
    published,
    small_mnist,
    start,
    visible,
    wait_for,
)
from lessons_lib.data import DataUnavailable, _download, mnist

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


def lines_of_all(program, places, count=2):
    """Run a program several times at once; return what all wrote into the log."""
    first = start(program, **places)
    wait_for(places["log"])  # the first is in the middle of it
    others = [start(program, **places) for _ in range(count - 1)]
    for other in others:
        assert "waiting for another process" in other.stderr.readline()
    places["go_on"].touch()
    for process in (first, *others):
        _, errors = process.communicate(timeout=300)
        assert process.returncode == 0, errors
    return places["log"].read_text().splitlines()


@pytest.fixture
def places(tmp_path):
    names = ("folder", "log", "go_on")
    return {name: tmp_path / name for name in names}


@pytest.mark.drill(
    "two processes fetch at once",
    "one fetches, the other waits and says so",
)
def test_two_processes_at_once_fetch_once(places):
    assert lines_of_all(FETCH, places) == ["fetched"]
    assert load(places["folder"], no_sources()) == CONTENTS


@pytest.mark.drill("a download is killed", "what came stays, the rest is fetched")
def test_killed_download_is_taken_up_again(places):
    folder = places["folder"]
    process = start(FETCH, **places)
    wait_for(folder / "digits")
    process.kill()
    process.communicate(timeout=300)
    # as if it had been killed in the middle of writing, too
    (folder / "letters.part").write_bytes(CONTENTS["letters"][:10])
    source = Recorder()
    assert load(folder, [source]) == CONTENTS
    assert source.asked == [["letters"]]
    assert not (folder / "letters.part").exists()


@pytest.mark.drill(
    "another process holds the data folder for ever",
    "the wait ends with an error",
)
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


@pytest.mark.drill(
    "decoding is killed, then done twice at once",
    "nothing half is left; one decodes",
)
def test_two_processes_decode_once_and_a_killed_one_leaves_nothing(home, places):
    fill(home)
    killed = start(DECODE, **places)
    wait_for(places["log"])
    killed.kill()
    killed.communicate(timeout=300)
    assert visible(home) == ["test", "train"]
    places["log"].unlink()
    assert lines_of_all(DECODE, places) == ["decoded"]


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


@pytest.mark.drill("two processes draw the stand-in at once", "one draws")
def test_two_processes_draw_once(home, places):
    assert lines_of_all(DRAW, places) == ["drawn"]
    assert visible(home) == [CIFAR10.DRAWN]


SMALL = """
    import time
    from pathlib import Path
    import torch
    from data.samples import MNIST, published, small_mnist
    from lessons_lib.data import Pictures, __main__
    from lessons_lib.data._download import Source
    MNIST.FILES = __main__.FILES = published(small_mnist())
    drawn = Pictures(torch.zeros(1), torch.zeros(1), stand_in=True)
    __main__.cifar10 = lambda **_: (drawn, drawn)
"""
SLOWLY = """
    def slow(names):
        with open({log!r}, "a") as log:
            log.write("fetched\\n")
        while not Path({go_on!r}).exists():
            time.sleep(0.01)
        return [(name, small_mnist()[name]) for name in names]

    MNIST.sources = lambda: [Source("slow", slow)]
    decode, log = MNIST._decode, {log!r}

    def logged():
        with open(log, "a") as file:
            file.write("decoded\\n")
        return decode()

    MNIST._decode = logged
"""


@pytest.mark.parametrize(
    ("what", "count", "line"),
    [
        ("kernels that call mnist()", 3, "assert len(MNIST.mnist()[0]) == 3"),
        ("python -m lessons_lib.data", 2, "assert __main__.main() == 0"),
    ],
)
@pytest.mark.drill(
    "{count} {what} at once, nothing fetched", "one fetches and decodes, all have it"
)
def test_several_at_once(places, tmp_path, monkeypatch, what, count, line):
    monkeypatch.setenv("LESSONS_DATA", str(tmp_path))
    found = lines_of_all(f"{SMALL}{SLOWLY}\n    {line}\n", places, count)
    assert sorted(found) == ["decoded", "fetched"]
    assert visible(tmp_path / "mnist") == sorted([*small_mnist(), MNIST.DECODED])


HALF = """
    def half(content, file):
        file.write(b"half of it")
        file.flush()
        Path({log!r}).touch()
        time.sleep(60)

    torch.save = half
    MNIST.sources = lambda: [Source("source", lambda names: small_mnist().items())]
    MNIST.mnist()
"""


@pytest.mark.drill(
    "a kernel is killed while it writes decoded pictures",
    "the next one decodes them; no half file stays",
)
def test_killed_while_decoded_pictures_are_written(places, tmp_path, monkeypatch):
    monkeypatch.setenv("LESSONS_DATA", str(tmp_path))
    process = start(f"{SMALL}{HALF}", **places)
    wait_for(places["log"])
    process.kill()
    process.communicate(timeout=300)
    assert MNIST.DECODED not in visible(tmp_path / "mnist")
    monkeypatch.setattr(MNIST, "FILES", published(small_mnist()))
    monkeypatch.setattr(MNIST, "sources", no_sources)
    assert len(mnist()[0]) == 3
    assert visible(tmp_path / "mnist") == sorted([*small_mnist(), MNIST.DECODED])
