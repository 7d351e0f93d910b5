"""The numbers of an npz in a common form: channels last, uint8 0..255 or float32 0..1."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tasks.core.errors import UserError
from tasks.dataset.arrays import unit_range
from tasks.images.conversion import to_bytes
from tasks.images.strips import row_blocks

OVERSHOOT = 0.25
"""How far floats may lie outside their range, as a share of it: resizing by cubic or Lanczos filters does that."""
LEAST_WHITE = 128
"""What the greatest of floats must reach to be about 0..255: a smaller one says no range."""
LEAST_PHOTO = 0.05
"""What the greatest float of photos must reach, 0..1: a smaller one was divided by 255 twice."""
CHANNELS = (1, 3, 4)

Numbers = NDArray[Any]


def photo_values(values: Numbers) -> Numbers:
    """Return photos as (N, height, width, 3), uint8 0..255 or float32 0..1; an alpha channel is left out.

    Floats a little outside their range are clipped. Raises `UserError` for another shape or range.
    """
    values = _channels_last(values)[..., :3]
    if values.shape[3] == 1:
        values = np.repeat(values, 3, axis=3)
    least, most = _range(values)
    if values.dtype.kind == "f":
        if most < LEAST_PHOTO and values.any():
            raise UserError(f"has values up to {most:.2g}; photos must reach 1 or 255. Divided by 255 twice?")
        return _floats(values, least, most)
    if most == 1:
        raise UserError("holds whole numbers 0 and 1, which are no photos; were floats cast to integers?")
    return _whole(values, least, most)


def matte_values(values: Numbers, alone: bool = False) -> Numbers:
    """Return mattes as (N, height, width, 1): whole numbers as uint8, as they are; floats about 0..1 as float32.

    Of four channels, the alpha channel is the matte unless it is opaque everywhere. With `alone`, the values are
    photos, whose alpha channel must be their matte. Raises `UserError` for another shape or range, for different
    colours, and for photos without transparency.
    """
    values = _channels_last(values)
    channels = values.shape[3]
    if channels == 4 and values[..., 3].min() != values[..., 3].max():
        values = values[..., 3:]
    elif alone:
        raise UserError(
            "are photos without mattes: no array of mattes is beside them, and none of them is transparent; give "
            "--originals-mattes none to make what needs no mattes"
        )
    elif not _all(values, lambda block: block[..., :3] == block[..., :1]):
        raise UserError("has three different channels; it must have one")
    values = values[..., :1]
    least, most = _range(values)
    if values.dtype.kind == "b":
        return values.astype(np.uint8) * np.uint8(255)
    if values.dtype.kind != "f":
        return _whole(values, least, most)
    if (
        most > 1 + OVERSHOOT
        and least >= 0
        and most <= 255
        and _all(values, lambda block: block == np.round(block))
    ):
        return values.astype(np.uint8)
    return _floats(values, least, most)


def as_bytes(values: Numbers) -> NDArray[np.uint8]:
    """Return values as uint8: whole numbers as they are, floats 0..1 times 255."""
    return np.asarray(values, np.uint8) if values.dtype == np.uint8 else to_bytes(unit_range(values))


def has_alpha(shape: tuple[int, ...]) -> bool:
    """Return whether arrays of a shape have an alpha channel, at the end or before height and width."""
    return len(shape) == 4 and next((each for each in (shape[3], shape[1]) if each in CHANNELS), 0) == 4


def on_white(photos: Numbers, mattes: Numbers) -> Numbers:
    """Return cut-outs (N, height, width, 3) on white, in the dtype of the photos.

    The mattes are (N, height, width, 1); their greatest value is opaque.
    """
    greatest, result = np.float32(mattes.max()), np.empty(photos.shape, photos.dtype)
    for rows in row_blocks(photos):
        alpha = mattes[rows] / greatest
        before = unit_range(photos[rows]) * alpha + (1 - alpha)
        result[rows] = to_bytes(before) if photos.dtype == np.uint8 else before
    return result


def _channels_last(values: Numbers) -> Numbers:
    if values.ndim == 3:
        return values[..., None]
    if values.shape[3] in CHANNELS:
        return values
    if values.shape[1] in CHANNELS:
        return np.moveaxis(values, 1, 3)
    raise UserError(f"has {values.shape[3]} channels; it must have 1, 3 or 4")


def _range(values: Numbers) -> tuple[float, float]:
    if values.dtype.kind == "f" and not _all(values, np.isfinite):
        raise UserError("has NaN or infinite values")
    return float(values.min()), float(values.max())


def _floats(values: Numbers, least: float, most: float) -> Numbers:
    if least >= -OVERSHOOT and most <= 1 + OVERSHOOT:
        return _converted(values, np.float32, lambda block: np.clip(block, 0, 1))
    if least >= -OVERSHOOT * 255 and LEAST_WHITE <= most <= (1 + OVERSHOOT) * 255:
        return _converted(values, np.uint8, lambda block: np.clip(np.round(block), 0, 255))
    raise UserError(
        f"has values from {least:g} to {most:g}; they must be about 0..1 or 0..255"
        + "; for -1..1, add 1 and divide by 2" * (-1.1 <= least < -OVERSHOOT and most <= 1.1)
    )


def _whole(values: Numbers, least: float, most: float) -> Numbers:
    if least < 0 or most > 255:
        raise UserError(f"has values from {least:g} to {most:g}; they must be 0..1 or 0..255")
    return values.astype(np.uint8, copy=False)


def _all(values: Numbers, holds: Callable[[Numbers], Numbers]) -> bool:
    """Return whether something holds for all values, some rows at a time."""
    return all(holds(values[rows]).all() for rows in row_blocks(values))


def _converted(values: Numbers, dtype: type[np.generic], convert: Callable[[Numbers], Numbers]) -> Numbers:
    """Return what `convert` makes of values of its own shape, some rows at a time."""
    result = np.empty(values.shape, dtype)
    for rows in row_blocks(values):
        result[rows] = convert(values[rows])
    return result
