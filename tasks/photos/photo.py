"""Photos in memory, and photos opened from files: upright, in sRGB."""

import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from tasks.core.errors import UserError
from tasks.images.pictures import photo_file

Photo = Image.Image | NDArray[np.uint8]
"""A picture of any mode, or uint8 (height, width, 3); at least `SMALLEST_PHOTO` pixels a side."""

SMALLEST_PHOTO = 32
"""The least height and width that the networks can take, pixels."""
PROFILE_MODES = {"RGB": "RGB", "CMYK": "CMYK", "GRAY": "L"}
"""Pillow's mode for each of the colour spaces that a profile may describe."""


def as_rgb(photo: Photo) -> Image.Image:
    """Return the photo as a picture of mode RGB."""
    picture = photo if isinstance(photo, Image.Image) else Image.fromarray(photo)
    return picture if picture.mode == "RGB" else picture.convert("RGB")


def open_srgb(path: Path) -> Image.Image:
    """Read a photo upright, in mode RGB, its colours converted to sRGB by the profile in the file, if any.

    Raises `UserError` for a file that cannot be read as a picture, or is too small.
    """
    with photo_file(path) as file:
        photo, icc_profile = file.decode(), file.icc_profile
        # A profile of inks describes the values in the file, not the colours that Pillow makes of them.
        stored = file.upright() if icc_profile and file.picture.mode == "CMYK" else photo
    if min(photo.size) < SMALLEST_PHOTO:
        raise UserError(
            f"{path}: {photo.width}x{photo.height} pixels (width x height); at least {SMALLEST_PHOTO} a side"
        )
    return (_to_srgb(stored, icc_profile) if icc_profile else None) or photo


def _to_srgb(stored: Image.Image, icc_profile: bytes) -> Image.Image | None:
    """Return the picture in sRGB, mode RGB; None if the profile is damaged or describes other colours."""
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(icc_profile))
        mode = PROFILE_MODES[profile.profile.xcolor_space.strip()]
        srgb = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(stored.convert(mode), profile, srgb, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, KeyError):
        return None
