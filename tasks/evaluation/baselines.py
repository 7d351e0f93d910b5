"""Predictions without a network, to compare the networks with.

A module of its own, so that an edit makes the evaluations of baselines stale and not those of models.
"""

import numpy as np
from numpy.typing import NDArray

from tasks.dataset.blocks import Blocks, mean_target
from tasks.evaluation.evaluate import Predictor
from tasks.gray.luma import REC_601, weighted_gray


def constant_prediction(train: Blocks) -> Predictor:
    """Return the function that predicts the mean of the targets of `train` for every image."""
    mean = mean_target(train)
    return lambda images: np.repeat(mean[np.newaxis], len(images), axis=0)


def rec_601_gray(images: NDArray[np.generic]) -> NDArray[np.float32]:
    """Return the gray of the other luma convention, Rec. 601 (Pillow's mode L); shapes as in `weighted_gray`."""
    return weighted_gray(images, REC_601)
