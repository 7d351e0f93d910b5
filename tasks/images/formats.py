"""Which formats pictures may have, and the one way to open a picture's file."""

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pillow_heif
from PIL import Image, UnidentifiedImageError

from tasks.core.regular_file import open_regular
from tasks.images.jpeg_xl import register_jpeg_xl
from tasks.images.memory import AS_JPEG, MOST, READ_WHOLE, check_memory, check_picture

LARGEST_PICTURE = 256_000_000
"""Pixels. A larger picture is refused before it is decoded."""
FORMATS = ("JPEG", "PNG", "BMP", "GIF", "PPM", "HEIF", "JXL", "TIFF", "WEBP", "AVIF", "JPEG2000")
"""Pillow's names of the formats that are read. It knows 30 more, such as EPS, for which it starts Ghostscript. It
does not load those at the end at first."""

pillow_heif.register_heif_opener()
register_jpeg_xl()
# Pillow refuses pictures of more than twice its limit, and warns of those of more than the limit.
Image.MAX_IMAGE_PIXELS = LARGEST_PICTURE // 2
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)


def picture_suffixes() -> frozenset[str]:
    """Return the suffixes, in lower case, of the files that can be read as pictures."""
    known = Image.registered_extensions()
    return frozenset({suffix for suffix, name in known.items() if name in FORMATS} | {".mpo"})  # opened as JPEG


@contextmanager
def open_picture(path: Path) -> Iterator[Image.Image]:
    """Open a picture to look at its header before its pixels are decoded.

    Raises `MemoryError` if decoding it takes too much memory, and what Pillow raises for a file of another format.
    """
    with open_regular(path) as file:
        size = os.fstat(file.fileno()).st_size
        formats = [name for name in FORMATS if size <= MOST or name not in READ_WHOLE]
        try:
            picture = Image.open(file, formats=formats)
        except UnidentifiedImageError:
            check_memory(size, AS_JPEG)  # a film has one of these formats, too
            raise
        with picture:
            check_picture(picture, size)
            yield picture
