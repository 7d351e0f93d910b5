"""Opens a photo as it is meant to be seen: upright, in sRGB."""

import io
from pathlib import Path

from PIL import Image, ImageCms, ImageOps

from tasks.core.errors import UserError
from tasks.images.pictures import open_photo, readable

SMALLEST = 32
"""The least height and width, pixels: less the networks cannot take."""
MODES = {"RGB": "RGB", "CMYK": "CMYK", "GRAY": "L"}
"""Pillow's mode for the colours that a profile describes."""


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
        mode = MODES[profile.profile.xcolor_space.strip()]
        srgb = ImageCms.createProfile("sRGB")
        converted = ImageCms.profileToProfile(stored.convert(mode), profile, srgb, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, KeyError):
        return photo  # a profile that is damaged, or of colours that are not the file's
    return converted or photo
