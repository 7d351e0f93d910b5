import pytest

from tasks.gray.luma import REC_709, gray_images, weighted_gray
from tasks.training.channel_weights import channel_weights


def test_channel_weights_are_those_of_a_weighted_sum() -> None:
    assert channel_weights(gray_images, 32, 32) == pytest.approx(REC_709, abs=1e-6)
    negative = (-0.2, 0.9, 0.1)
    assert channel_weights(lambda images: weighted_gray(images, negative), 32, 32) == pytest.approx(
        negative, abs=1e-6
    )
