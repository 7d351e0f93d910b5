"""The matting field's own errors of one matte against its target, both float (height, width), values 0..1.

Source: C. Rhemann, C. Rother, J. Wang, M. Gelautz, P. Kohli, P. Rott, A Perceptually Motivated Online Benchmark
for Image Matting, CVPR 2009, with the parameters of its evaluation code; here over the whole image, as we have no
trimaps. All are in thousands, as that benchmark gives them.
"""

import itertools

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import correlate1d, label

Matte = NDArray[np.floating]

SIGMA = 1.4
"""Standard deviation of the Gaussian whose derivatives are the gradient, pixels."""
TAIL = 1e-2
"""The Gaussian is cut where it is this low."""
STEP = 0.1
"""Distance of the thresholds at which connectivity is looked at."""
TOLERANCE = 0.15
"""A matte this little above its connected level counts as connected."""


def sum_of_absolute_differences(prediction: Matte, target: Matte) -> float:
    """Return SAD: the sum of all pixels' absolute differences."""
    return float(np.abs(prediction.astype(np.float64) - target).sum()) / 1000


def gradient_error(prediction: Matte, target: Matte) -> float:
    """Return the sum of squared differences of the gradients' magnitudes."""
    return float(((_gradient(prediction) - _gradient(target)) ** 2).sum()) / 1000


def connectivity_error(prediction: Matte, target: Matte) -> float:
    """Return the sum of differences in how far pixels are connected to what is surely the person in both mattes.

    That is the largest region in which both mattes are above a threshold. A pixel is connected up to the last
    threshold at which it belongs to this region; what its matte has above that level, it has unconnected.
    """
    prediction, target = prediction.astype(np.float64), target.astype(np.float64)
    level = np.full(target.shape, -1.0)
    thresholds = np.arange(0, 1 + STEP / 2, STEP)
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
