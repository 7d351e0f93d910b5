"""The small data set: all pairs, shrunk, as the four arrays of `pfcn_small.npz`."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tasks.core.errors import UserError
from tasks.core.freshness.digest import file_sha256
from tasks.core.storage.local import local_copy
from tasks.core.threads import in_threads
from tasks.core.track import Track, untracked
from tasks.dataset.arrays import unit_range
from tasks.dataset.manifest import PREFIXES, Pair
from tasks.images.pictures import readable
from tasks.small.resize import resize_matte, resize_photo

SMALLEST = 32
"""The least height and width: the U-Net halves them four times."""

SmallPair = tuple[NDArray[np.uint8], NDArray[np.uint8]]


def small_arrays(
    root: Path,
    pairs: Sequence[Pair],
    height: int,
    width: int,
    dtype: str,
    track: Track = untracked,
    threads: int | None = None,
) -> dict[str, NDArray[np.generic]]:
    """Return train_images, test_images (N, height, width, 3) and train_mattes, test_mattes (N, height, width, 1).

    Rows are in the order of the pairs. Values are 0..255 for dtype uint8, 0..1 for float32. There are as
    many threads as cores, unless told how many. Raises `UserError`
    naming every file that cannot be read or shrunk, or is not the one that was checked.
    """
    check_size(height, width)
    problems: list[str] = []

    def shrink(pair: Pair) -> SmallPair | None:
        try:
            with local_copy(root / pair.photo) as photo, local_copy(root / pair.matte) as matte:
                with readable(photo):
                    changed = (file_sha256(photo), file_sha256(matte)) != (pair.photo_sha256, pair.matte_sha256)
                if not changed:
                    return resize_photo(photo, height, width), resize_matte(matte, height, width)
                raise UserError(f"{photo} or its matte was changed since it was checked; run again")
        except UserError as error:
            problems.append(str(error))
        return None

    arrays = _empty(pairs, height, width, dtype)
    rows = dict.fromkeys(PREFIXES, 0)
    for pair, shrunk in zip(pairs, track(in_threads(shrink, pairs, threads), len(pairs), "pair"), strict=True):
        for name, values in zip(("images", "mattes"), shrunk or (), strict=False):
            into = arrays[f"{PREFIXES[pair.split]}_{name}"]
            into[rows[pair.split]] = values if dtype == "uint8" else unit_range(values)
        rows[pair.split] += 1
    if problems:
        raise UserError(f"{len(problems)} of the originals cannot be shrunk:\n  " + "\n  ".join(sorted(problems)))
    return arrays


def check_size(height: int, width: int) -> None:
    """Raise `UserError` for a size that the networks cannot take."""
    if min(height, width) < SMALLEST:
        raise UserError(f"small.height {height} and small.width {width}: each must be at least {SMALLEST}")


def _empty(pairs: Sequence[Pair], height: int, width: int, dtype: str) -> dict[str, NDArray[np.generic]]:
    """Return the arrays at their full size, so that memory holds each image once."""
    counts = Counter(pair.split for pair in pairs)
    return {
        f"{prefix}_{name}": np.empty((counts[split], height, width, channels), dtype)
        for name, channels in (("images", 3), ("mattes", 1))
        for split, prefix in PREFIXES.items()
    }
