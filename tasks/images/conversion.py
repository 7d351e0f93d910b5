"""Arrays as pictures: bytes, the checkerboard behind what is transparent, and addresses that hold a picture."""

import base64

import numpy as np
from numpy.typing import NDArray

DARK, LIGHT = 0.6, 0.8


def to_bytes(values: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Return values 0..1 as 0..255, rounded; what lies outside is cut off."""
    return np.asarray(np.round(np.clip(values, 0, 1) * 255), np.uint8)


def checkerboard(height: int, width: int, square: int) -> NDArray[np.float32]:
    """Return a gray checkerboard (height, width), values 0..1, of squares with sides of so many pixels."""
    y, x = np.indices((height, width)) // square
    return np.where((x + y) % 2, DARK, LIGHT).astype(np.float32)


def data_address(content: bytes, kind: str) -> str:
    """Return the content of a picture file (`png`, `jpeg`) as an address that holds it, for a page."""
    return f"data:image/{kind};base64,{base64.b64encode(content).decode()}"
