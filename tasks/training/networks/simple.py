"""The article's very small model (`simple_black`): two 1x1 convolutions and a clip, from colour to gray.

Without biases, the two convolutions amount to three weights, one each for red, green and blue.
"""

import keras
from keras import layers
from keras.initializers import RandomUniform


def build(height: int, width: int, input_channels: int = 3, filters: int = 3) -> keras.Model:
    """Return the network, from images (N, height, width, input_channels) to (N, height, width, 1), values 0..1.

    `filters` is the number of channels between the two convolutions. The clip has no gradient outside 0..1.
    Keras' default initial weights are negative as often as positive, so some seeds start with nearly every pixel
    outside and never learn. Here the initial weights are positive and compute roughly the mean of the input
    channels: the products of the two layers add up to about 1 and at most to 2.1, so a pixel whose brightest
    channel is below 0.47 always starts inside.
    """
    inputs = keras.Input((height, width, input_channels))
    first = RandomUniform(0.6 / input_channels, 1.4 / input_channels)
    second = RandomUniform(0.5 / filters, 1.5 / filters)
    x = layers.Conv2D(filters, kernel_size=1, use_bias=False, kernel_initializer=first)(inputs)
    x = layers.Conv2D(1, kernel_size=1, use_bias=False, kernel_initializer=second, dtype="float32")(x)
    outputs = layers.ReLU(max_value=1.0, dtype="float32")(x)
    return keras.Model(inputs, outputs, name="simple")
