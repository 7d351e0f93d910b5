"""A model's sensitivity: how its answer for the middle pixel changes with each pixel of the image."""

from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from tasks.dataset.arrays import save_arrays, unit_range
from tasks.dataset.blocks import Blocks

IMAGES = 40
"""How many test images, evenly chosen, the sensitivity is averaged over."""
GRADIENT_BATCH = 8


def write_sensitivity(model: keras.Model, blocks: Blocks, path: Path) -> None:
    """Write the `sensitivity` of a model, averaged over some of the images, as an npz."""
    rows = np.unique(np.linspace(0, len(blocks) - 1, min(IMAGES, len(blocks))).round().astype(int))
    images, _ = blocks.take([int(row) for row in rows])
    neighbourhood, weights = sensitivity(model, unit_range(images))
    save_arrays(path, {"neighbourhood": neighbourhood, "weights": weights})


def sensitivity(
    model: keras.Model, images: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return means over images (N, height, width, channels) of the input gradient of the middle pixel's answer.

    The neighbourhood (height, width) has absolute gradients, summed over the channels; the weights (channels,) are
    the gradients themselves, summed over all pixels: how the answer grows with a channel that grows everywhere.
    Source: K. Simonyan, A. Vedaldi, A. Zisserman, Deep Inside Convolutional Networks, 2014.
    """
    _, height, width, channels = images.shape
    _, out_height, out_width, _ = model.output_shape

    def gradients_of(batch: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            tape.watch(batch)
            answers = model(batch, training=False)[:, out_height // 2, out_width // 2, 0]
        return tape.gradient(answers, batch)

    quickly = tf.function(gradients_of, reduce_retracing=True, autograph=False)
    neighbourhood, weights = np.zeros((height, width)), np.zeros(channels)
    for start in range(0, len(images), GRADIENT_BATCH):
        gradients = quickly(tf.constant(images[start : start + GRADIENT_BATCH])).numpy()
        neighbourhood += np.abs(gradients).sum(axis=(0, 3))
        weights += gradients.sum(axis=(0, 1, 2))
    return (neighbourhood / len(images)).astype(np.float32), (weights / len(images)).astype(np.float32)
