"""How a matte is turned to lie on its photo, which is turned upright by its Exif orientation.

Some programs write a matte upright, some as the camera stored the photo, and some give the matte an orientation of
its own. The shapes say which, except where a photo is square or stored upside down or mirrored. Such a matte is
turned as the others of its source are.
"""

from collections.abc import Sequence

from tasks.images.decoders import Size
from tasks.images.pictures import SIDEWAYS

SAME_SHAPE = 0.01
"""Up to which relative difference two aspect ratios are the same: rounding when one picture was resized."""
UPRIGHT = 1
"""The Exif orientation of a picture that is not turned."""


def matching_orientations(photo: Size, photo_orientation: int, matte: Size, own: int) -> tuple[int, ...]:
    """Return the Exif orientations by which a matte, turned, has the shape of its upright photo.

    `photo` is the size of the upright photo, `matte` that of the matte as stored, `own` the matte's orientation.
    The likeliest comes first: an orientation of its own decides where it fits.
    """
    if own != UPRIGHT and _fits(photo, matte, own):
        return (own,)
    return tuple(each for each in dict.fromkeys((UPRIGHT, photo_orientation)) if _fits(photo, matte, each))


def choose_orientations(
    photo_orientations: Sequence[int], matching: Sequence[tuple[int, ...]]
) -> list[tuple[int, bool]]:
    """Return the orientation of each matte, and whether it was a guess, given those that match and its photo's.

    Where two match, the choice is that of the mattes where only one does and whose photos are turned as well.
    """
    clear = {
        each[0] != UPRIGHT
        for photo, each in zip(photo_orientations, matching, strict=True)
        if len(each) == 1 and photo != UPRIGHT
    }
    as_stored = clear == {True}
    return [(each[-1] if as_stored else each[0], len(each) > 1 and len(clear) != 1) for each in matching]


def _fits(photo: Size, matte: Size, orientation: int) -> bool:
    width, height = matte[::-1] if orientation in SIDEWAYS else matte
    return abs(width * photo[1] / (height * photo[0]) - 1) <= SAME_SHAPE
