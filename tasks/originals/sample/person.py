"""A rendered person, head and shoulders: hair, face, neck and clothes as layers with exact alpha."""

import numpy as np
from numpy.typing import NDArray

from tasks.originals.sample.drawing import (
    HEIGHT,
    WIDTH,
    Layer,
    Plane,
    X,
    Y,
    cover,
    ellipse,
    flat,
    noise,
    stack,
    turned,
)
from tasks.originals.sample.face import Pose, draw_face

SKIN = np.array(
    [[0.98, 0.84, 0.74], [0.91, 0.72, 0.58], [0.78, 0.57, 0.42], [0.56, 0.37, 0.26], [0.32, 0.21, 0.15]]
)
HAIR = np.array([[0.07, 0.06, 0.06], [0.2, 0.12, 0.08], [0.4, 0.24, 0.12], [0.8, 0.64, 0.36], [0.62, 0.6, 0.58]])
"""Palettes: rows of sRGB values 0..1, from which colours are mixed."""
HAIRSTYLES = ("bald", "short", "bob", "long", "bun", "afro")


def draw_person(generator: np.random.Generator) -> Layer:
    """Draw a random person, head and shoulders: colour (800, 600, 3) and exact alpha (800, 600), values 0..1."""
    radius = generator.uniform(85, 150)
    pose = Pose(
        x=WIDTH * generator.normal(0.5, 0.06),
        y=HEIGHT * generator.uniform(0.36, 0.46),
        radius=radius,
        tilt=generator.normal(0, 0.09),
        light=generator.uniform(-1, 1),
    )
    skin = _mix(generator, SKIN)
    hair = np.clip(_mix(generator, HAIR) * generator.uniform(0.8, 1.2), 0, 1)
    style = str(generator.choice(HAIRSTYLES))
    layers = [
        *_hair_behind(generator, pose, hair, style),
        _neck(pose, skin),
        _clothes(generator, pose),
        *draw_face(generator, pose, skin),
        *_hair_in_front(generator, pose, hair, style),
    ]
    return stack(layers)


def _lit(pose: Pose, distance: Plane) -> Plane:
    """Return the shade of a rounded body, 0.35..1.25: brighter towards the light, darker towards its edge."""
    side = (X - pose.x) / (2 * pose.radius) * pose.light
    rim = np.clip(1 + distance / pose.radius, 0, 1) ** 3
    return np.asarray(np.clip(0.95 + 0.22 * side - 0.22 * rim, 0.35, 1.25), np.float32)


def _mix(generator: np.random.Generator, palette: NDArray[np.float64]) -> NDArray[np.float64]:
    first, second = generator.integers(0, len(palette), 2)
    share = generator.uniform(0.6, 1)
    return np.asarray(palette[first] * share + palette[second] * (1 - share))


def _neck(pose: Pose, skin: NDArray[np.float64]) -> Layer:
    across, down = turned(pose.x, pose.y, pose.tilt * 0.4)
    distance = np.abs(across) - pose.radius * (0.46 + 0.1 * np.clip(down / pose.radius - 1.2, 0, 2) ** 2)
    below = (pose.radius * 0.4 - down) * np.float32(0.8)
    shadow = 0.72 + 0.2 * np.clip(down / pose.radius - 1.1, 0, 1)
    return Layer(flat(skin, _lit(pose, distance) * shadow), cover(np.maximum(distance, below)))


def _clothes(generator: np.random.Generator, pose: Pose) -> Layer:
    half = pose.radius * generator.uniform(1.75, 2.3)
    top = pose.y + pose.radius * generator.uniform(1.55, 1.75)
    across = np.abs(X - pose.x) / half
    slope = pose.radius * (0.18 + 0.55 * across**2)
    shoulder = np.where(across < 1, slope, slope + (across - 1) * pose.radius * 6)
    neckline = pose.radius * generator.uniform(0.2, 0.75) * np.clip(1 - across * half / (0.5 * pose.radius), 0, 1)
    distance = ((top + shoulder + neckline - Y) * 0.75).astype(np.float32)
    base, accent = generator.uniform(0.05, 0.95, 3), generator.uniform(0.05, 0.95, 3)
    folds = 1 + 0.12 * noise(generator, 70, 160) + 0.03 * noise(generator, 3)
    pattern = _pattern(generator)[..., None]
    colour = (flat(base) * (1 - pattern) + flat(accent) * pattern) * (_lit(pose, -np.abs(distance)) * folds)[
        ..., None
    ]
    return Layer(np.clip(colour, 0, 1).astype(np.float32), cover(distance, generator.uniform(1.2, 3)))


def _pattern(generator: np.random.Generator) -> Plane:
    width = generator.uniform(14, 60)
    kind = generator.choice(["plain", "plain", "stripes", "checks", "dots"])
    if kind == "stripes":
        angle = generator.choice([0.0, np.pi / 2, 0.7])
        return cover(
            (np.sin((X * np.cos(angle) + Y * np.sin(angle)) * 2 * np.pi / width) * 8).astype(np.float32), 4
        )
    if kind == "checks":
        return 0.5 * cover(np.sin(X * 6.28 / width) * 8, 4) + 0.5 * cover(np.sin(Y * 6.28 / width) * 8, 4)
    if kind == "dots":
        return cover((np.sin(X * 6.28 / width) * np.sin(Y * 6.28 / width) - 0.6) * 12, 4)
    return np.zeros((HEIGHT, WIDTH), np.float32)


def _hair_behind(
    generator: np.random.Generator, pose: Pose, colour: NDArray[np.float64], style: str
) -> list[Layer]:
    radius = pose.radius
    if style == "bald":
        return []
    if style == "afro":
        distance = ellipse(pose.x, pose.y - 0.35 * radius, 1.55 * radius, 1.45 * radius, pose.tilt)
    elif style == "short":
        distance = ellipse(pose.x, pose.y - 0.3 * radius, 1.1 * radius, 1.12 * radius, pose.tilt)
    else:
        length = {"bob": 1.35, "long": 2.3, "bun": 1.15}[style] * radius
        distance = ellipse(
            pose.x, pose.y - 0.1 * radius + 0.25 * (length - radius), 1.22 * radius, length, power=2.6
        )
    if style == "bun":
        distance = np.minimum(distance, ellipse(pose.x, pose.y - 1.5 * radius, 0.5 * radius, 0.45 * radius))
    return [_hair(generator, pose, colour, distance, loose=8 if style in ("afro", "long") else 4)]


def _hair_in_front(
    generator: np.random.Generator, pose: Pose, colour: NDArray[np.float64], style: str
) -> list[Layer]:
    if style == "bald":
        return []
    radius = pose.radius
    cap = ellipse(pose.x, pose.y - 0.12 * radius, 1.08 * radius, 1.3 * radius, pose.tilt)
    parting = generator.uniform(-0.5, 0.5) * radius
    forehead = ellipse(
        pose.x + parting, pose.y + 0.5 * radius, 1.15 * radius, generator.uniform(1.15, 1.35) * radius
    )
    return [_hair(generator, pose, colour, np.maximum(cap, -forehead), loose=4)]


def _hair(
    generator: np.random.Generator, pose: Pose, colour: NDArray[np.float64], distance: Plane, loose: float
) -> Layer:
    """Return a shape of hair, with strands in its colour and at its edge in its alpha."""
    strands = noise(generator, 2.5, 45) + 0.5 * noise(generator, 9, 90)
    ragged = distance + loose * strands + 2 * loose * noise(generator, 40)
    shade = np.asarray(_lit(pose, distance) * (1 + 0.3 * strands), np.float32)
    return Layer(np.clip(flat(colour, shade), 0, 1), cover(ragged, 2.5 * loose))
