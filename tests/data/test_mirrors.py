"""Mirrors that are mute, broken or lie never keep the others from being tried."""

import gzip
import http.server
import socket
import threading

import pytest

from data.samples import CONTENTS, Recorder, failing, load
from lessons_lib.data import DataUnavailable, _download


@pytest.fixture
def server():
    """A server on this computer: its pages are filled in by path, others are not found.

    A page is a status, the length that is promised and the body; the body of a redirect
    is the address.
    """
    pages = {}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            status, length, body = pages.get(self.path, (404, 0, b""))
            self.send_response(status)
            if status == 302:
                self.send_header("Location", body.decode("latin-1"))
                body = b""
            if length is not None:
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
    source = _download.mirror(url, compressed)
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
        load(tmp_path, lambda: [_download.mirror(url)])
    line = next(x for x in str(caught.value).splitlines() if x.startswith(f"  {url}"))
    assert reason in line
    assert [p.name for p in tmp_path.iterdir()] == [".lock"]


def test_mirror_that_is_switched_off(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/"
    with pytest.raises(DataUnavailable, match=f"  {url}: [^<]*refused"):
        load(tmp_path, lambda: [_download.mirror(url)])


@pytest.mark.parametrize(
    "address",
    [
        "http://[::1",
        "http://[zzz]/",
        "http://host:port/",
        "http://127.0.0.1:99999999999/",
        "http://a b/",
        "http://" + 80 * "x" + ".org/",
        "http://xn--\xff/",
        "http:///nowhere",
        "gopher://127.0.0.1/",
        "file:///etc/passwd",
        "//",
        "",
        "/digits.gz",
    ],
)
def test_redirect_that_leads_nowhere_does_not_keep_others_from_being_tried(
    tmp_path, server, address
):
    pages, url = server
    pages["/digits.gz"] = (302, 0, address.encode("latin-1"))
    second = Recorder()
    assert load(tmp_path, lambda: [_download.mirror(url), *second()]) == CONTENTS
    assert second.asked == [["digits", "letters"]]


def test_redirect_that_leads_nowhere_is_named(tmp_path, server):
    pages, url = server
    pages["/digits.gz"] = (302, 0, b"http://[::1")
    with pytest.raises(DataUnavailable, match=f"  {url}: a redirect that cannot be"):
        load(tmp_path, lambda: [_download.mirror(url)])


@pytest.mark.parametrize(
    "answer",
    [
        None,  # mute
        b"",
        b"\0\xff" * 100,
        b"HTTP/1.1 2OO OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc",
        b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 500,
        b"HTTP/1.1 200 OK\r\n\r\n" + gzip.compress(b"x" * 10)[:12],
    ],
)
def test_garbage_does_not_keep_others_from_being_tried(tmp_path, answer):
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve():
            client, _ = listening.accept()
            with client:
                client.recv(4096)
                if answer is None:
                    done.wait(60)
                else:
                    client.sendall(answer)

        done = threading.Event()
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        first, second = _download.mirror(url, timeout=0.3), Recorder()
        try:
            assert load(tmp_path, lambda: [first, *second()]) == CONTENTS
        finally:
            done.set()
            thread.join(60)
    assert second.asked == [["digits", "letters"]]


class Response:
    """A download that comes in these pieces, then in the last one again and again."""

    def __init__(self, length, *pieces):
        self.length, self.pieces = length, list(pieces)

    def read1(self, count):
        return self.pieces.pop(0) if len(self.pieces) > 1 else self.pieces[0]


@pytest.mark.parametrize("length", [10_000_000, None])
def test_slow_download_is_given_up_where_nobody_watches(monkeypatch, length):
    monkeypatch.setattr(_download, "ESTIMATE_AFTER_SECONDS", 0)
    monkeypatch.setattr(_download, "MAX_SECONDS", 0)
    with pytest.raises(OSError, match="too slow, it would take"):
        _download._read_all(Response(length, b"x" * 1000), "file")


def test_download_without_an_end_is_given_up(monkeypatch):
    monkeypatch.setattr(_download, "MAX_BYTES", 10_000)
    with pytest.raises(OSError, match="does not end after 10,000 bytes"):
        _download._read_all(Response(None, b"x" * 1000), "file")


def test_download_that_ends_early_is_noticed():
    with pytest.raises(_download.IncompleteRead):
        _download._read_all(Response(10, b"abc", b"def", b""), "file")


def test_slow_place_is_skipped_by_hand(tmp_path, capsys):
    places = [failing("slow", KeyboardInterrupt()), *Recorder()()]
    assert load(tmp_path, lambda: places) == CONTENTS
    assert "Ctrl-C skips" in capsys.readouterr().err
    with pytest.raises(DataUnavailable, match="  slow: skipped by hand"):
        load(tmp_path / "other", lambda: places[:1])
