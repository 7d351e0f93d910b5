"""Reads photos and mattes in any format and mode that users have."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from tasks.core.errors import UserError
from tasks.images.decoders import Size, decode
from tasks.images.formats import LARGEST_PICTURE, open_picture
from tasks.images.strips import converted, strips
from tasks.images.unreadable import kind_of_unreadable

ORIENTATION = 0x0112
"""The Exif tag that says how the camera was held."""
SIDEWAYS = frozenset({5, 6, 7, 8})
"""Its values for a picture that is stored lying on its side."""
DEEP = frozenset({"I;16", "I;16B", "I;16L", "I;16N", "I", "F"})
"""Pillow's modes with one channel of more than 8 bits. Pillow itself reduces deep pictures of several channels."""
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
"""How to turn a photo upright, by the value of the Exif tag."""


@dataclass(frozen=True)
class PhotoFile:
    """An open photo whose header is read and whose pixels are not decoded yet. Made by `photo_file`."""

    path: Path
    picture: Image.Image
    size: Size
    """Width and height of the upright photo at full size, pixels."""
    orientation: int
    """Value of the Exif tag if the photo has yet to be turned, else 1."""
    exif_orientation: int
    """Value of the Exif tag in the file, even where the decoder itself turns the photo."""

    @property
    def icc_profile(self) -> bytes | None:
        """The colour profile in the file."""
        content: bytes | None = self.picture.info.get("icc_profile")
        return content

    def upright(self, at_least: Size | None = None) -> Image.Image:
        """Decode the photo and turn it upright, in the mode in which the file stores it.

        With `at_least` (width and height of the upright photo), a JPEG may be decoded at a reduced scale that its
        own transform offers, no smaller than that.
        """
        if at_least and self.orientation in SIDEWAYS:
            at_least = at_least[::-1]
        stored = decode(self.picture, at_least)
        return stored.transpose(TURNS[self.orientation]) if self.orientation in TURNS else stored

    def decode(self, at_least: Size | None = None) -> Image.Image:
        """Decode the photo upright, in mode RGB. What is invisible is black, so that nothing erased is seen."""
        stored = self.upright(at_least)
        return converted(stored, "RGB", _visible) if _is_transparent(stored) else in_rgb(stored)


def in_rgb(picture: Image.Image) -> Image.Image:
    """Return a picture of any mode in mode RGB. Transparency is ignored: colours are as stored."""
    if picture.mode in DEEP:
        picture = _eight_bits(picture)
    if picture.mode == "RGB":
        return picture
    return converted(picture, "RGB", _strip_in_rgb)


def opacity_of(picture: Image.Image) -> Image.Image | None:
    """Return the opacity of a picture of any mode, mode L; None if all of it is opaque."""
    if not _may_be_transparent(picture):
        return None
    opacity = alpha_of(picture)
    return None if opacity.getextrema() == (255, 255) else opacity


def alpha_of(picture: Image.Image) -> Image.Image:
    """Return the alpha channel of a picture that has transparency data, mode L."""
    if picture.mode in ("RGBA", "LA"):
        return picture.getchannel("A")
    return converted(picture, "L", lambda strip: strip.convert("RGBA").getchannel("A"))


def without_invisible(photo: Image.Image, opacity: Image.Image) -> Image.Image:
    """Return a picture of mode RGB that is black where its opacity, mode L, is 0."""
    return Image.composite(photo, Image.new("RGB", photo.size), opacity.point([0] + [255] * 255))


def on_white(picture: Image.Image) -> Image.Image:
    """Return a picture of any mode as it is seen on white, mode RGB."""
    return picture if picture.mode == "RGB" else converted(picture, "RGB", _strip_on_white)


def turned_upright(picture: Image.Image) -> Image.Image:
    """Return a picture turned by its own Exif orientation, in its own mode; the same object if it is upright."""
    picture.load()  # which turns a TIFF
    orientation = _orientation(picture)
    return picture.transpose(TURNS[orientation]) if orientation in TURNS else picture


@contextmanager
def photo_file(path: Path) -> Iterator[PhotoFile]:
    """Open a photo to look at its header before its pixels are decoded.

    Raises `UserError` for a file that cannot be read as a picture, also when its pixels are decoded.
    """
    with readable(path), open_picture(path) as picture:
        yield PhotoFile(path, picture, upright_size(picture), _orientation(picture), _exif_orientation(picture))


def upright_size(picture: Image.Image) -> Size:
    """Return width and height of an opened photo after it is turned upright."""
    width, height = picture.size
    return (height, width) if _orientation(picture) in SIDEWAYS else (width, height)


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Turn any error that a decoder raises for a bad file into a `UserError` that names the file."""
    try:
        yield
    except UserError:
        raise
    except UnidentifiedImageError as error:  # its text repeats the path
        raise UserError(f"{path}: cannot be read as a picture ({kind_of_unreadable(path)})") from error
    except Image.DecompressionBombError as error:
        most = LARGEST_PICTURE // 1_000_000
        raise UserError(f"{path}: more than {most} megapixels; make it smaller, or leave it out") from error
    except MemoryError as error:
        raise UserError(f"{path}: {error or 'there is not enough memory to read it'}") from error
    except Exception as error:  # decoders raise nearly anything for garbage
        raise UserError(f"{path}: cannot be read as a picture ({_reason(error)})") from error


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__


def _orientation(picture: Image.Image) -> int:
    if picture.format in ("TIFF", "HEIF"):
        return 1  # Pillow gives the upright size of a TIFF file, and turns it while it decodes; pillow-heif too
    if picture.format == "JXL" and not getattr(picture, "jpeg", False):
        return 1  # the decoder turns it, except for one that is a JPEG inside, which is decoded as such
    return _exif_orientation(picture)


def _exif_orientation(picture: Image.Image) -> int:
    if "original_orientation" in picture.info:  # where pillow-heif has it, which sets the tag to 1
        return int(picture.info["original_orientation"] or 1)
    # In a PNG without Exif data before its pixels, getexif() would decode all pixels to look for some behind them.
    cheap = picture.format != "PNG" or "exif" in picture.info
    return int(picture.getexif().get(ORIENTATION, 1)) if cheap else 1


def _may_be_transparent(picture: Image.Image) -> bool:
    return picture.mode not in DEEP and picture.has_transparency_data


def _is_transparent(picture: Image.Image) -> bool:
    """Return whether any of a picture is not opaque."""
    if not _may_be_transparent(picture):
        return False
    return any(alpha_of(strip).getextrema() != (255, 255) for _, strip in strips(picture))


def _visible(stored: Image.Image) -> Image.Image:
    """Return a picture that may be transparent, in mode RGB, black where it is invisible."""
    return without_invisible(in_rgb(stored), alpha_of(stored))


def _strip_in_rgb(strip: Image.Image) -> Image.Image:
    if strip.mode in ("P", "PA"):
        strip = strip.convert("RGBA")  # a palette may hold transparency, which RGB would refuse
    return strip.convert("RGB")


def _strip_on_white(strip: Image.Image) -> Image.Image:
    seen = strip if strip.mode == "RGBA" else strip.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", seen.size, "white"), seen).convert("RGB")


def _eight_bits(picture: Image.Image) -> Image.Image:
    """Convert a picture of one deep channel to mode L: 16-bit values are divided by 257, floats 0..1 times 255."""
    most = max(_values(strip).max(initial=0) for _, strip in strips(picture))
    factor = 255 if picture.mode == "F" and most <= 1 else 1
    divisor = 257 if picture.mode != "F" and (picture.mode != "I" or most > 255) else 1

    def in_eight_bits(strip: Image.Image) -> Image.Image:
        values = np.round(_values(strip) * factor / divisor)
        return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))

    return converted(picture, "L", in_eight_bits)


def _values(deep: Image.Image) -> NDArray[np.float64]:
    return np.nan_to_num(np.asarray(deep).astype(np.float64), copy=False)
