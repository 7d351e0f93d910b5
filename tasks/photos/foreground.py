"""The person's own colours, where the background shows through.

Source: T. Germer, T. Uelwer, S. Conrad, S. Harmeling, Fast Multi-Level Foreground Estimation, ICPR 2020. It
minimizes, over foreground and background, the squared difference of their mixture from the photo, plus squared
differences of neighbours, which weigh more where the matte changes.
"""

import math

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation

Floats = NDArray[np.float32]

SMALL_SIDE, SMALL_SWEEPS, SWEEPS = 32, 10, 2
"""How often the colours of a level are improved: more often where both of its sides are small, pixels."""
SMOOTHNESS = np.float32(1e-5)
"""Weight of the differences of neighbours where the matte does not change."""


def foreground(colours: Floats, matte: Floats) -> Floats:
    """Return the person's colours (height, width, 3), values 0..1, for those of the photo and the matte.

    The matte is (height, width), values 0..1. Where it is 1, the person's colours are the photo's.
    """
    height, width = matte.shape
    levels = max(math.ceil(math.log2(max(height, width))), 1)
    # Foreground and background side by side: (height, width, 2, 3).
    layers = np.stack([_mean(colours, matte > 0.9), _mean(colours, matte < 0.1)])[None, None]
    for level in range(levels + 1):
        size = round(height ** (level / levels)), round(width ** (level / levels))
        image, alpha, layers = (_resized(one, size) for one in (colours, matte, layers))
        for layer, certain in enumerate((1, 0)):
            np.copyto(layers[:, :, layer], image, where=(alpha == certain)[..., None])
        _improve(layers, image, alpha, SMALL_SWEEPS if max(size) <= SMALL_SIDE else SWEEPS)
    return layers[..., 0, :]


def _improve(layers: Floats, image: Floats, alpha: Floats, sweeps: int) -> None:
    """Improve a level's layers in place, in turn the pixels of one colour of a chessboard and of the other."""
    height, width = alpha.shape
    y, x = np.nonzero(binary_dilation((alpha > 0) & (alpha < 1)))
    halves = [_Equations(y[half], x[half], image, alpha) for half in ((y + x) % 2 == 0, (y + x) % 2 == 1)]
    pixels = layers.reshape(height * width, 2, 3)
    for _ in range(sweeps):
        for equations in halves:
            equations.solve(pixels)


class _Equations:
    """For some pixels, the best foreground and background for those of their neighbours."""

    def __init__(self, y: NDArray[np.intp], x: NDArray[np.intp], image: Floats, alpha: Floats) -> None:
        height, width = alpha.shape
        self.pixels = y * width + x
        self.neighbours = np.stack(
            [
                np.maximum(y - 1, 0) * width + x,
                np.minimum(y + 1, height - 1) * width + x,
                y * width + np.maximum(x - 1, 0),
                y * width + np.minimum(x + 1, width - 1),
            ]
        )
        own = alpha[y, x]
        self.weights = SMOOTHNESS + np.abs(own - alpha.ravel()[self.neighbours])
        self.shares = np.stack([own, 1 - own], axis=-1)
        self.mixed = self.shares[:, :, None] * image[y, x][:, None, :]
        self.smooth = self.weights.sum(axis=0)[:, None, None]

    def solve(self, pixels: Floats) -> None:
        """Set the layers of the pixels, (height * width, 2, 3), in place; values are clipped to 0..1."""
        mean = self.mixed.copy()
        for weight, neighbour in zip(self.weights, self.neighbours, strict=True):
            mean += weight[:, None, None] * pixels.take(neighbour, axis=0)
        # By Sherman and Morrison: the matrix is smooth * identity + shares * shares^T.
        shares = self.shares[:, :, None]
        along = (shares * mean).sum(axis=1, keepdims=True)
        norm = (shares * shares).sum(axis=1, keepdims=True)
        pixels[self.pixels] = np.clip((mean - shares * (along / (self.smooth + norm))) / self.smooth, 0, 1)


def _mean(colours: Floats, where: NDArray[np.bool_]) -> Floats:
    """Return the mean colour (3,) of some pixels, black if there are none."""
    weights = where.ravel().astype(np.float32)
    mean: Floats = weights @ colours.reshape(-1, 3) / max(weights.sum(), np.float32(1))
    return mean


def _resized(image: Floats, size: tuple[int, int]) -> Floats:
    """Return the image at another size (height, width), each pixel that of the nearest before it."""
    rows, columns = (np.arange(new) * old // new for new, old in zip(size, image.shape[:2], strict=True))
    resized: Floats = image[rows[:, None], columns]
    return resized
