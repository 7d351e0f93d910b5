"""The course's view of images as an autoencoder has it: everything passes a narrow layer, nothing goes around.

What leaves the bottleneck is a description of the whole image in a few numbers, so outlines come out soft: set
beside the U-Net, which is given the details by its skips, it shows what skips are for.
"""

import math

import keras
from keras import layers

CHANNELS = (16, 32, 64)


def build(height: int, width: int, channels: int = 3, bottleneck: int = 64) -> keras.Model:
    """Return the network: images (N, height, width, channels) to one channel (N, height, width, 1), 0..1.

    Three strided convolutions, a dense layer of `bottleneck` numbers, and upsampling back; height and width are at
    least 8.
    """
    inputs = keras.Input((height, width, channels))

    x = inputs
    sizes = []
    for level_channels in CHANNELS:
        sizes.append(x.shape[1:3])
        x = layers.Conv2D(level_channels, kernel_size=3, strides=2, padding="same", activation="relu")(x)

    smallest = x.shape[1:]
    x = layers.Flatten()(x)
    x = layers.Dense(bottleneck, activation="relu", name="bottleneck")(x)
    x = layers.Dense(math.prod(smallest), activation="relu")(x)
    x = layers.Reshape(smallest)(x)

    for level_channels, size in zip(reversed(CHANNELS), reversed(sizes), strict=True):
        x = layers.UpSampling2D(2, interpolation="bilinear")(x)
        # Strides round an odd size up, so what is doubled may have one row or column too many.
        x = layers.Cropping2D(((0, x.shape[1] - size[0]), (0, x.shape[2] - size[1])))(x)
        x = layers.Conv2D(level_channels, kernel_size=3, padding="same", activation="relu")(x)

    outputs = layers.Conv2D(1, kernel_size=1, activation="sigmoid", dtype="float32")(x)
    return keras.Model(inputs, outputs, name="autoencoder")
