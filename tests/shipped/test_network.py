from pathlib import Path

import keras
import numpy as np
import pytest

from tasks.shipped.model import MATTE
from tasks.shipped.network import SavedNetwork
from tasks.training.networks import build_network
from tasks.training.save import save_model


@pytest.mark.parametrize("size", [(32, 33), (45, 40)])
@pytest.mark.parametrize("augmented", [False, True])
def test_numpy_predicts_what_keras_does(tmp_path: Path, size: tuple[int, int], augmented: bool) -> None:
    keras.utils.set_random_seed(0)
    model = build_network(MATTE.network, size, {"test_time_augmentation": augmented})
    rng = np.random.default_rng(0)
    # No longer initial ones, which would hide a mistake: all variances are 1, all means and biases 0.
    model.set_weights(
        [value + (value.ndim == 1) * rng.uniform(0, 0.3, value.shape) for value in model.get_weights()]
    )
    save_model(model, tmp_path / "model.keras")
    network = SavedNetwork(tmp_path / "model.keras")
    assert network.size == size
    images = rng.random((2, *size, 3), np.float32)
    expected = np.asarray(model(images))
    assert np.ptp(expected) > 0.01
    predicted = network(images)
    assert predicted.dtype == np.float32
    np.testing.assert_allclose(predicted, expected, atol=2e-5)
