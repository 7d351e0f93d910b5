"""Draws a matte's outline anew, along the photo's own colours.

Source: A. Levin, D. Lischinski, Y. Weiss, A Closed-Form Solution to Natural Image Matting, IEEE TPAMI 30(2), 2008,
as PyMatting computes it.
"""

import io
from contextlib import redirect_stdout

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import distance_transform_edt

LONGEST = 200
"""The longer side of the photo that is worked on, pixels; larger costs more time and brought nothing."""
THRESHOLD = 0.5
BAND = 4
"""The outline may move by so many of these pixels, which are two of the small matte, to both sides."""

Floats = NDArray[np.float32]


def refine_matte(matte: Floats, photo: Image.Image) -> Floats:
    """Return a matte (height, width), values 0..1, refined, at the size of the photo scaled to `LONGEST`.

    Within the band along its outline it is solved for anew; elsewhere it becomes 0 or 1. A matte that leaves
    nothing to start from, or no solution, is only enlarged.
    """
    from pymatting import estimate_alpha_cf

    scale = min(1.0, LONGEST / max(photo.size))
    size = (max(round(photo.width * scale), 1), max(round(photo.height * scale), 1))
    enlarged: Floats = np.asarray(Image.fromarray(matte).resize(size, Image.Resampling.BICUBIC))
    trimap = _trimap(enlarged >= THRESHOLD)
    if not {0.0, 1.0} <= set(np.unique(trimap)):
        return np.clip(enlarged, 0, 1)
    colours = np.asarray(photo.resize(size, Image.Resampling.BOX), np.float64) / 255
    try:
        with redirect_stdout(io.StringIO()):  # it prints hints for whoever tunes its solver
            return np.asarray(estimate_alpha_cf(colours, trimap), np.float32)
    except ValueError:  # its solver does not converge
        return np.clip(enlarged, 0, 1)


def _trimap(person: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return 1 for what is surely the person, 0 for what is surely not, and 0.5 between."""
    if person.all() or not person.any():
        return person.astype(np.float64)
    from_outline = np.where(person, distance_transform_edt(person), distance_transform_edt(~person))
    return np.asarray(np.where(from_outline <= BAND, 0.5, person * 1.0), np.float64)
