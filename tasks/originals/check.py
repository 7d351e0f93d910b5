"""Checks every pair before anything is made from it: both files whole, and of one size."""

import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PIL.Image import DecompressionBombError

from tasks.errors import UserError
from tasks.freshness.digest import file_sha256
from tasks.originals.folder import FoundPair
from tasks.originals.manifest import Pair
from tasks.track import Track, untracked


def check_pairs(
    root: Path, found: Sequence[FoundPair], problems: Iterable[str] = (), track: Track = untracked
) -> list[Pair]:
    """Open every photo and matte and return them as rows of the manifest, in the order given.

    Raises `UserError` naming all files that are unreadable or of the wrong size, after the `problems` already
    known.
    """
    # Pillow and hashlib release Python's lock while they work, so threads use all cores.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        checked = list(track(pool.map(lambda pair: _check_pair(root, pair), found), len(found), "pair"))
    all_problems = [*problems, *(problem for _, pair_problems in checked for problem in pair_problems)]
    if all_problems:
        raise UserError(
            f"{len(all_problems)} of the originals in {root} cannot be used; put them right and run again:\n  "
            + "\n  ".join(all_problems)
        )
    return [pair for pair, _ in checked if pair is not None]


def _check_pair(root: Path, found: FoundPair) -> tuple[Pair | None, list[str]]:
    sizes: list[tuple[int, int]] = []
    problems: list[str] = []
    for path in (found.photo, found.matte):
        try:
            sizes.append(_whole_picture_size(path))
        except (OSError, SyntaxError, ValueError, DecompressionBombError) as error:
            problems.append(f"{path.relative_to(root)}: cannot be read as a picture ({error})")
    if problems:
        return None, problems
    (width, height), matte_size = sizes
    if matte_size != (width, height):
        matte = f"{matte_size[0]}x{matte_size[1]}"
        return None, [
            f"{found.matte.relative_to(root)}: the matte is {matte} pixels (width x height), its photo "
            f"{width}x{height}; both must have one size"
        ]
    pair = Pair(
        found.split,
        found.name,
        found.photo.relative_to(root).as_posix(),
        found.matte.relative_to(root).as_posix(),
        width,
        height,
        file_sha256(found.photo),
        file_sha256(found.matte),
    )
    return pair, []


def _whole_picture_size(path: Path) -> tuple[int, int]:
    """Return (width, height) of a picture that is whole to its last byte; raise what Pillow raises if not."""
    from PIL import Image

    with Image.open(path) as picture:
        size = picture.size
        if picture.format == "PNG":
            picture.verify()  # the checksums of all parts, many times faster than decoding them
        else:
            picture.draft(None, (1, 1))
            picture.load()
    return size
