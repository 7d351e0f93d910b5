"""Mutations of files: flips, cuts, splices, and headers that promise too much."""

import random
import struct
import tarfile
import zlib
from collections.abc import Callable

from tests.attack.damage import flipped, forged, truncated, zeroed
from tests.attack.seeds import HEIGHT, PACKED, WIDTH, Seed

HUGE = (0, 1, 0x3FFF, 0x4000, 0x7FFF, 0xFFFF, 100_000, 0x7FFFFFFF, 0xFFFFFFFF)
NUMBERS = (">H", "<H", ">I", "<I", "<Q", ">Q")
Way = Callable[[bytes, list[Seed], random.Random], bytes]
HEADER = 2048
"""Where headers are, bytes."""


def mutated(seed: Seed, others: list[Seed], draw: random.Random) -> tuple[bytes, str]:
    """Return a mutation of a seed, and what was done."""
    if seed.suffix == ".json" and draw.random() < 0.7:
        return forged(seed.content.decode(), draw).encode(errors="surrogatepass"), "forged"
    done = []
    content = seed.content
    for _ in range(draw.choice((1, 1, 2, 3))):
        way = draw.choice(WAYS)
        content = way(content, others, draw)
        done.append(way.__name__.strip("_"))
    if draw.random() < 0.6:
        content = repaired(seed, content)
        done.append("checksums repaired")
    if seed.suffix == ".tar" and draw.random() < 0.6:
        suffix = draw.choice(list(PACKED))
        content = PACKED[suffix](content)
        done.append(suffix)
    return content, ", ".join(done)


def repaired(seed: Seed, content: bytes) -> bytes:
    """Return a content with the checksums by which its format would notice that it was mutated set right."""
    if seed.suffix == ".png":
        return _png_repaired(content)
    return _tar_repaired(content) if seed.suffix == ".tar" else content


def _flip(content: bytes, others: list[Seed], draw: random.Random) -> bytes:
    return flipped(content, draw)


def _cut(content: bytes, others: list[Seed], draw: random.Random) -> bytes:
    return truncated(content, draw)


def _zero(content: bytes, others: list[Seed], draw: random.Random) -> bytes:
    return zeroed(content, draw)


def _splice(content: bytes, others: list[Seed], draw: random.Random) -> bytes:
    """The beginning of one file and the end of another, or a part of the same once more."""
    other = draw.choice((content, draw.choice(others).content))
    start, end = draw.randrange(len(content) + 1), draw.randrange(len(other) + 1)
    return content[:start] + other[end:]


def _edit_number(content: bytes, others: list[Seed], draw: random.Random) -> bytes:
    """A number anywhere, mostly in the header, that becomes huge."""
    form = draw.choice(NUMBERS)
    size = struct.calcsize(form)
    if len(content) <= size:
        return content
    at = draw.randrange(min(len(content), HEADER if draw.random() < 0.7 else len(content)) - size + 1)
    value = draw.choice(HUGE) % 256**size
    return content[:at] + struct.pack(form, value) + content[at + size :]


def _resize(content: bytes, others: list[Seed], draw: random.Random) -> bytes:
    """A size in the header, found by its value, that becomes another; of an npz, in the text of its header."""
    if b"(3, 40" in content and draw.random() < 0.7:
        return content.replace(
            b"(3, 40", draw.choice((b"(9, 99", b"(3,400", b"(300, 40", b"(-3, 40", b"(3e9, 40")), 1
        )
    for _ in range(20):
        form, value = draw.choice(NUMBERS), draw.choice((HEIGHT, WIDTH, HEIGHT - 1, WIDTH - 1, 40, 32))
        at = content.find(struct.pack(form, value), 0, HEADER)
        if at >= 0:
            size = struct.calcsize(form)
            return content[:at] + struct.pack(form, draw.choice(HUGE) % 256**size) + content[at + size :]
    return content


def _png_repaired(content: bytes) -> bytes:
    made, at = content[:8], 8
    while at + 12 <= len(content):
        length = min(int.from_bytes(content[at : at + 4], "big"), len(content) - at - 12)
        body = content[at + 4 : at + 8 + length]
        made += length.to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")
        at += 12 + length
    return made


def _tar_repaired(content: bytes) -> bytes:
    """Set the checksum of each block that looks like a header."""
    made = bytearray(content)
    for at in range(0, len(made) - 511, 512):
        if made[at + 257 : at + 262] == b"ustar":
            total = tarfile.calc_chksums(bytes(made[at : at + 512]))[0]  # type: ignore[attr-defined]
            made[at + 148 : at + 156] = b"%06o\0 " % total
    return bytes(made)


WAYS: tuple[Way, ...] = (_flip, _flip, _cut, _zero, _splice, _edit_number, _edit_number, _resize, _resize)
"""What may be done to a file; what finds most is there twice."""
