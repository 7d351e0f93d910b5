"""The models on photos, as functions for notebooks and scripts: no Luigi, no data folder.

    from tasks.photos.apply import cut_out, exact_gray, matte_photo, shipped_network

    gray = exact_gray("me.jpg")
    cutout = cut_out("me.jpg", matte_photo("me.jpg", shipped_network()))
    cutout.save("me.png")

With models of one's own, after `luigi --module pipeline EvaluateAll`:

    from tasks.photos.apply import gray_photo, load_network

    gray = gray_photo("me.jpg", load_network("data/models/gray-simple-3-tuned"))
    cutout = cut_out("me.jpg", matte_photo("me.jpg", load_network("data/models/matte-unet")))

A photo may also be a picture of Pillow's or an array; `as_photo` says what all of these become. `predict` gives
what a network itself returns, for images of any size.

`ApplyToPhotos` does not import this module: `load_network` needs the catalogue of experiments, and a new row there
would make the results of every photo stale.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tasks.core.errors import UserError
from tasks.experiments import EXPERIMENTS
from tasks.photos.cutout import cut_out
from tasks.photos.gray import exact_gray, gray_photo
from tasks.photos.matte import matte_photo
from tasks.photos.photo import SMALLEST_PHOTO, as_photo, unit_values
from tasks.shipped.model import MATTE
from tasks.shipped.network import SavedNetwork

if TYPE_CHECKING:
    from tasks.photos.network import SizedNetwork

__all__ = [
    "as_photo",
    "cut_out",
    "exact_gray",
    "gray_photo",
    "load_network",
    "matte_photo",
    "predict",
    "shipped_network",
]

MODEL = "model.keras"
"""The file that `TrainModel` writes."""


def shipped_network() -> SavedNetwork:
    """Load the matte model that comes with the package."""
    return SavedNetwork(MATTE.path)


def load_network(folder: str | Path) -> "SizedNetwork":
    """Load the model that `TrainModel` wrote to the folder `data/models/NAME`, where NAME is an experiment.

    The file in that folder will do as well. Raises `UserError` if NAME is not an experiment, or the folder has no
    model.
    """
    path = Path(folder).expanduser()
    path = path.parent if path.name == MODEL else path
    if path.name not in EXPERIMENTS:
        raise UserError(f"{path}: {path.name} is not an experiment; there are {', '.join(EXPERIMENTS)}")
    if not (path / MODEL).is_file():
        raise UserError(f"{path}: there is no model; train it: TrainModel --experiment {path.name}")
    from tasks.photos.network import SizedNetwork

    experiment = EXPERIMENTS[path.name]
    return SizedNetwork(path / MODEL, experiment.network, experiment.options)


def predict(images: NDArray[Any], network: "SizedNetwork") -> NDArray[np.float32]:
    """Return what a network of `load_network` predicts for images of any size.

    The images are (N, height, width, 3): uint8 0..255, uint16 0..65535 or floats 0..1. The predictions are
    (N, height, width, 1), values 0..1. Raises `UserError` for other images, and for smaller ones than 32 pixels a
    side.
    """
    if images.ndim != 4 or images.shape[-1] != 3 or min(images.shape[1:3]) < SMALLEST_PHOTO or not len(images):
        raise UserError(
            f"an array of shape {images.shape}; it needs (N, height, width, 3), with images of at least "
            f"{SMALLEST_PHOTO} pixels a side"
        )
    return network(unit_values(images))
