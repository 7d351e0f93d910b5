"""Reads a renders folder into memory, at little more than the size of the composites."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from tasks.core.errors import UserError
from tasks.core.threads import in_threads
from tasks.images.formats import open_picture
from tasks.images.pictures import readable
from tasks.training.composites.files import KINDS, NEEDED, render_files

Layer = NDArray[np.uint8]
"""A picture with transparency, uint8 (height, width, 4): red, green, blue as in sRGB, and alpha (255: opaque). The
colours are straight; where alpha is near 0 they are those of the nearest visible pixel."""
Size = tuple[int, int]
"""Height and width, pixels."""

ROOM = 1.6
"""How many times the size of a composite a picture is kept at: a crop of 0.6 of it is still no enlargement."""
FAINT = 8
"""Alpha (of 255) below which a colour is not taken from the file: resizing leaves few of its 8 bits."""
VISIBLE = 128
"""Alpha (of 255) from which a pixel counts as part of what a layer shows."""


@dataclass(frozen=True)
class Layers:
    """The pictures that composites are made of, each of a size of its own.

    `backgrounds` are (height, width, 3), uint8, sRGB. `things` may be empty.
    """

    people: tuple[Layer, ...]
    backgrounds: tuple[NDArray[np.uint8], ...]
    things: tuple[Layer, ...] = ()


def read_layers(folder: Path, size: Size) -> Layers:
    """Read the pictures of a renders folder for composites of this size, in one thread per core.

    Raises `UserError` if the folder is not there, if it has no people or no backgrounds, or naming every file that
    cannot be read, that has no alpha, or that shows nothing.
    """
    if not folder.is_dir():
        raise UserError(
            f"training.renders: {folder} is not a folder; give the folder that the renderer wrote, or nothing"
        )
    files = render_files(folder)
    missing = [kind for kind in NEEDED if not files[kind]]
    if missing:
        raise UserError(
            f"training.renders: {folder} has no {' and no '.join(f'{kind}/{KINDS[kind]}' for kind in missing)}; "
            "give the folder that the renderer wrote"
        )
    results = {
        kind: _read_all(files[kind], size, _background if kind == "backgrounds" else _layer) for kind in KINDS
    }
    bad = [str(one) for read in results.values() for one in read if isinstance(one, UserError)]
    if bad:
        raise UserError(
            f"training.renders: {len(bad)} of the pictures in {folder} cannot be used; remove them or render them "
            "again:\n  " + "\n  ".join(bad)
        )
    pictures = {kind: tuple(one for one in read if isinstance(one, np.ndarray)) for kind, read in results.items()}
    return Layers(**pictures)


def _read_all(
    paths: Sequence[Path], size: Size, read: Callable[[Path, Size], NDArray[np.uint8]]
) -> list[NDArray[np.uint8] | UserError]:
    def picture_or_error(path: Path) -> NDArray[np.uint8] | UserError:
        try:
            with readable(path):
                return read(path, size)
        except UserError as error:
            return error

    return list(in_threads(picture_or_error, paths))


def _background(path: Path, size: Size) -> NDArray[np.uint8]:
    with open_picture(path) as picture:
        return np.array(_reduced(picture.convert("RGB"), size))


def _layer(path: Path, size: Size) -> Layer:
    with open_picture(path) as picture:
        if not picture.has_transparency_data:
            raise UserError(f"{path}: has no alpha channel")
        layer = np.array(_reduced(picture.convert("RGBA"), size))
    if layer[..., 3].max() < VISIBLE:
        raise UserError(f"{path}: shows nothing; its alpha is below one half everywhere")
    return _with_continued_colours(layer)


def _reduced(picture: Image.Image, size: Size) -> Image.Image:
    """Return the area average of a picture that still covers `ROOM` times the size; it is never enlarged."""
    factor = ROOM * max(size[0] / picture.height, size[1] / picture.width)
    if factor >= 1:
        return picture
    return picture.resize((round(picture.width * factor), round(picture.height * factor)), Image.Resampling.BOX)


def _with_continued_colours(layer: Layer) -> Layer:
    """Return a layer whose invisible pixels have the colour of the nearest visible one.

    So a pixel between the two has the right colour when the layer is resampled, channel by channel.
    """
    faint = layer[..., 3] < FAINT
    nearest = ndimage.distance_transform_edt(faint, return_distances=False, return_indices=True)
    return np.concatenate([layer[..., :3][tuple(nearest)], layer[..., 3:]], axis=-1)
