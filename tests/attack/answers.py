"""What a hostile server answers to a client that downloads a file from it."""

import gzip
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Request:
    """What a connection asked for: the part from a byte on, if the file has the tag; and the server's address."""

    start: int
    is_part: bool
    tag: str
    address: str
    generator: random.Random

    def of_part(self, is_part: bool) -> "Request":
        """Return the request as one for a part of any file, or for the whole file."""
        return replace(self, is_part=is_part, tag="")


SIZE = 200_000
"""Of the file, bytes."""
TIMEOUT = 1.0
"""How long the client waits for an answer here, seconds, and over how long it measures the speed."""

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
    yield request.generator.choice(
        (b"xyz\r\n", b"-5\r\n", b"ffffffffffffffff\r\n", b"5\r\nab", b"1" * 100_000, b"")
    )


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
    places: tuple[str, ...] = (
        "/again",
        request.address,
        "",
        "http://",
        "http://[",
        "file:///etc/passwd",
        "ftp://127.0.0.1/x",
    )
    places += (
        "//",
        "http://127.0.0.1:0/",
        "http://127.0.0.1:99999/",
        "http://\x01/",
        "\xff" * 20,
        "/" + "x" * 60_000,
    )
    status = request.generator.choice(
        ("301 Moved", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect")
    )
    yield _head(status, f"Location: {request.generator.choice(places)}", "Content-Length: 0")


def _status(request: Request) -> Iterator[bytes]:
    statuses: tuple[str, ...] = (
        "500 Error",
        "503 Busy",
        "403 No",
        "404 Not Found",
        "416 Range",
        "204 Nothing",
        "304 Not Modified",
    )
    statuses += ("429 Slowly", "999 What", "000 None", "200", "99999 Much")
    after = request.generator.choice(("1", "abc", "-1", "9" * 300, "Wed, 21 Oct 2099 07:28:00 GMT", "\u00b2"))
    yield _head(request.generator.choice(statuses), f"Retry-After: {after}", "Content-Length: 0")


def _page(request: Request) -> Iterator[bytes]:
    yield _head("200 OK", "Content-Type: text/html", "Content-Length: 6")
    yield b"<html>"


def _garbage(request: Request) -> Iterator[bytes]:
    kinds = (
        b"",
        b"\r\n\r\n",
        b"HTTP/9.9 x y\r\n\r\n",
        b"SSH-2.0\r\n",
        b"HTTP/1.1 200 OK\r\n: x\r\n\x00\xff: \x01\r\n\r\n",
    )
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
