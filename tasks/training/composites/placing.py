"""Puts a layer into the frame of a composite: the part in a window, resampled, turned and stretched."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tasks.dataset.arrays import unit_range
from tasks.training.composites.colour import Light, to_linear
from tasks.training.composites.layers import VISIBLE, Layer, Size

MARGIN = 0.12
"""By how much of its larger side a layer is continued on each side, for windows that are turned or stretched."""


@dataclass(frozen=True)
class Window:
    """The part of a layer that fills the frame, in pixels of the layer; it may reach beyond the layer."""

    top: float
    left: float
    height: float
    width: float


@dataclass(frozen=True)
class Placed:
    """A layer in the frame: its colours (height, width, 3), linear and straight, and its alpha (height, width, 1).

    Both are float32; alpha is 0..1.
    """

    colours: Light
    alpha: NDArray[np.float32]

    def over(self, behind: Light) -> Light:
        """Return the light (height, width, 3) of the layer before something else."""
        return behind + self.alpha * (self.colours - behind)


@dataclass(frozen=True)
class Cuts:
    """At which sides of its picture a layer is cut off: what it shows continues beyond them."""

    top: bool
    bottom: bool
    left: bool
    right: bool


def cuts(layer: Layer) -> Cuts:
    """Return at which sides visible pixels touch the border of the layer."""
    solid = layer[..., 3] >= VISIBLE
    return Cuts(bool(solid[0].any()), bool(solid[-1].any()), bool(solid[:, 0].any()), bool(solid[:, -1].any()))


def place(layer: Layer, window: Window, size: Size, angle: float = 0.0, stretch: float = 1.0) -> Placed:
    """Return what a window of a layer shows, at this size.

    The window is turned by `angle`, radians, and its width multiplied by `stretch`, both around its centre. Within
    `MARGIN` of its border a layer continues as at the border, so where it is cut off, no gap opens.
    """
    margin = round(MARGIN * max(layer.shape[:2]))
    # A layer that becomes much smaller is averaged over squares first; the transform looks at 2x2 pixels only.
    reduced = max(int(min(window.height / size[0], window.width / size[1])), 1)
    picture = _continued(layer, margin).reduce(reduced)
    down, right = window.height / size[0] / reduced, window.width / size[1] / reduced * stretch
    # From a pixel (x, y) of the frame to one of the picture: (a * x + b * y + c, d * x + e * y + f).
    a, b = right * math.cos(angle), -down * math.sin(angle)
    d, e = right * math.sin(angle), down * math.cos(angle)
    c = (margin + window.left + window.width / 2) / reduced - a * size[1] / 2 - b * size[0] / 2
    f = (margin + window.top + window.height / 2) / reduced - d * size[1] / 2 - e * size[0] / 2
    affine = Image.Transform.AFFINE, (a, b, c, d, e, f)
    seen = np.asarray(picture.transform((size[1], size[0]), *affine, Image.Resampling.BILINEAR))
    return Placed(to_linear(seen[..., :3]), unit_range(seen[..., 3:]))


def mirrored(placed: Placed) -> Placed:
    """Return the mirror image of a layer in the frame."""
    return Placed(placed.colours[:, ::-1], placed.alpha[:, ::-1])


def _continued(layer: Layer, margin: int) -> Image.Image:
    """Return a layer with `margin` pixels more on each side, in mode RGBX.

    With RGBA, Pillow would weight the colours by alpha, and round them badly where alpha is low.
    """
    pixels = np.pad(layer.view(np.uint32)[..., 0], margin, mode="edge")  # four bytes as one, which is faster
    return Image.frombuffer("RGBX", pixels.shape[::-1], pixels.tobytes(), "raw", "RGBX", 0, 1)
