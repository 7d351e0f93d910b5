"""Enlarges a matte along the edges of the photo it belongs to.

Source: K. He, J. Sun, X. Tang, Guided Image Filtering, IEEE TPAMI 35(6), 2013 (the colour guide of its section
3.5), and K. He, J. Sun, Fast Guided Filter, arXiv:1505.00996, 2015 (coefficients from a smaller photo, enlarged).
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import uniform_filter

from tasks.images.conversion import to_bytes

RADIUS = 2
"""Half the side of the windows, pixels of the matte."""
EPSILON = 1e-4
"""How much the colours in a window must vary to count as an edge, in squares of 0..1."""
ROWS = 512
"""How many rows of the photo are worked on at once."""

Floats = NDArray[np.float32]


def enlarge_matte(matte: Floats, photo: Image.Image) -> NDArray[np.uint8]:
    """Return a smaller matte (height, width), values 0..1, at the photo's size, uint8 (height, width)."""
    size = (matte.shape[1], matte.shape[0])
    guide = np.asarray(photo.resize(size, Image.Resampling.BOX), np.float32) / np.float32(255)
    slopes, offsets = _coefficients(guide, matte)
    result = np.empty((photo.height, photo.width), np.uint8)
    planes = [Image.fromarray(plane) for plane in (*np.moveaxis(slopes, -1, 0), offsets)]
    for top in range(0, photo.height, ROWS):
        bottom = min(top + ROWS, photo.height)
        # The rows of the coefficients that belong to these rows of the photo.
        box = (0, top * size[1] / photo.height, size[0], bottom * size[1] / photo.height)
        *slope, offset = (
            np.asarray(plane.resize((photo.width, bottom - top), Image.Resampling.BILINEAR, box))
            for plane in planes
        )
        strip = np.asarray(photo.crop((0, top, photo.width, bottom)), np.float32) / np.float32(255)
        alpha = sum((strip[..., channel] * slope[channel] for channel in range(3)), start=offset)
        result[top:bottom] = to_bytes(alpha)
    return result


def _coefficients(guide: Floats, matte: Floats) -> tuple[Floats, Floats]:
    """Return slopes (height, width, 3) and offsets (height, width) of the matte as a linear function of colour."""

    def mean(values: Floats) -> Floats:
        return np.asarray(uniform_filter(values, (2 * RADIUS + 1,) * 2 + (0,) * (values.ndim - 2), mode="nearest"))

    colour, alpha = mean(guide), mean(matte)
    products = mean(guide[..., :, np.newaxis].repeat(3, -1) * guide[..., np.newaxis, :])
    covariance = products - colour[..., :, np.newaxis] * colour[..., np.newaxis, :]
    with_matte = mean(guide * matte[..., np.newaxis]) - colour * alpha[..., np.newaxis]
    covariance += EPSILON * np.eye(3, dtype=np.float32)
    solved = np.linalg.solve(covariance.astype(np.float64), with_matte[..., np.newaxis].astype(np.float64))
    slopes: Floats = solved[..., 0].astype(np.float32)
    offsets = alpha - (slopes * colour).sum(axis=-1)
    return mean(slopes), mean(offsets)
