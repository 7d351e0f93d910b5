"""Reads mattes as their files store them. What the numbers mean is decided over a whole set of mattes.

The numbers of one file can often be read in several ways: as the indexes of a palette or as its grays, as the
alpha channel or as the brightness. `MatteFile` has all of them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tasks.core.errors import UserError
from tasks.images.decoders import JPEGS, decode
from tasks.images.formats import open_picture
from tasks.images.matlab import matlab_mask, matlab_size
from tasks.images.pictures import DEEP, MATLAB, TURNS, alpha_of, photo_file, readable
from tasks.images.strips import as_array, converted, strips

ALPHA = "alpha"
"""The alpha channel of a file where something is transparent, uint8."""
GRAY = "gray"
"""The brightness of a file without colours, uint8."""
DEEP_GRAY = "deep"
"""The brightness of a file of more than 8 bits, in its own numbers: uint16, int32 or float32."""
VOC = "voc"
"""Indexes into the palette of Pascal VOC, uint8: 15 is a person, 255 void."""
INDEX = "index"
"""Indexes into any other coloured palette that begins with black, uint8."""
COLOUR = "colour"
"""Colours as numbers, 0xRRGGBB, int32."""

VOC_CLASSES = 20
COLOURED = 24
"""By how much the channels of a pixel must differ for a matte to have colours, 0..255. JPEG tints a little."""


@dataclass(frozen=True)
class MatteFile:
    """What a file holds, (height, width) by each way to read it; the preferred ways come first."""

    readings: Mapping[str, NDArray[np.generic]]
    is_lossy: bool
    """Whether the format blurs levels, as JPEG does."""
    opaque: bool
    """Whether the file has an alpha channel that is opaque everywhere."""


def read_matte_file(path: Path) -> MatteFile:
    """Read a matte file, without turning it by an Exif orientation.

    Raises `UserError` for a file that cannot be read as a picture or a MATLAB mask.
    """
    if path.suffix.lower() == MATLAB:
        return MatteFile(_gray_readings(_matlab_mask(path)), is_lossy=False, opaque=False)
    with readable(path), open_picture(path) as picture:
        is_lossy = picture.format in JPEGS
        stored = decode(picture)
        opaque = False
        readings: dict[str, NDArray[np.generic]] = {}
        if stored.has_transparency_data:
            alpha = as_array(alpha_of(stored))
            opaque = bool(alpha.min() == 255)
            if not opaque:
                readings[ALPHA] = alpha
        return MatteFile({**readings, **_brightness_readings(stored)}, is_lossy, opaque)


def matte_size(path: Path) -> tuple[tuple[int, int], int]:
    """Return width and height of a matte as stored, pixels, and its own Exif orientation; 1 if it has none."""
    if path.suffix.lower() == MATLAB:
        with readable(path):
            height, width = matlab_size(path)
        return (width, height), 1
    with photo_file(path) as file:
        return file.picture.size, file.orientation if file.orientation in TURNS else 1


def voc_palette() -> NDArray[np.uint8]:
    """Return the 256 colours of Pascal VOC's palette, (256, 3): bit by bit, an index is dealt to the channels."""
    index = np.arange(256)
    channels = [sum(((index >> (3 * bit + channel)) & 1) << (7 - bit) for bit in range(3)) for channel in range(3)]
    return np.stack(channels, axis=1).astype(np.uint8)


def _brightness_readings(stored: Image.Image) -> dict[str, NDArray[np.generic]]:
    if stored.mode in DEEP:
        return _gray_readings(_finite(as_array(stored)))
    if stored.mode == "P":
        return _palette_readings(stored)
    if stored.mode == "L":
        return {GRAY: as_array(stored)}
    if stored.mode in ("1", "LA", "La"):
        return {GRAY: as_array(converted(stored, "L", lambda strip: strip.convert("L")))}
    return _colour_readings(stored, _colours)


def _gray_readings(values: NDArray[np.generic]) -> dict[str, NDArray[np.generic]]:
    return {GRAY if values.dtype == np.uint8 else DEEP_GRAY: values}


def _palette_readings(stored: Image.Image) -> dict[str, NDArray[np.generic]]:
    index = as_array(stored).astype(np.uint8, copy=False)
    palette = np.asarray(stored.getpalette("RGB"), np.uint8).reshape(-1, 3)
    used = np.flatnonzero(stored.histogram())
    if len(palette) > VOC_CLASSES and (palette == voc_palette()[: len(palette)]).all():
        return {VOC: index}  # some of its colours are gray
    if used[-1] >= len(palette):
        raise UserError(f"{stored.format} with an index beyond its palette")
    by_index: dict[str, NDArray[np.generic]] = {}
    if (palette[used] == voc_palette()[used]).all():
        by_index[VOC] = index
    if not palette[0].any():
        by_index[INDEX] = index
    return {**by_index, **_colour_readings(stored, lambda strip: palette[np.asarray(strip)])}


def _colour_readings(
    stored: Image.Image, colours: Callable[[Image.Image], NDArray[np.uint8]]
) -> dict[str, NDArray[np.generic]]:
    """Return the grays of a picture, or its colours if they are none.

    `colours` returns those of a strip of it, (height, width, 3).
    """
    shape = (stored.height, stored.width)
    if max(np.ptp(colours(strip), axis=2).max() for _, strip in strips(stored)) <= COLOURED:
        grays = np.empty(shape, np.uint8)
        for top, strip in strips(stored):
            grays[top : top + strip.height] = np.asarray(Image.fromarray(colours(strip)).convert("L"))
        return {GRAY: grays}
    numbers = np.empty(shape, np.int32)
    for top, strip in strips(stored):
        red, green, blue = np.moveaxis(colours(strip).astype(np.int32), 2, 0)
        numbers[top : top + strip.height] = red << 16 | green << 8 | blue
    return {COLOUR: numbers}


def _colours(strip: Image.Image) -> NDArray[np.uint8]:
    return np.asarray(strip.convert("RGB"))


def _finite(values: NDArray[np.generic]) -> NDArray[np.generic]:
    """Return values that have numbers in place of NaN and infinities; the array itself may change."""
    return np.nan_to_num(values, copy=not values.flags.writeable) if values.dtype.kind == "f" else values


def _matlab_mask(path: Path) -> NDArray[np.generic]:
    with readable(path):
        mask = matlab_mask(path)
        return _finite(mask)
