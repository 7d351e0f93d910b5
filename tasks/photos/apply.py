"""The trained models on photos, as functions for notebooks and scripts: no Luigi, no data folder.

After `luigi --module pipeline EvaluateAll`:

    from PIL import Image
    from tasks.photos.apply import cut_out, gray_photo, load_network, matte_photo

    photo = Image.open("me.jpg")
    gray = gray_photo(photo, load_network("data/models/gray-simple-3-tuned"))
    cutout = cut_out(photo, matte_photo(photo, load_network("data/models/matte-unet")))
    cutout.save("me.png")

`ApplyToPhoto` does not import this module: with `load_network` comes the catalogue of experiments, and a new row
there would make the results of every photo stale.
"""

from tasks.photos.cutout import cut_out
from tasks.photos.gray import gray_photo
from tasks.photos.matte import matte_photo
from tasks.photos.network import load_network

__all__ = ["cut_out", "gray_photo", "load_network", "matte_photo"]
