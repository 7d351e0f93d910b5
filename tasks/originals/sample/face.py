"""The pose and the face of a rendered person: head, ears, eyes, brows, nose and mouth."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tasks.originals.sample.drawing import SHARP, Layer, Plane, Y, cover, ellipse, flat, noise, spot, turned


@dataclass(frozen=True)
class Pose:
    """Where the head of a person is, and where the light comes from."""

    x: float
    """Centre of the head, pixels from the left."""
    y: float
    """Centre of the head, pixels from the top."""
    radius: float
    """Half the width of the head, pixels."""
    tilt: float
    """How far the head is turned clockwise, radians."""
    light: float
    """Side of the light: -1 from the left, 0 from the front, 1 from the right."""


def draw_face(generator: np.random.Generator, pose: Pose, skin: NDArray[np.float64]) -> list[Layer]:
    """Draw a face in this pose as layers, the back one first. `skin` is its colour, 3 values 0..1."""
    return [
        *_ears(pose, skin),
        _head(generator, pose, skin),
        *_eyes(generator, pose, skin),
        *_nose(pose, skin),
        *_mouth(generator, pose, skin),
    ]


def _place(pose: Pose, right: float, down: float) -> tuple[float, float]:
    """Return x and y in pixels of a point given in head radii from the centre of the tilted head."""
    cosine, sine = np.cos(pose.tilt), np.sin(pose.tilt)
    x = pose.x + pose.radius * (right * cosine - down * sine)
    return float(x), float(pose.y + pose.radius * (right * sine + down * cosine))


def _spot(pose: Pose, right: float, down: float, width: float, height: float, softness: float = SHARP) -> Plane:
    return spot(*_place(pose, right, down), width * pose.radius, height * pose.radius, pose.tilt, softness)


def _head(generator: np.random.Generator, pose: Pose, skin: NDArray[np.float64]) -> Layer:
    distance = ellipse(pose.x, pose.y, pose.radius, pose.radius * generator.uniform(1.22, 1.42), pose.tilt, 2.25)
    side = pose.light * _sideways(pose)
    rim = np.clip(1 + distance / pose.radius, 0, 1) ** 3
    shade = np.clip(0.97 + 0.2 * side - 0.25 * rim + 0.02 * noise(generator, 5), 0.3, 1.2)
    blush = np.zeros_like(shade)
    for right in (-0.5, 0.5):
        blush += _spot(pose, right, 0.3, 0.3, 0.25, pose.radius * 0.4)
    colour = flat(skin, shade) + blush[..., None] * np.array([0.05, -0.02, -0.02], np.float32)
    return Layer(np.clip(colour, 0, 1).astype(np.float32), cover(distance))


def _sideways(pose: Pose) -> Plane:
    across, _ = turned(pose.x, pose.y, pose.tilt)
    return np.asarray(np.clip(across / pose.radius, -1.2, 1.2), np.float32)


def _ears(pose: Pose, skin: NDArray[np.float64]) -> list[Layer]:
    return [Layer(flat(skin * 0.85), _spot(pose, right, 0.08, 0.14, 0.27)) for right in (-1.0, 1.0)]


def _eyes(generator: np.random.Generator, pose: Pose, skin: NDArray[np.float64]) -> list[Layer]:
    iris = np.array([[0.16, 0.09, 0.05], [0.3, 0.2, 0.1], [0.2, 0.35, 0.5], [0.25, 0.38, 0.24]])[
        generator.integers(4)
    ]
    gaze = generator.uniform(-0.05, 0.05)
    openness = generator.uniform(0.06, 0.1)
    layers = []
    for right in (-0.4, 0.4):
        inside = _spot(pose, right, -0.08, 0.18, openness)
        layers.append(Layer(flat(skin * 0.7), _spot(pose, right, -0.1, 0.22, openness + 0.06, 14)))
        layers.append(Layer(flat((0.93, 0.92, 0.9)), inside))
        layers.append(Layer(flat(iris), inside * _spot(pose, right + gaze, -0.08, 0.085, 0.085)))
        layers.append(Layer(flat((0.03, 0.03, 0.03)), inside * _spot(pose, right + gaze, -0.08, 0.04, 0.04)))
        layers.append(Layer(flat(skin * 0.25), 0.8 * _spot(pose, right, -0.31, 0.24, 0.035, 3)))
    return layers


def _nose(pose: Pose, skin: NDArray[np.float64]) -> list[Layer]:
    side = 0.06 if pose.light < 0 else -0.06
    bridge = Layer(flat(skin * 0.75), 0.45 * _spot(pose, side, 0.15, 0.06, 0.28, 10))
    tip = Layer(flat(np.minimum(skin * 1.1, 1)), 0.5 * _spot(pose, 0, 0.33, 0.09, 0.07, 10))
    nostrils = [Layer(flat(skin * 0.4), 0.7 * _spot(pose, x, 0.42, 0.04, 0.022, 3)) for x in (-0.07, 0.07)]
    return [bridge, tip, *nostrils]


def _mouth(generator: np.random.Generator, pose: Pose, skin: NDArray[np.float64]) -> list[Layer]:
    lips = np.clip(skin * np.array([0.95, 0.6, 0.6]) * generator.uniform(0.85, 1.1), 0, 1)
    width, height = generator.uniform(0.26, 0.36), generator.uniform(0.06, 0.1)
    layers = [Layer(flat(lips), _spot(pose, 0, 0.75, width, height, 3))]
    if generator.uniform() < 0.4:
        layers.append(Layer(flat((0.95, 0.94, 0.9)), _spot(pose, 0, 0.74, width * 0.75, height * 0.5)))
    else:
        line = cover(np.abs(Y - _place(pose, 0, 0.75)[1]) - 1.5, 2)
        layers.append(Layer(flat(lips * 0.5), np.minimum(line, _spot(pose, 0, 0.75, width, height, 2))))
    return layers
