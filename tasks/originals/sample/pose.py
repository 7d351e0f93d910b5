"""Where a rendered person is, and how the light falls on them."""

from dataclasses import dataclass

import numpy as np

from tasks.originals.sample.drawing import Plane, X


@dataclass(frozen=True)
class Pose:
    """Where the head is (pixels), how large and how tilted (radians), and where the light comes from (-1..1)."""

    x: float
    y: float
    radius: float
    tilt: float
    light: float


def lit(pose: Pose, distance: Plane) -> Plane:
    """Shade of a rounded body: bright on the side of the light, darker towards its edge."""
    side = (X - pose.x) / (2 * pose.radius) * pose.light
    rim = np.clip(1 + distance / pose.radius, 0, 1) ** 3
    return np.asarray(np.clip(0.95 + 0.22 * side - 0.22 * rim, 0.35, 1.25), np.float32)
