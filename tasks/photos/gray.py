"""The gray version of a photo, exact or predicted, tile by tile so that a large photo takes little memory."""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tasks.dataset.arrays import unit_range
from tasks.gray.luma import gray_images
from tasks.images.conversion import to_bytes
from tasks.photos.photo import Photo, as_photo, check_size

TILE_SIDE = 512
"""Side of a tile, pixels."""
TILE_MARGIN = 128
"""Pixels around a tile that the network sees too. An output pixel of the U-Net depends on fewer than 128 pixels to
each side. Both numbers are multiples of 16, so pooling divides a tile where it would divide the whole photo."""

GrayNetwork = Callable[[NDArray[np.float32]], NDArray[np.float32]]
"""A model of the target gray: from images (N, height, width, 3) to (N, height, width, 1), values 0..1."""


def exact_gray(photo: Photo) -> Image.Image:
    """Return the photo in gray as `skimage.color.rgb2gray` computes it, at the photo's own size.

    The mode is L, or LA if some of the photo is transparent. Raises `UserError` as `as_photo` does.
    """
    return _in_gray(as_photo(photo), gray_images, margin=0)


def gray_photo(photo: Photo, network: GrayNetwork) -> Image.Image:
    """Return the photo in gray as the network predicts it, otherwise as `exact_gray` does."""
    picture = as_photo(photo)
    check_size(picture)
    return _in_gray(picture, network)


def _in_gray(picture: Image.Image, network: GrayNetwork, margin: int = TILE_MARGIN) -> Image.Image:
    gray = Image.fromarray(predict_in_tiles(network, np.asarray(picture.convert("RGB")), margin=margin))
    return gray if picture.mode == "RGB" else Image.merge("LA", (gray, picture.getchannel("A")))


def predict_in_tiles(
    network: GrayNetwork, photo: NDArray[np.uint8], side: int = TILE_SIDE, margin: int = TILE_MARGIN
) -> NDArray[np.uint8]:
    """Return the prediction for a photo (height, width, 3) of any size, uint8 (height, width).

    `side` and `margin` are in pixels. The result is that of the whole photo at once if `margin` covers what an
    output pixel depends on.
    """
    height, width, _ = photo.shape
    result = np.empty((height, width), np.uint8)
    for top, bottom, above, below in _spans(height, side, margin):
        for left, right, before, after in _spans(width, side, margin):
            seen = unit_range(photo[np.newaxis, above:below, before:after])
            predicted = network(seen)[0, top - above : bottom - above, left - before : right - before, 0]
            result[top:bottom, left:right] = to_bytes(predicted)
    return result


def _spans(length: int, side: int, margin: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield (start, end, start with margin, end with margin) of each tile along one axis, in pixels."""
    if length <= side + 2 * margin:
        yield 0, length, 0, length
        return
    for start in range(0, length, side):
        end = min(start + side, length)
        yield start, end, max(start - margin, 0), min(end + margin, length)
