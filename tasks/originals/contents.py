"""What the pictures of a folder look like, where its name says nothing: photos, mattes, or cut-outs."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
from PIL import Image

from tasks.core.errors import UserError
from tasks.core.storage.local import local_copy
from tasks.images.formats import open_picture
from tasks.images.pictures import DEEP, MATLAB, readable
from tasks.images.strips import as_array

Look = Literal["photo", "matte", "cut-out"]

LOOKED_AT = 8
"""How many pictures of a folder are looked at."""
SIDE = 160
"""The longer side, pixels, of what is looked at of a picture."""
FEW_COLOURS = 32
"""A picture with no more colours than this is a mask, or a map of labels."""
CHANNELS_DIFFER = 4
"""In a gray picture, channels differ by no more than this, on average over its pixels."""
NEAR = 8
"""How far, in values 0..255, a soft matte's certain pixels may be from black and white."""
CERTAIN_SHARE = 0.75
"""The least share of such pixels in a matte. A gray photo has fewer."""


def look_of(paths: Sequence[Path]) -> Look | None:
    """Return what some of the pictures look like, evenly chosen; None if they differ or none can be read.

    There must be at least one picture.
    """
    chosen = [paths[at] for at in np.unique(np.linspace(0, len(paths) - 1, LOOKED_AT).round().astype(int))]
    looks = Counter(look for path in chosen if (look := picture_look(path)))
    return next(iter(looks)) if len(looks) == 1 else None


def picture_look(path: Path) -> Look | None:
    """Return what a picture looks like; None if it cannot be read.

    A cut-out is in colour and partly transparent. A matte has few colours, or is gray and mostly black and white.
    """
    if path.suffix.lower() == MATLAB:
        return "matte"
    try:
        with local_copy(path) as copy, readable(copy), open_picture(copy) as picture:
            picture.draft(None, (SIDE, SIDE))
            step = max(1, max(picture.size) // SIDE)
            if picture.mode in DEEP:
                values = as_array(picture)[::step, ::step].astype(np.float64)
                return _look_of_colours(np.repeat(values[..., None] * 255 / max(values.max(), 1), 3, axis=-1))
            size = [max(1, side // step) for side in picture.size]
            values = np.asarray(picture.resize(size, Image.Resampling.NEAREST).convert("RGBA"))
    except UserError:
        return None
    colours = values[..., :3].astype(np.float64)
    if values[..., 3].min() == 255:
        return _look_of_colours(colours)
    # An alpha channel over a flat colour is a matte with nothing to cut out.
    return "cut-out" if len(np.unique(colours[values[..., 3] == 255], axis=0)) > FEW_COLOURS else "matte"


def _look_of_colours(colours: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> Look:
    """Return what an opaque picture (height, width, 3), values 0..255, looks like."""
    if len(np.unique(colours.reshape(-1, 3), axis=0)) <= FEW_COLOURS:
        return "matte"
    is_gray = np.ptp(colours, axis=-1).mean() <= CHANNELS_DIFFER
    certain = (colours.mean(axis=-1) <= NEAR) | (colours.mean(axis=-1) >= 255 - NEAR)
    return "matte" if is_gray and certain.mean() >= CERTAIN_SHARE else "photo"
