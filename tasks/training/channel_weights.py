"""How strongly a model responds to red, green and blue; measured on its predictions, so it works for any network.

A module of its own, so that an evaluation does not depend on the code that trains.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

COLOUR_CHANNELS = ("red", "green", "blue")
CHANNEL_STEP = 0.1
"""By how much a channel of the middle-gray image is raised and lowered."""


def channel_weights(
    predict: Callable[[NDArray[np.float32]], NDArray[np.float32]], height: int, width: int
) -> list[float]:
    """Return the derivative of the mean prediction by red, green and blue, at a uniform middle-gray image.

    `predict` is from images (N, height, width, 3) to predictions (N, height, width, 1), both float32, values 0..1.
    Of a network that computes a weighted sum of the channels, these are the weights. They are central differences.
    """
    middle = np.full((1, height, width, 3), 0.5, np.float32)
    probes = np.repeat(middle, 6, axis=0)
    for channel in range(3):
        probes[2 * channel, ..., channel] += CHANNEL_STEP
        probes[2 * channel + 1, ..., channel] -= CHANNEL_STEP
    means = predict(probes).astype(np.float64).mean(axis=(1, 2, 3))
    return [float(weight) for weight in (means[0::2] - means[1::2]) / (2 * CHANNEL_STEP)]
