"""Looks over the small images and mattes for what is whole and still wrong."""

import hashlib
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from tasks.arrays import unit_range
from tasks.originals.manifest import SPLITS, Pair

COLOURLESS = 3 / 255
"""A photo whose channels differ by less than this, on the average of its pixels, is as good as gray."""

Arrays = Mapping[str, NDArray[np.generic]]


def oddities(pairs: Sequence[Pair], arrays: Arrays) -> list[str]:
    """Return warnings, a line each.

    They are about mattes without person or background, inverted mattes, photos that are there twice, in both
    splits or in one, and photos without colour.

    `pairs` are in manifest order, and `arrays` the four small arrays made from them.
    """
    mattes = [*arrays["train_mattes"], *arrays["test_mattes"]]
    photos = [*arrays["train_images"], *arrays["test_images"]]
    return [
        *_empty_mattes(pairs, mattes),
        *_inverted_mattes(mattes),
        *_copies(pairs, photos),
        *_colourless(pairs, photos),
    ]


def _empty_mattes(pairs: Sequence[Pair], mattes: Sequence[NDArray[np.generic]]) -> list[str]:
    warnings = []
    for pair, matte in zip(pairs, map(unit_range, mattes), strict=True):
        if matte.max() == 0:
            warnings.append(f"{pair.matte}: the matte is all black, as if there were nobody")
        elif matte.min() == 1:
            warnings.append(f"{pair.matte}: the matte is all white, as if there were no background")
    return warnings


def _inverted_mattes(mattes: Sequence[NDArray[np.generic]]) -> list[str]:
    """A person stands in the middle and leaves the upper corners; most mattes the other way round are inverted."""
    inverted = sum(_seems_inverted(unit_range(matte)) for matte in mattes)
    if inverted * 2 <= len(mattes):
        return []
    return [f"{inverted} of {len(mattes)} mattes seem to be inverted: white must be the person"]


def _seems_inverted(matte: NDArray[np.float32]) -> bool:
    height, width, _ = matte.shape
    middle = matte[height // 3 : -(height // 3), width // 3 : -(width // 3)].mean()
    corners = matte[: height // 8, np.r_[: width // 8, width - width // 8 : width]].mean()
    return bool(corners > 0.5 and middle < 0.5)


def _copies(pairs: Sequence[Pair], photos: Sequence[NDArray[np.generic]]) -> list[str]:
    by_digest: dict[str, list[Pair]] = {}
    for pair, photo in zip(pairs, photos, strict=True):
        digest = hashlib.sha256(np.ascontiguousarray(photo).tobytes()).hexdigest()
        by_digest.setdefault(digest, []).append(pair)
    told = []
    for same in by_digest.values():
        sides = [", ".join(pair.photo for pair in same if pair.split == split) for split in SPLITS]
        if all(sides):
            told.append(f"{' and '.join(sides)}: the same photo is trained and tested on")
        elif len(same) > 1:
            told.append(f"{sides[0] or sides[1]}: the same photo, {len(same)} times")
    return told


def _colourless(pairs: Sequence[Pair], photos: Sequence[NDArray[np.generic]]) -> list[str]:
    return [
        f"{pair.photo}: has no colour, or nearly none"
        for pair, photo in zip(pairs, photos, strict=True)
        if np.ptp(unit_range(photo), axis=-1).mean() < COLOURLESS
    ]
