"""Writes the results of one photo: gray version, matte, cut-out, and the cut-out in front of a background."""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageColor, ImageOps

from tasks.core.errors import UserError
from tasks.core.freshness.digest import file_sha256
from tasks.core.storage.address import local_path
from tasks.images.pictures import on_white
from tasks.photos.cutout import cut_out
from tasks.photos.matte import MatteNetwork, matte_photo
from tasks.photos.photo import open_photo

PNG_LEVEL = 2
"""Compression of the results: a third of the time of Pillow's own level, for files that are a tenth larger."""


def write_results(
    folder: Path,
    photo: Path,
    matte: MatteNetwork,
    gray: Callable[[Image.Image], Image.Image] | None = None,
    background: Image.Image | None = None,
    max_megapixels: float | None = None,
) -> None:
    """Write matte.png; with a way to make gray also gray.png and cutout.png; with a background composite.png.

    `gray` returns the gray version of a photo. All have the photo's size, or that of the reduced scale at which a
    photo of more than `max_megapixels` is read. Raises `UserError` for a photo that cannot be read, is too small
    or too large.
    """
    picture = open_photo(photo, max_megapixels)
    alpha = matte_photo(picture, matte)
    _save(alpha, folder / "matte.png")
    if gray is None:
        return
    _save(gray(picture), folder / "gray.png")
    cutout = cut_out(picture, alpha)
    _save(cutout, folder / "cutout.png")
    if background is not None:
        behind = fit_background(background, picture.size).convert("RGBA")
        _save(Image.alpha_composite(behind, cutout).convert("RGB"), folder / "composite.png")


def open_background(text: str) -> Image.Image:
    """Return a colour (a name, #rrggbb, ...) as a picture of one pixel, or a picture file in sRGB, mode RGB.

    A file is decoded once for all photos: later calls return the same picture while its content stays the same.
    Raises `UserError` for a text that is neither.
    """
    path = local_path(text)
    if path.is_file():
        return _background_file(path, file_sha256(path))
    try:
        return Image.new("RGB", (1, 1), ImageColor.getrgb(text)[:3])
    except ValueError:
        raise UserError(
            f"--background '{text}': neither a colour, such as white or '#00b140', nor a picture file"
        ) from None


def fit_background(background: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Return the background resized to cover (width, height), pixels, and cropped to it around the centre."""
    return ImageOps.fit(background, size, Image.Resampling.LANCZOS)


def _save(picture: Image.Image, path: Path) -> None:
    picture.save(path, compress_level=PNG_LEVEL)


@lru_cache(maxsize=1)
def _background_file(path: Path, digest: str) -> Image.Image:
    return on_white(open_photo(path))
