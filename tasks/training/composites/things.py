"""Things in front of the person, or beside: they hide a part of the person and belong to the background.

Those that lie within the person belong to it, like a badge or a print on a shirt: without them, networks cut such
things out of people.
"""

import numpy as np
from numpy.typing import NDArray

from tasks.training.composites.chances import chance, one_of
from tasks.training.composites.colour import Light
from tasks.training.composites.layers import Layer, Layers, Size
from tasks.training.composites.light import exposure
from tasks.training.composites.placing import Placed, Window, mirrored, place

THINGS = 0.25
"""How often there is a thing, if the renders have any."""
HEIGHT = (0.25, 0.9)
"""The least and largest height of a thing's layer, in heights of the frame."""
DOWN = (0.55, 1.1)
"""Where the middle of the layer is, in heights of the frame: rarely before the face."""
ACROSS = (-0.1, 1.1)
"""The same in widths of the frame."""
TURN = 0.25
"""The largest angle, radians."""
MOST_HIDDEN = 0.35
"""A thing that would hide a larger share of the person is left out."""
WITHIN = 0.8
"""The least share of a thing before the person if it is worn; it does not touch the frame's border either."""


def add_thing(
    generator: np.random.Generator, scene: Light, alpha: NDArray[np.float32], layers: Layers
) -> tuple[Light, NDArray[np.float32]]:
    """Return the light of the scene (height, width, 3) and the person's alpha (height, width, 1), 0..1.

    In some cases both are changed by a thing before them; the alpha never grows.
    """
    if not layers.things or not chance(generator, THINGS):
        return scene, alpha
    thing = _thing(generator, one_of(generator, layers.things), scene.shape[:2])
    seen = alpha * (1 - thing.alpha)
    if seen.sum() < (1 - MOST_HIDDEN) * alpha.sum():
        return scene, alpha
    return thing.over(scene), alpha if _is_worn(thing.alpha, alpha) else seen


def _is_worn(thing: NDArray[np.float32], person: NDArray[np.float32]) -> bool:
    """Return whether a thing lies within the person, given the alpha of both, (height, width, 1)."""
    border = np.concatenate([thing[0], thing[-1], thing[:, 0], thing[:, -1]])
    return bool(border.max() < 0.5 and (thing * person).sum() >= WITHIN * thing.sum())


def _thing(generator: np.random.Generator, layer: Layer, size: Size) -> Placed:
    height = layer.shape[0] / generator.uniform(*HEIGHT)
    width = height * size[1] / size[0]
    window = Window(
        layer.shape[0] / 2 - generator.uniform(*DOWN) * height,
        layer.shape[1] / 2 - generator.uniform(*ACROSS) * width,
        height,
        width,
    )
    placed = place(layer, window, size, angle=generator.uniform(-TURN, TURN))
    placed = Placed(placed.colours * exposure(generator, placed), placed.alpha)
    return mirrored(placed) if chance(generator, 0.5) else placed
