"""The same networks, of layers that TensorFlow computes faster while they train, and a faster optimizer.

Keras spells batch normalization and Adam out in many small operations, and draws 32 random bits for each value
that dropout may drop; TensorFlow has one operation for each of the first two, and 8 bits are enough for the last.
Its gradient of cropping takes as long as a large convolution. And what multiplies each pixel by two matrices can
multiply the matrices first. The layers have the weights of those that they stand for, so what they learned goes
into the plain network.
"""

from typing import Any

import keras
import tensorflow as tf
from keras import layers

BLOCK = 16
"""How many channels the one operation takes at once; where they do not come out even, it is slower than Keras."""
RESOLUTION = 1 << 8
"""Dropout's rate is rounded to a multiple of one by this."""


def with_fast_layers(network: keras.Model) -> keras.Model:
    """Return a network of the same layers and weights that trains faster."""
    faster = keras.models.clone_model(network, clone_function=_fast_layer)
    faster.set_weights(network.get_weights())
    return Multiplied(faster) if _is_two_products(faster) else faster


def _is_two_products(network: keras.Model) -> bool:
    """Return whether the network is two products of each pixel and a limit."""
    kinds = [type(layer) for layer in network.layers]
    return kinds == [layers.InputLayer, layers.Conv2D, layers.Conv2D, layers.ReLU] and all(
        layer.kernel_size == layer.strides == (1, 1)
        and not layer.use_bias
        and layer.activation is keras.activations.linear
        and layer.compute_dtype == "float32"
        for layer in network.layers[1:3]
    )


class Multiplied(keras.Model):
    """Two products of each pixel and a limit, with the two multiplied into one first.

    The gradients are those of the two, as the chain rule gives them.
    """

    def __init__(self, network: keras.Model) -> None:
        super().__init__()
        self.network = network

    def call(self, images: tf.Tensor, training: bool | None = None) -> tf.Tensor:
        """Return the predictions for a batch."""
        _, first, second, limit = self.network.layers
        return limit(tf.tensordot(images, tf.matmul(first.kernel[0, 0], second.kernel[0, 0]), 1))


def _fast_layer(layer: keras.Layer) -> keras.Layer:
    if type(layer) is layers.BatchNormalization and layer.gamma.shape[0] % BLOCK == 0:
        return BatchNormalization.from_config(layer.get_config())
    for ours in (Dropout, Cropping2D):
        if type(layer) is ours.__base__:
            return ours.from_config(layer.get_config())
    return layer.from_config(layer.get_config())


class BatchNormalization(layers.BatchNormalization):
    """Batch normalization of (N, height, width, channels), in one operation."""

    def call(self, inputs: tf.Tensor, training: bool | None = None, mask: Any = None) -> tf.Tensor:
        """Return the batch normalized, by its own statistics if `training`, else by the collected ones."""
        given = () if training else (self.moving_mean, self.moving_variance)
        scale, offset, *statistics = (tf.cast(values, tf.float32) for values in (self.gamma, self.beta, *given))
        normalized, mean, variance = tf.compat.v1.nn.fused_batch_norm(
            inputs, scale, offset, *statistics, epsilon=self.epsilon, is_training=bool(training)
        )
        if training:
            # The operation gives the variance divided by one less than the number of values; Keras' is the other.
            count = tf.cast(tf.size(inputs) // tf.shape(inputs)[-1], tf.float32)
            self._follow(self.moving_mean, mean)
            self._follow(self.moving_variance, variance * (count - 1) / count)
        return normalized

    def _follow(self, collected: keras.Variable, seen: tf.Tensor) -> None:
        collected.assign(collected * self.momentum + seen * (1 - self.momentum))


class Dropout(layers.Dropout):
    """Dropout by 8 random bits for each value."""

    def call(self, inputs: tf.Tensor, training: bool = False) -> tf.Tensor:
        """Return the values, if `training` with some at 0 and the others larger by as much as is lost."""
        if not training or self.rate == 0:
            return inputs
        count = tf.size(inputs)
        seed = tf.bitcast(tf.cast(self.seed_generator.next(), tf.uint32), tf.int32)
        words = tf.random.stateless_uniform([(count + 3) // 4], seed, None, None, tf.int32)
        drawn = tf.reshape(tf.reshape(tf.bitcast(words, tf.uint8), [-1])[:count], tf.shape(inputs))
        dropped = round(self.rate * RESOLUTION)
        kept = tf.cast(drawn >= tf.constant(dropped, tf.uint8), inputs.dtype)
        return inputs * (kept * tf.cast(RESOLUTION / (RESOLUTION - dropped), inputs.dtype))


class Cropping2D(layers.Cropping2D):
    """Cropping of (N, height, width, channels) by a slice without steps, whose gradient is quick."""

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        """Return the values without the rows and columns to be cropped."""
        (top, bottom), (left, right) = self.cropping
        _, height, width, _ = inputs.shape
        return tf.slice(inputs, (0, top, left, 0), (-1, height - top - bottom, width - left - right, -1))


class Adam(keras.optimizers.Adam):
    """Adam that changes each weight in one operation."""

    def update_step(self, gradient: tf.Tensor, variable: tf.Variable, learning_rate: tf.Tensor) -> None:
        """Move a weight by its gradient and those before."""
        number = self._get_variable_index(variable)
        step = tf.cast(self.iterations, variable.dtype) + 1
        tf.raw_ops.ResourceApplyAdam(
            var=variable.handle,
            m=self._momentums[number].value.handle,
            v=self._velocities[number].value.handle,
            beta1_power=self.beta_1**step,
            beta2_power=self.beta_2**step,
            lr=tf.cast(learning_rate, variable.dtype),
            beta1=self.beta_1,
            beta2=self.beta_2,
            epsilon=self.epsilon,
            grad=gradient,
        )
