"""The trained models on photos, as functions of pictures; no Luigi, no folders.

In a notebook, after `luigi --module pipeline EvaluateAll`:

    from PIL import Image
    from tasks.photos.apply import cut_out, gray_photo, matte_photo
    from tasks.photos.load import load_network

    photo = Image.open("me.jpg")
    gray = gray_photo(photo, load_network("data/models/gray-simple-3-tuned"))
    cutout = cut_out(photo, matte_photo(photo, load_network("data/models/matte-unet")))
    cutout.save("me.png")
"""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tasks.photos.foreground import cut_out_person
from tasks.photos.guided import enlarge_matte
from tasks.photos.refine import refine_matte
from tasks.photos.tiles import Predict, predict_in_tiles

Photo = Image.Image | NDArray[np.uint8]
"""A picture of any mode, or uint8 (height, width, 3); at least 32 pixels a side."""


class MatteNetwork(Protocol):
    """A model of the target matte, and the size of image (height, width) that it was trained on."""

    size: tuple[int, int]

    def __call__(self, images: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return mattes (N, height, width, 1) for images (N, height, width, 3), values 0..1."""


def gray_photo(photo: Photo, network: Predict) -> Image.Image:
    """Return the photo in gray, mode L, at its own size, as a model of the target gray predicts it."""
    return Image.fromarray(predict_in_tiles(network, np.asarray(_picture(photo))))


def matte_photo(photo: Photo, network: MatteNetwork) -> Image.Image:
    """Return the matte of the person, mode L, 255 = person, at the photo's own size.

    The network finds the person in the photo scaled to the size it was trained on, whatever the photo's shape; the
    outline is then drawn anew along the photo's own edges.
    """
    picture = _picture(photo)
    return Image.fromarray(enlarge_prediction(small_matte(picture, network), picture))


def small_matte(picture: Image.Image, network: MatteNetwork) -> NDArray[np.float32]:
    """Return the matte of a picture of mode RGB as the network gives it, float32 (height, width), values 0..1."""
    height, width = network.size
    small = np.asarray(picture.resize((width, height), Image.Resampling.BOX), np.float32) / np.float32(255)
    return network(small[np.newaxis])[0, ..., 0]


def enlarge_prediction(matte: NDArray[np.float32], picture: Image.Image) -> NDArray[np.uint8]:
    """Return a small matte at the size of its picture, uint8 (height, width), its outline along the picture's."""
    return enlarge_matte(refine_matte(matte, picture), picture)


def cut_out(photo: Photo, matte: Image.Image) -> Image.Image:
    """Return the person of a photo, mode RGBA, by a matte of mode L and its size.

    Where the background shone through, as in hair, the colours are the person's own, estimated.
    """
    return Image.fromarray(cut_out_person(_picture(photo), np.asarray(matte)))


def _picture(photo: Photo) -> Image.Image:
    picture = photo if isinstance(photo, Image.Image) else Image.fromarray(photo)
    return picture if picture.mode == "RGB" else picture.convert("RGB")
