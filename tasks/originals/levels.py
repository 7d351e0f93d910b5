"""The levels of a matte: which numbers it holds and how many pixels have each, to decide what they mean."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tasks.images.mattes import MatteFile
from tasks.images.strips import row_blocks

MOST = 32
"""How many levels labels may have in a file; a soft matte has more."""


@dataclass(frozen=True, slots=True)
class Levels:
    """The levels of one matte in one reading."""

    greatest: float
    shares: Mapping[float, float] | None
    """The share of the pixels (0..1) of each level, in ascending order; None if there are more than `MOST`."""


@dataclass(frozen=True, slots=True)
class MatteFacts:
    """What decides about the meaning of a matte: its levels by reading, and what kind of file it is."""

    levels: Mapping[str, Levels]
    is_lossy: bool = False
    opaque: bool = False


def facts_of(file: MatteFile) -> MatteFacts:
    """Return the facts of a file."""
    levels = {reading: levels_of(values) for reading, values in file.readings.items()}
    return MatteFacts(levels, file.is_lossy, file.opaque)


def levels_of(values: NDArray[np.generic]) -> Levels:
    """Return the levels of numbers of any shape and type."""
    found: NDArray[np.generic]
    if values.dtype == np.uint8:
        # Pillow counts bytes several times faster than NumPy.
        counts = np.array(Image.fromarray(values.reshape(len(values), -1)).histogram())
        found = np.flatnonzero(counts)
        counts = counts[found]
    else:
        found, counts = _counted(values)
    if len(found) > MOST:
        return Levels(float(found[-1]), None)
    return Levels(
        float(found[-1]), {float(level): count / values.size for level, count in zip(found, counts, strict=True)}
    )


def _counted(values: NDArray[np.generic]) -> tuple[NDArray[np.generic], NDArray[np.intp]]:
    """Return the levels in ascending order, and how often each is there; of too many, the greatest are enough."""
    found, counts = np.empty(0, values.dtype), np.empty(0, np.intp)
    for rows in row_blocks(values):
        more, times = np.unique(values[rows], return_counts=True)
        found, places = np.unique(np.concatenate([found, more]), return_inverse=True)
        counts = np.bincount(places, np.concatenate([counts, times]), len(found)).astype(np.intp)
        found, counts = found[-MOST - 1 :], counts[-MOST - 1 :]
    return found, counts


def mean_shares(levels: Sequence[Levels]) -> dict[float, float]:
    """Return the mean share of each level over mattes, in ascending order; mattes of many levels do not count."""
    few = [one.shares for one in levels if one.shares is not None]
    totals: dict[float, float] = {}
    for shares in few:
        for level, share in shares.items():
            totals[level] = totals.get(level, 0) + share / len(few)
    return dict(sorted(totals.items()))
