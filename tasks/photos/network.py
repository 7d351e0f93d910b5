"""A trained network for images of any size: its weights stay the same, the network around them is built anew."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from tasks.training.networks import build_network

KEPT = 8
"""How many sizes stay built; a photo in tiles needs at most four."""


class SizedNetwork:
    """Predicts with the weights of a saved model, whatever the size of the images."""

    def __init__(self, model: Path, network: str, options: Mapping[str, Any]) -> None:
        """Read the weights of the `.keras` file; `network` and `options` are those it was built with.

        `size` is then the height and width it was trained on.
        """
        saved = keras.saving.load_model(model)
        self.weights = saved.get_weights()
        self.size: tuple[int, int] = saved.input_shape[1:3]
        self.network, self.options = network, options
        self.built: dict[tuple[int, int], keras.Model] = {}

    def __call__(self, images: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return predictions (N, height, width, 1) for images (N, height, width, 3), values 0..1."""
        height, width = images.shape[1:3]
        return np.asarray(self._sized((height, width)).predict_on_batch(images), np.float32)

    def _sized(self, size: tuple[int, int]) -> keras.Model:
        if size not in self.built:
            if len(self.built) == KEPT:
                self.built.clear()
                keras.backend.clear_session()
            self.built[size] = build_network(self.network, size, self.options)
            self.built[size].set_weights(self.weights)
        return self.built[size]
