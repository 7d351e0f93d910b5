"""Why the clip can kill the simple model: how many pixels it starts with inside 0..1."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tasks.dataset.arrays import unit_range
from tasks.report.svg import svg_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

STARTS = 1000
PIXELS = 2000
"""How many pixels, evenly chosen, stand for all."""
DEAD = 0.01
"""A start is as good as dead when fewer pixels than this share are inside."""


def live_shares(images: NDArray[np.generic], filters: int = 3) -> NDArray[np.float64]:
    """Return for each of 1,000 starts (N,) the share of pixels whose answer lies inside 0..1.

    The weights are drawn as Keras draws them by default, for two products over `filters` channels; `images` are
    (N, height, width, 3). Source: X. Glorot, Y. Bengio, Understanding the difficulty of training deep feedforward
    neural networks, AISTATS 2010 (the uniform draws).
    """
    draws = np.random.default_rng(0)
    first = draws.uniform(-1, 1, (STARTS, 3, filters)) * np.sqrt(6 / (3 + filters))
    second = draws.uniform(-1, 1, (STARTS, filters, 1)) * np.sqrt(6 / (filters + 1))
    flat = images.reshape(-1, 3)
    pixels = unit_range(flat[:: max(len(flat) // PIXELS, 1)])
    answers = pixels @ (first @ second)[..., 0].T
    return np.asarray(((answers > 0) & (answers < 1)).mean(axis=0))


def starts_figure(shares: NDArray[np.float64]) -> str:
    """Return a histogram of the shares as SVG."""

    def draw(figure: "Figure") -> None:
        panel = figure.subplots()
        panel.hist(100 * shares, bins=40, range=(0, 100), color="#2a6fb0")
        panel.set(xlabel="pixels inside 0..1 at the start, %", ylabel=f"of {len(shares)} starts")
        panel.grid(alpha=0.3)

    return svg_figure("starts", 5.0, 2.4, draw)
