"""The person's own colours: what a photo would show if nothing of the background shone through.

Source: T. Germer, T. Uelwer, S. Conrad, S. Harmeling, Fast Multi-Level Foreground Estimation, ICPR 2020, as
PyMatting computes it.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tasks.images.conversion import to_bytes

ROWS_AT_ONCE = 1_500_000
"""About how many pixels are worked on at once; it takes some 60 bytes for each."""
MARGIN = 128
"""How many rows more are looked at above and below, so that no seam shows."""

Bytes = NDArray[np.uint8]


def cut_out_person(photo: Image.Image, matte: Bytes) -> Bytes:
    """Return RGBA, uint8 (height, width, 4), for a photo of mode RGB and its matte, uint8 (height, width)."""
    height, width = matte.shape
    rows = max(ROWS_AT_ONCE // width, MARGIN)
    result = np.zeros((height, width, 4), np.uint8)
    for top in range(0, height, rows):
        bottom = min(top + rows, height)
        above, below = max(top - MARGIN, 0), min(bottom + MARGIN, height)
        colours = _foreground(np.asarray(photo.crop((0, above, width, below))), matte[above:below])
        result[top:bottom, :, :3] = colours[top - above : bottom - above]
    result[..., 3] = matte
    result[matte == 0] = 0  # nothing of the background stays behind what cannot be seen
    return result


def _foreground(colours: Bytes, matte: Bytes) -> Bytes:
    if not ((matte > 0) & (matte < 255)).any():
        return colours
    from pymatting import estimate_foreground_ml

    estimated = estimate_foreground_ml(colours / np.float32(255), matte / np.float32(255))
    return to_bytes(estimated)
