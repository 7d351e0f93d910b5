"""A U-Net of one level, of the layers that the real one has, which takes a tenth of the time to trace."""

import keras
from keras import layers


def build(
    height: int, width: int, input_channels: int = 3, dropout: float = 0.1, momentum: float = 0.99
) -> keras.Model:
    inputs = keras.Input((height, width, input_channels))
    x = layers.Conv2D(16, 3, padding="same")(inputs)
    x = layers.BatchNormalization(momentum=momentum)(x)
    skip = layers.ReLU()(x)
    x = layers.MaxPool2D(2)(skip)
    x = layers.Dropout(dropout)(x)
    x = layers.Conv2D(16, 3, padding="same")(x)
    x = layers.BatchNormalization(momentum=momentum)(x)
    x = layers.ReLU()(x)
    odd = (skip.shape[1] % 2, skip.shape[2] % 2)
    x = layers.Conv2DTranspose(16, 2, strides=2, output_padding=odd)(x)
    x = layers.Concatenate()([x, skip])
    outputs = layers.Conv2D(1, 1, activation="sigmoid", dtype="float32")(x)
    return keras.Model(inputs, outputs, name="small_unet")
