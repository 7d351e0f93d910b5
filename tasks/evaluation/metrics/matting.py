"""The usual errors of matting, of one matte against its target, both float (height, width), values 0..1.

Source: C. Rhemann, C. Rother, J. Wang, M. Gelautz, P. Kohli, P. Rott, A Perceptually Motivated Online Benchmark
for Image Matting, CVPR 2009, with the parameters of its evaluation code; here over the whole image, as we have no
trimaps. All are in thousands, as in that benchmark. Our own code: no library that we use has them.
"""

import itertools

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import correlate1d, label

Matte = NDArray[np.floating]

SIGMA = 1.4
"""Standard deviation of the Gaussian whose derivatives are the gradient, pixels."""
TAIL = 1e-2
"""The Gaussian is cut off where it falls to this."""
THRESHOLD_STEP = 0.1
"""Step from one threshold of connectivity to the next."""
TOLERANCE = 0.15
"""A pixel this little above its connected level is still connected."""


def sum_of_absolute_differences(prediction: Matte, target: Matte) -> float:
    """Return SAD: the sum of all pixels' absolute differences."""
    return float(np.abs(prediction.astype(np.float64) - target).sum()) / 1000


def gradient_error(prediction: Matte, target: Matte) -> float:
    """Return the sum of squared differences of the gradients' magnitudes."""
    return float(((_gradient(prediction) - _gradient(target)) ** 2).sum()) / 1000


def connectivity_error(prediction: Matte, target: Matte) -> float:
    """Return the sum of differences in the pixels' connectivity to the region that is the person in both mattes.

    At each threshold, this region is the largest in which both mattes reach it. A pixel is connected up to the
    last threshold at which it belongs to the region; the rest of its matte is unconnected.
    """
    prediction, target = prediction.astype(np.float64), target.astype(np.float64)
    level = np.full(target.shape, -1.0)
    thresholds = np.arange(0, 1 + THRESHOLD_STEP / 2, THRESHOLD_STEP)
    for below, threshold in itertools.pairwise(thresholds):
        inside = _largest_region((prediction >= threshold) & (target >= threshold))
        level[(level == -1) & ~inside] = below
    level[level == -1] = 1
    degrees = []
    for matte in (prediction, target):
        above = matte - level
        degrees.append(1 - above * (above >= TOLERANCE))
    return float(np.abs(degrees[0] - degrees[1]).sum()) / 1000


def _gradient(matte: Matte) -> NDArray[np.float64]:
    half = int(np.ceil(SIGMA * np.sqrt(-2 * np.log(np.sqrt(2 * np.pi) * SIGMA * TAIL))))
    x = np.arange(-half, half + 1)
    smooth = np.exp(-(x**2) / (2 * SIGMA**2)) / (SIGMA * np.sqrt(2 * np.pi))
    slope = -x * smooth / SIGMA**2
    norm = np.sqrt((smooth**2).sum() * (slope**2).sum())

    def along(axis: int) -> NDArray[np.float64]:
        sloped = correlate1d(matte.astype(np.float64), slope, axis, mode="nearest")
        return np.asarray(correlate1d(sloped, smooth, 1 - axis, mode="nearest") / norm, np.float64)

    return np.asarray(np.hypot(along(0), along(1)), np.float64)


def _largest_region(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    labels, count = label(mask)
    if count == 0:
        return mask
    return np.asarray(labels == 1 + np.argmax(np.bincount(labels.ravel())[1:]))
