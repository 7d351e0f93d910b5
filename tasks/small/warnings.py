"""Looks over the small images and mattes for what is whole and still wrong."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tasks.dataset.arrays import unit_range
from tasks.dataset.manifest import SPLITS, Pair

COLOURLESS = 3 / 255
"""A photo whose channels differ by less than this, on the average of its pixels, is as good as gray."""

Arrays = Mapping[str, NDArray[np.generic]]


@dataclass(frozen=True)
class Looked:
    """What was seen in some of the pairs, in manifest order: warnings, and what is judged among all."""

    empty: list[str]
    colourless: list[str]
    inverted: int
    digests: list[str]


def find_warnings(pairs: Sequence[Pair], arrays: Arrays) -> list[str]:
    """Return warnings, a line each.

    They are about mattes without person or background, inverted mattes, photos that are there twice, in both
    splits or in one, and photos without colour.

    `pairs` are in manifest order, and `arrays` the four small arrays made from them.
    """
    return warnings_of(pairs, [looked_over(pairs, arrays)])


def looked_over(pairs: Sequence[Pair], arrays: Arrays) -> Looked:
    """Look at the pairs and the four small arrays made from them."""
    mattes = [*arrays["train_mattes"], *arrays["test_mattes"]]
    photos = [*arrays["train_images"], *arrays["test_images"]]
    return Looked(
        empty=_empty_mattes(pairs, mattes),
        colourless=_colourless(pairs, photos),
        inverted=sum(_seems_inverted(unit_range(matte)) for matte in mattes),
        digests=[
            hashlib.blake2b(np.ascontiguousarray(photo).data, digest_size=16).hexdigest() for photo in photos
        ],
    )


def warnings_of(pairs: Sequence[Pair], looked: Sequence[Looked]) -> list[str]:
    """Return the warnings about all pairs, of which each part was looked over, in their order."""
    return [
        *(line for part in looked for line in part.empty),
        *_inverted_mattes(sum(part.inverted for part in looked), len(pairs)),
        *_copies(pairs, [digest for part in looked for digest in part.digests]),
        *(line for part in looked for line in part.colourless),
    ]


def _empty_mattes(pairs: Sequence[Pair], mattes: Sequence[NDArray[np.generic]]) -> list[str]:
    warnings = []
    for pair, matte in zip(pairs, map(unit_range, mattes), strict=True):
        if matte.max() == 0:
            warnings.append(f"{pair.matte}: the matte is all black, as if there were nobody")
        elif matte.min() == 1:
            warnings.append(f"{pair.matte}: the matte is all white, as if there were no background")
    return warnings


def _inverted_mattes(inverted: int, count: int) -> list[str]:
    """A person stands in the middle and leaves the upper corners; most mattes the other way round are inverted."""
    if inverted * 2 <= count:
        return []
    return [f"{inverted} of {count} mattes seem to be inverted: white must be the person"]


def _seems_inverted(matte: NDArray[np.float32]) -> bool:
    height, width, _ = matte.shape
    middle = matte[height // 3 : -(height // 3), width // 3 : -(width // 3)].mean()
    corners = matte[: height // 8, np.r_[: width // 8, width - width // 8 : width]].mean()
    return bool(corners > 0.5 and middle < 0.5)


def _copies(pairs: Sequence[Pair], digests: Sequence[str]) -> list[str]:
    by_digest: dict[str, list[Pair]] = {}
    for pair, digest in zip(pairs, digests, strict=True):
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
