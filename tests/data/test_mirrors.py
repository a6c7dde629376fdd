"""Mirrors that are mute, broken or lie never keep the others from being tried."""

import gzip
import http.server
import socket
import sys
import threading

import pytest

from data.samples import CONTENTS, Recorder, load
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


@pytest.mark.parametrize("ending", [".gz", ""])
def test_mirror(tmp_path, server, ending):
    pages, url = server
    for name, content in CONTENTS.items():
        body = gzip.compress(content) if ending else content
        pages[f"/{name}{ending}"] = (200, len(body), body)
    assert load(tmp_path, [_download.mirror(url, ending)]) == CONTENTS


@pytest.mark.parametrize("watched", [True, False])
def test_download_shows_a_bar_where_somebody_watches(
    tmp_path, server, monkeypatch, capsys, watched
):
    pages, url = server
    for name, content in CONTENTS.items():
        pages[f"/{name}"] = (200, len(content), content)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: watched, raising=False)
    assert load(tmp_path, [_download.mirror(url)]) == CONTENTS
    assert ("100%" in capsys.readouterr().err) == watched


PACKED = gzip.compress(CONTENTS["digits"])


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ((403, 0, b""), "403 Client Error: Forbidden"),
        ((200, 5, b"<html"), "not the published file"),
        ((200, len(PACKED), PACKED[:-5]), "IncompleteRead"),
        ((200, len(PACKED) - 5, PACKED[:-5]), "ended before the end-of-stream"),
    ],
)
def test_failing_mirror_says_why(tmp_path, server, page, reason):
    pages, url = server
    pages["/digits.gz"] = page
    with pytest.raises(DataUnavailable) as caught:
        load(tmp_path, [_download.mirror(url, ".gz")])
    line = next(x for x in str(caught.value).splitlines() if x.startswith(f"  {url}"))
    assert reason in line
    assert [p.name for p in tmp_path.iterdir()] == [".lock"]


@pytest.mark.drill("a mirror is switched off", "the error says so")
def test_mirror_that_is_switched_off(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/"
    with pytest.raises(DataUnavailable, match=f"  {url}: [^<]*refused"):
        load(tmp_path, [_download.mirror(url, ".gz")])


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
@pytest.mark.drill("a mirror redirects to nowhere", "the next place is asked")
def test_redirect_that_leads_nowhere_does_not_keep_others_from_being_tried(
    tmp_path, server, address
):
    pages, url = server
    pages["/digits.gz"] = (302, 0, address.encode("latin-1"))
    second = Recorder()
    assert load(tmp_path, [_download.mirror(url, ".gz"), second]) == CONTENTS
    assert second.asked == [["digits", "letters"]]


def test_redirect_that_leads_nowhere_is_named(tmp_path, server):
    pages, url = server
    pages["/digits.gz"] = (302, 0, b"http://[::1")
    with pytest.raises(DataUnavailable, match=f"  {url}: .*Invalid"):
        load(tmp_path, [_download.mirror(url, ".gz")])


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
@pytest.mark.drill("a mirror speaks broken HTTP", "the next place is asked")
def test_garbage_does_not_keep_others_from_being_tried(tmp_path, monkeypatch, answer):
    monkeypatch.setattr(_download, "TIMEOUT_SECONDS", 0.3)
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
        first, second = _download.mirror(url, ".gz"), Recorder()
        try:
            assert load(tmp_path, [first, second]) == CONTENTS
        finally:
            done.set()
            thread.join(60)
    assert second.asked == [["digits", "letters"]]
