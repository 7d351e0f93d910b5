"""Shapes, noise and layers for rendered portraits of 800x600 pixels.

Coordinates are in pixels, x to the right and y down; angles are in radians. A shape is a plane of signed distances
to its edge in pixels, negative inside. Its coverage, 0..1, becomes the alpha of a layer.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.float32]
"""A float32 array (800, 600)."""
Picture = NDArray[np.float32]
"""A float32 array (800, 600, 3), sRGB values 0..1."""

HEIGHT, WIDTH = 800, 600
Y, X = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
"""The coordinates of each pixel: two planes."""

Region = tuple[slice, slice]
"""Rows and columns of a plane."""
EVERYWHERE = (slice(None), slice(None))
SHARP = 1.5
"""How wide the soft edge of most shapes is, pixels."""


@dataclass
class Layer:
    """A colour for each pixel, and its alpha 0..1: how much of the layers behind it covers."""

    colour: Picture
    alpha: Plane


def ellipse(
    x: float,
    y: float,
    radius_x: float,
    radius_y: float,
    tilt: float = 0.0,
    power: float = 2.0,
    region: Region = EVERYWHERE,
) -> Plane:
    """Return the approximate distance to a superellipse around (x, y), for the pixels of a region.

    It is turned by `tilt`. With power 2 it is an ellipse; with a larger one it comes closer to a rectangle.
    """
    across, down = turned(x, y, tilt, region)
    norm = (np.abs(across / radius_x) ** power + np.abs(down / radius_y) ** power) ** (1 / power)
    return np.asarray((norm - 1) * min(radius_x, radius_y), np.float32)


def turned(x: float, y: float, tilt: float, region: Region = EVERYWHERE) -> tuple[Plane, Plane]:
    """Return coordinates from the origin (x, y) along axes turned by `tilt`, for the pixels of a region."""
    cosine, sine = np.float32(np.cos(tilt)), np.float32(np.sin(tilt))
    right, down = X[region] - x, Y[region] - y
    return right * cosine + down * sine, down * cosine - right * sine


def cover(distance: Plane, softness: float = SHARP) -> Plane:
    """Return the coverage of a shape from its distances, with an edge `softness` pixels wide."""
    return smooth(0.5 - distance / softness)


def spot(x: float, y: float, radius_x: float, radius_y: float, tilt: float, softness: float) -> Plane:
    """Return the coverage of an ellipse around (x, y); only the pixels near it are computed."""
    reach = max(radius_x, radius_y) * (1 + softness / min(radius_x, radius_y)) + 1
    region = (
        slice(max(int(y - reach), 0), max(int(y + reach) + 1, 0)),
        slice(max(int(x - reach), 0), max(int(x + reach) + 1, 0)),
    )
    coverage = np.zeros((HEIGHT, WIDTH), np.float32)
    coverage[region] = cover(ellipse(x, y, radius_x, radius_y, tilt, region=region), softness)
    return coverage


def smooth(share: Plane) -> Plane:
    """Clip to 0..1 and apply smoothstep: 3 s^2 - 2 s^3, which starts and ends flat."""
    clipped = np.clip(share, 0, 1)
    return clipped * clipped * (3 - 2 * clipped)


def noise(generator: np.random.Generator, cell_x: float, cell_y: float | None = None) -> Plane:
    """Return smooth noise of mean 0, about -1..1, with features of `cell_x` by `cell_y` pixels (or square)."""
    from PIL import Image

    rows, columns = (max(int(size / cell), 1) + 3 for size, cell in ((HEIGHT, cell_y or cell_x), (WIDTH, cell_x)))
    grid = generator.uniform(-1, 1, (rows, columns)).astype(np.float32)
    return np.asarray(Image.fromarray(grid).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC))


def flat(colour: NDArray[np.float64] | tuple[float, float, float], shade: Plane | float = 1.0) -> Picture:
    """Return one colour (3 values, 0..1) times a shade, a factor for all pixels or for each."""
    lit = np.asarray(colour, np.float32) * np.asarray(shade, np.float32)[..., None]
    return np.broadcast_to(lit, (HEIGHT, WIDTH, 3))


def stack(layers: list[Layer]) -> Layer:
    """Compose layers, the first at the back, into one with the exact alpha of them all.

    Source: T. Porter and T. Duff, Compositing digital images, SIGGRAPH 1984 (the over operator).
    """
    premultiplied = np.zeros((HEIGHT, WIDTH, 3), np.float32)
    alpha = np.zeros((HEIGHT, WIDTH), np.float32)
    for layer in layers:
        region = _touched(layer.alpha)
        over, behind = layer.alpha[region], 1 - layer.alpha[region]
        premultiplied[region] = layer.colour[region] * over[..., None] + premultiplied[region] * behind[..., None]
        alpha[region] = over + alpha[region] * behind
    return Layer(np.asarray(premultiplied / np.maximum(alpha, 1e-6)[..., None], np.float32), alpha)


def _touched(alpha: Plane) -> Region:
    """Return the region outside of which a layer covers nothing; most layers are small."""
    rows, columns = (np.flatnonzero(alpha.any(axis=axis)) for axis in (1, 0))
    if len(rows) == 0:
        return slice(0), slice(0)
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
