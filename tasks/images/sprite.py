"""Sprites: many small pictures of one size in one file, row by row, which a page loads at once."""

import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

COLUMNS = 20
"""Pictures in a row."""
QUALITY = 72
"""Of JPEG files, 0..95."""
PICTURES = 1000
"""How many test images the report shows, from the first; more would make its page too large to open."""


def sprite(pictures: NDArray[np.uint8]) -> Image.Image:
    """Put pictures, uint8 (N, height, width, 1 or 3), side by side, 20 in a row.

    Returns a picture in mode L or RGB; what is missing from its last row is black.
    """
    count, height, width, channels = pictures.shape
    rows = -(-count // COLUMNS)
    padded = np.zeros((rows * COLUMNS, height, width, channels), np.uint8)
    padded[:count] = pictures
    grid = padded.reshape(rows, COLUMNS, height, width, channels).swapaxes(1, 2)
    sheet = grid.reshape(rows * height, COLUMNS * width, channels)
    return Image.fromarray(sheet[..., 0] if channels == 1 else sheet)


def pictures_of(path: Path, count: int) -> NDArray[np.uint8]:
    """Read the pictures, uint8 (count, height, width, channels), from a file with a sprite of `count` pictures."""
    with Image.open(path) as opened:
        sheet = np.atleast_3d(np.asarray(opened))
    rows = -(-count // COLUMNS)
    height, width = sheet.shape[0] // rows, sheet.shape[1] // COLUMNS
    grid = sheet.reshape(rows, height, COLUMNS, width, -1).swapaxes(1, 2)
    return np.asarray(grid.reshape(rows * COLUMNS, height, width, -1)[:count])


def jpeg(picture: Image.Image) -> bytes:
    """Return the content of a JPEG file with this picture."""
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=QUALITY, optimize=True)
    return buffer.getvalue()
