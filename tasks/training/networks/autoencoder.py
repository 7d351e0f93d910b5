"""The course's autoencoder view of images: everything passes through a narrow layer, without skip connections.

The bottleneck describes the whole image in a few numbers, so outlines come out soft. Beside the U-Net, whose skips
carry the details, it shows what skips are for.
"""

import math

import keras
from keras import layers

LEVEL_CHANNELS = (16, 32, 64)
"""The channels of each level on the way down, from the finest to the coarsest."""


def build(height: int, width: int, input_channels: int = 3, bottleneck: int = 64) -> keras.Model:
    """Return the network, from images (N, height, width, input_channels) to (N, height, width, 1), values 0..1.

    Three strided convolutions, a dense layer of `bottleneck` units, and upsampling back. Height and width are at
    least 8.
    """
    inputs = keras.Input((height, width, input_channels))

    x = inputs
    sizes = []
    for level_channels in LEVEL_CHANNELS:
        sizes.append(x.shape[1:3])
        x = layers.Conv2D(level_channels, kernel_size=3, strides=2, padding="same", activation="relu")(x)

    smallest = x.shape[1:]
    x = layers.Flatten()(x)
    x = layers.Dense(bottleneck, activation="relu", name="bottleneck")(x)
    x = layers.Dense(math.prod(smallest), activation="relu")(x)
    x = layers.Reshape(smallest)(x)

    for level_channels, size in zip(reversed(LEVEL_CHANNELS), reversed(sizes), strict=True):
        x = layers.UpSampling2D(2, interpolation="bilinear")(x)
        # Strides round an odd size up, so the upsampled image may have one row or column too many.
        x = layers.Cropping2D(((0, x.shape[1] - size[0]), (0, x.shape[2] - size[1])))(x)
        x = layers.Conv2D(level_channels, kernel_size=3, padding="same", activation="relu")(x)

    outputs = layers.Conv2D(1, kernel_size=1, activation="sigmoid", dtype="float32")(x)
    return keras.Model(inputs, outputs, name="autoencoder")
