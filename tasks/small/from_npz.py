"""The small data set from an npz of originals."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tasks.core.errors import UserError
from tasks.core.storage.local import local_copy
from tasks.dataset.arrays import unit_range
from tasks.dataset.manifest import PREFIXES, Pair
from tasks.originals.masks import Masks, person_values
from tasks.originals.npz import npz_pairs, read_npz
from tasks.originals.npz_values import as_bytes
from tasks.small.arrays import check_size
from tasks.small.resize import resize


def small_from_npz(
    path: Path, pairs: Sequence[Pair], masks: Masks, height: int, width: int, dtype: str
) -> dict[str, NDArray[np.generic]]:
    """Return the arrays that `small_arrays` returns; originals of the small size are not resized.

    Raises `UserError` if the originals are smaller, or differ from those in the manifest.
    """
    check_size(height, width)
    with local_copy(path) as copy:
        parts = read_npz(copy, with_mattes=any(pair.matte for pair in pairs))
    places = {
        (pair.photo, pair.photo_sha256, pair.matte_sha256): row for row, pair in enumerate(npz_pairs(path, parts))
    }
    wanted = [(pair.photo, pair.photo_sha256, pair.matte_sha256) for pair in pairs]
    if not set(wanted) <= places.keys():
        raise UserError(f"{path} has changed since it was checked; run again")
    _, full_height, full_width, _ = parts[0].photos.shape
    if full_height < height or full_width < width:
        raise UserError(
            f"{path}: its images are {full_width}x{full_height} pixels (width x height), less than the small size "
            f"{width}x{height}; lower small.width and small.height"
        )
    full = {"images": [photo for part in parts for photo in part.photos]}
    if mattes := [matte for part in parts if part.mattes is not None for matte in part.mattes]:
        full["mattes"] = [_person(matte, masks) for matte in mattes]
    small: dict[str, NDArray[np.generic]] = {}
    for name, originals in full.items():
        for split, prefix in PREFIXES.items():
            rows = [places[key] for key, pair in zip(wanted, pairs, strict=True) if pair.split == split]
            chosen = [_resized(originals[row], height, width) for row in rows]
            small[f"{prefix}_{name}"] = np.stack([_as(values, dtype) for values in chosen])
    return small


def _person(matte: NDArray[np.generic], masks: Masks) -> NDArray[np.generic]:
    """Return a matte as `person_values` does; soft values stay exact."""
    return matte if masks.person is None else person_values(as_bytes(matte), False, masks)


def _resized(values: NDArray[np.generic], height: int, width: int) -> NDArray[np.generic]:
    if values.shape[:2] == (height, width):
        return values
    picture = as_bytes(values)
    return resize(Image.fromarray(picture[..., 0] if picture.shape[2] == 1 else picture), height, width)


def _as(values: NDArray[np.generic], dtype: str) -> NDArray[np.generic]:
    return unit_range(values) if dtype == "float32" else as_bytes(values)
