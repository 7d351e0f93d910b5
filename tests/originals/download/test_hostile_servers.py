"""Downloads from servers of this machine that send what no server should."""

import gzip
import hashlib
import shutil
import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks.core.errors import UserError
from tasks.originals.download import body as body_module
from tasks.originals.download import download as module
from tasks.originals.download.download import download

pytestmark = pytest.mark.runs

CONTENT = bytes(range(256)) * 10_000
OK = b"HTTP/1.1 200 OK\r\nConnection: close\r\n"


class Server(socketserver.ThreadingTCPServer):
    """Answers each request as the next of its `answers` does; the last one answers all further requests."""

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: list[Answer] = []
        self.asked: list[str] = []
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    def handle_error(self, *arguments: object) -> None:
        """Say nothing of clients that have gone."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/set.zip"


class Handler(socketserver.StreamRequestHandler):
    server: Server

    def handle(self) -> None:
        lines = []
        while (line := self.rfile.readline()).strip():
            lines.append(line.decode().strip())
        asked = next((line for line in lines if line.startswith("Range:")), "")
        self.server.asked.append(asked)
        answer = self.server.answers[0] if len(self.server.answers) == 1 else self.server.answers.pop(0)
        pieces = answer(asked) if callable(answer) else [answer]
        with suppress(OSError):  # the client has gone
            for piece in pieces:
                self.wfile.write(piece)


Answer = bytes | Callable[[str], Iterator[bytes]]


class Usage(NamedTuple):
    total: int
    used: int
    free: int


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.shutdown()
    running.server_close()


def fetch(server: Server, folder: Path, *answers: Answer, sha256: str = "", most: float = 1e9) -> bytes:
    server.answers, server.asked = list(answers), []
    return download(server.url, folder, sha256, wait=lambda seconds: None, most=most).read_bytes()


def whole(content: bytes = CONTENT, more: bytes = b"", cut: int | None = None) -> bytes:
    length = f"Content-Length: {len(content)}\r\n".encode()
    return OK + b'ETag: "1"\r\nAccept-Ranges: bytes\r\n' + length + more + b"\r\n" + content[:cut]


def part(said: str, content: bytes, more: bytes = b"") -> bytes:
    head = f"Content-Range: {said}\r\nContent-Length: {len(content)}\r\n".encode()
    return b'HTTP/1.1 206 Partial Content\r\nConnection: close\r\nETag: "1"\r\n' + head + more + b"\r\n" + content


def test_what_came_within_the_first_megabyte_is_not_lost(server: Server, tmp_path: Path) -> None:
    rest = part(f"bytes 700000-{len(CONTENT) - 1}/{len(CONTENT)}", CONTENT[700_000:])
    assert fetch(server, tmp_path, whole(cut=700_000), rest) == CONTENT
    assert server.asked == ["", "Range: bytes=700000-"]


@pytest.mark.parametrize(
    "said",
    [
        f"bytes 0-{len(CONTENT) - 1}/{len(CONTENT)}",
        f"bytes 699999-{len(CONTENT) - 1}/{len(CONTENT)}",
        f"bytes 700000-{len(CONTENT) - 2}/{len(CONTENT)}",
        f"bytes 700000-{len(CONTENT)}/{len(CONTENT) + 1}",
        "bytes 700000-699999/*",
        "bytes a-b/c",
        "items 700000-2559999/2560000",
        "",
    ],
)
def test_another_part_than_asked_for_is_not_used(server: Server, tmp_path: Path, said: str) -> None:
    wrong = part(said, b"x" * (len(CONTENT) - 700_000))
    assert fetch(server, tmp_path, whole(cut=700_000), wrong, whole()) == CONTENT
    assert server.asked[-1] == ""


def test_a_part_is_not_taken_for_the_whole(server: Server, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="does not say which"):
        fetch(server, tmp_path, part(f"bytes 0-99/{len(CONTENT)}", CONTENT[:100]))
    assert not (tmp_path / "fetched").exists()


def test_a_part_that_is_packed_otherwise_is_not_used(server: Server, tmp_path: Path) -> None:
    rest = part(
        f"bytes 700000-{len(CONTENT) - 1}/{len(CONTENT)}", CONTENT[700_000:], b"Content-Encoding: gzip\r\n"
    )
    assert fetch(server, tmp_path, whole(cut=700_000), rest, whole()) == CONTENT


def test_a_part_of_another_version_is_not_used(server: Server, tmp_path: Path) -> None:
    rest = part(f"bytes 700000-{len(CONTENT) - 1}/{len(CONTENT)}", CONTENT[700_000:]).replace(b'"1"', b'"2"')
    assert fetch(server, tmp_path, whole(cut=700_000), rest, whole()) == CONTENT
    assert server.asked[-1] == ""


def test_bytes_of_one_version_are_never_continued_as_another(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*arguments: object) -> None:
        raise KeyboardInterrupt

    server.answers = [whole(cut=700_000), whole().replace(b'"1"', b'"2"')]
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        download(
            server.url,
            tmp_path,
            wait=lambda seconds: patched.setattr("tasks.originals.download.download.write_body", stop),
        )
    assert fetch(server, tmp_path, whole()) == CONTENT
    assert server.asked == [""]


def test_a_range_that_the_server_does_not_have_starts_again(server: Server, tmp_path: Path) -> None:
    no = b"HTTP/1.1 416 Range Not Satisfiable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
    assert fetch(server, tmp_path, whole(cut=700_000), no, whole()) == CONTENT


@pytest.mark.parametrize("length", ["abc", "-5", "", "1e3", "²", "2560000, 2560000"])
def test_a_length_that_is_none_counts_as_absent(server: Server, tmp_path: Path, length: str) -> None:
    head = OK + f"Content-Length: {length}\r\n\r\n".encode()
    assert fetch(server, tmp_path, head + CONTENT) == CONTENT


def test_a_file_that_is_packed_on_the_way_is_unpacked(server: Server, tmp_path: Path) -> None:
    packed, encoding = gzip.compress(CONTENT), b"Content-Encoding: gzip\r\n"
    digest = hashlib.sha256(CONTENT).hexdigest()
    assert fetch(server, tmp_path, whole(packed, encoding), sha256=digest) == CONTENT
    rest = part(f"bytes 1000-{len(packed) - 1}/{len(packed)}", packed[1000:], encoding)
    (tmp_path / "again").mkdir()
    assert fetch(server, tmp_path / "again", whole(packed, encoding, cut=1000), rest) == CONTENT
    assert len(server.asked) == 2


def test_a_packed_file_with_the_digest_asked_for_stays_packed(server: Server, tmp_path: Path) -> None:
    packed = gzip.compress(CONTENT)
    digest = hashlib.sha256(packed).hexdigest()
    assert fetch(server, tmp_path, whole(packed, b"Content-Encoding: x-gzip\r\n"), sha256=digest) == packed


@pytest.mark.parametrize(
    ("content", "encoding", "message"),
    [
        (b"no gzip", b"gzip", "packed by gzip, and damaged"),
        (gzip.compress(CONTENT)[:-9], b"gzip", "packed by gzip, and damaged"),
        (gzip.compress(bytes(20_000_000)), b"gzip", "larger than 0.01 GB. .*originals.archive_gigabytes"),
        (CONTENT, b"br", "an encoding that was not asked for"),
    ],
)
def test_what_cannot_be_unpacked_is_refused(
    server: Server, tmp_path: Path, content: bytes, encoding: bytes, message: str
) -> None:
    with pytest.raises(UserError, match=f"{server.url}: .*{message}"):
        fetch(server, tmp_path, whole(content, b"Content-Encoding: " + encoding + b"\r\n"), most=1e7)
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= len(content) + 1000


def test_what_was_damaged_is_fetched_again(server: Server, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="damaged"):
        fetch(server, tmp_path, whole(b"no gzip", b"Content-Encoding: gzip\r\n"))
    assert fetch(server, tmp_path, whole()) == CONTENT


def endless(asked: str) -> Iterator[bytes]:
    yield OK + b"Transfer-Encoding: chunked\r\n\r\n"
    while True:
        yield b"10000\r\n" + bytes(0x10000) + b"\r\n"


def test_chunks_without_end_stop_at_the_limit(server: Server, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"larger than 0.01 GB. If that is right, raise originals.archive_gig"):
        fetch(server, tmp_path, endless, most=1e7)
    assert (tmp_path / "fetched").stat().st_size == 0


def test_chunks_without_end_stop_before_the_disk_is_full(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def usage(folder: Path) -> Usage:
        taken = sum(path.stat().st_size for path in tmp_path.iterdir())
        return Usage(10**9, taken, body_module.KEPT_FREE + 10_000_000 - taken)

    monkeypatch.setattr(shutil, "disk_usage", usage)
    with pytest.raises(UserError, match=r"no room for it on the disk: .*Make room"):
        fetch(server, tmp_path, endless)
    assert (tmp_path / "fetched").stat().st_size == 0
    with pytest.raises(UserError, match=r"no room for it on the disk: 0.5 GB more, and 0.0 GB are free"):
        fetch(server, tmp_path, OK + b"Content-Length: 500000000\r\n\r\n")


def test_a_file_larger_than_the_limit_is_not_begun(server: Server, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"larger than 0.001 GB"):
        fetch(server, tmp_path, whole(), most=1e6)
    assert not (tmp_path / "fetched").exists()


def test_a_connection_that_is_too_slow_counts_as_broken(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dripping(asked: str) -> Iterator[bytes]:
        yield whole(cut=0)
        for number in range(1000):
            time.sleep(0.02)
            yield CONTENT[number : number + 1]

    monkeypatch.setattr(body_module, "SPEED_SECONDS", 0.1)
    with pytest.raises(UserError, match=r"less than 1000 bytes a second.*Gave up after 5 attempts"):
        fetch(server, tmp_path, dripping)
    assert fetch(server, tmp_path, dripping, whole()) == CONTENT


def test_a_server_that_gives_a_little_each_time_is_given_up(server: Server, tmp_path: Path) -> None:
    def crumbs(asked: str) -> Iterator[bytes]:
        start = int(asked.removeprefix("Range: bytes=").rstrip("-") or 0)
        whole_part = f"bytes {start}-{len(CONTENT) - 1}/{len(CONTENT)}"
        yield (part(whole_part, CONTENT[start:]) if start else whole())[:250]

    with pytest.raises(UserError, match="Gave up after 5 attempts"):
        fetch(server, tmp_path, crumbs)


@pytest.mark.parametrize(
    "location",
    [
        b"",
        b"http://[",
        b"http://[x]/",
        b"http://",
        b"http://h:port/",
        b"http://h:99999999/",
        b"http://..",
        b"http://" + b"a" * 300,
        b"foo://host/set.zip",
        b"file:///etc/passwd",
        b"\xff\xfe\x1b[2J",
        b"http://127.0.0.1:9\x01/",
        b"http://\xff\xfe/",
    ],
)
def test_a_redirect_that_leads_nowhere_is_refused(server: Server, tmp_path: Path, location: bytes) -> None:
    moved = b"HTTP/1.1 302 Found\r\nConnection: close\r\nContent-Length: 0\r\nLocation: " + location + b"\r\n\r\n"
    with pytest.raises(UserError, match=server.url) as raised:
        fetch(server, tmp_path, moved)
    assert not (tmp_path / "fetched").exists()
    assert "\x1b" not in str(raised.value)


@pytest.mark.parametrize("piece", [b"HTTP/1.1 100 Continue\r\n\r\n", b"X"])
def test_a_head_without_end_stops(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, piece: bytes
) -> None:
    def endless_head(asked: str) -> Iterator[bytes]:
        while True:
            time.sleep(0.01)
            yield piece

    monkeypatch.setattr(module, "TIMEOUTS", (0.1, 0.1))
    with pytest.raises(UserError, match="does not end the head of its answer"):
        fetch(server, tmp_path, endless_head)


def test_the_words_of_a_server_are_not_shown(server: Server, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="the server answers 404 Not Found; is") as raised:
        fetch(server, tmp_path, b"HTTP/1.1 404 \x1b[2Jowned\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    assert "owned" not in str(raised.value)


@pytest.mark.parametrize("more", [b"", b"Content-Length: 0\r\n"])
def test_an_empty_file_is_none(server: Server, tmp_path: Path, more: bytes) -> None:
    with pytest.raises(UserError, match=r"the server sends an empty file. Gave up"):
        fetch(server, tmp_path, OK + more + b"\r\n")


@pytest.mark.parametrize("status", [b"204 No Content", b"304 Not Modified", b"302 Found", b"299 Odd"])
def test_an_answer_without_a_file_is_refused(server: Server, tmp_path: Path, status: bytes) -> None:
    with pytest.raises(UserError, match=f"answers {status[:3].decode()}"):
        fetch(server, tmp_path, b"HTTP/1.1 " + status + b"\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")


HEADERS = st.sampled_from(
    ["Content-Length", "Content-Range", "Content-Encoding", "Transfer-Encoding", "ETag", "Retry-After", "Location"]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from([b"200", b"206", b"301", b"416", b"503", b"999", b"x"]),
    st.lists(st.tuples(HEADERS, st.binary(max_size=20).map(lambda value: value.replace(b"\n", b""))), max_size=4),
    st.binary(max_size=100),
)
def test_any_answer_gives_a_file_or_a_sentence(
    server: Server, tmp_path: Path, status: bytes, headers: list[tuple[str, bytes]], content: bytes
) -> None:
    head = b"".join(name.encode() + b": " + value + b"\r\n" for name, value in headers)
    answer = b"HTTP/1.1 " + status + b" A\r\nConnection: close\r\n" + head + b"\r\n" + content
    with suppress(UserError):
        fetch(server, tmp_path, answer)
    for path in tmp_path.iterdir():
        path.unlink()
