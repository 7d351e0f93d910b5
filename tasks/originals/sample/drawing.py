"""Shapes, noise and layers on float images; coordinates are pixels, x to the right and y down.

Distances are negative inside a shape and positive outside, in pixels.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.float32]
"""A float32 array (height, width)."""
Picture = NDArray[np.float32]
"""A float32 array (height, width, 3), sRGB values 0..1."""

HEIGHT, WIDTH = 800, 600
Y, X = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)

Part = tuple[slice, slice]
"""Rows and columns of a plane."""
WHOLE = (slice(None), slice(None))
SHARP = 1.5
"""How wide the edge of most shapes is, pixels."""


@dataclass
class Layer:
    """Colour (height, width, 3) that covers what lies behind it by `alpha` (height, width), 0..1."""

    colour: Picture
    alpha: Plane


def ellipse(
    x: float,
    y: float,
    radius_x: float,
    radius_y: float,
    tilt: float = 0.0,
    power: float = 2.0,
    part: Part = WHOLE,
) -> Plane:
    """Distance to a superellipse (power 2: an ellipse) around (x, y), turned by `tilt` radians, in a part."""
    across, down = turned(x, y, tilt, part)
    norm = (np.abs(across / radius_x) ** power + np.abs(down / radius_y) ** power) ** (1 / power)
    return np.asarray((norm - 1) * min(radius_x, radius_y), np.float32)


def turned(x: float, y: float, tilt: float, part: Part = WHOLE) -> tuple[Plane, Plane]:
    """Coordinates around (x, y), turned by `tilt` radians, in a part of the picture."""
    cosine, sine = np.float32(np.cos(tilt)), np.float32(np.sin(tilt))
    right, down = X[part] - x, Y[part] - y
    return right * cosine + down * sine, down * cosine - right * sine


def cover(distance: Plane, softness: float = SHARP) -> Plane:
    """Coverage 0..1 of a shape, with an edge `softness` pixels wide."""
    return smooth(0.5 - distance / softness)


def spot(x: float, y: float, radius_x: float, radius_y: float, tilt: float, softness: float) -> Plane:
    """Coverage 0..1 of a small ellipse, for which only its surroundings are looked at."""
    reach = max(radius_x, radius_y) * (1 + softness / min(radius_x, radius_y)) + 1
    part = (
        slice(max(int(y - reach), 0), max(int(y + reach) + 1, 0)),
        slice(max(int(x - reach), 0), max(int(x + reach) + 1, 0)),
    )
    coverage = np.zeros((HEIGHT, WIDTH), np.float32)
    coverage[part] = cover(ellipse(x, y, radius_x, radius_y, tilt, part=part), softness)
    return coverage


def smooth(share: Plane) -> Plane:
    """Smoothstep of 0..1, clipped outside."""
    clipped = np.clip(share, 0, 1)
    return clipped * clipped * (3 - 2 * clipped)


def noise(generator: np.random.Generator, cell_x: float, cell_y: float | None = None) -> Plane:
    """Smooth noise of mean 0 and about -1..1, with features of `cell_x` by `cell_y` pixels."""
    from PIL import Image

    rows, columns = (max(int(size / cell), 1) + 3 for size, cell in ((HEIGHT, cell_y or cell_x), (WIDTH, cell_x)))
    grid = generator.uniform(-1, 1, (rows, columns)).astype(np.float32)
    return np.asarray(Image.fromarray(grid).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC))


def flat(colour: NDArray[np.float64] | tuple[float, float, float], shade: Plane | float = 1.0) -> Picture:
    """One colour times a shade."""
    lit = np.asarray(colour, np.float32) * np.asarray(shade, np.float32)[..., None]
    return np.broadcast_to(lit, (HEIGHT, WIDTH, 3))


def stack(layers: list[Layer]) -> Layer:
    """Put layers over each other, the first at the back; the result's alpha is exact.

    Source: T. Porter and T. Duff, Compositing digital images, SIGGRAPH 1984 (the over operator).
    """
    premultiplied = np.zeros((HEIGHT, WIDTH, 3), np.float32)
    alpha = np.zeros((HEIGHT, WIDTH), np.float32)
    for layer in layers:
        part = _touched(layer.alpha)
        over, behind = layer.alpha[part], 1 - layer.alpha[part]
        premultiplied[part] = layer.colour[part] * over[..., None] + premultiplied[part] * behind[..., None]
        alpha[part] = over + alpha[part] * behind
    return Layer(np.asarray(premultiplied / np.maximum(alpha, 1e-6)[..., None], np.float32), alpha)


def _touched(alpha: Plane) -> Part:
    """The rows and columns outside of which a layer covers nothing; most layers are small."""
    rows, columns = (np.flatnonzero(alpha.any(axis=axis)) for axis in (1, 0))
    if len(rows) == 0:
        return slice(0), slice(0)
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
