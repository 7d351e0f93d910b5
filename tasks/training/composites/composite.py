"""Draws a composite: a rendered person before a background, with the matte."""

import math

import numpy as np
from numpy.typing import NDArray

from tasks.images.conversion import to_bytes
from tasks.training.composites.background import draw_background
from tasks.training.composites.bystanders import add_bystanders
from tasks.training.composites.camera import photograph
from tasks.training.composites.chances import chance, one_of
from tasks.training.composites.framing import framing
from tasks.training.composites.layers import Layer, Layers, Size
from tasks.training.composites.light import relight
from tasks.training.composites.placing import Placed, mirrored, place
from tasks.training.composites.things import add_thing

TURNED = 0.5
"""How often the person is turned in the picture, and"""
TURN = math.radians(2.5)
"""the standard deviation of the angle then; it is at most"""
LARGEST_TURN = math.radians(6)
STRETCH = 0.06
"""The largest logarithm of the factor on the person's width."""


def draw_composite(
    generator: np.random.Generator, layers: Layers, size: Size
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return an image (height, width, 3), sRGB, and the person's matte (height, width, 1), both uint8, 0..255.

    The same state of the generator gives the same composite.
    """
    person = _person(generator, one_of(generator, layers.people), size)
    behind = draw_background(generator, layers, size)
    behind = add_bystanders(generator, behind, layers, float(person.alpha.mean()))
    person, behind = relight(generator, person, behind)
    scene, alpha = add_thing(generator, person.over(behind), person.alpha, layers)
    return photograph(generator, scene), to_bytes(alpha)


def _person(generator: np.random.Generator, layer: Layer, size: Size) -> Placed:
    angle = 0.0
    if chance(generator, TURNED):
        angle = float(np.clip(generator.normal(0, TURN), -LARGEST_TURN, LARGEST_TURN))
    stretch = math.exp(generator.uniform(-STRETCH, STRETCH))
    placed = place(layer, framing(generator, layer, size), size, angle, stretch)
    return mirrored(placed) if chance(generator, 0.5) else placed
