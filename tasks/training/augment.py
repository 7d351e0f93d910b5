"""Augmentation: changes the background, geometry and light of training pairs at random.

All random numbers depend on the given seed alone, so the same batch can be drawn again.

The limits are our own choice; no paper or library is recorded as their source. They are about 0.65 of the first
ones (a rotation of 15 degrees, a scale of e^0.25, and so on). An early `matte-unet-tuned` of 40 epochs reached
these IoUs on 200 training portraits left out of its training: at a learning rate of 2e-3, 0.9376 with the first
limits and 0.9434 with 0.6 of them; at 5e-3, 0.9408 with the first and 0.9469 with 0.5 of them. The 0.65 is a
judgement; neither it nor any single limit was compared.
"""

import math

import keras
import tensorflow as tf

ROTATION = math.radians(10)
"""Largest angle, radians. Angles, shifts and logarithms are uniform between minus and plus their limit."""
SCALE = 0.16
"""Largest logarithm of the scale: 0.85 to 1.17 times the size."""
STRETCH = 0.05
"""Largest logarithm of a further scale, of the width alone: 0.95 to 1.05 times the width."""
SHIFT = 0.08
"""Largest shift, as a share of the width or height."""
GAMMA = 0.25
"""Largest logarithm of the exponent: 0.78 to 1.28."""
BRIGHTNESS = 0.13
"""Largest logarithm of the factor: 0.88 to 1.14."""
CONTRAST = 0.16
"""Largest logarithm of the factor on differences from the image's mean: 0.85 to 1.17."""
SATURATION = 0.32
"""Largest logarithm of the factor on differences from the pixel's gray: 0.73 to 1.38."""
TINT = 0.08
"""Largest logarithm of the factor on each colour channel: 0.92 to 1.08."""
GRAY_SHARE = 0.1
"""Probability that an image loses its colour; our choice, not compared with others."""
EXCHANGED_SHARE = 0.35
"""Probability of another background. With dropout 0.08, the IoU on the 200 portraits rose from 0.9516 to
0.9532 after 90 of 200 epochs, there with colours filled in by PyMatting instead of `fill_unknown`. No other share
was tried; pasting people over whole photos, 30% of them, was far behind."""
LUMA = (0.2125, 0.7154, 0.0721)
"""The weights of red, green and blue in gray: ITU-R BT.709, as `skimage.color.rgb2gray` has them."""
CERTAIN = 0.99
"""Mattes above this are taken for 1, and below 1 - 0.99 for 0: within two of the 255 steps of 8 bits."""
DARKEST = 1e-4
"""Values are at least this when gamma is applied; far below 1/255, the smallest step of 8 bits."""


def augment(images: tf.Tensor, mattes: tf.Tensor, seed: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Return a randomly changed copy of a batch, of the same shapes: float32, values 0..1.

    `images` (N, height, width, 3) and `mattes` (N, height, width, 1) are float32, values 0..1, of static height
    and width; `seed` is (2,), int32. In this order: a share of the people get another background of the batch;
    image and matte are together mirrored (one in two), rotated, scaled, stretched and shifted, with the picture
    reflected beyond its border; the image's gamma, tint, brightness, saturation and contrast change.
    """
    geometry_seed, light_seed, exchange_seed = tf.unstack(tf.random.split(seed, 3))
    exchanged = _Random(tf.shape(images)[0], exchange_seed).chosen(EXCHANGED_SHARE)
    composited = tf.where(tf.reshape(exchanged, (-1, 1, 1, 1)), exchange_backgrounds(images, mattes), images)
    moved = keras.ops.image.affine_transform(
        tf.concat([composited, mattes], axis=-1),
        _affine_transforms(tf.shape(images)[0], images.shape[1], images.shape[2], geometry_seed),
        fill_mode="reflect",
    )
    return _relight(moved[..., :3], light_seed), tf.clip_by_value(moved[..., 3:], 0.0, 1.0)


def exchange_backgrounds(images: tf.Tensor, mattes: tf.Tensor) -> tf.Tensor:
    """Return each person before the background of the preceding image of the batch (the first: of the last).

    Images and result are (N, height, width, 3), mattes (N, height, width, 1); all float32, values 0..1. Where a
    matte is between 0 and 1, a photo mixes the colours of person and background, so these are filled in: the
    person's from where the matte is 1, the background's, also behind its own person, from where it is 0.
    """
    people = fill_unknown(images, tf.cast(mattes > CERTAIN, tf.float32))
    backgrounds = fill_unknown(images, tf.cast(mattes < 1 - CERTAIN, tf.float32))
    return people * mattes + tf.roll(backgrounds, 1, axis=0) * (1 - mattes)


def fill_unknown(images: tf.Tensor, known: tf.Tensor) -> tf.Tensor:
    """Return images (N, height, width, channels) with their unknown pixels filled in from the known ones.

    `known` (N, height, width, 1) is 1 for a known pixel and 0 for an unknown one, float32. A pixel gets the mean
    of the known pixels in the smallest surrounding cell of a pyramid that has any. Source: S. J. Gortler et al.,
    The Lumigraph, SIGGRAPH 1996, section 3.2 (pull-push).
    """
    height, width = images.shape[1:3]
    if height == 1 and width == 1:
        return images
    weights = tf.nn.avg_pool2d(known, 2, 2, "SAME")
    halved = tf.nn.avg_pool2d(images * known, 2, 2, "SAME") / tf.maximum(weights, 1e-6)
    coarse = fill_unknown(halved, tf.cast(weights > 0, tf.float32))
    return known * images + (1 - known) * tf.image.resize(coarse, (height, width))


class _Random:
    """Random numbers for the N images of a batch; each call takes the next of 8 seeds split from the given one."""

    def __init__(self, count: tf.Tensor, seed: tf.Tensor) -> None:
        self.count, self.seeds = count, iter(tf.unstack(tf.random.split(seed, 8)))

    def uniform(self, limit: float, *shape: int) -> tf.Tensor:
        """Return uniform numbers in -limit..limit, of shape (N, *shape)."""
        return tf.random.stateless_uniform([self.count, *shape], next(self.seeds), -limit, limit)

    def log_uniform(self, limit: float, *shape: int) -> tf.Tensor:
        """Return numbers of shape (N, *shape) whose logarithms are uniform in -limit..limit."""
        return tf.exp(self.uniform(limit, *shape))

    def chosen(self, probability: float) -> tf.Tensor:
        """Return booleans (N,), each True with the given probability."""
        return tf.random.stateless_uniform([self.count], next(self.seeds)) < probability


def _affine_transforms(count: tf.Tensor, height: int, width: int, seed: tf.Tensor) -> tf.Tensor:
    """Return `affine_transform`'s parameters (N, 8), which map pixels of the result to pixels of the image."""
    random = _Random(count, seed)
    mirror = tf.where(random.chosen(0.5), -1.0, 1.0)
    rotation, scale, stretch = random.uniform(ROTATION), random.log_uniform(SCALE), random.log_uniform(STRETCH)
    right, down = random.uniform(SHIFT * width), random.uniform(SHIFT * height)
    xx, xy = mirror * tf.cos(rotation) / (scale * stretch), -mirror * tf.sin(rotation) / scale
    yx, yy = tf.sin(rotation) / (scale * stretch), tf.cos(rotation) / scale
    middle_x, middle_y = (width - 1) / 2, (height - 1) / 2
    x = middle_x - xx * middle_x - xy * middle_y + right
    y = middle_y - yx * middle_x - yy * middle_y + down
    none = tf.zeros_like(x)
    return tf.stack([xx, xy, x, yx, yy, y, none, none], axis=1)


def _relight(images: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
    """Return images (N, height, width, 3), float32, values 0..1, with other gamma, colours and contrast."""
    random = _Random(tf.shape(images)[0], seed)
    images = tf.clip_by_value(images, DARKEST, 1.0) ** random.log_uniform(GAMMA, 1, 1, 1)
    images *= random.log_uniform(TINT, 1, 1, 3) * random.log_uniform(BRIGHTNESS, 1, 1, 1)
    gray = tf.reduce_sum(images * LUMA, axis=-1, keepdims=True)
    saturation = tf.where(random.chosen(GRAY_SHARE), 0.0, random.log_uniform(SATURATION))
    images = gray + (images - gray) * tf.reshape(saturation, (-1, 1, 1, 1))
    mean = tf.reduce_mean(images, axis=(1, 2, 3), keepdims=True)
    return tf.clip_by_value(mean + (images - mean) * random.log_uniform(CONTRAST, 1, 1, 1), 0.0, 1.0)
