"""Renders the sample: portraits drawn by a program, in the layout of the PFCN archive."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tasks.core.progress import Track, untracked
from tasks.core.threads import in_threads
from tasks.dataset.manifest import SPLITS
from tasks.images.conversion import to_bytes
from tasks.originals.sample.background import draw_background
from tasks.originals.sample.drawing import HEIGHT, WIDTH, X, Y
from tasks.originals.sample.person import draw_person


def render_sample(folder: Path, training: int, testing: int, seed: int, track: Track = untracked) -> None:
    """Write so many photos and mattes for each split: `training/00001.jpg`, `training/00001_matte.png` and so on.

    A portrait depends on the seed, its split and its number alone.
    """
    jobs = [
        (split, number)
        for split, count in zip(SPLITS, (training, testing), strict=True)
        for number in range(1, count + 1)
    ]
    for split in SPLITS:
        (folder / split).mkdir(parents=True, exist_ok=True)
    for _ in track(in_threads(lambda job: _render_file(folder, *job, seed), jobs), len(jobs), "portrait"):
        pass


def render_portrait(generator: np.random.Generator) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Draw a photo (800, 600, 3), sRGB, and its alpha matte (800, 600), 255 = person; both uint8 0..255."""
    person = draw_person(generator)
    background = draw_background(generator)
    alpha = np.round(person.alpha * 255) / np.float32(255)  # as the matte stores it, so that the matte is exact
    photo = person.colour * alpha[..., None] + background * (1 - alpha[..., None])
    photo = photo * _light(generator)
    photo += generator.normal(0, generator.uniform(0.002, 0.015), photo.shape)
    return to_bytes(photo), to_bytes(alpha)


def _light(generator: np.random.Generator) -> NDArray[np.float32]:
    """Return factors (800, 600, 3) for exposure, white balance and vignetting, about 0.5 to 1.3."""
    balance = generator.uniform(0.9, 1.1, 3) * generator.uniform(0.75, 1.15)
    from_centre = ((X / WIDTH - 0.5) ** 2 + (Y / HEIGHT - 0.5) ** 2) * generator.uniform(0, 0.5)
    return np.asarray((1 - from_centre)[..., None] * balance, np.float32)


def _render_file(folder: Path, split: str, number: int, seed: int) -> None:
    from PIL import Image

    generator = np.random.default_rng([seed, SPLITS.index(split), number])
    photo, matte = render_portrait(generator)
    quality = int(generator.integers(85, 96))
    Image.fromarray(photo).save(folder / split / f"{number:05d}.jpg", quality=quality)
    Image.fromarray(matte).save(folder / split / f"{number:05d}_matte.png", compress_level=1)
