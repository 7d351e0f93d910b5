"""Cuts the person out of a photo, in colours free of the old background."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tasks.core.errors import UserError
from tasks.dataset.arrays import unit_range
from tasks.images.conversion import to_bytes
from tasks.images.pictures import on_white
from tasks.photos.foreground import foreground
from tasks.photos.photo import Photo, as_photo, limited

STRIP_PIXELS = 1_500_000
"""Pixels that are computed at a time, in strips of whole rows; each takes at most 250 bytes of memory."""
STRIP_MARGIN = 128
"""Rows above and below a strip that are computed with it, so that strips meet without a seam."""


def cut_out(photo: Photo, matte: Photo) -> Image.Image:
    """Return the person, mode RGBA, for a photo and its matte of the same size, white = person.

    Where the background showed through, as in hair, the colours are estimates of the person's own. Pixels whose
    matte is 0 are black, and what is transparent in the photo stays so. Raises `UserError` as `as_photo` does, and
    for a matte of another size.
    """
    ready, gray = as_photo(photo), as_photo(matte).convert("L")
    if gray.size != ready.size:
        sizes = [f"{one.width}x{one.height}" for one in (gray, ready)]
        raise UserError(
            f"the matte is {sizes[0]} pixels (width x height), its photo {sizes[1]}; both must be alike"
        )
    picture, alpha = on_white(ready), limited(np.asarray(gray), ready)
    height, width = alpha.shape
    rows = max(STRIP_PIXELS // width, STRIP_MARGIN)
    result = np.zeros((height, width, 4), np.uint8)
    for top in range(0, height, rows):
        bottom = min(top + rows, height)
        above, below = max(top - STRIP_MARGIN, 0), min(bottom + STRIP_MARGIN, height)
        colours = _foreground(np.asarray(picture.crop((0, above, width, below))), alpha[above:below])
        result[top:bottom, :, :3] = colours[top - above : bottom - above]
    result[..., 3] = alpha
    result[alpha == 0] = 0  # a transparent pixel must not give the old background away
    return Image.fromarray(result)


def _foreground(colours: NDArray[np.uint8], alpha: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the person's own colours, uint8 (height, width, 3), for those of the photo and the matte."""
    if not ((alpha > 0) & (alpha < 255)).any():
        return colours
    return to_bytes(foreground(unit_range(colours), unit_range(alpha)))
