"""Downloads from real servers on this machine, well-behaved and not."""

import hashlib
import socket
import threading
from base64 import b64decode
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tasks.core.errors import UserError
from tasks.originals.download import download as module
from tasks.originals.download.download import CONNECTION_ATTEMPTS, download

pytestmark = pytest.mark.runs

CONTENT = bytes(range(256)) * 20_000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


class Server(ThreadingHTTPServer):
    """Serves CONTENT; what it does about a request, and what it was asked, can be set and seen."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.ranges: list[str | None] = []
        self.status = 200
        self.headers: dict[str, str] = {}
        self.etag = '"one"'
        self.knows_ranges = True
        self.has_length = True
        self.cut_after: list[int] = []
        """For each of the next requests: after how many bytes the connection is lost."""
        self.stalls = False
        self.password = ""
        """With this password, the status is 200."""
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/archive.zip"


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        server, asked = self.server, self.headers.get("Range")
        server.ranges.append(asked)
        start = 0
        if asked and server.knows_ranges and self.headers.get("If-Range") == server.etag:
            start = int(asked.removeprefix("bytes=").rstrip("-"))
        status = 206 if start and server.status == 200 else server.status
        sent = b64decode(self.headers.get("Authorization", "").removeprefix("Basic ")).decode()
        if server.password and sent == f"me:{server.password}":
            status = 200
        self.send_response(status)
        for name, value in server.headers.items():
            self.send_header(name, value)
        self.send_header("ETag", server.etag)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(CONTENT) - 1}/{len(CONTENT)}")
        body = CONTENT[start:] if status in (200, 206) else b""
        if server.has_length:
            self.send_header("Content-Length", str(len(body)))
        else:
            self.send_header("Connection", "close")
        self.end_headers()
        if server.stalls:
            self.wfile.write(body[:1000])
            self.wfile.flush()
            threading.Event().wait(5)
            self.close_connection = True
        elif server.cut_after:
            self.wfile.write(body[: server.cut_after.pop(0)])
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
        else:
            self.wfile.write(body)
            self.close_connection = not server.has_length

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.shutdown()
    running.server_close()


Fetch = Callable[..., bytes]


@pytest.fixture
def reported() -> list[str]:
    return []


@pytest.fixture
def fetch(server: Server, tmp_path: Path, reported: list[str]) -> Fetch:
    def fetched(sha256: str = "") -> bytes:
        return download(server.url, tmp_path, sha256, say=reported.append, wait=lambda seconds: None).read_bytes()

    return fetched


@pytest.mark.parametrize("has_length", [True, False])
def test_the_whole_file_is_downloaded(server: Server, fetch: Fetch, has_length: bool) -> None:
    server.has_length = has_length
    assert fetch(SHA256) == CONTENT
    assert server.ranges == [None]


def test_a_password_may_be_in_a_file(
    server: Server, fetch: Fetch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password hush\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    server.status = 403
    server.password = "hush"
    assert fetch(SHA256) == CONTENT


def test_a_download_resumes_after_a_lost_connection(server: Server, fetch: Fetch, reported: list[str]) -> None:
    server.cut_after = [2_000_000, 1_500_000]
    assert fetch(SHA256) == CONTENT
    assert server.ranges[0] is None
    starts = [int(asked.removeprefix("bytes=").rstrip("-")) for asked in server.ranges[1:] if asked]
    assert len(starts) == 2
    assert 1_000_000 <= starts[0] < starts[1] <= 3_500_000
    assert "waiting" in reported[1]


def test_a_stopped_download_resumes_in_the_next_run(server: Server, fetch: Fetch, tmp_path: Path) -> None:
    def stop(seconds: float) -> None:
        raise KeyboardInterrupt

    server.cut_after = [2_000_000]
    with pytest.raises(KeyboardInterrupt):
        download(server.url, tmp_path, wait=stop)
    assert fetch(SHA256) == CONTENT
    assert server.ranges[1] is not None


def test_a_download_whose_state_is_damaged_starts_again(server: Server, fetch: Fetch, tmp_path: Path) -> None:
    server.cut_after = [2_000_000]
    with pytest.raises(UserError):
        download(server.url, tmp_path, "0" * 64, wait=lambda seconds: None)
    (tmp_path / "fetched").write_bytes(b"what an earlier run left")
    for damaged in (b"", b"[]", bytes(100), b'{"length": 5120000, "validator": 3}'):
        (tmp_path / "state").write_bytes(damaged)
        assert fetch(SHA256) == CONTENT
        assert server.ranges[-1] is None


@pytest.mark.parametrize("change", ["the file", "no ranges"])
def test_a_download_that_cannot_resume_starts_again(server: Server, tmp_path: Path, change: str) -> None:
    def meanwhile(seconds: float) -> None:
        if change == "the file":
            server.etag = '"two"'
        server.knows_ranges = change != "no ranges"

    server.cut_after = [2_000_000]
    assert download(server.url, tmp_path, SHA256, wait=meanwhile).read_bytes() == CONTENT
    assert len(server.ranges) == 2


def test_a_complete_file_is_not_downloaded_again(server: Server, fetch: Fetch, tmp_path: Path) -> None:
    fetch()
    server.status = 416
    assert fetch(SHA256) == CONTENT


@pytest.mark.parametrize(
    ("status", "headers", "message"),
    [
        (404, {}, "answers 404 Not Found; is the address right"),
        (410, {}, "answers 410"),
        (403, {}, "answers 403 Forbidden. Download the file with a browser"),
        (401, {}, "answers 401"),
        (200, {"Content-Type": "text/html; charset=utf-8"}, "is a web page"),
        (302, {"Location": "/archive.zip"}, "redirects in a circle"),
    ],
)
def test_a_refusal_is_final(
    server: Server, fetch: Fetch, tmp_path: Path, status: int, headers: dict[str, str], message: str
) -> None:
    server.status, server.headers = status, headers
    with pytest.raises(UserError, match=message):
        fetch()
    assert not (tmp_path / "fetched").exists()


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_server_is_tried_again(server: Server, fetch: Fetch, reported: list[str], status: int) -> None:
    server.status, server.headers = status, {"Retry-After": "7"}
    with pytest.raises(UserError, match=f"answers {status} .*Gave up after {CONNECTION_ATTEMPTS} attempts"):
        fetch()
    assert len(server.ranges) == CONNECTION_ATTEMPTS
    assert len(reported) == CONNECTION_ATTEMPTS - 1
    assert all("waiting 7 s" in line for line in reported)


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/archive.zip"
    with pytest.raises(UserError, match="the connection failed"):
        download(url, tmp_path, wait=lambda seconds: None)


def test_a_server_that_stalls(server: Server, fetch: Fetch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TIMEOUTS", (1, 0.2))
    server.stalls = True
    with pytest.raises(UserError, match=r"the (server does not answer|connection failed)"):
        fetch()


def test_a_file_with_another_digest_is_not_kept(server: Server, fetch: Fetch, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=f"its SHA-256 is {SHA256}, but originals.sha256 is {'0' * 64}"):
        fetch("0" * 64)
    assert not (tmp_path / "fetched").exists()
    assert fetch(SHA256.upper()) == CONTENT
