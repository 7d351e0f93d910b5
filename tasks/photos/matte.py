"""The matte of the person in a photo, at the photo's own size.

The network predicts a matte at the size it was trained on. Closed-form matting moves its outline to the photo's
edges at moderate size, and a guided filter enlarges it to full size.

Sources, beside that of `matting`:
- K. He, J. Sun, X. Tang, Guided Image Filtering, IEEE TPAMI 35(6), 2013: the colour guide of its section 3.5.
- K. He, J. Sun, Fast Guided Filter, arXiv:1505.00996, 2015: coefficients are computed small, then enlarged.
"""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import distance_transform_edt, label, uniform_filter

from tasks.dataset.arrays import unit_range
from tasks.images.conversion import to_bytes
from tasks.images.fitting import centred, fitting_size, padded
from tasks.images.pictures import on_white
from tasks.photos.matting import solve_matte
from tasks.photos.photo import Photo, as_photo, check_size, limited
from tasks.photos.window import person_window

REFINED_SIDE = 200
"""Longer side of a refined matte, pixels. A larger one takes more time and gave no better mattes."""
OUTLINE_THRESHOLD = 0.5
"""Values from here on are the person, when the outline is looked for."""
LARGEST_FILLED_HOLE = 0.03
"""Holes in the person below this share of its area are filled; larger ones, as between arm and body, stay."""
BAND = 4
"""How far the outline may move to either side, pixels of the refined matte; about two of the predicted one."""
WINDOW_RADIUS = 2
"""The guided filter's windows are 2 * radius + 1 pixels of the matte a side."""
EPSILON = 1e-4
"""Variance of the colours in a window, for values 0..1, above which the guided filter sees an edge."""
STRIP_ROWS = 512
"""Rows of the photo that are computed at a time, which bounds the memory."""

Floats = NDArray[np.float32]


class MatteNetwork(Protocol):
    """A model of the target matte, and the image size (height, width) that it was trained on."""

    size: tuple[int, int]

    def __call__(self, images: Floats) -> Floats:
        """Return mattes (N, height, width, 1) for images (N, height, width, 3), values 0..1."""


def matte_photo(photo: Photo, network: MatteNetwork) -> Image.Image:
    """Return the matte of the people, mode L, 255 = person, at the photo's own size.

    Where the photo is transparent, so is the matte. Raises `UserError` as `as_photo` does, and for a photo that is
    too small.
    """
    picture = as_photo(photo)
    check_size(picture)
    return Image.fromarray(limited(np.asarray(_matte_of_people(on_white(picture), network)), picture))


def _matte_of_people(picture: Image.Image, network: MatteNetwork) -> Image.Image:
    """Return the matte of a picture of mode RGB, mode L, at its size.

    Where the people fill a small part of the photo, the network sees that part a second time, by itself.
    """
    matte = small_matte(picture, network)
    window = person_window(matte >= OUTLINE_THRESHOLD, picture.size, network.size[0] / network.size[1])
    if window is None:
        return Image.fromarray(full_size_matte(matte, picture))
    part = picture.crop(window)
    result = Image.new("L", picture.size)
    result.paste(Image.fromarray(full_size_matte(small_matte(part, network), part)), window)
    return result


def small_matte(picture: Image.Image, network: MatteNetwork) -> Floats:
    """Return the network's matte of a picture of mode RGB, float32 (height, width), values 0..1.

    The picture is made as large as fits in the network's images, and its edges are continued there: in a squeezed
    picture, networks lose faces. The matte is as large as the picture is there.
    """
    height, width = size = fitting_size((picture.height, picture.width), network.size)
    small = unit_range(np.asarray(picture.resize((width, height), Image.Resampling.BOX)))
    matte = network(padded(small, network.size)[np.newaxis])[0, ..., 0]
    return matte[centred(size, network.size)]


def full_size_matte(matte: Floats, picture: Image.Image) -> NDArray[np.uint8]:
    """Return a small matte, values 0..1, refined and enlarged to its picture's size, uint8 (height, width)."""
    return enlarge_matte(refine_matte(matte, picture), picture)


def refine_matte(matte: Floats, photo: Image.Image) -> Floats:
    """Return a matte, float32 (height, width) with values 0..1, with its outline along the edges of the photo.

    The result has the photo's shape, its longer side resized to at most `REFINED_SIDE`. Values in a band along the
    outline are solved for; elsewhere they become 0 or 1. A matte without an outline, or whose band has no
    solution, is only resized.
    """
    scale = min(1.0, REFINED_SIDE / max(photo.size))
    size = (max(round(photo.width * scale), 1), max(round(photo.height * scale), 1))
    resized: Floats = np.asarray(Image.fromarray(matte).resize(size, Image.Resampling.BICUBIC))
    trimap = _trimap(_without_small_holes(resized >= OUTLINE_THRESHOLD))
    colours = np.asarray(photo.resize(size, Image.Resampling.BOX), np.float64) / 255
    refined = solve_matte(colours, trimap) if {0.0, 1.0} <= set(np.unique(trimap)) else None
    return np.clip(resized, 0, 1) if refined is None else refined


def enlarge_matte(matte: Floats, photo: Image.Image) -> NDArray[np.uint8]:
    """Return a smaller matte (height, width), values 0..1, at the photo's size, uint8 (height, width).

    In each window the matte is a linear function of the photo's colours, so its edges are the photo's.
    """
    size = (matte.shape[1], matte.shape[0])
    guide = unit_range(np.asarray(photo.resize(size, Image.Resampling.BOX)))
    slopes, offsets = _coefficients(guide, matte)
    result = np.empty((photo.height, photo.width), np.uint8)
    planes = [Image.fromarray(plane) for plane in (*np.moveaxis(slopes, -1, 0), offsets)]
    for top in range(0, photo.height, STRIP_ROWS):
        bottom = min(top + STRIP_ROWS, photo.height)
        # The rows of the coefficients that belong to these rows of the photo.
        box = (0, top * size[1] / photo.height, size[0], bottom * size[1] / photo.height)
        *slope, offset = (
            np.asarray(plane.resize((photo.width, bottom - top), Image.Resampling.BILINEAR, box))
            for plane in planes
        )
        strip = unit_range(np.asarray(photo.crop((0, top, photo.width, bottom))))
        alpha = sum((strip[..., channel] * slope[channel] for channel in range(3)), start=offset)
        result[top:bottom] = to_bytes(alpha)
    return result


def _without_small_holes(person: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return where the person is (height, width), with small holes filled: networks doubt badges and prints."""
    parts, _ = label(~person)
    areas = np.bincount(parts.ravel())
    at_border = np.unique(np.concatenate([parts[0], parts[-1], parts[:, 0], parts[:, -1]]))
    small = areas < LARGEST_FILLED_HOLE * person.sum()
    small[at_border] = small[0] = False
    return np.asarray(person | small[parts], bool)


def _trimap(person: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return (height, width) with 1 for certain person, 0 for certain background, and 0.5 in the band between."""
    if person.all() or not person.any():
        return person.astype(np.float64)
    from_outline = np.where(person, distance_transform_edt(person), distance_transform_edt(~person))
    return np.asarray(np.where(from_outline <= BAND, 0.5, person * 1.0), np.float64)


def _coefficients(guide: Floats, matte: Floats) -> tuple[Floats, Floats]:
    """Return slopes (height, width, 3) and offsets (height, width) of the matte as a linear function of colour."""

    def mean(values: Floats) -> Floats:
        window = (2 * WINDOW_RADIUS + 1,) * 2 + (0,) * (values.ndim - 2)
        return np.asarray(uniform_filter(values, window, mode="nearest"))

    colour, alpha = mean(guide), mean(matte)
    products = mean(guide[..., :, np.newaxis].repeat(3, -1) * guide[..., np.newaxis, :])
    covariance = products - colour[..., :, np.newaxis] * colour[..., np.newaxis, :]
    with_matte = mean(guide * matte[..., np.newaxis]) - colour * alpha[..., np.newaxis]
    covariance += EPSILON * np.eye(3, dtype=np.float32)
    solved = np.linalg.solve(covariance.astype(np.float64), with_matte[..., np.newaxis].astype(np.float64))
    slopes: Floats = solved[..., 0].astype(np.float32)
    offsets = alpha - (slopes * colour).sum(axis=-1)
    return mean(slopes), mean(offsets)
