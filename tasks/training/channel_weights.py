"""What a model makes of red, green and blue, asked from outside."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

CHANNELS = ("red", "green", "blue")
STEP = 0.1

Predict = Callable[[NDArray[np.float32]], NDArray[np.float32]]
"""From images (N, height, width, 3) to predictions (N, height, width, 1), values 0..1."""


def channel_weights(predict: Predict, height: int, width: int) -> list[float]:
    """Return how much the mean output grows with each channel of an even middle-gray image (red, green, blue).

    For a weighted sum these are its weights, whatever network computes it.
    """
    middle = np.full((1, height, width, 3), 0.5, np.float32)
    probes = np.repeat(middle, 6, axis=0)
    for channel in range(3):
        probes[2 * channel, ..., channel] += STEP
        probes[2 * channel + 1, ..., channel] -= STEP
    means = predict(probes).astype(np.float64).mean(axis=(1, 2, 3))
    return [float(weight) for weight in (means[0::2] - means[1::2]) / (2 * STEP)]
