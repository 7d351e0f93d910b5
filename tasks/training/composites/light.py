"""The light on the person and on what is behind, in linear values.

The limits are those of a prototype; models that it trained reached an IoU of 0.92 on real portraits.
"""

import math

import numpy as np
from numpy.typing import NDArray

from tasks.training.composites.background import blurred
from tasks.training.composites.chances import chance, log_normal, log_normals
from tasks.training.composites.colour import LUMINANCE, Light
from tasks.training.composites.placing import Placed

EXPOSURE = 0.52
"""The typical luminance of the brightest tenth of a person, and"""
EXPOSURE_DEVIATION = 0.38
"""the standard deviation of its logarithm."""
GAIN_LIMITS = (0.3, 6.0)
"""The least and largest factor on a layer's light."""
NEUTRALIZED = 0.35
"""The largest part of a person's colour cast that is removed."""
CAST, OWN_CAST = 0.07, 0.05
"""Deviation of the logarithm of the factor on each colour, for person and background together, and for each."""
TYPICAL = 0.22
"""The mean light of a background that is neither bright nor dark."""
MATCHED = 0.5
"""How often the background is made about as bright as that."""
BACKGROUND_DEVIATION = 0.35
"""Deviation of the logarithm of the factor on the background's light."""
ALIKE = 0.35
"""How often the background gets a tone of the person: what is hard to tell apart."""
DARKEST = 1e-3
"""Light below this is taken for this where something is divided by it."""
SHADOW, WRAP, SIDE, UNEVEN = 0.4, 0.4, 0.25, 0.25
"""How often there is a shadow of the person, background's light at the person's edge, light from one side of the
person, and light that differs from one side of the picture to the other."""


Factors = NDArray[np.float32]
"""Factors on the light of each colour, (3,)."""


def relight(generator: np.random.Generator, person: Placed, behind: Light) -> tuple[Placed, Light]:
    """Return the person and what is behind (height, width, 3), both in another light; the alpha stays."""
    cast = log_normals(generator, CAST)
    on_person = exposure(generator, person) * _neutralizing(generator, person) * log_normals(generator, OWN_CAST)
    on_behind = _background_exposure(generator, behind) * log_normals(generator, OWN_CAST)
    if chance(generator, ALIKE):
        on_behind = on_behind * _alike(generator, person, on_person, behind)
    colours, behind = person.colours * (on_person * cast), behind * (on_behind * cast)
    if chance(generator, SIDE):
        colours = colours * _from_one_side(generator, person.alpha)
    if chance(generator, SHADOW):
        behind = behind * _shadow(generator, person.alpha)
    if chance(generator, WRAP):
        colours = colours + _wrapped(generator, person.alpha, behind)
    if chance(generator, UNEVEN):
        uneven = _uneven(generator, behind.shape[:2])
        colours, behind = colours * uneven, behind * uneven
    return Placed(colours, person.alpha), behind


def exposure(generator: np.random.Generator, placed: Placed) -> np.float32:
    """Return the factor on a layer's light that exposes it as a photographer would, or nearly."""
    luminance = (placed.colours @ LUMINANCE)[placed.alpha[..., 0] > 0.5]
    if luminance.size == 0:
        return np.float32(1)
    bright = float(np.partition(luminance, int(0.92 * luminance.size))[int(0.92 * luminance.size)])
    wanted = EXPOSURE * log_normal(generator, EXPOSURE_DEVIATION)
    return np.float32(np.clip(wanted / max(bright, DARKEST), *GAIN_LIMITS))


def _neutralizing(generator: np.random.Generator, person: Placed) -> Factors:
    mean = person.alpha.reshape(-1) @ person.colours.reshape(-1, 3) + np.float32(DARKEST)
    return np.asarray((mean.mean() / mean) ** np.float32(generator.uniform(0, NEUTRALIZED)), np.float32)


def _background_exposure(generator: np.random.Generator, behind: Light) -> np.float32:
    factor = log_normal(generator, BACKGROUND_DEVIATION)
    if chance(generator, MATCHED):
        missing = float(np.clip(math.log(TYPICAL / max(float(behind.mean()), DARKEST)), -1, 1))
        factor *= math.exp(missing * generator.uniform(0, 0.8))
    return np.float32(factor)


def _alike(generator: np.random.Generator, person: Placed, on_person: Factors, behind: Light) -> Factors:
    """Return the factors that give the background, in part, the tone of one of the person's pixels."""
    tones = person.colours[person.alpha[..., 0] > 0.5]
    if len(tones) == 0:
        return np.ones(3, np.float32)
    tone = tones[int(generator.integers(len(tones)))] * on_person
    part = np.float32(generator.uniform(0.2, 0.8))
    brighter = 0.9 / max(float(behind.mean()), DARKEST)
    return np.asarray(1 - part + part * tone * np.float32(brighter), np.float32)


def _from_one_side(generator: np.random.Generator, alpha: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return factors (height, width, 1) of hard light: bright on one side of a line, dark on the other."""
    rows, columns = (np.linspace(-0.5, 0.5, extent, dtype=np.float32) for extent in alpha.shape[:2])
    angle = generator.normal(0, 0.6) + (math.pi if chance(generator, 0.5) else 0)
    across = np.float32(math.cos(angle)) * columns + np.float32(math.sin(angle)) * rows[:, np.newaxis]
    hardness, strength = np.float32(generator.uniform(3, 15)), np.float32(generator.uniform(0.2, 0.9))
    side = np.tanh(hardness * (across - np.float32(generator.normal(0, 0.1))))
    return np.asarray(np.exp(strength * side)[..., np.newaxis], np.float32)


def _shadow(generator: np.random.Generator, alpha: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return factors (height, width, 1) of the shadow that the person throws on what is near behind."""
    height, width = alpha.shape[:2]
    down, right = round(generator.uniform(-0.03, 0.06) * height), round(generator.uniform(-0.08, 0.08) * width)
    thrown = blurred(np.roll(alpha, (down, right), axis=(0, 1)), generator.uniform(0.015, 0.06) * height)
    return 1 - np.float32(generator.uniform(0.1, 0.5)) * thrown


def _wrapped(generator: np.random.Generator, alpha: NDArray[np.float32], behind: Light) -> Light:
    """Return the light (height, width, 3) of the background that reaches the person's edge."""
    return blurred(behind * (1 - alpha), 0.025 * alpha.shape[0]) * np.float32(generator.uniform(0, 0.35))


def _uneven(generator: np.random.Generator, size: tuple[int, int]) -> NDArray[np.float32]:
    """Return factors (height, width, 1) of light that falls off towards one side of the picture."""
    rows, columns = (np.linspace(-1, 1, extent, dtype=np.float32) for extent in size)
    down, across = np.float32(generator.normal(0, 0.3)), np.float32(generator.normal(0, 0.5))
    return np.exp(down * rows[:, np.newaxis] + across * columns)[..., np.newaxis]
