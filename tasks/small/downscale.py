"""Shrinks a picture by averaging areas.

Photo and matte are treated alike. A picture whose sides are not in the ratio of the small size is first cut to
the largest centred window that is: nothing is stretched, and nothing is padded.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tasks.core.errors import UserError
from tasks.images.decoders import Size
from tasks.images.pictures import open_matte, open_photo

Box = tuple[float, float, float, float]


def downscale_photo(path: Path, height: int, width: int) -> NDArray[np.uint8]:
    """Read a photo and return it shrunk, uint8 (height, width, 3).

    JPEG files are decoded at the reduced scale that their own transform offers, which is the mean of each 8x8
    block where the factor is 8. Raises `UserError` for one that is smaller than the result or cannot be read.
    """

    def at_least(full: Size) -> Size:
        factor = _factor(path, full, height, width)
        return int(full[0] / factor), int(full[1] / factor)

    return downscale(open_photo(path, at_least), height, width)


def downscale_matte(path: Path, height: int, width: int) -> NDArray[np.uint8]:
    """Read a matte and return it shrunk, uint8 (height, width, 1); as `downscale_photo`."""
    matte = open_matte(path)
    _factor(path, matte.size, height, width)
    return downscale(matte, height, width)


def _factor(path: Path, size: Size, height: int, width: int) -> float:
    left, _, right, _ = centred_window(*size, width, height)
    factor = (right - left) / width
    if factor < 1:
        raise UserError(
            f"{path}: {size[0]}x{size[1]} pixels (width x height) is less than the small size {width}x{height}; "
            "lower small.width and small.height, or leave the picture out"
        )
    return factor


def downscale(picture: Image.Image, height: int, width: int) -> NDArray[np.uint8]:
    """Return the area average of a picture of mode RGB or L, uint8 (height, width, channels)."""
    left, top, right, bottom = centred_window(*picture.size, width, height)
    factor = picture.width // width
    if picture.size == (width * factor, height * factor):
        small = picture.reduce(factor)  # rounds once, where resize() rounds after each axis
    else:
        small = picture.resize((width, height), Image.Resampling.BOX, (left, top, right, bottom))
    return np.asarray(small).reshape(height, width, -1)


def centred_window(full_width: int, full_height: int, width: int, height: int) -> Box:
    """Return the largest window with sides as width : height, as (left, top, right, bottom), centred."""
    scale = min(full_width / width, full_height / height)
    left, top = (full_width - scale * width) / 2, (full_height - scale * height) / 2
    return left, top, full_width - left, full_height - top
