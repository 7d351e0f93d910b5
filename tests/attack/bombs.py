"""Small files that are huge once they are read. They are made piece by piece, which takes little memory."""

import bz2
import gzip
import io
import lzma
import random
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import numpy as np
from PIL import Image

from tests.attack.seeds import Seed

PIECE = 1 << 20


def bomb(number: int, draw: random.Random) -> Seed:
    """Return one of the bombs, in one of two sizes."""
    return _made(number % len(BOMBS), draw.choice((1, 1.4)))


@cache
def _made(which: int, size: float) -> Seed:
    return BOMBS[which](size)


def _webp(size: float) -> Seed:
    """A picture of one colour has the same pixels in the file whatever the header says of its size."""
    file = io.BytesIO()
    Image.new("RGB", (16, 16), "red").save(file, "WEBP", lossless=True)
    content = bytearray(file.getvalue())
    at = content.index(b"VP8L") + 9
    flags = int.from_bytes(content[at : at + 4], "little") >> 28 << 28
    side = min(int(8_000 * size), 16_383)
    content[at : at + 4] = (flags | side << 14 | side).to_bytes(4, "little")
    return Seed("WebP, a bomb", ".webp", bytes(content))


def _png(size: float, bits: int = 16, colour: int = 0, channels: int = 1) -> Seed:
    width = height = int(8_000 * size)
    row = bytes(1 + width * channels * bits // 8)
    body = _compressed(zlib.compressobj(1), (row for _ in range(height)))
    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", body), (b"IEND", b""))
    content = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
    return Seed("PNG, a bomb", ".png", b"\x89PNG\r\n\x1a\n" + content)


def _png_of_colours(size: float) -> Seed:
    return _png(size, colour=6, channels=4)


def _tiff(size: float) -> Seed:
    """Floats of one strip."""
    side = int(8_000 * size)
    body = _compressed(zlib.compressobj(1), _zeros(side * side * 4))
    tags = (
        (256, side),
        (257, side),
        (258, 32),
        (259, 8),
        (262, 1),
        (273, 8),
        (277, 1),
        (278, side),
        (279, len(body)),
    )
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in (*tags, (339, 3)))
    directory = struct.pack("<H", len(tags) + 1) + entries + bytes(4)
    body += bytes(len(body) % 2)
    return Seed("TIFF, a bomb", ".tif", struct.pack("<2sHI", b"II", 42, 8 + len(body)) + body + directory)


def _gif(size: float) -> Seed:
    file = io.BytesIO()
    side = int(7_000 * size)
    Image.new("P", (side, side)).save(file, "GIF")
    return Seed("GIF, a bomb", ".gif", file.getvalue())


def _mat(size: float) -> Seed:
    side = int(8_000 * size)
    flags = struct.pack("<IIII", 6, 8, 6, 0)
    shape, name = struct.pack("<IIii", 5, 8, side, side), struct.pack("<II8s", 1, 4, b"mask")
    numbers = side * side * 8
    head = flags + shape + name + struct.pack("<II", 9, numbers)
    element = struct.pack("<II", 14, len(head) + numbers) + head
    body = _compressed(zlib.compressobj(1), (element, *_zeros(numbers)))
    start = b"MATLAB 5.0 MAT-file".ljust(124) + struct.pack("<H2s", 0x0100, b"IM")
    return Seed("mat, a bomb", ".mat", start + struct.pack("<II", 15, len(body)) + body)


def _npz(size: float) -> Seed:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, channels in (("images", 3), ("masks", 1)):
            shape = (int(16 * size), 4000, 4000, channels)
            with archive.open(f"{name}.npy", "w", force_zip64=True) as array:
                header: dict[str, Any] = {"descr": "|u1", "fortran_order": False, "shape": shape}
                np.lib.format.write_array_header_1_0(array, header)
                for zeros in _zeros(int(np.prod(shape))):
                    array.write(zeros)
    return Seed("npz, a bomb", ".npz", file.getvalue())


def _zip(size: float, method: int = zipfile.ZIP_BZIP2) -> Seed:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive, archive.open("1.png", "w", force_zip64=True) as picture:
        for zeros in _zeros(int(300e6 * size)):
            picture.write(zeros)
    return Seed("zip, a bomb", ".zip", file.getvalue())


def _zip_lzma(size: float) -> Seed:
    return _zip(size, zipfile.ZIP_LZMA)


def _zip_deflate(size: float) -> Seed:
    return _zip(size, zipfile.ZIP_DEFLATED)


def _tar(size: float, kind: bytes = tarfile.XHDTYPE) -> Seed:
    """A header that says how long the name is, and a name of zeros."""
    info = tarfile.TarInfo("1.png")
    info.type, info.size = kind, int(300e6 * size)
    file = io.BytesIO()
    with gzip.open(file, "wb", 1) as tape:
        tape.write(info.tobuf(tarfile.GNU_FORMAT))
        for zeros in _zeros(info.size + 10240):
            tape.write(zeros)
    return Seed("tar, a bomb", ".tar", file.getvalue())


def _tar_gnu(size: float) -> Seed:
    return _tar(size, tarfile.GNUTYPE_LONGNAME)


def _tar_xz(size: float) -> Seed:
    """Gigabytes that are one file, which is no picture."""
    return Seed("tar, a bomb", ".tar", _packed_zeros(lzma.LZMACompressor(), size))


def _tar_bz2(size: float) -> Seed:
    return Seed("tar, a bomb", ".tar", _packed_zeros(bz2.BZ2Compressor(), size))


def _packed_zeros(compressor: Any, size: float) -> bytes:
    info = tarfile.TarInfo("1.png")
    info.size = int(300e6 * size)
    return _compressed(compressor, (info.tobuf(tarfile.GNU_FORMAT), *_zeros(info.size + 10240)))


def _keras(size: float) -> Seed:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("config.json", '{"config": {"layers": []}}')
        with archive.open("model.weights.h5", "w", force_zip64=True) as weights:
            for zeros in _zeros(int(1.3e9 * size)):
                weights.write(zeros)
    return Seed("keras, a bomb", ".keras", file.getvalue())


def _compressed(compressor: Any, pieces: Iterator[bytes] | tuple[bytes, ...]) -> bytes:
    return b"".join([*(compressor.compress(piece) for piece in pieces), compressor.flush()])


def _zeros(count: int) -> Iterator[bytes]:
    piece = bytes(PIECE)
    for start in range(0, count, PIECE):
        yield piece[: count - start]


BOMBS: tuple[Callable[[float], Seed], ...] = (
    _webp,
    _gif,
    _zip,
    _tar,
    _tiff,
    _png,
    _mat,
    _zip_lzma,
    _png_of_colours,
    _tar_gnu,
    _keras,
    _npz,
    _zip_deflate,
    _tar_xz,
    _tar_bz2,
)
