"""Pictures of some test images: input, target, prediction and error, side by side."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tasks.dataset.arrays import unit_range
from tasks.images.conversion import checkerboard, to_bytes

KINDS = ("best", "median", "worst", "same")
"""Kinds of pictures; `same` shows the same test images for every model."""
ROWS = 3
"""How many images each picture shows."""
OCTAVES = 24
"""Errors are counted from 2 to the power of -24, which is rounding, up to 1."""
STEPS = 256
"""Steps in an octave, of equal ratio."""
PANEL_ZOOM = 2
GAP = 6
PNG_LEVEL = 4
"""Compression by zlib: half the time of its default level, for 4% more bytes."""
CUTOUT_SQUARE = 5
"""Side of a square of the checkerboard behind a small cut-out, pixels."""


def pick_images(error: NDArray[np.float64]) -> dict[str, list[int]]:
    """Return by kind the rows with the smallest, middle and largest errors (array (N,)), the extremes first."""
    order = [int(row) for row in np.argsort(error, kind="stable")]
    middle = max((len(order) - ROWS) // 2, 0)
    same = sorted({round(row) for row in np.linspace(0, len(order) - 1, ROWS)})
    picked = order[:ROWS], order[middle : middle + ROWS], order[::-1][:ROWS], same
    return dict(zip(KINDS, picked, strict=True))


class ErrorScale:
    """Finds the error that 99% of the pixels stay below, without keeping them all; it is shown in full colour."""

    def __init__(self) -> None:
        """Begin without pixels."""
        self._counts = np.zeros(OCTAVES * STEPS + 1, np.int64)

    def add(self, predictions: NDArray[np.float32], targets: NDArray[np.float32]) -> None:
        """Count the errors of predictions and targets, both (N, height, width, 1), values 0..1."""
        errors = np.clip(np.abs(predictions - targets), 2.0**-OCTAVES, 1)
        steps = np.floor((np.log2(errors) + OCTAVES) * STEPS).astype(np.int64)
        self._counts += np.bincount(steps.ravel(), minlength=len(self._counts))

    def scale(self) -> float:
        """Return the error, rounded up to the next of 256 steps from each power of two to the next."""
        below = np.cumsum(self._counts)
        return float(min(2.0 ** ((np.searchsorted(below, 0.99 * below[-1]) + 1) / STEPS - OCTAVES), 1))


def save_picture(
    path: Path,
    images: NDArray[np.generic],
    targets: NDArray[np.float32],
    predictions: NDArray[np.float32],
    scale: float,
    cutout: bool,
) -> None:
    """Write a PNG with a row per image: input, target, prediction, error.

    `images` are (N, height, width, channels) of any size, targets and predictions (N, height, width, 1), values
    0..1. Errors of `scale` and more are fully red (too bright) or blue (too dark). With `cutout`, each row ends
    with what the prediction, as a matte, cuts out of the image.
    """
    from PIL import Image

    error = np.clip((predictions - targets) / scale, -1, 1)
    too_bright, too_dark = np.maximum(error, 0), np.maximum(-error, 0)
    coloured = 1 - np.concatenate([too_dark, np.abs(error), too_bright], axis=-1)
    height, width = targets.shape[1:3]
    shown = [*(as_colour(unit_range(one), height, width) for one in (images, targets, predictions)), coloured]
    if cutout:
        shown.append(on_checkerboard(shown[0], predictions))
    panels = [np.repeat(np.repeat(panel, PANEL_ZOOM, axis=1), PANEL_ZOOM, axis=2) for panel in shown]
    framed = [np.pad(panel, ((0, 0), (0, GAP), (0, GAP), (0, 0)), constant_values=1) for panel in panels]
    rows = np.concatenate(framed, axis=2)
    sheet = rows.reshape(-1, *rows.shape[2:])[:-GAP, :-GAP]
    Image.fromarray(to_bytes(sheet)).save(path, compress_level=PNG_LEVEL)


def as_colour(images: NDArray[np.float32], height: int, width: int) -> NDArray[np.float32]:
    """Return images (N, any height, any width, 1 or 3) as (N, height, width, 3), by the nearest pixel."""
    rows, columns = (
        np.arange(size) * length // size for size, length in zip((height, width), images.shape[1:3], strict=True)
    )
    resized = images[:, rows[:, np.newaxis], columns]
    return np.repeat(resized, 3, axis=-1) if images.shape[-1] == 1 else resized


def on_checkerboard(
    images: NDArray[np.float32], mattes: NDArray[np.float32], square: int = CUTOUT_SQUARE
) -> NDArray[np.float32]:
    """Return images (N, height, width, 3) in front of a gray checkerboard, as mattes (N, height, width, 1) say."""
    _, height, width, _ = images.shape
    board = checkerboard(height, width, square)[..., np.newaxis]
    return images * mattes + board * (1 - mattes)
