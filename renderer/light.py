"""sRGB and linear light, and lenses: what render, background and portrait have in common."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.signal import fftconvolve

Floats = NDArray[np.float32]
LUMINANCE = np.array([0.2126, 0.7152, 0.0722], np.float32)
"""Weights of linear red, green and blue in luminance (ITU-R BT.709)."""


def to_srgb(linear: Floats) -> Floats:
    """Return linear light as sRGB, 0..1, bright parts compressed instead of clipped."""
    values = np.clip(linear, 0, None)
    curve = np.where(values <= 0.0031308, 12.92 * values, 1.055 * np.maximum(values, 1e-9) ** (1 / 2.4) - 0.055)
    bright = 0.82 + 0.18 * np.tanh((curve - 0.82) / 0.18 * 0.8)
    return np.asarray(np.clip(np.where(curve > 0.82, bright, curve), 0, 1), np.float32)


def from_srgb(values: NDArray[Any]) -> Floats:
    """Return sRGB values 0..1 as linear light."""
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4).astype(np.float32)


def resized(channels: Floats, height: int, width: int) -> Floats:
    """Return (height, width, C) of an array (h, w, C): averaged when smaller, Lanczos when larger."""
    method = Image.Resampling.BOX if height < channels.shape[0] else Image.Resampling.LANCZOS
    planes = [Image.fromarray(plane).resize((width, height), method) for plane in np.moveaxis(channels, -1, 0)]
    return np.stack([np.asarray(plane) for plane in planes], -1)


def defocused(linear: Floats, radius: float) -> Floats:
    """Return linear light (height, width, 3) out of focus: each point becomes a disc; its radius is in pixels."""
    if radius < 0.5:
        return linear
    reach = int(np.ceil(radius))
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    disc = np.clip(radius + 0.5 - np.hypot(x, y), 0, 1)
    padded = np.pad(linear, [(reach, reach), (reach, reach), (0, 0)], mode="reflect")
    planes = [fftconvolve(plane, disc / disc.sum(), mode="valid") for plane in np.moveaxis(padded, -1, 0)]
    return np.asarray(np.clip(np.stack(planes, -1), 0, None), np.float32)


def luminance(linear: Floats) -> Floats:
    """Return the luminance (height, width) of linear light (height, width, 3)."""
    return np.asarray(linear @ LUMINANCE)
