"""What a file is that cannot be read as a picture, by its first bytes."""

from pathlib import Path

from tasks.core.regular_file import open_regular
from tasks.core.words import words


def kind_of_unreadable(path: Path) -> str:
    """Return in words what a file is that Pillow identifies as no picture, and what to do where that is known."""
    with open_regular(path) as file:
        start = file.read(1 << 20)
    if start.startswith(b"\xff\xd8\xff"):
        bits = _jpeg_bits(start)
        if bits is not None and bits != 8:
            return words(f"a JPEG of {bits} bits a channel; save it with 8")
        return words("a damaged JPEG")
    if start.startswith((b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")):
        return words(
            "a damaged TIFF, or one of unusual pixels such as colours in floats; save it with 8 or 16 bits"
        )
    if start.startswith(b"%PDF"):
        return words("a PDF; save its picture as PNG or JPEG")
    if start[4:8] == b"ftyp":
        return words("a film, or a damaged HEIF or AVIF file")
    return words("unknown picture format")


def _jpeg_bits(content: bytes) -> int | None:
    """Return the bits of a channel, from a JPEG's frame header; None if it is not in the content."""
    start = 2
    while start + 5 <= len(content) and content[start] == 0xFF:
        marker, length = content[start + 1], int.from_bytes(content[start + 2 : start + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return content[start + 4]
        start += 2 + length
    return None
