"""Makes the README's picture of a cut-out: `python -m benchmarks.cutout_picture [file]`

The matte is the shipped model's. The photo is the astronaut Eileen Collins, by NASA, in the public
domain, which scikit-image carries.
"""

import sys

import numpy as np
from PIL import Image
from skimage import data as photographs

from tasks.dataset.arrays import unit_range
from tasks.evaluation.pictures import on_checkerboard
from tasks.images.conversion import to_bytes
from tasks.photos.apply import cut_out, matte_photo, shipped_network

PICTURE_HEIGHT = 360


def main(file: str = "docs/cutout.jpg") -> None:
    """Write photo, matte, cut-out, and the person in front of a plain colour, side by side."""
    photo = Image.fromarray(photographs.astronaut())
    matte = matte_photo(photo, shipped_network())
    cutout = cut_out(photo, matte)
    colours, alpha = np.split(unit_range(np.asarray(cutout))[np.newaxis], [3], axis=-1)
    shown = Image.fromarray(to_bytes(on_checkerboard(colours, alpha, square=30)[0]))
    plain = Image.new("RGBA", photo.size, (0, 100, 150))
    panels = [photo, matte.convert("RGB"), shown, Image.alpha_composite(plain, cutout).convert("RGB")]
    small = [
        panel.resize((panel.width * PICTURE_HEIGHT // panel.height, PICTURE_HEIGHT), Image.Resampling.LANCZOS)
        for panel in panels
    ]
    sheet = np.concatenate([np.asarray(panel) for panel in small], axis=1)
    Image.fromarray(sheet).save(file, quality=88, optimize=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
