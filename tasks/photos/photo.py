"""Photos from files, from pictures in memory and from arrays, all treated alike: upright, in sRGB, in 8 bits.

A photo that is ready has mode RGB, or RGBA if some of it is transparent. What is invisible is black then, so
nothing that was erased can come back.
"""

import io
import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from tasks.core.errors import UserError
from tasks.core.progress import say
from tasks.images.conversion import to_bytes
from tasks.images.decoders import JPEG_SCALES, JPEGS
from tasks.images.pictures import (
    DEEP,
    PhotoFile,
    in_rgb,
    opacity_of,
    photo_file,
    turned_upright,
)

Photo = str | Path | Image.Image | NDArray[Any]
"""The path of a file; a picture of any mode; or an array (height, width), or (height, width, channels) of gray,
gray with alpha, RGB or RGBA: uint8 0..255, uint16 0..65535 or floats 0..1."""

SMALLEST_PHOTO = 32
"""The least height and width that the networks can take, pixels."""
PROFILE_MODES = {"RGB": "RGB", "CMYK": "CMYK", "GRAY": "L"}
"""Pillow's mode for each of the colour spaces that a profile may describe."""
GRAYS = DEEP | {"1", "L", "LA"}
"""Modes of gray pictures."""
OVERSHOOT = 0.01
"""How far floats may lie outside 0..1, as resizing may leave them."""


def as_photo(photo: Photo) -> Image.Image:
    """Return a photo, upright and in sRGB, of mode RGB, or RGBA if some of it is transparent.

    Raises `UserError` for a file that cannot be read as a picture, and for an array of other shapes or values than
    `Photo` names.
    """
    if isinstance(photo, str | Path):
        return open_photo(Path(photo).expanduser())
    picture = photo if isinstance(photo, Image.Image) else _from_array(np.asarray(photo))
    return _ready(turned_upright(picture), picture.info.get("icc_profile"))


def open_photo(path: Path, max_megapixels: float | None = None) -> Image.Image:
    """Read a photo as `as_photo` does. A JPEG of more than `max_megapixels` is read at reduced scale.

    Raises `UserError` for a file that cannot be read as a picture or is too small, and for another format of more
    than `max_megapixels`.
    """
    with photo_file(path) as file:
        at_least = _reduced(file, max_megapixels) if max_megapixels else None
        photo = _ready(file.upright(at_least), file.icc_profile)
    check_size(photo, str(path))
    return photo


def unit_values(values: NDArray[Any]) -> NDArray[np.float32]:
    """Return the values 0..1 of uint8 0..255, uint16 0..65535, or floats 0..1, which are clipped.

    Raises `UserError` for others.
    """
    if values.dtype in (np.uint8, np.uint16):
        return np.asarray(values / np.float32(np.iinfo(values.dtype).max), np.float32)
    if values.dtype.kind == "f" and values.min() >= -OVERSHOOT and values.max() <= 1 + OVERSHOOT:
        return np.clip(values.astype(np.float32), 0, 1)
    raise UserError(
        f"an array of {values.dtype} from {values.min()} to {values.max()}; it needs uint8 0..255, "
        "uint16 0..65535 or floats 0..1"
    )


def check_size(photo: Image.Image, name: str | None = None) -> None:
    """Raise `UserError` if a photo is smaller than networks can take."""
    if min(photo.size) < SMALLEST_PHOTO:
        raise UserError(
            f"{name or 'the photo'}: {photo.width}x{photo.height} pixels (width x height); "
            f"at least {SMALLEST_PHOTO} a side"
        )


def limited(matte: NDArray[np.uint8], photo: Image.Image) -> NDArray[np.uint8]:
    """Return a matte, uint8 (height, width), that is nowhere above the opacity of its photo, which is ready."""
    return matte if photo.mode == "RGB" else np.minimum(matte, np.asarray(photo.getchannel("A")))


def _ready(stored: Image.Image, icc_profile: bytes | None) -> Image.Image:
    """Return an upright picture of any mode in sRGB, mode RGB or RGBA, without the notes of its file."""
    photo = in_rgb(stored)
    if icc_profile:
        # A profile of inks describes the values in the file, not the colours that Pillow makes of them.
        photo = _to_srgb(stored if stored.mode == "CMYK" else photo, stored.mode in GRAYS, icc_profile) or photo
    opacity = opacity_of(stored)
    if photo is stored and (opacity or photo.info):
        photo = photo.copy()
    if opacity:  # in place: a large photo is in memory as few times as can be
        photo.paste((0, 0, 0), mask=opacity.point([255] + [0] * 255))
        photo.putalpha(opacity)
    photo.info = {}
    return photo


def _to_srgb(colours: Image.Image, is_gray: bool, icc_profile: bytes) -> Image.Image | None:
    """Return a picture of mode RGB or CMYK in sRGB, mode RGB; None if the profile is damaged or does not fit."""
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(icc_profile))
        mode = PROFILE_MODES[profile.profile.xcolor_space.strip()]
        if (mode == "L" and not is_gray) or (mode == "CMYK" and colours.mode != "CMYK"):
            return None
        srgb = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(colours.convert(mode), profile, srgb, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, KeyError):
        return None


def _reduced(file: PhotoFile, max_megapixels: float) -> tuple[int, int] | None:
    """Return the least width and height to decode a file at; None for its full size."""
    width, height = file.size
    megapixels = width * height / 1e6
    if megapixels <= max_megapixels:
        return None
    scales = sorted(JPEG_SCALES) if file.picture.format in JPEGS else []
    for scale in scales:
        if megapixels / scale**2 <= max_megapixels:
            say(
                f"{file.path}: {megapixels:.0f} megapixels; read at 1/{scale} of its size: "
                f"--max-megapixels {math.ceil(megapixels)} reads it whole"
            )
            return width // scale, height // scale
    raise UserError(
        f"{file.path}: {megapixels:.0f} megapixels, more than --max-megapixels {max_megapixels:g}; with a larger "
        "number it is read, and takes 25 MB of memory for each megapixel"
    )


def _from_array(values: NDArray[Any]) -> Image.Image:
    if values.ndim == 3 and values.shape[-1] == 1:
        values = values[..., 0]
    if values.ndim not in (2, 3) or (values.ndim == 3 and not 2 <= values.shape[-1] <= 4) or values.size == 0:
        raise UserError(
            f"an array of shape {values.shape}; it needs (height, width), or (height, width, channels) with 1 to "
            "4 channels"
        )
    return Image.fromarray(values if values.dtype == np.uint8 else to_bytes(unit_values(values)))
