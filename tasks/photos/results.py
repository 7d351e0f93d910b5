"""Writes the results of one photo."""

from pathlib import Path

from PIL import Image

from tasks.photos.apply import MatteNetwork, cut_out, gray_photo, matte_photo
from tasks.photos.background import fit_background
from tasks.photos.photo import open_srgb
from tasks.photos.tiles import Predict


def write_results(
    folder: Path,
    photo: Path,
    matte: MatteNetwork,
    gray: Predict | None = None,
    background: Image.Image | None = None,
) -> None:
    """Write matte.png; with a network for gray also gray.png and cutout.png; with a background composite.png.

    Raises `UserError` for a photo that cannot be read or is too small.
    """
    picture = open_srgb(photo)
    alpha = matte_photo(picture, matte)
    alpha.save(folder / "matte.png")
    if gray is None:
        return
    gray_photo(picture, gray).save(folder / "gray.png")
    cutout = cut_out(picture, alpha)
    cutout.save(folder / "cutout.png")
    if background is not None:
        behind = fit_background(background, picture.size).convert("RGBA")
        Image.alpha_composite(behind, cutout).convert("RGB").save(folder / "composite.png")
