"""The small data set: all pairs, shrunk, as the four arrays of `pfcn_small.npz`."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tasks.arrays import unit_range
from tasks.errors import UserError
from tasks.originals.manifest import SPLITS, Pair
from tasks.small.downscale import downscale_file
from tasks.track import Track, untracked

PREFIXES = dict(zip(SPLITS, ("train", "test"), strict=True))
"""What the arrays of a split begin with."""

SmallPair = tuple[NDArray[np.uint8], NDArray[np.uint8]]


def small_arrays(
    root: Path, pairs: Sequence[Pair], height: int, width: int, dtype: str, track: Track = untracked
) -> dict[str, NDArray[np.generic]]:
    """Return train_images, test_images (N, height, width, 3) and train_mattes, test_mattes (N, height, width, 1).

    Rows are in the order of the pairs. Values are 0..255 for dtype uint8, 0..1 for float32. Raises `UserError`
    naming every file that cannot be read or shrunk.
    """
    if min(height, width) < 32:
        raise UserError(f"small.height {height} and small.width {width}: each must be at least 32")
    problems: list[str] = []

    def shrink(pair: Pair) -> SmallPair | None:
        try:
            photo = downscale_file(root / pair.photo, "RGB", height, width)
            return photo, downscale_file(root / pair.matte, "L", height, width)
        except UserError as error:
            problems.append(str(error))
        except (OSError, SyntaxError, ValueError) as error:
            problems.append(f"{root / pair.photo} or its matte cannot be read ({error})")
        return None

    # Pillow releases Python's lock while it decodes and shrinks, so threads use all cores.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        shrunk = [pair for pair in track(pool.map(shrink, pairs), len(pairs), "pair") if pair is not None]
    if problems:
        raise UserError(f"{len(problems)} of the originals cannot be shrunk:\n  " + "\n  ".join(sorted(problems)))
    return _by_split(pairs, shrunk, dtype)


def _by_split(pairs: Sequence[Pair], shrunk: Sequence[SmallPair], dtype: str) -> dict[str, NDArray[np.generic]]:
    arrays: dict[str, NDArray[np.generic]] = {}
    for part, name in enumerate(("images", "mattes")):
        for split, prefix in PREFIXES.items():
            stacked = np.stack(
                [small[part] for pair, small in zip(pairs, shrunk, strict=True) if pair.split == split]
            )
            arrays[f"{prefix}_{name}"] = stacked if dtype == "uint8" else unit_range(stacked)
    return arrays
