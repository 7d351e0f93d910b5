"""Puts a render before a background and takes the photo: a portrait with its matte."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from renderer.backgrounds import drawn, exposed, view
from renderer.light import Floats, defocused, luminance, resized, to_srgb


@dataclass(frozen=True)
class Backdrop:
    """The environment that lit a render, (h, w, 3) linear, and the angles at which its camera looked into it."""

    environment: Floats
    yaw: float
    pitch: float


def make_portrait(
    render: Floats, backdrop: Backdrop, shape: tuple[int, int], generator: np.random.Generator
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return a photo (height, width, 3) and its matte (height, width), both uint8.

    `render` is premultiplied linear RGBA of any size with the same shape.
    """
    layer = resized(render, *shape)
    alpha = np.round(np.clip(layer[..., 3], 0, 1) * 255) / np.float32(255)
    person = _developed(np.clip(layer[..., :3], 0, None), alpha, generator)
    behind = _background(backdrop, shape, generator)
    behind = _matched(behind, person, alpha, generator)
    bleed = gaussian_filter(1 - alpha, shape[0] / 160)[..., None] * gaussian_filter(
        behind, (shape[0] / 60,) * 2 + (0,)
    )
    person = person + generator.uniform(0, 0.25) * bleed * alpha[..., None]
    photo = _camera(person + behind * (1 - alpha[..., None]), generator)
    return np.round(photo * 255).astype(np.uint8), np.round(alpha * 255).astype(np.uint8)


def _developed(person: Floats, alpha: Floats, generator: np.random.Generator) -> Floats:
    """Return the person at a good exposure, most of the light's cast removed as a camera does."""
    solid = alpha > 0.6
    bright = float(np.percentile(luminance(person)[solid], 92))
    person = person * np.clip(np.exp(generator.normal(np.log(0.5), 0.25)) / max(bright, 1e-3), 0.2, 8)
    cast = person[solid].mean(0)
    cast = cast / cast.mean() / np.array([1.18, 1.0, 0.82])  # skin, hair and cloth are a little warm
    return np.asarray(person / np.clip(cast, 0.5, 2) ** generator.uniform(0.2, 0.6), np.float32)


def _background(backdrop: Backdrop, shape: tuple[int, int], generator: np.random.Generator) -> Floats:
    scale = shape[0] / 800
    if generator.random() < 0.62:
        seen = view(backdrop.environment, shape, backdrop.yaw, backdrop.pitch, generator.uniform(38, 60))
        return defocused(exposed(seen, generator), scale * np.exp(generator.uniform(np.log(5), np.log(22))))
    sharp = generator.random() < 0.5
    return defocused(
        drawn(shape, generator), 0 if sharp else scale * np.exp(generator.uniform(np.log(1.5), np.log(14)))
    )


def _matched(behind: Floats, person: Floats, alpha: Floats, generator: np.random.Generator) -> Floats:
    """Return the background with the person's shadow on it, at a brightness that a photographer would choose."""
    level = float(np.median(luminance(person)[alpha > 0.6]))
    behind = behind * (level / max(float(behind.mean()), 1e-3)) ** generator.uniform(0, 0.6)
    if generator.random() < 0.35:
        reach = generator.uniform(0.01, 0.05) * alpha.shape[0]
        shift = (int(generator.uniform(0, 2) * reach), int(generator.uniform(-2, 2) * reach))
        shadow = gaussian_filter(np.roll(alpha, shift, (0, 1)), reach)
        behind = behind * (1 - generator.uniform(0.1, 0.45) * shadow)[..., None]
    return np.asarray(behind, np.float32)


def _camera(linear: Floats, generator: np.random.Generator) -> Floats:
    """Return the picture as sRGB 0..1, with vignette, contrast, saturation and noise; rarely black and white."""
    height, width, _ = linear.shape
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    linear = linear * (1 - generator.uniform(0, 0.25) * np.clip(x**2 + y**2 - 0.3, 0, None) / 1.7)[..., None]
    picture = to_srgb(linear.astype(np.float32))
    middle = generator.uniform(0.4, 0.55)
    picture = middle + (picture - middle) * np.exp(generator.normal(0.03, 0.08))
    gray = (picture @ np.array([0.299, 0.587, 0.114]))[..., None]
    saturation = 0 if generator.random() < 0.06 else np.exp(generator.normal(0, 0.12))
    picture = gray + (picture - gray) * saturation
    grain = gaussian_filter(generator.normal(0, 1, picture.shape), (0.6, 0.6, 0))
    return np.asarray(np.clip(picture + generator.uniform(0.004, 0.02) * grain, 0, 1), np.float32)
