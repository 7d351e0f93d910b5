"""Small conversions that several stages share: floats to bytes, the checkerboard, pictures to data URLs."""

import base64

import numpy as np
from numpy.typing import NDArray

DARK, LIGHT = 0.6, 0.8
"""The squares of the checkerboard, values 0..1."""


def to_bytes(values: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Convert values 0..1 to uint8 0..255, rounded; values outside are clipped."""
    return np.asarray(np.round(np.clip(values, 0, 1) * 255), np.uint8)


def checkerboard(height: int, width: int, square: int) -> NDArray[np.float32]:
    """Return the checkerboard behind transparent pictures: (height, width), values 0..1; `square` is in pixels."""
    y, x = np.indices((height, width)) // square
    return np.where((x + y) % 2, DARK, LIGHT).astype(np.float32)


def data_address(content: bytes, kind: str) -> str:
    """Return a data URL with the content of a picture file of this kind (`png`, `jpeg`)."""
    return f"data:image/{kind};base64,{base64.b64encode(content).decode()}"
