"""What is behind the person: a part of a background, two parts joined, or nothing but colour."""

import colorsys

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from tasks.images.conversion import to_bytes
from tasks.training.composites.chances import chance, log_uniform, one_of
from tasks.training.composites.colour import Light, to_linear
from tasks.training.composites.layers import Layers, Size

CROP = (0.45, 1.0)
"""The least and largest part of a background that is shown, of the largest that fits."""
BLURRED = 0.5
"""How often a background is blurred, as by depth of field, and"""
BLUR = (0.005, 0.05)
"""the least and largest standard deviation then, in heights of the frame."""
JOINED = 0.12
"""How often two backgrounds meet at a line, such as a wall and a room."""
PLAIN, GRADIENT = 0.06, 0.08
"""How often there is one colour alone, or two that blend into each other."""


def draw_background(generator: np.random.Generator, layers: Layers, size: Size) -> Light:
    """Return the light (height, width, 3) of what is behind the person."""
    kind = generator.random()
    if kind < PLAIN:
        behind = np.broadcast_to(_colour(generator), (*size, 3))
    elif kind < PLAIN + GRADIENT:
        behind = _gradient(generator, size)
    elif kind < PLAIN + GRADIENT + JOINED:
        behind = _joined(generator, *(_part(generator, layers, size) for _ in "12"))
    else:
        behind = _part(generator, layers, size)
    if kind >= PLAIN + GRADIENT and chance(generator, BLURRED):
        return blurred(behind, log_uniform(generator, *BLUR) * size[0])
    return behind


def blurred(picture: NDArray[np.float32], deviation: float) -> NDArray[np.float32]:
    """Return a picture (height, width, channels) blurred by a Gaussian of this standard deviation, pixels."""
    return np.asarray(ndimage.gaussian_filter(picture, (deviation, deviation, 0), truncate=3), np.float32)


def _part(generator: np.random.Generator, layers: Layers, size: Size) -> Light:
    background = one_of(generator, layers.backgrounds)
    fit = min(background.shape[0] / size[0], background.shape[1] / size[1]) * generator.uniform(*CROP)
    height, width = size[0] * fit, size[1] * fit
    top = generator.uniform(0, background.shape[0] - height)
    left = generator.uniform(0, background.shape[1] - width)
    picture = Image.fromarray(background).resize(
        (size[1], size[0]), Image.Resampling.BILINEAR, (left, top, left + width, top + height)
    )
    part = np.asarray(picture)
    return to_linear(part[:, ::-1] if chance(generator, 0.5) else part)


def _joined(generator: np.random.Generator, one: Light, other: Light) -> Light:
    axis = 0 if chance(generator, 0.4) else 1
    at = round(generator.uniform(0.2, 0.8) * one.shape[axis])
    first, second = (one[:at], other[at:]) if axis == 0 else (one[:, :at], other[:, at:])
    return np.concatenate([first, second], axis=axis)


def _gradient(generator: np.random.Generator, size: Size) -> Light:
    rows, columns = (np.linspace(-1, 1, extent, dtype=np.float32) for extent in size)
    down, across = generator.normal(size=2)
    slope = np.float32(down) * rows[:, np.newaxis] + np.float32(across) * columns
    blend = ((slope - slope.min()) / np.ptp(slope))[..., np.newaxis]
    one, other = _colour(generator), _colour(generator)
    return np.asarray(one * blend + other * (1 - blend), np.float32)


def _colour(generator: np.random.Generator) -> Light:
    """Return a colour (3,), more often dull than bright."""
    red_green_blue = colorsys.hsv_to_rgb(
        generator.random(), generator.random() ** 2 * 0.8, generator.uniform(0.05, 1)
    )
    return to_linear(to_bytes(np.array(red_green_blue)))
