"""The models on photos, as functions for notebooks and scripts: no Luigi, no data folder.

    from PIL import Image
    from tasks.photos.apply import cut_out, exact_gray, matte_photo, shipped_network

    photo = Image.open("me.jpg")
    gray = exact_gray(photo)
    cutout = cut_out(photo, matte_photo(photo, shipped_network()))
    cutout.save("me.png")

With models of one's own, after `luigi --module pipeline EvaluateAll`:

    from tasks.photos.apply import gray_photo, load_network

    gray = gray_photo(photo, load_network("data/models/gray-simple-3-tuned"))
    cutout = cut_out(photo, matte_photo(photo, load_network("data/models/matte-unet")))

`ApplyToPhotos` does not import this module: `load_network` needs the catalogue of experiments, and a new row there
would make the results of every photo stale.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from tasks.core.errors import UserError
from tasks.experiments import EXPERIMENTS
from tasks.photos.cutout import cut_out
from tasks.photos.gray import exact_gray, gray_photo
from tasks.photos.matte import matte_photo
from tasks.shipped.model import MATTE
from tasks.shipped.network import SavedNetwork

if TYPE_CHECKING:
    from tasks.photos.network import SizedNetwork

__all__ = ["cut_out", "exact_gray", "gray_photo", "load_network", "matte_photo", "shipped_network"]


def shipped_network() -> SavedNetwork:
    """Load the matte model that comes with the package."""
    return SavedNetwork(MATTE.path)


def load_network(folder: str | Path) -> "SizedNetwork":
    """Load the model that `TrainModel` wrote to `data/models/NAME`, where NAME is an experiment.

    Raises `UserError` if NAME is not an experiment, or the folder has no model.
    """
    path = Path(folder)
    if path.name not in EXPERIMENTS:
        raise UserError(f"{path}: {path.name} is not an experiment; there are {', '.join(EXPERIMENTS)}")
    if not (path / "model.keras").is_file():
        raise UserError(f"{path}: there is no model; train it: TrainModel --experiment {path.name}")
    from tasks.photos.network import SizedNetwork

    experiment = EXPERIMENTS[path.name]
    return SizedNetwork(path / "model.keras", experiment.network, experiment.options)
