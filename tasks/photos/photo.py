"""Photos in memory, and photos opened from files: upright, in sRGB."""

import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageOps

from tasks.core.errors import UserError
from tasks.images.pictures import open_photo, readable

Photo = Image.Image | NDArray[np.uint8]
"""A picture of any mode, or uint8 (height, width, 3); at least `SMALLEST` pixels a side."""

SMALLEST = 32
"""The least height and width that the networks can take, pixels."""
PROFILE_MODES = {"RGB": "RGB", "CMYK": "CMYK", "GRAY": "L"}
"""Pillow's mode for each of the colour spaces that a profile may describe."""


def as_rgb(photo: Photo) -> Image.Image:
    """Return the photo as a picture of mode RGB."""
    picture = photo if isinstance(photo, Image.Image) else Image.fromarray(photo)
    return picture if picture.mode == "RGB" else picture.convert("RGB")


def open_srgb(path: Path) -> Image.Image:
    """Return a photo upright, in mode RGB, its colours converted to sRGB by the profile in the file, if any.

    Raises `UserError` for a file that cannot be read as a picture, or is too small.
    """
    photo = open_photo(path)
    if min(photo.size) < SMALLEST:
        raise UserError(
            f"{path}: {photo.width}x{photo.height} pixels (width x height); at least {SMALLEST} a side"
        )
    with readable(path), Image.open(path) as picture:
        content = picture.info.get("icc_profile")
        # Only from the file's own inks can its profile tell the colours.
        stored = ImageOps.exif_transpose(picture) if content and picture.mode == "CMYK" else photo
    return _converted(stored, content, photo) if content else photo


def _converted(stored: Image.Image, content: bytes, photo: Image.Image) -> Image.Image:
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(content))
        mode = PROFILE_MODES[profile.profile.xcolor_space.strip()]
        srgb = ImageCms.createProfile("sRGB")
        converted = ImageCms.profileToProfile(stored.convert(mode), profile, srgb, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, KeyError):
        return photo  # a profile that is damaged, or of colours that are not the file's
    return converted or photo
