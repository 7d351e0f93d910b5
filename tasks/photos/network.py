"""A trained network for images of any size: the saved weights in a network that is built for each size."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from tasks.training.load import load_model
from tasks.training.networks import build_network

SIZES_KEPT = 8
"""How many sizes stay built. The tiles of one photo have at most four."""


class SizedNetwork:
    """Predicts images of any size with the weights of a saved model."""

    def __init__(self, model: Path, network: str, options: Mapping[str, Any]) -> None:
        """Read the weights of a `.keras` file that was built as `network` with `options`.

        `size` is then the height and width that it was trained on. Raises `UserError` for a damaged file.
        """
        saved = load_model(model)
        self.weights = saved.get_weights()
        self.size: tuple[int, int] = saved.input_shape[1:3]
        self.network, self.options = network, options
        self.built: dict[tuple[int, int], keras.Model] = {self.size: saved}

    def __call__(self, images: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return predictions (N, height, width, 1) for images (N, height, width, channels), values 0..1."""
        height, width = images.shape[1:3]
        return np.asarray(self._sized((height, width)).predict_on_batch(images), np.float32)

    def _sized(self, size: tuple[int, int]) -> keras.Model:
        if size not in self.built:
            if len(self.built) == SIZES_KEPT:
                self.built.clear()
                keras.backend.clear_session()
            self.built[size] = build_network(self.network, size, self.options)
            self.built[size].set_weights(self.weights)
        return self.built[size]
