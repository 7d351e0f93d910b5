"""Batch normalization's running statistics, computed over the training images once the weights are final.

While a network trains, its running statistics are a moving average over the last batches, of weights that were
still changing; with few batches an epoch they lag far behind. Source of the cure, precise batch normalization:
Y. Wu, J. Johnson, Rethinking "Batch" in BatchNorm, arXiv 2105.07576, 2021.
"""

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
"""Over these a channel's statistics are taken: images, rows and columns."""
DROPOUT = (layers.Dropout, layers.SpatialDropout2D)


def recalibrate(network: keras.Model, blocks: Blocks, batch_size: int, seed: int) -> None:
    """Set the running mean and variance of each batch normalization to those over all training images.

    The images pass once, in batches, each normalized by its own statistics as in training, but without dropout.
    A layer's mean and variance are those of all pixels of all images that reach it: exact but for rounding, and
    the same bit for bit on every run. The weights do not change. One block and one batch are in memory at a time.

    `network` is in float32; of `blocks` the targets are not used. The order of the images, and so which of them
    share a batch, depends on the `seed` alone. Raises `ValueError` for a network with another nested in it.
    """
    if any(isinstance(layer, keras.Model) for layer in network.layers):
        raise ValueError(f"{network.name}: recalibrate the network that is nested in it, by itself")
    normalizations = [layer for layer in network.layers if isinstance(layer, layers.BatchNormalization)]
    if not normalizations:
        return
    in_training = normalized_by_batch(network)
    reaching = keras.Model(
        in_training.inputs, [in_training.get_layer(layer.name).input for layer in normalizations]
    )

    def moments(images: tf.Tensor) -> list[tuple[tf.Tensor, tf.Tensor]]:
        values = reaching(images, training=True)
        return [tf.nn.moments(one, AXES) for one in keras.tree.flatten(values)]

    batch_moments = tf.function(
        moments, input_signature=[tf.TensorSpec(network.input_shape, tf.float32)], autograph=False
    )
    populations = [Population() for _ in normalizations]
    for images, _ in Batches(blocks, batch_size).shuffled(seed, epoch=0):
        # Within a batch the pixels of an image are as many for every image, so images are what counts.
        for population, (mean, variance) in zip(populations, batch_moments(unit_range(images)), strict=True):
            population.add(len(images), mean.numpy(), variance.numpy())
    for layer, population in zip(normalizations, populations, strict=True):
        layer.moving_mean.assign(population.mean)
        layer.moving_variance.assign(population.variance)


def normalized_by_batch(network: keras.Model) -> keras.Model:
    """Return a copy of a network that, called with `training=True`, differs from it in one thing alone.

    Batch normalization uses each batch's own statistics; nothing is dropped.
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
    """Mean and variance of values that come in parts, each channel by itself."""

    def __init__(self) -> None:
        """Begin without values."""
        self.count = 0
        self.mean = self._squares = np.zeros(())

    def add(self, count: int, mean: NDArray[np.floating], variance: NDArray[np.floating]) -> None:
        """Add a part of so many values by its mean and variance (channels,).

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
        """The mean squared difference from the mean (channels,)."""
        return self._squares / self.count
