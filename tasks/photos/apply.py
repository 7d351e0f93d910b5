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

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tasks.photos.foreground import cut_out_person
from tasks.photos.guided import enlarge_matte
from tasks.photos.refine import refine_matte
from tasks.photos.tiles import Predict, predict_in_tiles

SMALL_PIXELS = 100 * 75
"""How many pixels a photo is shrunk to for its matte: as many as the models were trained on."""
SMALLEST = 32
"""The least height and width that the networks take, pixels."""

Photo = Image.Image | NDArray[np.uint8]
"""A picture of any mode, or uint8 (height, width, 3); at least 32 pixels a side."""


def gray_photo(photo: Photo, network: Predict) -> Image.Image:
    """Return the photo in gray, mode L, at its own size, as a model of the target gray predicts it."""
    return Image.fromarray(predict_in_tiles(network, np.asarray(_picture(photo))))


def matte_photo(photo: Photo, network: Predict) -> Image.Image:
    """Return the matte of the person, mode L, 255 = person, at the photo's own size.

    A model of the target matte, which must be made of convolutions alone, finds the person in the photo shrunk;
    the outline is then drawn anew along the photo's own edges.
    """
    picture = _picture(photo)
    return Image.fromarray(enlarge_prediction(small_matte(picture, network), picture))


def small_matte(picture: Image.Image, network: Predict) -> NDArray[np.float32]:
    """Return the matte of a picture of mode RGB as the network gives it, values 0..1, for the picture shrunk."""
    scale = (SMALL_PIXELS / (picture.width * picture.height)) ** 0.5
    size = (max(round(picture.width * scale), SMALLEST), max(round(picture.height * scale), SMALLEST))
    small = np.asarray(picture.resize(size, Image.Resampling.BOX), np.float32) / np.float32(255)
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
