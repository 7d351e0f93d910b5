"""The weights of the model that comes with this package."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SHIPPED = Path(__file__).parents[1] / "shipped" / "matte.keras"


def shipped_weights() -> "list[NDArray[np.float32]]":
    """Return the weights in Keras' order; they fit the same network for images of any size."""
    import keras

    weights: list[NDArray[np.float32]] = keras.saving.load_model(SHIPPED, compile=False).get_weights()
    return weights
