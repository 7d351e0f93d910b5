"""The small data set: all pairs resized, as the four arrays of `pfcn_small.npz`, or those of one shard."""

from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tasks.core.errors import UserError
from tasks.core.freshness.digest import file_sha256
from tasks.core.names import printable
from tasks.core.progress import Track, untracked
from tasks.core.storage.address import path_at
from tasks.core.storage.local import local_copy
from tasks.core.threads import in_threads
from tasks.dataset.arrays import unit_range
from tasks.dataset.manifest import PREFIXES, Pair
from tasks.dataset.shards.staging import StagedShard, Staging
from tasks.images.pictures import readable
from tasks.originals.masks import Masks
from tasks.small.resize import resize_cut_out, resize_matte, resize_photo
from tasks.small.warnings import inspect

SMALLEST_IMAGE = 32
"""The least height and width, pixels: the U-Net halves them four times."""

CHANNELS = {"images": 3, "mattes": 1}

SmallPair = tuple[NDArray[np.uint8], ...]
"""A resized photo and, if it has one, its matte."""


def small_arrays(
    root: Path,
    pairs: Sequence[Pair],
    masks: Masks,
    height: int,
    width: int,
    dtype: str,
    track: Track = untracked,
    threads: int | None = None,
) -> dict[str, NDArray[np.generic]]:
    """Return train_images, test_images (N, height, width, 3) and train_mattes, test_mattes (N, height, width, 1).

    Where the pairs have no mattes, there are none here. Rows are in the order of the pairs, whose paths start from
    `root`; `masks` says how to read the mattes. Values are 0..255 for dtype uint8, 0..1 for float32. By default
    there is one thread per core. Raises `UserError` for a size below `SMALLEST_IMAGE`, and one that names every
    file that cannot be read, is too small, or has changed since it was checked.
    """
    check_size(height, width)
    problems: list[str] = []

    def resize_pair(pair: Pair) -> SmallPair | None:
        try:
            with ExitStack() as copies:
                digests = {pair.photo: pair.photo_sha256} | ({pair.matte: pair.matte_sha256} if pair.matte else {})
                files = {name: copies.enter_context(local_copy(root / name)) for name in digests}
                photo = files[pair.photo]
                with readable(photo):
                    changed = any(file_sha256(files[name]) != digest for name, digest in digests.items())
                if changed:
                    raise UserError(f"{photo} or its matte has changed since it was checked; run again")
                form = (height, width, masks, pair.matte_orientation)
                if pair.matte == pair.photo:
                    return resize_cut_out(photo, *form)
                small = resize_photo(photo, height, width)
                return (small, resize_matte(files[pair.matte], *form)) if pair.matte else (small,)
        except UserError as error:
            problems.append(printable(str(error)))
        return None

    arrays = _empty(pairs, height, width, dtype)
    rows = dict.fromkeys(PREFIXES, 0)
    for pair, resized in zip(
        pairs, track(in_threads(resize_pair, pairs, threads), len(pairs), "pair"), strict=True
    ):
        for name, values in zip(CHANNELS, resized or (), strict=False):
            into = arrays[f"{PREFIXES[pair.split]}_{name}"]
            into[rows[pair.split]] = values if dtype == "uint8" else unit_range(values)
        rows[pair.split] += 1
    if problems:
        raise UserError(f"{len(problems)} of the originals cannot be resized:\n  " + "\n  ".join(sorted(problems)))
    return arrays


def small_shard(
    root: str,
    pairs: Sequence[Pair],
    masks: Masks,
    height: int,
    width: int,
    dtype: str,
    staging: Staging,
    file: str,
) -> StagedShard:
    """Write a shard, named `file`, with the arrays that `small_arrays` makes from pairs of one split.

    A job of an engine. `root` is the path or address that the pairs' paths start from. Raises `UserError` as
    `small_arrays` does.
    """
    arrays = small_arrays(path_at(root), pairs, masks, height, width, dtype, threads=1)
    prefix = PREFIXES[pairs[0].split]
    own = {name: values for name, values in arrays.items() if name.startswith(f"{prefix}_")}
    return staging.write(file, pairs[0].split, own, asdict(inspect(pairs, arrays)))


def check_size(height: int, width: int) -> None:
    """Raise `UserError` for a size below `SMALLEST_IMAGE`."""
    if min(height, width) < SMALLEST_IMAGE:
        raise UserError(f"small.height {height} and small.width {width}: each must be at least {SMALLEST_IMAGE}")


def _empty(pairs: Sequence[Pair], height: int, width: int, dtype: str) -> dict[str, NDArray[np.generic]]:
    """Return the arrays at full size, to be filled: memory never holds an image twice."""
    counts = Counter(pair.split for pair in pairs)
    return {
        f"{prefix}_{name}": np.empty((counts[split], height, width, channels), dtype)
        for name, channels in CHANNELS.items()
        if name == "images" or any(pair.matte for pair in pairs)
        for split, prefix in PREFIXES.items()
    }
