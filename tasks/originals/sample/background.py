"""Backgrounds of the sample: studio gradients, textures, and crops of photographs in scikit-image."""

import numpy as np

from tasks.originals.sample.drawing import HEIGHT, WIDTH, Picture, X, Y, flat, noise, smooth

PHOTOGRAPHS = ("coffee", "chelsea", "rocket", "hubble_deep_field", "brick", "grass", "gravel")
"""Functions of `skimage.data` for photographs without people that need no download."""


def draw_background(generator: np.random.Generator) -> Picture:
    """Draw a background (800, 600, 3), values 0..1: a gradient, a texture or a photograph."""
    kind = generator.choice(["gradient", "texture", "photograph"], p=[0.3, 0.25, 0.45])
    if kind == "gradient":
        return _gradient(generator)
    if kind == "texture":
        return _texture(generator)
    return _photograph(generator)


def _gradient(generator: np.random.Generator) -> Picture:
    angle = generator.uniform(0, 2 * np.pi)
    along = (X / WIDTH - 0.5) * np.cos(angle) + (Y / HEIGHT - 0.5) * np.sin(angle)
    share = smooth((along + 0.6).astype(np.float32))[..., None]
    first, second = flat(_colour(generator)), flat(_colour(generator))
    return first * share + second * (1 - share)


def _texture(generator: np.random.Generator) -> Picture:
    stretch = generator.uniform(0.3, 3)
    coarse, fine = (noise(generator, cell, cell * stretch) for cell in (generator.uniform(60, 200), 12.0))
    share = smooth(0.5 + coarse + 0.25 * fine)[..., None]
    return flat(_colour(generator)) * share + flat(_colour(generator)) * (1 - share)


def _photograph(generator: np.random.Generator) -> Picture:
    import skimage.data
    from PIL import Image, ImageFilter

    name = str(generator.choice(PHOTOGRAPHS))
    photograph = Image.fromarray(getattr(skimage.data, name)()).convert("RGB")
    height = int(generator.uniform(0.45, 1) * min(photograph.height, photograph.width * HEIGHT / WIDTH))
    width = height * WIDTH // HEIGHT
    left = int(generator.integers(0, photograph.width - width + 1))
    top = int(generator.integers(0, photograph.height - height + 1))
    crop = photograph.resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC, (left, top, left + width, top + height))
    crop = crop.filter(ImageFilter.GaussianBlur(int(generator.choice([0, 3, 8]))))
    tint = generator.uniform(0.6, 1, 3) if name in ("brick", "grass", "gravel") else np.ones(3)
    return np.asarray(np.asarray(crop) / 255 * tint, np.float32)


def _colour(generator: np.random.Generator) -> tuple[float, float, float]:
    import colorsys

    return colorsys.hsv_to_rgb(generator.uniform(), generator.uniform(0, 0.75), generator.uniform(0.15, 0.95))
