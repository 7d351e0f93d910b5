"""Resizes a picture by averaging areas.

Photo and matte are treated alike. A picture of another aspect ratio than the small size is first cropped to the
largest centred window that has this ratio: nothing is stretched, and nothing is padded.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tasks.core.errors import UserError
from tasks.images.decoders import Size
from tasks.images.pictures import on_white, photo_file
from tasks.originals.masks import Masks, read_matte

Box = tuple[float, float, float, float]
"""Left, top, right and bottom edge of a window, pixels."""


def resize_photo(path: Path, height: int, width: int) -> NDArray[np.uint8]:
    """Read a photo and resize it to uint8 (height, width, 3), values 0..255.

    JPEG files are decoded at the reduced scale that their own transform offers, which is the mean of each 8x8
    block where the factor is 8. Raises `UserError` for a photo that is smaller than the result or cannot be read.
    """
    with photo_file(path) as photo:
        factor = _factor(path, photo.size, height, width)
        full_width, full_height = photo.size
        picture = photo.decode(at_least=(int(full_width / factor), int(full_height / factor)))
    return resize(picture, height, width)


def resize_matte(path: Path, height: int, width: int, masks: Masks, orientation: int = 1) -> NDArray[np.uint8]:
    """Read a matte as `read_matte` does and resize it to uint8 (height, width, 1), 255 = person.

    Raises as `resize_photo` does.
    """
    matte = read_matte(path, masks, orientation)
    _factor(path, matte.size, height, width)
    return resize(matte, height, width)


def resize_cut_out(
    path: Path, height: int, width: int, masks: Masks, orientation: int = 1
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Read a cut-out and resize it: its colours on white, and its transparency as the matte.

    Return what `resize_photo` and `resize_matte` do, and raise as they do.
    """
    with photo_file(path) as photo:
        cut_out = on_white(photo.upright())
    matte = resize_matte(path, height, width, masks, orientation)
    return resize(cut_out, height, width), matte


def resize(picture: Image.Image, height: int, width: int) -> NDArray[np.uint8]:
    """Return the area average of a picture in mode RGB or L as uint8 (height, width, 3 or 1)."""
    left, top, right, bottom = centred_window(*picture.size, width, height)
    factor = picture.width // width
    if picture.size == (width * factor, height * factor):
        small = picture.reduce(factor)  # rounds once, where resize() rounds after each axis
    else:
        small = picture.resize((width, height), Image.Resampling.BOX, (left, top, right, bottom))
    return np.asarray(small).reshape(height, width, -1)


def centred_window(full_width: int, full_height: int, width: int, height: int) -> Box:
    """Return the largest centred window with the aspect ratio width : height in a picture of the full size."""
    scale = min(full_width / width, full_height / height)
    # The product may be more than the side by a rounding error, and Pillow refuses a window that begins before 0.
    left, top = max(0.0, (full_width - scale * width) / 2), max(0.0, (full_height - scale * height) / 2)
    return left, top, full_width - left, full_height - top


def _factor(path: Path, size: Size, height: int, width: int) -> float:
    """Return how many times smaller the result is than the window that is resized to it; at least 1."""
    left, _, right, _ = centred_window(*size, width, height)
    factor = (right - left) / width
    if factor < 1:
        raise UserError(
            f"{path}: {size[0]}x{size[1]} pixels (width x height) is less than the small size {width}x{height}; "
            "lower small.width and small.height, or leave the picture out"
        )
    return factor
