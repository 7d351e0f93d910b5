"""Computes batch normalization's running statistics over the training images once the weights are final.

While a network trains, its running statistics are a moving average over the last batches, and with few batches an
epoch they lag far behind the weights. Source of the remedy, precise batch normalization: Y. Wu, J. Johnson,
Rethinking "Batch" in BatchNorm, arXiv 2105.07576, 2021.
"""

from collections.abc import Iterable
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from numpy.typing import NDArray

from tasks.dataset.arrays import unit_range
from tasks.dataset.blocks import Blocks
from tasks.training.batches import Batches

AXES = (0, 1, 2)
"""Images, rows and columns, over which each channel has its statistics."""
DROPOUT = (layers.Dropout, layers.SpatialDropout2D)


def recalibrate(network: keras.Model, blocks: Blocks, batch_size: int, seed: int) -> None:
    """Set the running statistics of each batch normalization to those over all images of the blocks.

    The targets of `blocks` are not used. The order of the images, and so which of them share a batch, depends on
    `seed` alone. Network and errors are as for `recalibrate_over`.
    """
    recalibrate_over(network, (images for images, _ in Batches(blocks, batch_size).shuffled(seed, epoch=0)))


def recalibrate_over(network: keras.Model, batches: Iterable[NDArray[np.generic]]) -> None:
    """Set the running mean and variance of each batch normalization to those over all images of the batches.

    The images (N, height, width, channels), uint8 0..255 or float32 0..1, pass through the network once, in
    batches that are normalized by their own statistics as in training, but without dropout. Each layer gets the
    exact mean and variance, but for rounding, of all its input pixels; the same on every run, bit for bit. The
    weights do not change. One batch is in memory at a time.

    `network` is in float32 and is changed in place. Raises `ValueError` for a network with another network nested
    in it.
    """
    if any(isinstance(layer, keras.Model) for layer in network.layers):
        raise ValueError(f"{network.name}: recalibrate the network that is nested in it instead")
    normalizations = [layer for layer in network.layers if isinstance(layer, layers.BatchNormalization)]
    if not normalizations:
        return
    in_training = normalized_by_batch(network)
    inputs_of_normalizations = keras.Model(
        in_training.inputs, [in_training.get_layer(layer.name).input for layer in normalizations]
    )

    def moments(images: tf.Tensor) -> list[tuple[tf.Tensor, tf.Tensor]]:
        values = inputs_of_normalizations(images, training=True)
        return [tf.nn.moments(layer_input, AXES) for layer_input in keras.tree.flatten(values)]

    batch_moments = tf.function(
        moments, input_signature=[tf.TensorSpec(network.input_shape, tf.float32)], autograph=False
    )
    populations = [Population() for _ in normalizations]
    for images in batches:
        # Every image has the same number of pixels, so images serve as the weights of the moments.
        for population, (mean, variance) in zip(populations, batch_moments(unit_range(images)), strict=True):
            population.add(len(images), mean.numpy(), variance.numpy())
    for layer, population in zip(normalizations, populations, strict=True):
        layer.moving_mean.assign(population.mean)
        layer.moving_variance.assign(population.variance)


def normalized_by_batch(network: keras.Model) -> keras.Model:
    """Return a copy of a network for calls with `training=True`.

    In such a call, batch normalization uses the batch's own statistics, but nothing is dropped.
    """
    copy = keras.models.clone_model(network, clone_function=_without_dropout)
    copy.set_weights(network.get_weights())
    return copy


def _without_dropout(layer: keras.Layer) -> keras.Layer:
    config: dict[str, Any] = layer.get_config()
    if isinstance(layer, DROPOUT):
        config["rate"] = 0.0
    return layer.from_config(config)


class Population:
    """The mean and variance of each channel, over values that are added in parts."""

    def __init__(self) -> None:
        """Start without any values."""
        self.count = 0
        self.mean = self._squares = np.zeros(())

    def add(self, count: int, mean: NDArray[np.floating], variance: NDArray[np.floating]) -> None:
        """Add `count` values, given their mean and variance (channels,).

        Source: T. F. Chan, G. H. Golub, R. J. LeVeque, Updating Formulae and a Pairwise Algorithm for Computing
        Sample Variances, 1979.
        """
        total = self.count + count
        difference = mean.astype(np.float64) - self.mean
        self.mean = self.mean + difference * count / total
        self._squares = (
            self._squares + variance.astype(np.float64) * count + difference**2 * self.count * count / total
        )
        self.count = total

    @property
    def variance(self) -> NDArray[np.float64]:
        """The mean squared difference from the mean, (channels,), float64."""
        return self._squares / self.count
