"""A tiny renders folder: people of ellipses that the lower edge cuts, backgrounds of colour, and a thing."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tasks.training.composites.layers import Layer
from tests.world import smooth_picture

SHAPE = (160, 120)


def ellipse(down: float, across: float, height: float, width: float) -> NDArray[np.float64]:
    """Alpha 0..1 of an ellipse with a soft edge; all in heights or widths of the picture."""
    y, x = ((np.arange(extent) + 0.5) / extent for extent in SHAPE)
    distance = np.hypot((y[:, np.newaxis] - down) / height, (x - across) / width)
    return np.clip((1 - distance) * 12 + 0.5, 0, 1)


def person(seed: int = 0) -> Layer:
    """Head and shoulders, smoothly coloured, (160, 120, 4)."""
    generator = np.random.default_rng(seed)
    head = ellipse(0.32, 0.5 + generator.uniform(-0.05, 0.05), 0.2, generator.uniform(0.18, 0.25))
    alpha = np.maximum(head, ellipse(1.05, 0.5, 0.52, 0.42))
    return np.dstack([smooth_picture(*SHAPE, seed), (alpha * 255).round().astype(np.uint8)])


def plain_person(colour: tuple[int, int, int]) -> Layer:
    """The first person, in one colour."""
    layer = person().copy()
    layer[..., :3] = colour
    return layer


def thing() -> Layer:
    """A disk, (160, 120, 4)."""
    alpha = (ellipse(0.5, 0.5, 0.3, 0.4) * 255).round().astype(np.uint8)
    return np.dstack([smooth_picture(*SHAPE, 99), alpha])


def write_renders(folder: Path, people: int = 3, backgrounds: int = 2, things: int = 1) -> Path:
    for kind in ("people", "backgrounds", "things"):
        (folder / kind).mkdir(parents=True)
    for number in range(people):
        Image.fromarray(person(number)).save(folder / "people" / f"{number:05}.png")
    for number in range(backgrounds):
        Image.fromarray(smooth_picture(*SHAPE, 50 + number)).save(folder / "backgrounds" / f"{number:05}.jpg")
    for number in range(things):
        Image.fromarray(thing()).save(folder / "things" / f"{number:05}.png")
    return folder
