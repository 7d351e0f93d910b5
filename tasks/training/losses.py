"""The losses that recipes name and Keras does not have."""

from collections.abc import Callable

import keras
import tensorflow as tf

Loss = Callable[[tf.Tensor, tf.Tensor], tf.Tensor]
"""From targets and predictions (N, height, width, 1), float32, values 0..1, to the loss of each image (N,)."""


def crossentropy_and_overlap(targets: tf.Tensor, predictions: tf.Tensor) -> tf.Tensor:
    """Return the mean cross-entropy of each image, plus 1 minus its soft intersection over union.

    Source of the latter: M. A. Rahman, Y. Wang, Optimizing Intersection-Over-Union in Deep Neural Networks for
    Image Segmentation, ISVC 2016; one pixel is added to both areas, so that empty mattes have a gradient.
    """
    crossentropy = keras.ops.mean(keras.losses.binary_crossentropy(targets, predictions), axis=(1, 2))
    intersection = keras.ops.sum(targets * predictions, axis=(1, 2, 3))
    union = keras.ops.sum(targets + predictions - targets * predictions, axis=(1, 2, 3))
    return crossentropy + 1 - (intersection + 1) / (union + 1)


CUSTOM_LOSSES: dict[str, Loss] = {"crossentropy_and_overlap": crossentropy_and_overlap}
"""Each loss by the name that recipes use."""
