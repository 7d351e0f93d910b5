"""The networks, one module each, whose `build` returns the untrained network for images of a given size."""

import importlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import keras


def build_network(network: str, size: tuple[int, int], options: Mapping[str, Any]) -> "keras.Model":
    """Return an untrained network, from images (N, height, width, channels) to (N, height, width, 1), values 0..1.

    `network` is a module of this package, `size` is (height, width), and `options` are arguments of its `build`.
    """
    built: keras.Model = importlib.import_module(f"{__name__}.{network}").build(*size, **options)
    return built
