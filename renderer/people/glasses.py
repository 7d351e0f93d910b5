"""Glasses and sunglasses of a random shape."""

import numpy as np

from renderer.people.geometry import Floats, Mesh, linear, tube
from renderer.people.parts import Part, Solid

FRAMES = ((12, 12, 12), (40, 25, 18), (80, 50, 30), (120, 120, 125), (60, 20, 20), (170, 140, 90))


def random_glasses(
    left: Floats, right: Floats, head_width: float, scale: float, generator: np.random.Generator
) -> tuple[list[Part], str]:
    """Return the parts in the coordinates of the unposed head, for the centres of its eyes, and their name."""
    dark = generator.random() < 0.35
    width = generator.uniform(0.27, 0.34) * scale
    height = width * generator.uniform(0.68, 0.95) * (1.1 if dark else 1)
    squareness = generator.uniform(2, 4.2)
    thickness = float(generator.choice([0.012, 0.022, 0.034])) * scale
    front = max(left[2], right[2]) + 0.3 * scale
    red, green, blue = linear(*FRAMES[generator.integers(len(FRAMES))])
    frame = Solid((float(red), float(green), float(blue)), 0.25, metallic=1.0 if thickness < 0.02 else 0.0)
    angle = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    across, up = (np.sign(f(angle)) * np.abs(f(angle)) ** (2 / squareness) for f in (np.cos, np.sin))
    parts = []
    for eye, side in ((left, 1), (right, -1)):
        x = eye[0] + side * 0.02 + width * across
        bend = 0.1 * np.clip(np.abs(x) - 0.3, 0, 1)
        ring = np.stack([x, eye[1] - 0.04 * scale + height * up, front - bend], 1)
        parts.append(Part(tube(ring, thickness, 8, closed=True), frame))
        if dark:
            parts.append(Part(_fan(ring), Solid((0.006, 0.006, 0.008), 0.04)))
        arm = np.linspace(
            [eye[0] + side * width, eye[1] + 0.06 * scale, front - 0.12],
            [side * head_width, eye[1] + 0.02, front - 1.25 * scale],
            10,
        )
        parts.append(Part(tube(arm, 0.8 * thickness, 6, closed=False), frame))
    bridge = np.stack(
        [
            np.linspace(right[0] + 0.95 * width, left[0] - 0.95 * width, 9),
            left[1] + 0.02 + 0.05 * np.cos(np.linspace(-1.5, 1.5, 9)),
            np.full(9, front),
        ],
        1,
    )
    parts.append(Part(tube(bridge, thickness, 8, closed=False), frame))
    return parts, "sunglasses" if dark else "glasses"


def _fan(ring: Floats) -> Mesh:
    centre = ring.mean(0) + np.array([0, 0, 0.03])
    faces = [[k, (k + 1) % len(ring), len(ring)] for k in range(len(ring))]
    return Mesh(np.concatenate([ring, centre[None]]), faces, np.zeros((3 * len(faces), 2)))
