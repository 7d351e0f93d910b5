"""Faster layers and a faster optimizer to train with; the saved model has Keras' own layers.

Kept because the article's U-Net trains at 84 images a second with them and at 64 without (float32; 129 and 80 in
bfloat16; docs/performance.md). They go when Keras itself uses TensorFlow's fused operations on CPUs.

Keras composes batch normalization and Adam of many small operations; TensorFlow has one fused operation for each.
Keras' dropout draws 32 random bits a value; 8 are enough. The gradient of its cropping takes as long as a large
convolution; that of a slice without steps does not. The two 1x1 convolutions of the very small models can be
multiplied with each other before any pixel. The layers have the same weights as Keras', so the weights go into the
plain network unchanged.
"""

from typing import Any

import keras
import tensorflow as tf
from keras import layers

CHANNEL_BLOCK = 16
"""Fused batch normalization is slower than Keras' own unless the number of channels is a multiple of this."""
RATE_STEPS = 1 << 8
"""Dropout's rate is rounded to a multiple of 1/256."""


def with_fast_layers(network: keras.Model) -> keras.Model:
    """Return a copy of a network, with the same weights in the same order, that trains faster."""
    faster = keras.models.clone_model(network, clone_function=_fast_layer)
    faster.set_weights(network.get_weights())
    return MergedPointwiseConvolutions(faster) if _is_two_pointwise_convolutions(faster) else faster


def _is_two_pointwise_convolutions(network: keras.Model) -> bool:
    """Return whether the network is two linear 1x1 convolutions in float32 and a ReLU."""
    kinds = [type(layer) for layer in network.layers]
    return kinds == [layers.InputLayer, layers.Conv2D, layers.Conv2D, layers.ReLU] and all(
        layer.kernel_size == layer.strides == (1, 1)
        and not layer.use_bias
        and layer.activation is keras.activations.linear
        and layer.compute_dtype == "float32"
        for layer in network.layers[1:3]
    )


class MergedPointwiseConvolutions(keras.Model):
    """Two 1x1 convolutions and a ReLU, computed as one convolution with the product of their kernels.

    The gradients of both kernels are the same as without this, by the chain rule.
    """

    def __init__(self, network: keras.Model) -> None:
        super().__init__()
        self.network = network

    def call(self, images: tf.Tensor, training: bool | None = None) -> tf.Tensor:
        """Return predictions (N, height, width, 1) for images (N, height, width, channels), values 0..1."""
        _, first, second, relu = self.network.layers
        return relu(tf.tensordot(images, tf.matmul(first.kernel[0, 0], second.kernel[0, 0]), 1))


def _fast_layer(layer: keras.Layer) -> keras.Layer:
    if type(layer) is layers.BatchNormalization and layer.gamma.shape[0] % CHANNEL_BLOCK == 0:
        return BatchNormalization.from_config(layer.get_config())
    for ours in (Dropout, Cropping2D):
        if type(layer) is ours.__base__:
            return ours.from_config(layer.get_config())
    return layer.from_config(layer.get_config())


class BatchNormalization(layers.BatchNormalization):
    """Batch normalization of (N, height, width, channels) in one fused operation."""

    def call(self, inputs: tf.Tensor, training: bool | None = None, mask: Any = None) -> tf.Tensor:
        """Return the normalized batch, by its own statistics if `training`, else by the running statistics."""
        given = () if training else (self.moving_mean, self.moving_variance)
        scale, offset, *statistics = (tf.cast(values, tf.float32) for values in (self.gamma, self.beta, *given))
        normalized, mean, variance = tf.compat.v1.nn.fused_batch_norm(
            inputs, scale, offset, *statistics, epsilon=self.epsilon, is_training=bool(training)
        )
        if training:
            # The operation divides the variance by the number of values minus one, Keras by the number.
            count = tf.cast(tf.size(inputs) // tf.shape(inputs)[-1], tf.float32)
            self._update(self.moving_mean, mean)
            self._update(self.moving_variance, variance * (count - 1) / count)
        return normalized

    def _update(self, running: keras.Variable, batch: tf.Tensor) -> None:
        running.assign(running * self.momentum + batch * (1 - self.momentum))


class Dropout(layers.Dropout):
    """Dropout by 8 random bits a value."""

    def call(self, inputs: tf.Tensor, training: bool = False) -> tf.Tensor:
        """Return the inputs; if `training`, some are set to 0 and the others scaled to keep the expected sum."""
        if not training or self.rate == 0:
            return inputs
        count = tf.size(inputs)
        seed = tf.bitcast(tf.cast(self.seed_generator.next(), tf.uint32), tf.int32)
        words = tf.random.stateless_uniform([(count + 3) // 4], seed, None, None, tf.int32)
        drawn = tf.reshape(tf.reshape(tf.bitcast(words, tf.uint8), [-1])[:count], tf.shape(inputs))
        dropped = round(self.rate * RATE_STEPS)
        kept = tf.cast(drawn >= tf.constant(dropped, tf.uint8), inputs.dtype)
        return inputs * (kept * tf.cast(RATE_STEPS / (RATE_STEPS - dropped), inputs.dtype))


class Cropping2D(layers.Cropping2D):
    """Cropping of (N, height, width, channels) by a slice without steps, whose gradient is fast."""

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        """Return the inputs without the cropped rows and columns."""
        (top, bottom), (left, right) = self.cropping
        _, height, width, _ = inputs.shape
        return tf.slice(inputs, (0, top, left, 0), (-1, height - top - bottom, width - left - right, -1))


class Adam(keras.optimizers.Adam):
    """Adam that updates each variable in one fused operation."""

    def update_step(self, gradient: tf.Tensor, variable: tf.Variable, learning_rate: tf.Tensor) -> None:
        """Update a variable and its moments in place by a gradient of the same shape."""
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
