import numpy as np

from tasks.training.composites.background import blurred, draw_background
from tasks.training.composites.layers import Layers


def test_backgrounds_have_the_size_asked_for_and_vary(layers: Layers) -> None:
    drawn = [draw_background(np.random.default_rng(seed), layers, (40, 32)) for seed in range(60)]
    assert {(one.shape, one.dtype) for one in drawn} == {((40, 32, 3), np.dtype(np.float32))}
    assert all(one.min() >= 0 and one.max() <= 1 for one in drawn)
    assert len({one.tobytes() for one in drawn}) == 60
    plain = [np.ptp(one, axis=(0, 1)).max() == 0 for one in drawn]
    assert 0 < sum(plain) < 12


def test_blur_keeps_the_mean_and_lowers_the_contrast() -> None:
    picture = np.random.default_rng(0).random((40, 32, 3), np.float32)
    soft = blurred(picture, 2.0)
    assert abs(soft.mean() - picture.mean()) < 0.02
    assert soft.std() < 0.3 * picture.std()
