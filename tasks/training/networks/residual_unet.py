"""A U-Net shaped for finding people on few cores: residual blocks, most of them where the image is small.

At full size there is one thin convolution on the way in and one on the way out, so its time goes into looking at
the whole instead of into sharp edges everywhere. Sources: U-Net, see `unet`; residual blocks, K. He, X. Zhang,
S. Ren, J. Sun, Deep Residual Learning for Image Recognition, CVPR 2016.
"""

import keras
from keras import layers

STEM_CHANNELS = 8
CHANNELS = (24, 48, 96, 128)
BLOCKS = (1, 2, 3, 3)
"""How many residual blocks each level has on the way down; on the way up there are none."""
MOMENTUM = 0.9
"""Of the batch normalization: statistics follow within a fraction of an epoch."""


def build(height: int, width: int, channels: int = 3, mirrored: bool = False, dropout: float = 0.0) -> keras.Model:
    """Return the network: images (N, height, width, channels) to one channel (N, height, width, 1), 0..1.

    Height and width are at least 32. With `mirrored`, the answer is the mean of that for the image and that for
    its mirror image, turned back; the weights are the same. `dropout` is how many channels of a residual block's
    change are left out while it trains. It has 1,902,049 parameters for 3 channels.
    """
    inputs = keras.Input((height, width, channels))

    x = _convolve(inputs, STEM_CHANNELS)
    skips = [x]
    for level_channels, blocks in zip(CHANNELS, BLOCKS, strict=True):
        x = _convolve(x, level_channels, strides=2)
        for _ in range(blocks):
            x = _residual_block(x, dropout)
        skips.append(x)

    # What the whole image is about, added everywhere.
    summary = layers.GlobalAveragePooling2D(keepdims=True)(skips.pop())
    x = layers.Add()([x, layers.Dense(CHANNELS[-1], activation="relu")(summary)])

    for level_channels, skip in zip((*reversed(CHANNELS[:-1]), STEM_CHANNELS), reversed(skips), strict=True):
        x = layers.Conv2D(level_channels, kernel_size=1, use_bias=False)(x)
        x = layers.UpSampling2D(2)(x)
        # Strides round an odd size up, so what is doubled may have one row or column too many.
        x = layers.Cropping2D(((0, x.shape[1] - skip.shape[1]), (0, x.shape[2] - skip.shape[2])))(x)
        x = layers.Concatenate()([x, skip])
        x = _convolve(x, level_channels)

    outputs = layers.Conv2D(1, kernel_size=3, padding="same", activation="sigmoid", dtype="float32")(x)
    network = keras.Model(inputs, outputs, name="residual_unet")
    return _with_mirror_image(network) if mirrored else network


def _convolve(x: keras.KerasTensor, channels: int, strides: int = 1, activate: bool = True) -> keras.KerasTensor:
    x = layers.Conv2D(
        channels, kernel_size=3, strides=strides, padding="same", use_bias=False, kernel_initializer="he_normal"
    )(x)
    x = layers.BatchNormalization(momentum=MOMENTUM)(x)
    return layers.ReLU()(x) if activate else x


def _residual_block(x: keras.KerasTensor, dropout: float) -> keras.KerasTensor:
    y = _convolve(x, x.shape[-1])
    y = _convolve(y, x.shape[-1], activate=False)
    if dropout:
        y = layers.SpatialDropout2D(dropout)(y)
    return layers.ReLU()(layers.Add()([x, y]))


def _with_mirror_image(network: keras.Model) -> keras.Model:
    inputs = keras.Input(network.input_shape[1:])
    turned = keras.ops.flip(network(keras.ops.flip(inputs, axis=2)), axis=2)
    return keras.Model(inputs, layers.Average()([network(inputs), turned]), name="mirrored_residual_unet")
