"""Keras' layers and operations in NumPy, as they predict: those that the shipped model is made of.

Each takes the arrays that come in, its configuration in the file and its weights, and returns an array or several.
Images are float32 (N, height, width, channels).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Config = Mapping[str, Any]
Weights = Sequence[Floats]

PIXELS_AT_ONCE = 4096
"""Pixels that are convolved at a time, in whole images: enough for a fast product, few enough for the cache."""

ACTIVATIONS: dict[str, Callable[[Floats], Floats]] = {
    "linear": lambda x: x,
    "relu": lambda x: np.maximum(x, 0),
    "sigmoid": lambda x: np.asarray(np.tanh(x / 2) / 2 + 0.5, np.float32),  # exp(-x) could overflow
}


def convolve(images: Floats, config: Config, weights: Weights) -> Floats:
    """Return Conv2D: products of matrices with a row for each window that the kernel sees."""
    kernel, *bias = weights
    (high, wide), (down, right) = config["kernel_size"], config["strides"]
    padding = ((0, 0), _padding(images.shape[1], high, down), _padding(images.shape[2], wide, right), (0, 0))
    windows = sliding_window_view(np.pad(images, padding), (high, wide), (1, 2))[:, ::down, ::right]
    rows = windows.transpose(0, 1, 2, 4, 5, 3)
    matrix = kernel.reshape(-1, kernel.shape[-1])
    result = np.empty((*windows.shape[:3], kernel.shape[-1]), np.float32)
    together = max(PIXELS_AT_ONCE // result[0, ..., 0].size, 1)
    for start in range(0, len(images), together):
        some = slice(start, start + together)
        np.matmul(rows[some].reshape(-1, len(matrix)), matrix, out=result[some].reshape(-1, kernel.shape[-1]))
    return ACTIVATIONS[config["activation"]](result + bias[0] if bias else result)


def normalize(images: Floats, config: Config, weights: Weights) -> Floats:
    """Return BatchNormalization with its running statistics."""
    gamma, beta, mean, variance = weights
    scale = gamma / np.sqrt(variance + np.float32(config["epsilon"]))
    result: Floats = images * scale
    result += beta - mean * scale
    return result


def connect(images: Floats, config: Config, weights: Weights) -> Floats:
    """Return Dense."""
    kernel, bias = weights
    return ACTIVATIONS[config["activation"]](images @ kernel + bias)


def crop(images: Floats, config: Config, weights: Weights) -> Floats:
    """Return Cropping2D."""
    (top, bottom), (left, right) = config["cropping"]
    height, width = images.shape[1:3]
    return images[:, top : height - bottom, left : width - right]


def enlarge(images: Floats, config: Config, weights: Weights) -> Floats:
    """Return UpSampling2D, which repeats pixels."""
    down, right = config["size"]
    return images.repeat(down, axis=1).repeat(right, axis=2)


OPERATIONS: dict[str, Callable[..., Any]] = {
    "Add": lambda parts, config, weights: sum(parts[1:], start=parts[0]),
    "BatchNormalization": normalize,
    "Concatenate": lambda parts, config, weights: np.concatenate(parts, config["axis"]),
    "Conv2D": convolve,
    "Cropping2D": crop,
    "Dense": connect,
    "Divide": lambda x, y, config, weights: x / y,
    "Flip": lambda x, config, weights: np.flip(x, config["axis"]),
    "GlobalAveragePooling2D": lambda x, config, weights: x.mean(axis=(1, 2), keepdims=config["keepdims"]),
    "OnesLike": lambda x, config, weights: np.ones_like(x),
    "Pad": lambda x, config, weights: np.pad(x, config["pad_width"], config["mode"]),
    "ReLU": lambda x, config, weights: np.maximum(x, 0),
    "Reshape": lambda x, config, weights: x.reshape(config["newshape"]),
    "Unstack": lambda x, config, weights: list(x),
    "UpSampling2D": enlarge,
    "ZeroPadding2D": lambda x, config, weights: np.pad(x, ((0, 0), *config["padding"], (0, 0))),
}
"""By the names that Keras gives the classes."""


def _padding(length: int, kernel: int, stride: int) -> tuple[int, int]:
    """Return the pixels before and after an axis that Keras' padding "same" adds."""
    total = max((-(-length // stride) - 1) * stride + kernel - length, 0)
    return total // 2, total - total // 2
