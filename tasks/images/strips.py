"""Large pictures a few rows at a time, so that what they become is in memory once and nothing else is."""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image

PIXELS = 1 << 22
"""Pixels of a strip. A picture of no more is one strip."""


def strips(picture: Image.Image) -> Iterator[tuple[int, Image.Image]]:
    """Yield the first row of each strip of a picture, and the strip, from top to bottom."""
    rows = max(PIXELS // max(picture.width, 1), 1)
    if rows >= picture.height:
        yield 0, picture
        return
    for top in range(0, picture.height, rows):
        yield top, picture.crop((0, top, picture.width, min(top + rows, picture.height)))


def converted(picture: Image.Image, mode: str, convert: Callable[[Image.Image], Image.Image]) -> Image.Image:
    """Return a picture of a mode, of the same size, which `convert` makes of each strip."""
    if picture.width * picture.height <= PIXELS:
        return convert(picture)
    result = Image.new(mode, picture.size)
    for top, strip in strips(picture):
        result.paste(convert(strip), (0, top))
    return result


def as_array(picture: Image.Image) -> NDArray[np.generic]:
    """Return what `np.asarray` returns of a picture; that takes the picture's size twice more."""
    parts = ((top, np.asarray(strip)) for top, strip in strips(picture))
    _, first = next(parts)
    if len(first) == picture.height:
        return first
    values = np.empty((picture.height, *first.shape[1:]), first.dtype)
    values[: len(first)] = first
    for top, part in parts:
        values[top : top + len(part)] = part
    return values


def row_blocks(values: NDArray[np.generic]) -> Iterator[slice]:
    """Yield the slices of the first axis of an array that hold about as much as a strip."""
    rows = max(PIXELS // max(values[:1].size, 1), 1)
    for start in range(0, len(values), rows):
        yield slice(start, start + rows)
