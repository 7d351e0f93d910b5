"""The weights of the model that comes with this package."""

from typing import TYPE_CHECKING

from tasks.shipped.model import MATTE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def shipped_weights() -> "list[NDArray[np.float32]]":
    """Return the weights in Keras' order; they fit the same network for images of any size."""
    from tasks.training.load import load_model

    weights: list[NDArray[np.float32]] = load_model(MATTE.path, compile=False).get_weights()
    return weights
