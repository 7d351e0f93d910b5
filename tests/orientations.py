"""Photos stored turned, in every format whose files say how to turn them upright."""

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tasks.images.pictures import ORIENTATION

UPRIGHT: dict[int, Callable[[NDArray[np.uint8]], NDArray[np.uint8]]] = {
    1: lambda a: a,
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.transpose(1, 0, 2),
    6: lambda a: np.rot90(a, -1),
    7: lambda a: np.rot90(a, 2).transpose(1, 0, 2),
    8: lambda a: np.rot90(a),
}
"""By the value of the Exif tag: what makes the stored pixels upright, without Pillow."""
FORMATS = (".png", ".tif", ".jpg", ".webp", ".heic", ".avif", ".jxl")
BEST: dict[str, dict[str, Any]] = {
    ".jpg": {"quality": 98, "subsampling": 0},
    ".webp": {"lossless": True},
    ".heic": {"quality": 98, "chroma": 444},
    ".avif": {"quality": 98},
}
"""What to save with, so that little is lost."""
LARGEST_LOSS = 12
"""How far a pixel may be from what was saved, where the format has losses."""


def save_turned(path: Path, stored: NDArray[np.uint8], orientation: int) -> None:
    """Save pixels as they are stored, uint8 (height, width, 3), with an orientation."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    if path.suffix == ".jxl":  # a JPEG file in another packing, which keeps its Exif data
        jpeg = path.with_suffix(".stored.jpg")
        save_turned(jpeg, stored, orientation)
        with warnings.catch_warnings(action="ignore"), Image.open(jpeg) as picture:
            picture.save(path)
        return
    Image.fromarray(stored).save(path, exif=exif.tobytes(), **BEST.get(path.suffix, {}))
