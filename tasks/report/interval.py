"""How far a mean over the test images could be off, had other images of the kind been drawn."""

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 2000
SHARE = 0.95
DRAWS_AT_ONCE = 2_000_000
"""How many values are in memory at once, so that it does not grow with the images."""


def bootstrap_interval(values: NDArray[np.float64]) -> tuple[float, float]:
    """Return the 95% interval of the mean of values (N,), by the percentiles of means of values drawn again.

    The same values give the same interval. Source: B. Efron, R. J. Tibshirani, An Introduction to the Bootstrap,
    1993, chapter 13.
    """
    draws = np.random.default_rng(0)
    at_once = max(DRAWS_AT_ONCE // len(values), 1)
    means = np.concatenate(
        [
            values[draws.integers(0, len(values), (min(at_once, RESAMPLES - start), len(values)))].mean(axis=1)
            for start in range(0, RESAMPLES, at_once)
        ]
    )
    low, high = np.quantile(means, [(1 - SHARE) / 2, (1 + SHARE) / 2])
    return float(low), float(high)
