"""Other people behind or beside the person. They are background: a model has to tell whose portrait it is."""

import math

import numpy as np

from tasks.training.composites.background import blurred
from tasks.training.composites.chances import chance, log_uniform, one_of
from tasks.training.composites.colour import Light
from tasks.training.composites.layers import VISIBLE, Layer, Layers, Size
from tasks.training.composites.light import DARKEST, exposure
from tasks.training.composites.placing import Placed, Window, cuts, mirrored, place

BYSTANDERS = 0.15
"""How often there are any, and"""
MOST = 3
"""how many at most."""
AREA = (0.08, 0.5)
"""The least and largest area of a whole bystander, in areas of the person."""
LARGEST = 0.9
"""The largest height of a bystander's layer, in heights of the frame."""
ASIDE = (0.0, 0.35)
"""How far the middle of a bystander is from one of the two sides, in widths of the frame."""
LOWERED = 0.2
"""By how much of its height the frame may cut a bystander further than its own layer."""
BLURRED = 0.6
"""How often a bystander is blurred, and"""
BLUR = (0.004, 0.025)
"""the least and largest standard deviation then, in heights of the frame."""
DARKER = (0.25, 1.1)
"""The least and largest factor on a bystander's light."""


def add_bystanders(generator: np.random.Generator, behind: Light, layers: Layers, person_area: float) -> Light:
    """Return the light behind the person (height, width, 3), in some cases with other people in it.

    `person_area` is the share (0..1) of the frame that the person covers; each bystander covers less.
    """
    if not chance(generator, BYSTANDERS):
        return behind
    for _ in range(int(generator.integers(1, MOST + 1))):
        layer = one_of(generator, layers.people)
        behind = _bystander(generator, layer, behind.shape[:2], person_area).over(behind)
    return behind


def _bystander(generator: np.random.Generator, layer: Layer, size: Size, person_area: float) -> Placed:
    placed = place(layer, _window(generator, layer, size, person_area), size)
    light = exposure(generator, placed) * np.float32(generator.uniform(*DARKER))
    placed = Placed(placed.colours * light, placed.alpha)
    if chance(generator, BLURRED):
        placed = _out_of_focus(placed, log_uniform(generator, *BLUR) * size[0])
    return mirrored(placed) if chance(generator, 0.5) else placed


def _out_of_focus(placed: Placed, deviation: float) -> Placed:
    light = blurred(np.concatenate([placed.colours * placed.alpha, placed.alpha], axis=-1), deviation)
    colours = light[..., :3] / np.maximum(light[..., 3:], np.float32(DARKEST))
    return Placed(np.asarray(colours, np.float32), light[..., 3:])


def _window(generator: np.random.Generator, layer: Layer, size: Size, person_area: float) -> Window:
    """Return the window that shows a layer as small as it has to be, at one side, standing on the lower edge."""
    solid, off = layer[..., 3] >= VISIBLE, cuts(layer)
    area = person_area * log_uniform(generator, *AREA)
    shown = min(math.sqrt(area / solid.mean()), LARGEST)
    height = layer.shape[0] / shown
    width = height * size[1] / size[0]
    rows, columns = (np.flatnonzero(solid.any(axis=axis)) for axis in (1, 0))
    top = rows[-1] + 1 - generator.uniform(0, LOWERED) * (rows[-1] - rows[0]) - height
    aside = generator.uniform(*ASIDE)
    # A side where the layer is cut off must not be seen.
    if off.left or off.right:
        left = 0.0 if off.left else layer.shape[1] - width
    else:
        left = (columns[0] + columns[-1]) / 2 - aside * width
    return Window(top, left, height, width)
