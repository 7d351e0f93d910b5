import keras
import numpy as np
import pytest

from tasks.report.initial_weights import DEAD, DRAWS, FILTERS, live_shares, live_shares_figure

IMAGES = np.random.default_rng(0).integers(0, 256, (4, 30, 20, 3), dtype=np.uint8)


def test_initial_weights_are_as_keras_draws_them() -> None:
    shares = live_shares(IMAGES)
    assert shares.shape == (DRAWS,)
    keras.utils.set_random_seed(1)
    pixels = IMAGES.reshape(-1, 3) / 255
    drawn = []
    for _ in range(DRAWS):
        first, second = (
            np.asarray(keras.initializers.GlorotUniform()((1, 1, *shape)))[0, 0]
            for shape in ((3, FILTERS), (FILTERS, 1))
        )
        answers = pixels @ first @ second
        drawn.append(((answers > 0) & (answers < 1)).mean())
    for share in (DEAD, 0.25, 0.5, 0.9):
        assert np.mean(shares < share) == pytest.approx(np.mean(np.array(drawn) < share), abs=0.06)


def test_the_figure_is_the_same_for_the_same_images() -> None:
    assert live_shares_figure(live_shares(IMAGES)) == live_shares_figure(live_shares(IMAGES))
