"""sRGB and linear light. Light adds up in linear values only, so layers are lit and blended in these.

Source of the formulas: IEC 61966-2-1:1999 (sRGB).
"""

import numpy as np
from numpy.typing import NDArray

Light = NDArray[np.float32]
"""A picture in linear light, float32 (height, width, 3); 1 is the brightest that sRGB has, and more is allowed."""
LUMINANCE = np.array((0.2126, 0.7152, 0.0722), np.float32)
"""The weights of linear red, green and blue in luminance."""

_SRGB = np.arange(256) / 255
_LINEAR = np.where(_SRGB <= 0.04045, _SRGB / 12.92, ((_SRGB + 0.055) / 1.055) ** 2.4).astype(np.float32)


def to_linear(picture: NDArray[np.uint8]) -> Light:
    """Return the linear light of an sRGB picture, 0..1, of the same shape."""
    return _LINEAR[picture]


def to_srgb(light: Light) -> NDArray[np.float32]:
    """Return the sRGB values of linear light, 0 and up: 1 for 1, and more for more."""
    low = light * np.float32(12.92)
    high = np.float32(1.055) * np.maximum(light, 0) ** np.float32(1 / 2.4) - np.float32(0.055)
    return np.where(light <= 0.0031308, low, high)
