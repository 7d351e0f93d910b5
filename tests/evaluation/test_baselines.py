import numpy as np
import pytest

from tasks.dataset.blocks import Blocks
from tasks.evaluation.baselines import baseline


@pytest.mark.parametrize("name", ["gray-mean", "matte-mean"])
def test_the_mean_of_the_training_targets_whatever_the_image(name: str) -> None:
    targets = np.random.default_rng(0).random((5, 20, 16, 1), np.float32)
    parts = targets[:2], targets[2:]
    mean = baseline(name, Blocks((2, 3), lambda number: (parts[number], parts[number])))(np.zeros((3, 20, 16, 3)))
    assert mean.shape == (3, 20, 16, 1)
    np.testing.assert_allclose(mean[1], targets.mean(axis=0), atol=1e-6)


def test_the_other_luma_convention() -> None:
    images = np.random.default_rng(2).random((3, 20, 16, 3), np.float32)
    rec601 = baseline("gray-rec601", Blocks.in_memory(images, images[..., :1]))(images)
    np.testing.assert_allclose(rec601[..., 0], images @ np.array([0.299, 0.587, 0.114]), atol=1e-6)
