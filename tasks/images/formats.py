"""Which formats pictures may have: those of Pillow, and those that phones write."""

import warnings
from pathlib import Path

import pillow_heif
from PIL import Image

from tasks.images.jpeg_xl import register_jpeg_xl

LARGEST_PICTURE = 256_000_000
"""Pixels. A larger picture is refused before it is decoded."""
NO_PHOTOS = frozenset({"BUFR", "EPS", "GRIB", "HDF5", "IPTC", "MPEG", "WMF"})
"""Formats that Pillow recognizes but cannot decode by itself, or that hold drawings or films."""

pillow_heif.register_heif_opener()
register_jpeg_xl()
# Pillow refuses pictures of more than twice its limit, and warns of those of more than the limit.
Image.MAX_IMAGE_PIXELS = LARGEST_PICTURE // 2
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)


def picture_suffixes() -> frozenset[str]:
    """Return the suffixes, in lower case, of the files that can be read as pictures."""
    known = Image.registered_extensions()
    read = {suffix for suffix, name in known.items() if name in Image.OPEN and name not in NO_PHOTOS}
    return frozenset(read | {".mpo"})  # which Pillow opens as JPEG


def kind_of_unreadable(path: Path) -> str:
    """Return in words what a file is that Pillow identifies as no picture, and what to do where that is known."""
    with path.open("rb") as file:
        start = file.read(1 << 16)
    if start.startswith(b"\xff\xd8\xff"):
        bits = _jpeg_bits(start)
        if bits is not None and bits != 8:
            return f"a JPEG of {bits} bits a channel; save it with 8"
        return "a damaged JPEG"
    if start.startswith((b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")):
        return "a damaged TIFF, or one of unusual pixels such as colours in floats; save it with 8 or 16 bits"
    if start.startswith(b"%PDF"):
        return "a PDF; save its picture as PNG or JPEG"
    if start[4:8] == b"ftyp":
        return "a film, or a damaged HEIF or AVIF file"
    return "unknown picture format"


def _jpeg_bits(content: bytes) -> int | None:
    """Return the bits of a channel, from a JPEG's frame header; None if it is not in the content."""
    start = 2
    while start + 5 <= len(content) and content[start] == 0xFF:
        marker, length = content[start + 1], int.from_bytes(content[start + 2 : start + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return content[start + 4]
        start += 2 + length
    return None
