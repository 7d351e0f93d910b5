"""Reads OpenEXR and Radiance files with Blender, which knows both."""

from pathlib import Path

import bpy
import numpy as np

from renderer.light import Floats


def read_linear(path: Path) -> Floats:
    """Return the channels of an `.exr` or `.hdr` file, (height, width, 4), float32, as stored."""
    image = bpy.data.images.load(str(path))
    width, height = image.size
    pixels = np.empty(width * height * 4, np.float32)
    image.pixels.foreach_get(pixels)
    bpy.data.images.remove(image)
    return pixels.reshape(height, width, 4)[::-1]
