"""Finds originals that can be read and resized, and still look wrong."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tasks.core.errors import UserError
from tasks.core.words import words
from tasks.dataset.arrays import unit_range
from tasks.dataset.manifest import SPLITS, Pair
from tasks.images.conversion import to_bytes

COLOURLESS = 3 / 255
"""A photo whose channels differ by less than this, on average over its pixels, is colourless. Values are 0..1."""

BRIGHT = 0.75
"""What a matte with a person reaches somewhere, 0..1."""
LEAST_SHARE = 0.005
"""The least share of all pixels that persons take in a set of portraits, and background too."""
UNSURE = slice(26, 230)
"""Values 0..255 that are neither person nor background, such as the grays of a photo."""
MOST_UNSURE = 0.5
_NONE = np.zeros(256, np.int64)

SmallArrays = Mapping[str, NDArray[np.generic]]
"""The four arrays of `small_arrays`, by name."""


@dataclass(frozen=True)
class Inspection:
    """What was found in some consecutive pairs: warnings about each, and facts to judge all pairs together by."""

    empty: list[str]
    """A warning for each matte without a person or without background."""
    colourless: list[str]
    """A warning for each photo without colour."""
    inverted: int
    """How many mattes seem to be inverted."""
    digests: list[str]
    """A digest of each small photo, to find copies."""
    histogram: list[int]
    """How many pixels of the mattes have each of the values 0..255."""
    bright: int
    """How many mattes are at least `BRIGHT` somewhere."""


def inspect(pairs: Sequence[Pair], arrays: SmallArrays) -> Inspection:
    """Inspect pairs in manifest order, given the four arrays made from them."""
    mattes = [*arrays.get("train_mattes", ()), *arrays.get("test_mattes", ())]
    photos = [*arrays["train_images"], *arrays["test_images"]]
    return Inspection(
        empty=_empty_mattes(pairs, mattes) if mattes else [],
        colourless=_colourless(pairs, photos),
        inverted=sum(_seems_inverted(unit_range(matte)) for matte in mattes),
        digests=[
            hashlib.blake2b(np.ascontiguousarray(photo).data, digest_size=16).hexdigest() for photo in photos
        ],
        histogram=_histogram(mattes).tolist(),
        bright=sum(bool(unit_range(matte).max() >= BRIGHT) for matte in mattes),
    )


def check_mattes(inspections: Sequence[Inspection], count: int) -> None:
    """Raise `UserError` if the small mattes of all `count` pairs cannot be those of portraits.

    They cannot if half of them are bright nowhere, if hardly any pixel is the person or the background, or if most
    are neither.
    """
    bright = sum(part.bright for part in inspections)
    histogram = np.sum([part.histogram for part in inspections], axis=0)
    shares = histogram / histogram.sum()
    person, unsure = float(shares @ np.arange(256) / 255), float(shares[UNSURE].sum())
    if bright * 2 <= count or not LEAST_SHARE <= person <= 1 - LEAST_SHARE or unsure > MOST_UNSURE:
        raise UserError(
            f"The mattes are implausible: {count - bright} of {count} are bright nowhere, the person takes "
            f"{person:.1%} of all pixels, and {unsure:.1%} are neither black nor white. White must be the person, "
            "black the background. If they hold labels, say which are the person (--originals-person-labels)."
        )


def _histogram(mattes: Sequence[NDArray[np.generic]]) -> NDArray[np.int64]:
    return sum((np.bincount(to_bytes(unit_range(matte)).ravel(), minlength=256) for matte in mattes), _NONE)


def combine_warnings(pairs: Sequence[Pair], inspections: Sequence[Inspection]) -> list[str]:
    """Return a line for each warning about all pairs, given the inspections of their parts in manifest order.

    Warnings are about mattes without a person or background, mattes that are mostly inverted, copies of a photo in
    both splits or in one, and photos without colour.
    """
    return [
        *(line for part in inspections for line in part.empty),
        *_inverted_mattes(sum(part.inverted for part in inspections), len(pairs)),
        *_copies(pairs, [digest for part in inspections for digest in part.digests]),
        *(line for part in inspections for line in part.colourless),
    ]


def _empty_mattes(pairs: Sequence[Pair], mattes: Sequence[NDArray[np.generic]]) -> list[str]:
    warnings = []
    for pair, matte in zip(pairs, map(unit_range, mattes), strict=True):
        if matte.max() == 0:
            warnings.append(words(f"{pair.matte}: the matte is all black: it shows no person"))
        elif matte.min() == 1:
            warnings.append(words(f"{pair.matte}: the matte is all white: it shows no background"))
    return warnings


def _inverted_mattes(inverted: int, count: int) -> list[str]:
    """Warn if most mattes seem to be inverted: one alone may show an unusual portrait."""
    if inverted * 2 <= count:
        return []
    return [words(f"{inverted} of {count} mattes seem to be inverted: white must be the person")]


def _seems_inverted(matte: NDArray[np.float32]) -> bool:
    """Return whether the upper corners are white and the middle is black, where a person would be."""
    height, width, _ = matte.shape
    middle = matte[height // 3 : -(height // 3), width // 3 : -(width // 3)].mean()
    corners = matte[: height // 8, np.r_[: width // 8, width - width // 8 : width]].mean()
    return bool(corners > 0.5 and middle < 0.5)


def _copies(pairs: Sequence[Pair], digests: Sequence[str]) -> list[str]:
    by_digest: dict[str, list[Pair]] = {}
    for pair, digest in zip(pairs, digests, strict=True):
        by_digest.setdefault(digest, []).append(pair)
    warnings = []
    for same in by_digest.values():
        by_split = [", ".join(pair.photo for pair in same if pair.split == split) for split in SPLITS]
        if all(by_split):
            warnings.append(words(f"{' and '.join(by_split)}: the same photo is in training and in testing"))
        elif len(same) > 1:
            warnings.append(words(f"{by_split[0] or by_split[1]}: the same photo, {len(same)} times"))
    return warnings


def _colourless(pairs: Sequence[Pair], photos: Sequence[NDArray[np.generic]]) -> list[str]:
    return [
        words(f"{pair.photo}: has no colour, or almost none")
        for pair, photo in zip(pairs, photos, strict=True)
        if np.ptp(unit_range(photo), axis=-1).mean() < COLOURLESS
    ]
