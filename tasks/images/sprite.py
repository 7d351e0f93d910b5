"""Many small pictures in one file, row by row."""

import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

COLUMNS = 20
QUALITY = 72
PICTURES = 1000
"""How many of the test images a page can leaf through: the first; more would make it too large to open."""


def sprite(pictures: NDArray[np.uint8]) -> Image.Image:
    """Return pictures (N, height, width, channels) side by side, 20 in a row; the rest of the last is black."""
    count, height, width, channels = pictures.shape
    rows = -(-count // COLUMNS)
    padded = np.zeros((rows * COLUMNS, height, width, channels), np.uint8)
    padded[:count] = pictures
    grid = padded.reshape(rows, COLUMNS, height, width, channels).swapaxes(1, 2)
    sheet = grid.reshape(rows * height, COLUMNS * width, channels)
    return Image.fromarray(sheet[..., 0] if channels == 1 else sheet)


def pictures_of(path: Path, count: int) -> NDArray[np.uint8]:
    """Return the first pictures (count, height, width, channels) of a sprite file made of as many."""
    with Image.open(path) as opened:
        sheet = np.atleast_3d(np.asarray(opened))
    rows = -(-count // COLUMNS)
    height, width = sheet.shape[0] // rows, sheet.shape[1] // COLUMNS
    grid = sheet.reshape(rows, height, COLUMNS, width, -1).swapaxes(1, 2)
    return np.asarray(grid.reshape(rows * COLUMNS, height, width, -1)[:count])


def jpeg(picture: Image.Image) -> bytes:
    """Return a picture as a JPEG file."""
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=QUALITY, optimize=True)
    return buffer.getvalue()
