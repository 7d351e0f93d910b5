"""Checks every pair before anything is made from it: both files are complete and have the same aspect ratio."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from tasks.core.errors import UserError
from tasks.core.freshness.digest import file_sha256
from tasks.core.progress import Track, untracked
from tasks.core.storage.local import local_copy
from tasks.core.threads import in_threads
from tasks.core.words import words
from tasks.dataset.manifest import Pair
from tasks.images.decoders import JPEGS, Size
from tasks.images.pictures import MATLAB, open_matte, readable, upright_size
from tasks.originals.pairs import FoundPair

SAME_SHAPE = 0.01
"""Up to which relative difference two aspect ratios are the same: rounding when one picture was resized."""


@dataclass(frozen=True, slots=True)
class Checked:
    """The row of the manifest for a good pair; for a bad one, None and the problems. Either may have warnings."""

    pair: Pair | None
    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


CheckPairs = Callable[[Path, Sequence[FoundPair]], list[Checked]]
"""Checks pairs below a root, and returns one `Checked` for each in the same order."""


def check_pairs(
    root: Path, found: Sequence[FoundPair], track: Track = untracked, threads: int | None = None
) -> list[Checked]:
    """Open every photo and matte and check them, by default in one thread per core.

    Returns one `Checked` for each pair in the same order. Bad files raise nothing.
    """
    return list(track(in_threads(lambda pair: _check_pair(root, pair), found, threads), len(found), "pair"))


def check_part(root: Path, found: Sequence[FoundPair]) -> list[Checked]:
    """Check some of the pairs as a job of an engine, which has a process per core, in one thread."""
    return check_pairs(root, found, threads=1)


def _check_pair(root: Path, found: FoundPair) -> Checked:
    problems: list[str] = []
    sizes: list[Size] = []
    digests: list[str] = []
    for path in (found.photo, found.matte):
        try:
            with local_copy(path) as copy, readable(copy):
                sizes.append(_whole_size(copy, upright=path is found.photo))
                digests.append(file_sha256(copy))
        except UserError as error:
            problems.append(str(error).replace(f"{root}{os.sep}", "", 1))
    if problems:
        return Checked(None, tuple(problems))
    (width, height), (matte_width, matte_height) = sizes
    photo, matte = (path.relative_to(root).as_posix() for path in (found.photo, found.matte))
    sizes_differ = words(
        f"{matte}: the matte is {matte_width}x{matte_height} pixels (width x height), its photo {width}x{height}"
    )
    if abs(matte_width * height / (matte_height * width) - 1) > SAME_SHAPE:
        return Checked(None, (words(f"{sizes_differ}; both need the same aspect ratio"),))
    pair = Pair(found.split, found.name, photo, matte, width, height, *digests)
    warnings = () if sizes[0] == sizes[1] else (words(f"{sizes_differ}; it is resized"),)
    return Checked(pair, (), warnings)


def _whole_size(path: Path, upright: bool) -> Size:
    """Return width and height after checking that the file is complete to its last byte."""
    if path.suffix.lower() == MATLAB:
        return open_matte(path).size
    with Image.open(path) as picture:
        size = upright_size(picture) if upright else picture.size
        if picture.format == "PNG":
            picture.verify()  # compares checksums, which is many times faster than decoding
        else:
            if picture.format in JPEGS:
                picture.draft(None, (1, 1))
            picture.load()
    return size
