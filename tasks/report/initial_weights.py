"""Why the clip can kill the simple model: how many pixels its initial weights put inside 0..1."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tasks.dataset.arrays import unit_range
from tasks.report.figures import svg_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FILTERS = 3
"""Channels between the two convolutions, as in gray-simple-3."""
DRAWS = 1000
PIXELS = 2000
"""How many pixels, evenly chosen, stand for all."""
DEAD = 0.01
"""A model hardly learns when a smaller share of the pixels is inside at first."""


def live_shares(photos: NDArray[np.generic]) -> NDArray[np.float64]:
    """Return the share of pixels whose answer lies inside 0..1, for each of 1,000 draws of the initial weights.

    Weights are drawn by Keras' default for two 1x1 convolutions over `FILTERS` channels; `photos` are
    (N, height, width, 3), uint8 0..255 or floats 0..1. Source: X. Glorot, Y. Bengio, Understanding the difficulty
    of training deep feedforward neural networks, AISTATS 2010 (the uniform draws).
    """
    draws = np.random.default_rng(0)
    first = draws.uniform(-1, 1, (DRAWS, 3, FILTERS)) * np.sqrt(6 / (3 + FILTERS))
    second = draws.uniform(-1, 1, (DRAWS, FILTERS, 1)) * np.sqrt(6 / (FILTERS + 1))
    flat = photos.reshape(-1, 3)
    pixels = unit_range(flat[:: max(len(flat) // PIXELS, 1)])
    answers = pixels @ (first @ second)[..., 0].T
    return np.asarray(((answers > 0) & (answers < 1)).mean(axis=0))


def live_shares_figure(shares: NDArray[np.float64]) -> str:
    """Return a histogram of the shares (0..1) of each draw, an array (draws,), as SVG."""

    def draw(figure: "Figure") -> None:
        panel = figure.subplots()
        panel.hist(100 * shares, bins=40, range=(0, 100), color="#2a6fb0")
        panel.set(xlabel="pixels inside 0..1 before training, %", ylabel=f"of {len(shares)} draws")
        panel.grid(alpha=0.3)

    return svg_figure("initial weights", 5.0, 2.4, draw)
