"""Images of any shape in a frame of a fixed one: as large as they fit, in the middle, their edges continued."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Value = TypeVar("Value", bound=np.generic)
Size = tuple[int, int]
"""Height and width, pixels."""


def fitting_size(shape: tuple[float, float], frame: Size) -> Size:
    """Return the largest size with the aspect ratio of a shape (height, width) that fits in a frame."""
    scale = min(frame[0] / shape[0], frame[1] / shape[1])
    return max(round(shape[0] * scale), 1), max(round(shape[1] * scale), 1)


def centred(size: Size, frame: Size) -> tuple[slice, slice]:
    """Return the rows and columns of a frame that an image of this size takes in its middle."""
    top, left = ((outer - inner) // 2 for outer, inner in zip(frame, size, strict=True))
    return slice(top, top + size[0]), slice(left, left + size[1])


def padded(image: NDArray[Value], frame: Size) -> NDArray[Value]:
    """Return an image (height, width, channels) in the middle of a frame; its edges continue to the frame's."""
    places = centred((image.shape[0], image.shape[1]), frame)
    edges = [(place.start, outer - place.stop) for place, outer in zip(places, frame, strict=True)]
    return np.pad(image, [*edges, (0, 0)], mode="edge")
