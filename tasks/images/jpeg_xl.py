"""Opens JPEG XL files with Pillow, once their size is known.

The plugin decodes all pixels when it opens a file, before Pillow can refuse a picture that is too large: a few
kilobytes may hold a gigapixel. The size comes first in the codestream: ISO/IEC 18181-1, SizeHeader.
"""

from typing import IO

from PIL import Image
from pillow_jxl.JpegXLImagePlugin import JXLImageFile, _accept

from tasks.images.memory import AS_JPEG, JPEG_XL, check_memory

CODESTREAM = b"\xff\x0a"
CONTAINER = b"\x00\x00\x00\x0cJXL \x0d\x0a\x87\x0a"
RATIOS = {1: (1, 1), 2: (12, 10), 3: (4, 3), 4: (3, 2), 5: (16, 9), 6: (5, 4), 7: (2, 1)}
"""Width to height, by the header's number; 0 stands for any other."""
SIDE_BITS = (9, 13, 18, 30)
"""In how many bits a side may be stored."""


class _Bits:
    """Reads numbers from bytes, the lowest bit first."""

    def __init__(self, content: bytes) -> None:
        self._left = int.from_bytes(content, "little")

    def read(self, count: int) -> int:
        value = self._left & ((1 << count) - 1)
        self._left >>= count
        return value


def jpeg_xl_size(content: bytes) -> tuple[int, int] | None:
    """Return the width and height, pixels, that the beginning of a JPEG XL file names; None if it names none."""
    codestream = _codestream(content)
    if codestream is None or not codestream.startswith(CODESTREAM):
        return None
    bits = _Bits(codestream[2:14])
    small = bits.read(1)

    def side() -> int:
        return 8 * (bits.read(5) + 1) if small else bits.read(SIDE_BITS[bits.read(2)]) + 1

    height, ratio = side(), bits.read(3)
    return (height * RATIOS[ratio][0] // RATIOS[ratio][1] if ratio else side()), height


def open_jpeg_xl(file: IO[bytes], name: str | bytes) -> JXLImageFile:
    """Open a file as Pillow's plugin does.

    Raises what Pillow raises for a picture that is too large, and `MemoryError` if decoding it takes too much.
    """
    size = jpeg_xl_size(file.read())
    file.seek(0)
    if size is None:
        raise SyntaxError("not a JPEG XL file")  # which Pillow takes as: of another format
    Image._decompression_bomb_check(size)
    check_memory(size[0] * size[1] * JPEG_XL, AS_JPEG)
    return JXLImageFile(file, name)


def register_jpeg_xl() -> None:
    """Let Pillow open JPEG XL files by `open_jpeg_xl`."""
    Image.register_open(JXLImageFile.format, open_jpeg_xl, _accept)


def _codestream(content: bytes) -> bytes | None:
    if not content.startswith(CONTAINER):
        return content
    start = 0
    while start + 8 <= len(content):
        length, kind = int.from_bytes(content[start : start + 4], "big"), content[start + 4 : start + 8]
        if kind in (b"jxlc", b"jxlp"):  # a part begins with its number
            begin = start + (16 if length == 1 else 8) + (4 if kind == b"jxlp" else 0)
            return content[begin:]
        if length == 1:
            length = int.from_bytes(content[start + 8 : start + 16], "big")
        if length < 8:
            return None
        start += length
    return None
