"""Shrinks a picture by averaging areas.

Photo and matte are treated alike. A picture whose sides are not in the ratio of the small size is first cut to
the largest centred window that is: nothing is stretched, and nothing is padded.
"""

from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tasks.errors import UserError

Box = tuple[float, float, float, float]


def downscale_file(path: Path, mode: Literal["RGB", "L"], height: int, width: int) -> NDArray[np.uint8]:
    """Read a picture and return it shrunk, uint8: (height, width, 3) for mode RGB, (height, width, 1) for L.

    JPEG files are decoded at the reduced scale that their own transform offers, which is the mean of each 8x8
    block where the factor is 8. Raises `UserError` for a picture that is smaller than the result, and what
    Pillow raises (`OSError`, `SyntaxError`, `ValueError`) for one it cannot read.
    """
    with Image.open(path) as picture:
        full_width, full_height = picture.size
        box = centred_window(full_width, full_height, width, height)
        shrink = (box[2] - box[0]) / width
        if shrink < 1:
            raise UserError(
                f"{path}: {full_width}x{full_height} pixels (width x height) is less than the small size "
                f"{width}x{height}; lower small.width and small.height, or leave the picture out"
            )
        picture.draft(mode, (int(full_width / shrink), int(full_height / shrink)))
        return downscale(picture.convert(mode), height, width)


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
