"""What a cut-out is put in front of."""

from pathlib import Path

from PIL import Image, ImageColor, ImageOps

from tasks.core.errors import UserError
from tasks.photos.photo import open_srgb


def open_background(text: str) -> Image.Image:
    """Return a chosen colour (a name, #rrggbb, ...) as a picture of one pixel, or a picture file in sRGB.

    Raises `UserError` if it is neither.
    """
    if Path(text).is_file():
        return open_srgb(Path(text))
    try:
        return Image.new("RGB", (1, 1), ImageColor.getrgb(text)[:3])
    except ValueError:
        raise UserError(
            f"--background '{text}': neither a colour, such as white or '#00b140', nor a picture file"
        ) from None


def fit_background(background: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Return the background at the size (width, height), scaled to cover it and cut evenly."""
    return ImageOps.fit(background, size, Image.Resampling.LANCZOS)
