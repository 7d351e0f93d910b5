"""Decodes ordinary JPEG and PNG files faster than Pillow, to the same pixels.

Pillow reads the header and decides what the file is. It also decodes every unusual file, and every file that a
fast decoder refuses, so that its error message says what is wrong.
"""

import os

import imagecodecs
import numpy as np
import simplejpeg
from numpy.typing import NDArray
from PIL import Image

from tasks.images.memory import MOST, coefficients

Size = tuple[int, int]
"""Width and height, pixels."""

JPEG_SCALES = (8, 4, 2)
"""What a JPEG's transform can divide both sides by, rounding up."""
JPEGS = frozenset({"JPEG", "MPO"})
"""Pillow's names of a JPEG file, and of one with several pictures, as phones write it. Of other formats, Pillow's
`draft` may take a preview in the file for the picture."""
JPEG_COLOURS = {"L": "GRAY", "RGB": "RGB"}
"""simplejpeg's names for Pillow's modes. Pictures of all other modes are left to Pillow."""


def decode(picture: Image.Image, at_least: Size | None = None) -> Image.Image:
    """Decode an opened picture, in the mode in which its file stores it.

    With `at_least`, a JPEG may be decoded at a reduced scale, no smaller than that. Raises Pillow's error for a
    file that cannot be decoded.
    """
    pixels = _pixels(picture, at_least)
    if pixels is not None:
        return Image.fromarray(pixels)
    if at_least and picture.format in JPEGS:
        picture.draft("RGB", at_least)
    picture.load()
    return picture


def _pixels(picture: Image.Image, at_least: Size | None) -> NDArray[np.uint8] | None:
    """Return uint8 (height, width, 3) or (height, width); None if Pillow has to decode the file."""
    if picture.mode not in JPEG_COLOURS or getattr(picture, "n_frames", 1) > 1:
        return None
    try:
        if picture.format == "JPEG":
            width, height = _reduced_size(picture.size, at_least or picture.size)
            if (data := _content(picture, width * height)) is None:
                return None
            colours = JPEG_COLOURS[picture.mode]
            pixels = simplejpeg.decode_jpeg(data, colours, min_height=height, min_width=width)
            return np.asarray(pixels[..., 0] if picture.mode == "L" else pixels)
        if picture.format == "PNG" and _stored_mode(picture) == picture.mode:
            data = _content(picture, picture.width * picture.height)
            return None if data is None else np.asarray(imagecodecs.png_decode(data))
    except (ValueError, RuntimeError):  # what simplejpeg and imagecodecs raise for damaged files
        return None
    return None


def _content(picture: Image.Image, pixels: int) -> bytes | None:
    """Return a file's content; None if it takes too much memory together with what is decoded of it."""
    file = getattr(picture, "fp", None)
    if file is None:
        return None
    position = file.tell()
    size = file.seek(0, os.SEEK_END)
    needed = size + pixels * len(picture.getbands()) + picture.width * picture.height * coefficients(picture)
    file.seek(0)
    content = file.read() if needed <= MOST else None
    file.seek(position)
    return content


def _reduced_size(size: Size, at_least: Size) -> Size:
    largest = min(full // wanted for full, wanted in zip(size, at_least, strict=True))
    scale = next((scale for scale in JPEG_SCALES if scale <= largest), 1)
    return -(-size[0] // scale), -(-size[1] // scale)


def _stored_mode(picture: Image.Image) -> str | None:
    """Return the mode in which a PNG stores its pixels; None if it has a transparent colour or another depth."""
    tiles = getattr(picture, "tile", None)
    return str(tiles[0].args) if tiles and "transparency" not in picture.info else None
