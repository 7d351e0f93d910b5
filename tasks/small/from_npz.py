"""The small data set from an npz of originals."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tasks.core.errors import UserError
from tasks.core.storage.local import local_copy
from tasks.dataset.arrays import unit_range
from tasks.dataset.manifest import Pair
from tasks.images.conversion import to_bytes
from tasks.originals.npz import npz_pairs, read_npz
from tasks.small.arrays import check_size
from tasks.small.resize import resize


def small_from_npz(
    path: Path, pairs: Sequence[Pair], height: int, width: int, dtype: str
) -> dict[str, NDArray[np.generic]]:
    """Return the four arrays that `small_arrays` returns; originals of the small size are not resized.

    Raises `UserError` if the originals are smaller, or differ from those in the manifest.
    """
    check_size(height, width)
    with local_copy(path) as copy:
        arrays = read_npz(copy)
    if npz_pairs(path, arrays) != list(pairs):
        raise UserError(f"{path} has changed since it was checked; run again")
    _, full_height, full_width, _ = arrays["train_images"].shape
    if full_height < height or full_width < width:
        raise UserError(
            f"{path}: its images are {full_width}x{full_height} pixels (width x height), less than the small size "
            f"{width}x{height}; lower small.width and small.height"
        )
    small = {key: _resized(values, height, width) for key, values in arrays.items()}
    return {key: unit_range(values) if dtype == "float32" else _bytes(values) for key, values in small.items()}


def _resized(values: NDArray[np.generic], height: int, width: int) -> NDArray[np.generic]:
    if values.shape[1:3] == (height, width):
        return values
    pictures = (
        Image.fromarray(picture[..., 0] if picture.shape[2] == 1 else picture) for picture in _bytes(values)
    )
    return np.stack([resize(picture, height, width) for picture in pictures])


def _bytes(values: NDArray[np.generic]) -> NDArray[np.uint8]:
    if values.dtype == np.uint8:
        return np.asarray(values, np.uint8)
    return to_bytes(unit_range(values))
