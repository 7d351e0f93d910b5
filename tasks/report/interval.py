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
    from scipy.stats import bootstrap

    if len(values) < 2 or np.ptp(values) == 0:  # nothing to draw from
        return float(values.mean()), float(values.mean())
    generator = np.random.default_rng(0)
    found = bootstrap(
        (values,),
        np.mean,
        n_resamples=RESAMPLES,
        confidence_level=SHARE,
        method="percentile",
        batch=max(DRAWS_AT_ONCE // len(values), 1),
        rng=generator,
    )
    return float(found.confidence_interval.low), float(found.confidence_interval.high)
