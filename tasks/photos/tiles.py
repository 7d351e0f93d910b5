"""Predicts a large photo piece by piece, as if it had been predicted in one."""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from tasks.images.conversion import to_bytes

SIDE = 512
"""Side of a tile, pixels."""
MARGIN = 128
"""How far around a tile the network is shown the photo. An output pixel of the U-Net sees less than 128 pixels to
each side, and both numbers are multiples of 16, so that it halves a tile where it would halve the whole."""

Predict = Callable[[NDArray[np.float32]], NDArray[np.float32]]
"""From images (N, height, width, 3) to (N, height, width, 1), values 0..1."""


def predict_in_tiles(
    predict: Predict, photo: NDArray[np.uint8], side: int = SIDE, margin: int = MARGIN
) -> NDArray[np.uint8]:
    """Return the prediction for a photo (height, width, 3) of any size, uint8 (height, width)."""
    height, width, _ = photo.shape
    result = np.empty((height, width), np.uint8)
    for top, bottom, above, below in _spans(height, side, margin):
        for left, right, before, after in _spans(width, side, margin):
            shown = photo[np.newaxis, above:below, before:after].astype(np.float32) / np.float32(255)
            predicted = predict(shown)[0, top - above : bottom - above, left - before : right - before, 0]
            result[top:bottom, left:right] = to_bytes(predicted)
    return result


def _spans(length: int, side: int, margin: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield (start, end) of each tile along one axis, and (start, end) with its margins."""
    if length <= side + 2 * margin:
        yield 0, length, 0, length
        return
    for start in range(0, length, side):
        end = min(start + side, length)
        yield start, end, max(start - margin, 0), min(end + margin, length)
