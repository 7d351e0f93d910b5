"""Where in a photo to look for people again: small ones in a wide photo are few pixels of a network's image."""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import label

Window = tuple[int, int, int, int]
"""Left, top, right and bottom, pixels."""

MARGIN = 0.2
"""How much larger than the people the window is."""
BELOW = 0.3
"""The share of the margin that is below the people: most are cut off there."""
SMALLEST_PART = 0.1
"""The least area of what may be another person, in areas of the largest."""
MOST_OF_PHOTO = 0.6
"""A window that covers more of the photo shows hardly more than the whole photo does."""


def person_window(found: NDArray[np.bool_], size: tuple[int, int], aspect_ratio: float) -> Window | None:
    """Return the window of a photo of a size (width, height) around the people that were found in it.

    `found` says where, in a small image of it (height, width). The window's height is `aspect_ratio` times its
    width, if the photo has room for that. None if it would cover most of the photo, or if nobody was found.
    """
    parts, _ = label(found)
    areas = np.bincount(parts.ravel())[1:]
    if not areas.size:
        return None
    people = np.isin(parts, 1 + np.flatnonzero(areas >= SMALLEST_PART * areas.max()))
    rows, columns = (np.flatnonzero(people.any(axis=axis)) for axis in (1, 0))
    across, down = size[0] / found.shape[1], size[1] / found.shape[0]
    left, right = columns[0] * across, (columns[-1] + 1) * across
    top, bottom = rows[0] * down, (rows[-1] + 1) * down
    height = (1 + MARGIN) * max(bottom - top, (right - left) * aspect_ratio)
    lower, middle = bottom + BELOW * MARGIN * (bottom - top), (left + right) / 2
    window = (
        max(round(middle - height / aspect_ratio / 2), 0),
        max(round(lower - height), 0),
        min(round(middle + height / aspect_ratio / 2), size[0]),
        min(round(lower), size[1]),
    )
    area = (window[2] - window[0]) * (window[3] - window[1])
    return window if area < MOST_OF_PHOTO * size[0] * size[1] else None
