"""Losses by the names that recipes call them; predictions and targets are (N, height, width, 1), values 0..1."""

from collections.abc import Callable

import keras
import tensorflow as tf

Loss = Callable[[tf.Tensor, tf.Tensor], tf.Tensor]


def crossentropy_and_overlap(targets: tf.Tensor, predictions: tf.Tensor) -> tf.Tensor:
    """Return for each image (N,) the mean cross-entropy, plus what the soft intersection over union lacks of 1.

    Source of the second: M. A. Rahman, Y. Wang, Optimizing Intersection-Over-Union in Deep Neural Networks for
    Image Segmentation, ISVC 2016; one pixel is added to both areas, so that empty mattes have a gradient.
    """
    crossentropy = keras.ops.mean(keras.losses.binary_crossentropy(targets, predictions), axis=(1, 2))
    intersection = keras.ops.sum(targets * predictions, axis=(1, 2, 3))
    union = keras.ops.sum(targets + predictions - targets * predictions, axis=(1, 2, 3))
    return crossentropy + 1 - (intersection + 1) / (union + 1)


OWN: dict[str, Loss] = {"crossentropy_and_overlap": crossentropy_and_overlap}
"""The losses that Keras does not know by name."""
