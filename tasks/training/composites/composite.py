"""Draws a composite: a rendered person before a background, with the matte."""

import math

import numpy as np
from numpy.typing import NDArray

from tasks.images.conversion import to_bytes
from tasks.images.fitting import fitting_size, padded
from tasks.training.composites.background import draw_background
from tasks.training.composites.bystanders import add_bystanders
from tasks.training.composites.camera import photograph
from tasks.training.composites.chances import chance, log_uniform, one_of
from tasks.training.composites.framing import framing
from tasks.training.composites.layers import Layer, Layers, Size
from tasks.training.composites.light import relight
from tasks.training.composites.placing import Placed, cuts, mirrored, place
from tasks.training.composites.things import add_thing

OTHER_SHAPE = 0.15
"""How often a picture is a photo of another shape than the network's images, and"""
HEIGHT_TO_WIDTH = (9 / 16, 16 / 9)
"""the least and largest ratio of its sides then."""
TRIES = 8
"""So many people are looked at for one who suits a wide picture."""
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

    Some are photos of another shape, padded to the size. The same state of the generator gives the same composite.
    """
    shape = size
    if chance(generator, OTHER_SHAPE):
        shape = fitting_size((log_uniform(generator, *HEIGHT_TO_WIDTH), 1), size)
    image, matte = _draw(generator, layers, shape)
    return padded(image, size), padded(matte, size)


def _draw(
    generator: np.random.Generator, layers: Layers, size: Size
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    person = _person(generator, _suitable(generator, layers, size), size)
    behind = draw_background(generator, layers, size)
    behind = add_bystanders(generator, behind, layers, float(person.alpha.mean()))
    person, behind = relight(generator, person, behind)
    scene, alpha = add_thing(generator, person.over(behind), person.alpha, layers)
    return photograph(generator, scene), to_bytes(alpha)


def _suitable(generator: np.random.Generator, layers: Layers, size: Size) -> Layer:
    """Return a person; for a wide picture, if possible one that is not cut off at both sides."""
    layer = one_of(generator, layers.people)
    for _ in range(TRIES if size[1] > size[0] else 0):
        if not (cuts(layer).left and cuts(layer).right):
            break
        layer = one_of(generator, layers.people)
    return layer


def _person(generator: np.random.Generator, layer: Layer, size: Size) -> Placed:
    angle = 0.0
    if chance(generator, TURNED):
        angle = float(np.clip(generator.normal(0, TURN), -LARGEST_TURN, LARGEST_TURN))
    stretch = math.exp(generator.uniform(-STRETCH, STRETCH))
    placed = place(layer, framing(generator, layer, size), size, angle, stretch)
    return mirrored(placed) if chance(generator, 0.5) else placed
