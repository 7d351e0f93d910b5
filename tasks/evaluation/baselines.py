"""Predictions that need no network, to compare the networks with."""

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from tasks.arrays import unit_range
from tasks.gray.luma import REC_601, weighted_gray

Predict = Callable[[NDArray[np.generic]], NDArray[np.float32]]
"""From images (N, height, width, 3) to predictions (N, height, width, 1), values 0..1."""


def baseline(name: str, train_targets: Iterable[NDArray[np.generic]]) -> Predict:
    """Return the function that predicts as the baseline of this name does.

    `NAME-mean` gives the mean of the training targets, arrays (N, height, width, 1), whatever the image;
    `gray-rec601` gives the gray of the other luma convention, Rec. 601, which is Pillow's mode L.
    """
    if name == "gray-rec601":
        return lambda images: weighted_gray(images, REC_601)
    count, total = 0, np.zeros(())
    for targets in train_targets:
        count, total = count + len(targets), total + unit_range(targets).sum(axis=0, dtype=np.float64)
    mean = (total / count).astype(np.float32)
    return lambda images: np.repeat(mean[np.newaxis], len(images), axis=0)
