"""Reads OpenEXR and Radiance files with Blender, which knows both."""

from pathlib import Path

import bpy
import numpy as np

from renderer.light import Floats

BRIGHTEST = 1e4
"""The most radiance that a pixel may have; 1 is white."""


def read_linear(path: Path) -> Floats:
    """Return the channels of an `.exr` or `.hdr` file, (height, width, 4), float32, 0 to `BRIGHTEST`."""
    image = bpy.data.images.load(str(path))
    width, height = image.size
    pixels = np.empty(width * height * 4, np.float32)
    image.pixels.foreach_get(pixels)
    bpy.data.images.remove(image)
    # Suns are stored as infinity, which would spread as holes.
    limited = np.clip(np.nan_to_num(pixels, posinf=BRIGHTEST), 0, BRIGHTEST)
    return np.asarray(limited.reshape(height, width, 4)[::-1])
