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
MOVED = 3
"""By how many pixels an image is moved for the mean of answers; less than the network halves it to."""
PLACES = tuple(
    ((MOVED - down, MOVED + down), (MOVED - right, MOVED + right))
    for down in (0, -MOVED, MOVED)
    for right in (0, -MOVED, MOVED)
)
"""What is cut off of an image with a border of `MOVED` pixels, above and below, left and right, to move it."""
MOMENTUM = 0.9
"""Of the batch normalization: statistics follow within a fraction of an epoch."""


def build(height: int, width: int, channels: int = 3, averaged: bool = False, dropout: float = 0.0) -> keras.Model:
    """Return the network: images (N, height, width, channels) to one channel (N, height, width, 1), 0..1.

    Height and width are at least 32. With `averaged`, the answer is the mean of those for the image and its mirror
    image, where they are and moved a little; the weights are the same. `dropout` is how many channels of a
    residual block's change are left out while it trains. It has 1,902,049 parameters for 3 channels.
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
    return _averaged(network) if averaged else network


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


def _averaged(network: keras.Model) -> keras.Model:
    """Return the network that answers for an image 18 times, and gives the mean for each pixel.

    The image is taken as it is and mirrored, and each of them where it is and moved by `MOVED` pixels to all
    sides, with itself reflected where it has left; the answers are moved back.
    """
    height, width, _ = network.input_shape[1:]
    inputs = keras.Input(network.input_shape[1:])
    padding = ((0, 0), (MOVED, MOVED), (MOVED, MOVED), (0, 0))
    variants = []
    for image in (inputs, keras.ops.flip(inputs, axis=2)):
        padded = keras.ops.pad(image, padding, mode="reflect")
        variants += [layers.Cropping2D(place)(padded) for place in PLACES]
    # As one batch: one pass through the network instead of 18 in the graph.
    answers = network(keras.ops.concatenate(variants, axis=0))
    answers = keras.ops.unstack(keras.ops.reshape(answers, (len(variants), -1, height, width, 1)), axis=0)
    moved_back, seen = [], []
    for place, answer in zip(PLACES * 2, answers, strict=True):
        moved_back.append(_moved_back(answer, place))
        seen.append(_moved_back(keras.ops.ones_like(answer), place))
    sums = [
        layers.Add()([*parts[: len(PLACES)], *(keras.ops.flip(part, axis=2) for part in parts[len(PLACES) :])])
        for parts in (moved_back, seen)
    ]
    return keras.Model(inputs, keras.ops.divide(*sums), name="averaged_residual_unet")


def _moved_back(answer: keras.KerasTensor, place: tuple[tuple[int, int], tuple[int, int]]) -> keras.KerasTensor:
    """Return the answer where the image was, 0 where it does not reach."""
    padded = layers.ZeroPadding2D(MOVED)(answer)
    return layers.Cropping2D(tuple((after, before) for before, after in place))(padded)
