"""Decoders for the two commonest formats that are faster than Pillow's and give the same pixels.

Pillow reads the header and decides what the file is; what is unusual about it, and every file that a fast decoder
refuses, is left to Pillow, which then says what is wrong.
"""

from pathlib import Path

import imagecodecs
import numpy as np
import simplejpeg
from numpy.typing import NDArray
from PIL import Image

Size = tuple[int, int]
"""Width and height, pixels."""

SCALES = (8, 4, 2)
"""What a JPEG's transform can divide both sides by, rounding up."""
CHANNELS = {"L": "GRAY", "RGB": "RGB"}
"""Pillow's modes of 8 bits in which a picture may be stored, and simplejpeg's names of them."""


def decoded(picture: Image.Image, path: Path, at_least: Size | None = None) -> Image.Image:
    """Return an opened picture with its pixels; a JPEG at reduced scale, if `at_least` allows one.

    What cannot be decoded raises whatever Pillow raises.
    """
    pixels = _pixels(picture, path, at_least)
    if pixels is not None:
        return Image.fromarray(pixels)
    if at_least:
        picture.draft("RGB", at_least)
    picture.load()
    return picture


def _pixels(picture: Image.Image, path: Path, at_least: Size | None) -> NDArray[np.uint8] | None:
    if picture.mode not in CHANNELS or getattr(picture, "n_frames", 1) > 1:
        return None
    try:
        if picture.format == "JPEG":
            width, height = _reduced(picture.size, at_least or picture.size)
            data, channels = path.read_bytes(), CHANNELS[picture.mode]
            pixels = simplejpeg.decode_jpeg(data, channels, min_height=height, min_width=width)
            return np.asarray(pixels[..., 0] if picture.mode == "L" else pixels)
        if picture.format == "PNG" and _stored_as(picture) == picture.mode:
            return np.asarray(imagecodecs.png_decode(path.read_bytes()))
    except (ValueError, RuntimeError):  # what simplejpeg and imagecodecs raise for data that are not right
        return None
    return None


def _reduced(size: Size, at_least: Size) -> Size:
    largest = min(full // wanted for full, wanted in zip(size, at_least, strict=True))
    scale = next((scale for scale in SCALES if scale <= largest), 1)
    return -(-size[0] // scale), -(-size[1] // scale)


def _stored_as(picture: Image.Image) -> str | None:
    """Return the mode in which a PNG's pixels are stored, if it has no transparent colour and no other depth."""
    tiles = getattr(picture, "tile", None)
    return str(tiles[0].args) if tiles and "transparency" not in picture.info else None
