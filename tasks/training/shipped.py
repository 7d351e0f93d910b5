"""The weights of the model that comes with this package."""

from typing import TYPE_CHECKING

from tasks.shipped.model import MATTE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def shipped_weights() -> "list[NDArray[np.float32]]":
    """Return the weights in Keras' order; they fit the same network for images of any size."""
    import keras

    weights: list[NDArray[np.float32]] = keras.saving.load_model(MATTE.path, compile=False).get_weights()
    return weights
