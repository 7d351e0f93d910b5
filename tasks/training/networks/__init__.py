"""The networks, one module each; its function `build` gives the untrained network for any input size."""

import importlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import keras


def build_network(network: str, size: tuple[int, int], options: Mapping[str, Any]) -> "keras.Model":
    """Build the untrained network of the module named, for images of (height, width)."""
    built: keras.Model = importlib.import_module(f"{__name__}.{network}").build(*size, **options)
    return built
