import numpy as np

from tasks.dataset.blocks import Blocks
from tasks.evaluation.baselines import constant_prediction, rec_601_gray


def test_the_mean_of_the_training_targets_whatever_the_image() -> None:
    targets = np.random.default_rng(0).random((5, 20, 16, 1), np.float32)
    parts = targets[:2], targets[2:]
    mean = constant_prediction(Blocks((2, 3), lambda number: (parts[number], parts[number])))
    predictions = mean(np.zeros((3, 20, 16, 3)))
    assert predictions.shape == (3, 20, 16, 1)
    np.testing.assert_allclose(predictions[1], targets.mean(axis=0), atol=1e-6)


def test_the_other_luma_convention() -> None:
    images = np.random.default_rng(2).random((3, 20, 16, 3), np.float32)
    np.testing.assert_allclose(rec_601_gray(images)[..., 0], images @ np.array([0.299, 0.587, 0.114]), atol=1e-6)
