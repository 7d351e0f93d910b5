"""Draws a matte's outline anew, along the photo's own colours, where the network was not sure.

Source: A. Levin, D. Lischinski, Y. Weiss, A Closed-Form Solution to Natural Image Matting, IEEE TPAMI 30(2), 2008,
as PyMatting computes it.
"""

import warnings

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import binary_erosion

LONGEST = 400
"""The longer side of the photo that is worked on, pixels; larger costs much time and brings little."""
SURE = 0.9
"""A matte above is the person, one below 1 - SURE is background ..."""
BAND = 3
"""... except for this many pixels along their borders, which are open too."""

Floats = NDArray[np.float32]


def refine_matte(matte: Floats, photo: Image.Image) -> Floats:
    """Return a matte (height, width), values 0..1, refined, at the size of the photo scaled to `LONGEST`.

    A matte without a sure person or without sure background is only enlarged.
    """
    from pymatting import estimate_alpha_cf

    scale = min(1.0, LONGEST / max(photo.size))
    size = (max(round(photo.width * scale), 1), max(round(photo.height * scale), 1))
    enlarged: Floats = np.asarray(Image.fromarray(matte).resize(size, Image.Resampling.BICUBIC))
    trimap = np.full(enlarged.shape, 0.5)
    trimap[_eroded(enlarged > SURE)] = 1
    trimap[_eroded(enlarged < 1 - SURE)] = 0
    if not {0.0, 1.0} <= set(np.unique(trimap)):
        return np.clip(enlarged, 0, 1)
    colours = np.asarray(photo.resize(size, Image.Resampling.BOX), np.float64) / 255
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a solution that is exact to fewer digits than asked
        return np.asarray(estimate_alpha_cf(colours, trimap), np.float32)


def _eroded(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return np.asarray(binary_erosion(mask, iterations=BAND, border_value=1))
