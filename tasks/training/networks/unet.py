"""The article's U-Net (`unet_black`): five levels, with skips between those of equal size.

Source: O. Ronneberger, P. Fischer, T. Brox, U-Net: Convolutional Networks for Biomedical Image Segmentation,
MICCAI 2015.
"""

import keras
from keras import layers

CHANNELS = (16, 32, 64, 128)
BOTTOM_CHANNELS = 256


def build(height: int, width: int, channels: int = 3, dropout: float = 0.1, momentum: float = 0.99) -> keras.Model:
    """Return the network: images (N, height, width, channels) to one channel (N, height, width, 1), 0..1.

    Height and width are at least 32 (four times halved). `momentum` is that of the batch normalization. It has
    1,946,993 parameters for 3 channels.
    """
    inputs = keras.Input((height, width, channels))

    x = inputs
    skips = []
    for level_channels in CHANNELS:
        x = _convolve_twice(x, level_channels, momentum)
        skips.append(x)
        x = layers.MaxPool2D(pool_size=2)(x)
        x = layers.Dropout(dropout)(x)

    x = _convolve_twice(x, BOTTOM_CHANNELS, momentum)

    for level_channels, skip in zip(reversed(CHANNELS), reversed(skips), strict=True):
        # Pooling drops the last row or column of an odd size; the output padding puts it back.
        odd = (skip.shape[1] % 2, skip.shape[2] % 2)
        x = layers.Conv2DTranspose(level_channels, kernel_size=2, strides=2, output_padding=odd)(x)
        x = layers.Concatenate()([x, skip])
        x = layers.Dropout(dropout)(x)
        x = _convolve_twice(x, level_channels, momentum)

    outputs = layers.Conv2D(1, kernel_size=1, activation="sigmoid", dtype="float32")(x)
    return keras.Model(inputs, outputs, name="unet")


def _convolve_twice(x: keras.KerasTensor, channels: int, momentum: float) -> keras.KerasTensor:
    for _ in range(2):
        x = layers.Conv2D(channels, kernel_size=3, padding="same")(x)
        x = layers.BatchNormalization(momentum=momentum)(x)
        x = layers.ReLU()(x)
    return x
