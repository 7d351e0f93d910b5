from pathlib import Path

import keras
import numpy as np
import pytest

from tasks.dataset.blocks import Blocks
from tasks.evaluation.sensitivity import sensitivity, write_sensitivity
from tasks.training.networks import build_network


def test_a_model_of_single_pixels_looks_at_the_middle_alone() -> None:
    network = build_network("simple", (33, 40), {})
    first, second = network.get_weights()
    neighbourhood, weights = sensitivity(network, np.full((3, 33, 40, 3), 0.3, np.float32))
    effective = (first[0, 0] @ second[0, 0])[:, 0]
    assert weights == pytest.approx(effective, abs=1e-6)
    assert neighbourhood[16, 20] == pytest.approx(effective.sum(), abs=1e-6)
    assert np.count_nonzero(neighbourhood) == 1


def test_a_mean_of_nine_looks_at_nine() -> None:
    kernel = np.zeros((3, 3, 3, 1), np.float32)
    kernel[..., 0, 0], kernel[..., 2, 0] = 1 / 9, -2 / 9
    layer = keras.layers.Conv2D(1, 3, padding="same", use_bias=False)
    network = keras.Sequential([keras.Input((32, 32, 3)), layer])
    layer.set_weights([kernel])
    neighbourhood, weights = sensitivity(network, np.zeros((10, 32, 32, 3), np.float32))
    assert weights == pytest.approx([1, 0, -2], abs=1e-6)
    np.testing.assert_allclose(neighbourhood[15:18, 15:18], 3 / 9, atol=1e-6)
    assert np.count_nonzero(neighbourhood) == 9


def test_bytes_and_the_file(tmp_path: Path) -> None:
    images = np.random.default_rng(0).integers(0, 256, (60, 32, 32, 3), dtype=np.uint8)
    blocks = Blocks.in_memory(images, images[..., :1])
    write_sensitivity(build_network("autoencoder", (32, 32), {}), blocks, tmp_path / "sensitivity.npz")
    with np.load(tmp_path / "sensitivity.npz") as found:
        assert {name: found[name].shape for name in found} == {"neighbourhood": (32, 32), "weights": (3,)}
        assert np.count_nonzero(found["neighbourhood"]) > 500  # everything passes the bottleneck
