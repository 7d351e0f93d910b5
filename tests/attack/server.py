"""A hostile server: an archive is downloaded from it, and then again from a good one into the same folder.

A script of answers is drawn for each case: connections get one after the other, and the last again and again. Held
is the right file, whole, or a sentence, in bounded time, memory and disk space.
"""

import contextlib
import gzip
import hashlib
import random
import resource
import shutil
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from tests.attack.core import Attack, Outcome
from tests.attack.forks import Forks

SIZE = 200_000
MOST = 2_000_000
"""How large a download may be here, bytes."""
SECONDS = 60.0
"""How long a download may take, with the limits of time shortened as below."""
MEMORY = 1 << 30
TIMEOUT = 1.0
"""How long the client waits for an answer here, seconds, and over how long it measures the speed."""


@dataclass(frozen=True)
class Request:
    """What a connection asked for: the part from a byte on, if the file still has the tag; the server's address."""

    start: int
    is_part: bool
    tag: str
    address: str
    generator: random.Random

    def of_part(self, is_part: bool) -> "Request":
        """Return the request as one for a part of any file, or for the whole file."""
        return replace(self, is_part=is_part, tag="")


Answer = Callable[[Request], Iterator[bytes]]
"""The bytes of an answer, piece by piece. It ends with the connection closed."""

FILES = tuple(random.Random(number).randbytes(SIZE) for number in range(2))
"""The file, and the one that it is replaced by on the server."""


def _head(status: str, *lines: str) -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", "Connection: close", *lines, "", ""]).encode("latin-1")


def _file(request: Request, number: int = 0, range_of: int | None = None, tag: str = "") -> Iterator[bytes]:
    """A good answer, or one with a part of the file from another byte on."""
    content, start, tag = FILES[number], request.start, f'"{tag or number}"'
    lines = [f"ETag: {tag}", "Content-Type: application/zip"]
    if request.is_part and request.tag in ("", tag):
        first = start if range_of is None else range_of
        yield _head(
            "206 Partial Content",
            *lines,
            f"Content-Length: {SIZE - first}",
            f"Content-Range: bytes {first}-{SIZE - 1}/{SIZE}",
        )
        yield content[first:]
    else:
        yield _head("200 OK", *lines, f"Content-Length: {SIZE}")
        yield content


def good(request: Request) -> Iterator[bytes]:
    """The file, or the part that was asked for."""
    return _file(request)


def _whole(request: Request) -> Iterator[bytes]:
    """Knows nothing of parts."""
    return _file(request.of_part(False))


def _another_file(request: Request) -> Iterator[bytes]:
    return _file(request, 1)


def _another_file_of_the_same_tag(request: Request) -> Iterator[bytes]:
    return _file(request.of_part(False), 1, tag="0")


def _another_range(request: Request) -> Iterator[bytes]:
    return _file(request.of_part(True), range_of=request.generator.randrange(SIZE))


def _range_without_range(request: Request) -> Iterator[bytes]:
    yield _head("206 Partial Content", 'ETag: "0"', f"Content-Length: {SIZE - 9}")
    yield FILES[0][9:]


def _cut(request: Request) -> Iterator[bytes]:
    pieces = list(_file(request))
    yield pieces[0]
    yield pieces[1][: request.generator.randrange(len(pieces[1]) + 1)]


def _reset(request: Request) -> Iterator[bytes]:
    yield from _cut(request)
    raise ConnectionResetError


def _slow(request: Request) -> Iterator[bytes]:
    pieces = list(_file(request))
    yield pieces[0]
    for byte in pieces[1]:
        yield bytes([byte])
        time.sleep(0.3)


def _silent(request: Request) -> Iterator[bytes]:
    yield request.generator.choice((b"", b"HTTP/1.1 200 OK\r\n", _head("200 OK", "Content-Length: 9")))
    time.sleep(5 * TIMEOUT)


def _length(request: Request) -> Iterator[bytes]:
    lengths = ("abc", "-1", "", "1e3", "9" * 30, f"{SIZE}, {SIZE}", str(SIZE * 2), "0x10", "\u00b2", f"{10**14}")
    yield _head("200 OK", f"Content-Length: {request.generator.choice(lengths)}")
    yield FILES[0]


def _two_lengths(request: Request) -> Iterator[bytes]:
    yield _head("200 OK", f"Content-Length: {SIZE}", f"Content-Length: {SIZE + 1}")
    yield FILES[0]


def _chunked(request: Request) -> Iterator[bytes]:
    yield _head("200 OK", "Transfer-Encoding: chunked")
    for start in range(0, SIZE, 5000):
        yield b"1388\r\n" + FILES[0][start : start + 5000] + b"\r\n"
    yield b"0\r\n\r\n"


def _bad_chunks(request: Request) -> Iterator[bytes]:
    yield _head("200 OK", "Transfer-Encoding: chunked")
    yield b"1388\r\n" + FILES[0][:5000] + b"\r\n"
    yield request.generator.choice((b"xyz\r\n", b"-5\r\n", b"ffffffffffffffff\r\n", b"5\r\nab", b"1" * 100_000, b""))


def _endless_chunks(request: Request) -> Iterator[bytes]:
    yield _head("200 OK", "Transfer-Encoding: chunked")
    while True:
        yield b"10000\r\n" + bytes(65536) + b"\r\n"


def _endless(request: Request) -> Iterator[bytes]:
    yield _head("200 OK")
    while True:
        yield bytes(65536)


def _gzip(request: Request) -> Iterator[bytes]:
    packed = gzip.compress(FILES[0])
    yield _head("200 OK", "Content-Encoding: gzip", f"Content-Length: {len(packed)}")
    yield packed


def _gzip_bomb(request: Request) -> Iterator[bytes]:
    packed = gzip.compress(bytes(300_000_000), 1)
    yield _head("200 OK", "Content-Encoding: gzip", f"Content-Length: {len(packed)}")
    yield packed


def _bad_encoding(request: Request) -> Iterator[bytes]:
    encoding = request.generator.choice(("gzip", "deflate", "br", "gzip, gzip, gzip", "nothing", "\x00"))
    yield _head("200 OK", f"Content-Encoding: {encoding}", f"Content-Length: {SIZE}")
    yield FILES[0]


def _redirect(request: Request) -> Iterator[bytes]:
    places = ("/again", request.address, "", "http://", "http://[", "file:///etc/passwd", "ftp://127.0.0.1/x")
    places += ("//", "http://127.0.0.1:0/", "http://127.0.0.1:99999/", "http://\x01/", "\xff" * 20, "/" + "x" * 60_000)
    status = request.generator.choice(("301 Moved", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"))
    yield _head(status, f"Location: {request.generator.choice(places)}", "Content-Length: 0")


def _status(request: Request) -> Iterator[bytes]:
    statuses = ("500 Error", "503 Busy", "403 No", "404 Not Found", "416 Range", "204 Nothing", "304 Not Modified")
    statuses += ("429 Slowly", "999 What", "000 None", "200", "99999 Much")
    after = request.generator.choice(("1", "abc", "-1", "9" * 300, "Wed, 21 Oct 2099 07:28:00 GMT", "\u00b2"))
    yield _head(request.generator.choice(statuses), f"Retry-After: {after}", "Content-Length: 0")


def _page(request: Request) -> Iterator[bytes]:
    yield _head("200 OK", "Content-Type: text/html", "Content-Length: 6")
    yield b"<html>"


def _garbage(request: Request) -> Iterator[bytes]:
    kinds = (b"", b"\r\n\r\n", b"HTTP/9.9 x y\r\n\r\n", b"SSH-2.0\r\n", b"HTTP/1.1 200 OK\r\n: x\r\n\x00\xff: \x01\r\n\r\n")
    yield request.generator.choice((*kinds, request.generator.randbytes(5000)))


def _endless_head(request: Request) -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\n"
    one = request.generator.choice((b"X: y\r\n", b"x" * 1000))
    while True:
        yield one * 100


def _endless_100(request: Request) -> Iterator[bytes]:
    while True:
        yield b"HTTP/1.1 100 Continue\r\n\r\n"


ANSWERS: tuple[Answer, ...] = (
    good, _whole, _another_file, _another_file_of_the_same_tag, _another_range, _range_without_range, _cut, _reset,
    _slow, _silent, _length, _two_lengths, _chunked, _bad_chunks, _endless_chunks, _endless, _gzip, _gzip_bomb,
    _bad_encoding, _redirect, _status, _page, _garbage, _endless_head, _endless_100,
)  # fmt: skip
"""What the server may answer."""
MIXING = frozenset({_another_file_of_the_same_tag, _bad_encoding, _length, _two_lengths})
"""Answers after which only a digest shows that a file is not the right one."""


class _Server:
    """A server that gives the answers of a script."""

    def __init__(self, script: list[Answer], generator: random.Random) -> None:
        self._script, self._generator = script, generator
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}/portraits.zip"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            answer = self._script.pop(0) if len(self._script) > 1 else self._script[0]
            threading.Thread(target=self._answer, args=(connection, answer), daemon=True).start()

    def _answer(self, connection: socket.socket, answer: Answer) -> None:
        with contextlib.suppress(OSError), connection:
            connection.settimeout(20)
            head = b""
            while b"\r\n\r\n" not in head and (more := connection.recv(65536)):
                head += more
            asked, tag = _value(head, b"range: bytes="), _value(head, b"if-range: ")
            start = int(asked.partition("-")[0] or 0)
            try:
                for piece in answer(Request(start, bool(asked), tag, self.address, self._generator)):
                    connection.sendall(piece)
            except ConnectionResetError:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def close(self) -> None:
        self._socket.close()


def _value(head: bytes, name: bytes) -> str:
    """Return what is behind a name in the head of a request; "" if it is not there."""
    return head.lower().partition(b"\r\n" + name)[2].partition(b"\r\n")[0].decode("latin-1")


class Server(Attack):
    """Downloads from a hostile server."""

    name = "server"
    purpose = "an archive is downloaded from a hostile server"

    def prepare(self, folder: Path) -> None:
        """Do nothing: the files are the same for all."""

    def start(self, folder: Path) -> None:
        """Prepare the folder."""
        self.folder = folder / "download"
        self.forks = Forks(folder / "log")

    def run(self, number: int, draw: random.Random) -> Outcome:
        """Download by a script that begins with one of the answers."""
        first = ANSWERS[number % len(ANSWERS)]
        script = [first, *draw.choices(ANSWERS, k=draw.choice((0, 1, 3)))]
        digest = hashlib.sha256(FILES[0]).hexdigest() if draw.random() < 0.4 else ""
        allowed = FILES[:1] if digest else None if MIXING & set(script) else FILES
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        done = ", ".join(answer.__name__.strip("_") for answer in script)
        problem = self._download(_Server(script, draw), digest, allowed)
        if not problem:
            problem = self._recover(draw, is_mixed=bool(MIXING & set(script)))
        return Outcome(first.__name__.strip("_").replace("_", " "), f"{done}{', digest given' * bool(digest)}", problem)

    def _recover(self, draw: random.Random, is_mixed: bool) -> str:
        """Download from a good server; what was mixed before may be noticed and removed first."""
        digest = hashlib.sha256(FILES[0]).hexdigest()
        problem = self._download(_Server([good], draw), digest, FILES[:1], must_succeed=True)
        if problem and is_mixed:
            problem = self._download(_Server([good], draw), digest, FILES[:1], must_succeed=True)
        return problem

    def _download(
        self, server: _Server, digest: str, allowed: tuple[bytes, ...] | None, must_succeed: bool = False
    ) -> str:
        def work() -> None:
            print(_problem(server.address, self.folder, digest, allowed, must_succeed), end="")

        run = self.forks.run(self.folder, work, seconds=SECONDS)
        server.close()
        again = "from a good server then: " if must_succeed else ""
        if run.code != 0:
            return f"{again}exit code {run.code} after {run.seconds:.0f} s\n{run.said}"
        return f"{again}{run.said}" if run.said else ""


def _problem(
    address: str, folder: Path, digest: str, allowed: tuple[bytes, ...] | None, must_succeed: bool
) -> str:
    """Download in this process, which ends then; return what did not hold."""
    import tasks.originals.download.body as body
    import tasks.originals.download.download as module
    from tasks.core.errors import UserError

    module.TIMEOUTS = (TIMEOUT, TIMEOUT)
    module.SPEED_SECONDS = body.SPEED_SECONDS = TIMEOUT
    resource.setrlimit(resource.RLIMIT_AS, (8 * MEMORY, 8 * MEMORY))
    try:
        path = module.download(address, folder, digest, wait=lambda seconds: None, most=MOST)
        content = path.read_bytes()
    except UserError as error:
        if must_succeed or not str(error):
            return f"UserError: {error}"
        content = None
    used = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    if used > 2 * MOST + SIZE:
        return f"{used / 1e6:.0f} MB in the folder"
    if content is not None and allowed is not None and content not in allowed:
        return f"a file of {len(content)} bytes that the server does not have"
    return ""
