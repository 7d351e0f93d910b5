"""Opens photos and mattes, however their files store them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from tasks.core.errors import UserError
from tasks.images.decoders import Size, decoded

ORIENTATION = 0x0112
"""The number of the Exif entry that says how the camera was held."""
LYING = frozenset({5, 6, 7, 8})
"""Its values for a picture that is stored lying on its side."""
DEEP = frozenset({"I;16", "I;16B", "I;16L", "I;16N", "I", "F"})
"""Pillow's modes with more than 8 bits in one channel; more channels it reads as 8 bits itself."""
MATLAB = ".mat"
"""Suffix of the EG1800 masks: MATLAB files of version 5 with a variable `mask`."""

TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What makes a photo upright again, by the value of the Exif entry."""


def upright_size(picture: Image.Image) -> Size:
    """Return the size of an opened photo as it is seen, which for one stored lying down is turned."""
    width, height = picture.size
    return (height, width) if _orientation(picture) in LYING else (width, height)


def open_photo(path: Path, at_least: Callable[[Size], Size] | None = None) -> Image.Image:
    """Return a photo upright, in mode RGB. Transparency is left out: colours are as they are stored.

    A JPEG may come at the reduced scale that its own transform offers, but no smaller than what
    `at_least` makes of its upright size. Raises `UserError` for a file that cannot be read as a picture.
    """
    with readable(path), Image.open(path) as picture:
        orientation = _orientation(picture)
        wanted = at_least(upright_size(picture)) if at_least else None
        if wanted and orientation in LYING:
            wanted = wanted[::-1]
        stored = decoded(picture, path, wanted)
        upright = stored.transpose(TURNS[orientation]) if orientation in TURNS else stored
        if upright.mode in DEEP:
            upright = _eight_bits(upright)
        if upright.mode in ("P", "PA"):
            upright = upright.convert("RGBA")  # a palette may hold transparency, which RGB would refuse
        return upright if upright.mode == "RGB" else upright.convert("RGB")


def open_matte(path: Path) -> Image.Image:
    """Return a matte in mode L, 255 = person; as it is stored, without turning.

    An alpha channel that says anything is the matte; else the brightness is. A matte of two levels, 0 and another
    (0 and 1, or the colours of a palette), is stretched to 0 and 255. Raises `UserError` for a file that cannot
    be read as a picture.
    """
    if path.suffix.lower() == MATLAB:
        return _stretched(Image.fromarray(_matlab_mask(path)))
    with readable(path), Image.open(path) as picture:
        return _stretched(_matte_channel(decoded(picture, path)))


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Turn whatever a decoder raises for a bad file into a `UserError` that names it."""
    try:
        yield
    except UserError:
        raise
    except Exception as error:  # a decoder that is fed garbage raises nearly anything
        raise UserError(f"{path}: cannot be read as a picture ({_reason(error)})") from error


def _reason(error: Exception) -> str:
    if isinstance(error, UnidentifiedImageError):  # its text is about the path again
        return "no known picture format"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__


def _orientation(picture: Image.Image) -> int:
    # For a PNG without Exif data, getexif() would decode all of it to look for them at its end.
    knows = picture.format != "PNG" or "exif" in picture.info
    return int(picture.getexif().get(ORIENTATION, 1)) if knows else 1


def _matte_channel(picture: Image.Image) -> Image.Image:
    if picture.mode in DEEP:
        return _eight_bits(picture)
    if picture.has_transparency_data:
        alpha = picture.convert("RGBA").getchannel("A")
        if alpha.getextrema() != (255, 255):
            return alpha
    colours = picture.convert("RGB") if picture.mode in ("P", "PA") else picture
    return colours if colours.mode == "L" else colours.convert("L")


def _eight_bits(picture: Image.Image) -> Image.Image:
    """Return a picture of one deep channel in mode L: 16-bit values by their range, floats as 0..1."""
    values = np.nan_to_num(np.asarray(picture).astype(np.float64))
    if picture.mode == "F":
        values = values * 255 if values.max(initial=0) <= 1 else values
    elif picture.mode != "I" or values.max(initial=0) > 255:
        values = values / 257
    return Image.fromarray(np.clip(np.round(values), 0, 255).astype(np.uint8))


def _stretched(matte: Image.Image) -> Image.Image:
    if matte.getextrema()[1] == 255:
        return matte
    levels = [level for level, count in enumerate(matte.histogram()) if count]
    if len(levels) == 2 and levels[0] == 0:
        return matte.point([0] + [255] * 255)
    return matte


def _matlab_mask(path: Path) -> NDArray[np.uint8]:
    from scipy.io import loadmat

    with readable(path):
        mask = loadmat(path, variable_names=["mask"]).get("mask")
        if mask is None or mask.ndim != 2 or mask.dtype.kind not in "buif" or mask.size == 0:
            raise UserError(f"{path}: has no variable 'mask' of height x width numbers in it")
        values: NDArray[np.uint8] = np.clip(np.nan_to_num(mask), 0, 255).astype(np.uint8)
        return values
