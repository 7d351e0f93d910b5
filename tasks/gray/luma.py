"""Gray as a weighted sum of red, green and blue."""

import numpy as np
from numpy.typing import NDArray

from tasks.dataset.arrays import Stream, unit_range

REC_709 = (0.2125, 0.7154, 0.0721)
"""The weights of `skimage.color.rgb2gray`. Source: ITU-R BT.709, rounded as in C. Poynton's Color FAQ."""

REC_601 = (0.299, 0.587, 0.114)
"""The weights of Pillow's mode L. Source: ITU-R BT.601."""

IMAGES_IN_CACHE = 64
"""How many images stay in the processor's cache while they are converted to floats and weighted."""


def gray_images(images: NDArray[np.generic]) -> NDArray[np.float32]:
    """Return the gray version of images, as `skimage.color.rgb2gray`: float32 (N, height, width, 1), values 0..1.

    `images` are (N, height, width, 3), uint8 0..255 or floats 0..1.
    """
    return weighted_gray(images, REC_709)


def gray_stream(images: Stream) -> Stream:
    """Return the gray version of a stream of images, computed part by part as its parts are taken."""
    return Stream((*images.shape[:3], 1), np.dtype(np.float32), map(gray_images, images.parts))


def weighted_gray(images: NDArray[np.generic], weights: tuple[float, float, float]) -> NDArray[np.float32]:
    """Return the weighted sum of the channels: float32 (N, height, width, 1). Images as in `gray_images`."""
    gray = np.empty((*images.shape[:3], 1), np.float32)
    column = np.asarray(weights, np.float32)[:, np.newaxis]
    for start in range(0, len(images), IMAGES_IN_CACHE):
        some = slice(start, start + IMAGES_IN_CACHE)
        np.matmul(unit_range(images[some]).reshape(-1, 3), column, out=gray[some].reshape(-1, 1))
    return gray
