"""The article's very small model (`simple_black`): each pixel's colour to one number, by two small products.

Multiplied through, its two 1x1 convolutions are three weights: those of red, green and blue.
"""

import keras
from keras import layers
from keras.initializers import RandomUniform


def build(height: int, width: int, channels: int = 3, filters: int = 3) -> keras.Model:
    """Return the network: images (N, height, width, channels) to one channel (N, height, width, 1), 0..1.

    The clip passes no gradient outside 0..1, and with Keras' default start weights, which are negative as often
    as positive, some start with nearly every pixel there and never learn. So the start weights are positive: the
    mean of the colours, give or take. The three weights they multiply to add up to about 1 and at most to 2.1, so
    that a pixel whose brightest channel is below 0.47 always starts inside.
    """
    inputs = keras.Input((height, width, channels))
    first = RandomUniform(0.6 / channels, 1.4 / channels)
    second = RandomUniform(0.5 / filters, 1.5 / filters)
    x = layers.Conv2D(filters, kernel_size=1, use_bias=False, kernel_initializer=first)(inputs)
    x = layers.Conv2D(1, kernel_size=1, use_bias=False, kernel_initializer=second, dtype="float32")(x)
    outputs = layers.ReLU(max_value=1.0, dtype="float32")(x)
    return keras.Model(inputs, outputs, name="simple")
