"""The article's U-Net (`unet_black`): five levels, with skip connections between layers of equal size.

Source: O. Ronneberger, P. Fischer, T. Brox, U-Net: Convolutional Networks for Biomedical Image Segmentation,
MICCAI 2015.
"""

import keras
from keras import layers

LEVEL_CHANNELS = (16, 32, 64, 128)
BOTTOM_CHANNELS = 256
"""The channels of each level on the way down, from the finest to the coarsest, and of the one below them."""


def build(
    height: int, width: int, input_channels: int = 3, dropout: float = 0.1, momentum: float = 0.99
) -> keras.Model:
    """Return the network, from images (N, height, width, input_channels) to (N, height, width, 1), values 0..1.

    Height and width are at least 32, as they are halved four times. `dropout` is the share of values dropped at
    each level, `momentum` that of batch normalization. With 3 input channels it has 1,946,993 parameters.
    """
    inputs = keras.Input((height, width, input_channels))

    x = inputs
    skips = []
    for level_channels in LEVEL_CHANNELS:
        x = _convolve_twice(x, level_channels, momentum)
        skips.append(x)
        x = layers.MaxPool2D(pool_size=2)(x)
        x = layers.Dropout(dropout)(x)

    x = _convolve_twice(x, BOTTOM_CHANNELS, momentum)

    for level_channels, skip in zip(reversed(LEVEL_CHANNELS), reversed(skips), strict=True):
        # Pooling drops the last row or column of an odd size; the output padding puts it back.
        odd = (skip.shape[1] % 2, skip.shape[2] % 2)
        x = layers.Conv2DTranspose(level_channels, kernel_size=2, strides=2, output_padding=odd)(x)
        x = layers.Concatenate()([x, skip])
        x = layers.Dropout(dropout)(x)
        x = _convolve_twice(x, level_channels, momentum)

    outputs = layers.Conv2D(1, kernel_size=1, activation="sigmoid", dtype="float32")(x)
    return keras.Model(inputs, outputs, name="unet")


def _convolve_twice(x: keras.KerasTensor, filters: int, momentum: float) -> keras.KerasTensor:
    for _ in range(2):
        x = layers.Conv2D(filters, kernel_size=3, padding="same")(x)
        x = layers.BatchNormalization(momentum=momentum)(x)
        x = layers.ReLU()(x)
    return x
