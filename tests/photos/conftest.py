from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import pytest

from tasks.dataset.arrays import unit_range
from tasks.experiments import EXPERIMENTS
from tasks.photos.network import SizedNetwork
from tasks.training.networks import build_network
from tests.world import smooth_picture

NETWORKS = {row.network: row.options for row in EXPERIMENTS.values() if row.target == "gray"}


@pytest.fixture
def trained(tmp_path: Path) -> Callable[[str], SizedNetwork]:
    """A network for gray with random weights, saved for one size, by its name."""

    def make(name: str) -> SizedNetwork:
        keras.utils.set_random_seed(1)
        network = build_network(name, (40, 32), NETWORKS[name])
        photos = np.stack([smooth_picture(40, 32, seed) for seed in range(8)])
        for _ in range(100):
            network(unit_range(photos), training=True)  # updates the running statistics, and trains nothing
        *others, kernel, bias = network.get_weights()
        network.set_weights([*others, 30 * kernel, bias] if name == "unet" else [*others, kernel, bias])
        network.save(tmp_path / "model.keras")
        return SizedNetwork(tmp_path / "model.keras", name, NETWORKS[name])

    return make
