"""Which files may be photos and mattes, by their names.

A module of its own, so that unpacking an archive does not depend on how layouts are detected.
"""

from pathlib import PurePath

PHOTO_SUFFIXES = frozenset(
    {".png", ".jpg", ".jpeg", ".jfif", ".bmp", ".tif", ".tiff", ".webp", ".heic", ".heif", ".hif", ".avif", ".jxl"}
)
MATTE_SUFFIXES = PHOTO_SUFFIXES | {".mat"}
OTHER_PICTURES = frozenset(
    {
        ".gif",
        ".psd",
        ".tga",
        ".ppm",
        ".pgm",
        ".jp2",
        ".svg",
        ".pdf",
        ".dng",
        ".cr2",
        ".cr3",
        ".nef",
        ".arw",
        ".raf",
    }
)
"""Suffixes of pictures that are not read, such as the raw files of cameras."""


def is_photo(name: str) -> bool:
    """Return whether a file may be a photo, by its name: not a dotfile, and with the suffix of a picture."""
    return not name.startswith(".") and PurePath(name).suffix.lower() in PHOTO_SUFFIXES


def is_other_picture(name: str) -> bool:
    """Return whether a file is a picture of a format that is not read, by its name."""
    return not name.startswith(".") and PurePath(name).suffix.lower() in OTHER_PICTURES


def is_matte(name: str) -> bool:
    """Return whether a file may be a matte, by its name: as a photo, or a MATLAB file."""
    return not name.startswith(".") and PurePath(name).suffix.lower() in MATTE_SUFFIXES
