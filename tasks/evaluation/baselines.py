"""Predictions that need no network, to compare the networks with."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from tasks.dataset.blocks import Blocks, mean_target
from tasks.gray.luma import REC_601, weighted_gray

Predict = Callable[[NDArray[np.generic]], NDArray[np.float32]]
"""From images (N, height, width, 3) to predictions (N, height, width, 1), values 0..1."""


def baseline(name: str, train: Blocks) -> Predict:
    """Return the function that predicts as the baseline of this name does.

    `NAME-mean` gives the mean of the targets of `train`, whatever the image; `gray-rec601` gives the gray of the
    other luma convention, Rec. 601, which is Pillow's mode L.
    """
    if name == "gray-rec601":
        return lambda images: weighted_gray(images, REC_601)
    mean = mean_target(train)
    return lambda images: np.repeat(mean[np.newaxis], len(images), axis=0)
