"""Draws new training pairs from old: on other backgrounds, turned, scaled and shifted, and in another light.

All draws come from the seed given, so a batch can be drawn again.
"""

import math

import keras
import tensorflow as tf

TURN = math.radians(10)
"""The largest turn, radians. This and the following are limits to both sides; draws between them are even."""
SCALE = 0.16
"""Logarithm of the largest scale; `STRETCH` is that of the ratio between height and width."""
STRETCH = 0.05
SHIFT = 0.08
"""The largest shift, as a share of the side."""
GAMMA, BRIGHTNESS, CONTRAST, SATURATION = 0.25, 0.13, 0.16, 0.32
"""Logarithms of the largest gamma and factors."""
TINT = 0.08
"""Logarithm of the largest factor of a single channel."""
GRAY_SHARE = 0.1
"""How many photos become gray."""
EXCHANGED_SHARE = 0.35
"""How many people are put before the background of the next photo of the batch."""
LUMA = (0.2125, 0.7154, 0.0721)
CERTAIN = 0.99
"""From which value on a matte is taken for 1, and, as far from 0, for 0."""
BLACKEST = 1e-4
"""Keeps the power of gamma away from 0."""


def augment(images: tf.Tensor, mattes: tf.Tensor, seed: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Return a batch drawn anew: images (N, height, width, 3) and mattes (N, height, width, 1), float32, 0..1.

    Height and width are static; `seed` are two integers. Half of the pairs are mirrored. What comes in from
    beyond the border is the picture reflected there.
    """
    shape_seed, light_seed, exchange_seed = tf.unstack(tf.random.split(seed, 3))
    exchanged = _Draws(tf.shape(images)[0], exchange_seed).chance(EXCHANGED_SHARE)
    placed = tf.where(tf.reshape(exchanged, (-1, 1, 1, 1)), exchange_backgrounds(images, mattes), images)
    moved = keras.ops.image.affine_transform(
        tf.concat([placed, mattes], axis=-1),
        _transforms(tf.shape(images)[0], images.shape[1], images.shape[2], shape_seed),
        fill_mode="reflect",
    )
    return _relight(moved[..., :3], light_seed), tf.clip_by_value(moved[..., 3:], 0.0, 1.0)


def exchange_backgrounds(images: tf.Tensor, mattes: tf.Tensor) -> tf.Tensor:
    """Return each image's person before the background of the image before it in the batch, float32, 0..1.

    Images are (N, height, width, 3), mattes (N, height, width, 1). Where a matte is neither 0 nor 1, the photo's
    colours are of both; the person's there are taken from where the matte is 1, and so is what the background
    shows behind its own person from where that matte is 0.
    """
    people = spread(images, tf.cast(mattes > CERTAIN, tf.float32))
    backgrounds = spread(images, tf.cast(mattes < 1 - CERTAIN, tf.float32))
    return people * mattes + tf.roll(backgrounds, 1, axis=0) * (1 - mattes)


def spread(images: tf.Tensor, known: tf.Tensor) -> tf.Tensor:
    """Return images (N, height, width, channels) whose pixels that are not known (0; 1 is known) are filled.

    They get the mean of what is known around them, from the smallest surroundings in which anything is.
    Source: S. J. Gortler et al., The Lumigraph, SIGGRAPH 1996, section 3.2 (pull-push).
    """
    height, width = images.shape[1:3]
    if height == 1 and width == 1:
        return images
    weights = tf.nn.avg_pool2d(known, 2, 2, "SAME")
    halved = tf.nn.avg_pool2d(images * known, 2, 2, "SAME") / tf.maximum(weights, 1e-6)
    coarse = spread(halved, tf.cast(weights > 0, tf.float32))
    return known * images + (1 - known) * tf.image.resize(coarse, (height, width))


class _Draws:
    """Even draws for the images of a batch, in the order they are asked for."""

    def __init__(self, count: tf.Tensor, seed: tf.Tensor) -> None:
        self.count, self.seeds = count, iter(tf.unstack(tf.random.split(seed, 8)))

    def between(self, limit: float, *shape: int) -> tf.Tensor:
        """Return numbers in -limit..limit, of shape (N, *shape)."""
        return tf.random.stateless_uniform([self.count, *shape], next(self.seeds), -limit, limit)

    def factors(self, limit: float, *shape: int) -> tf.Tensor:
        """Return numbers whose logarithms are in -limit..limit."""
        return tf.exp(self.between(limit, *shape))

    def chance(self, share: float) -> tf.Tensor:
        """Return for each image whether it is of this share."""
        return tf.random.stateless_uniform([self.count], next(self.seeds)) < share


def _transforms(count: tf.Tensor, height: int, width: int, seed: tf.Tensor) -> tf.Tensor:
    """Return (N, 8): for each image, the affine map from the pixels of the result to those it is taken from."""
    draws = _Draws(count, seed)
    mirror = tf.where(draws.chance(0.5), -1.0, 1.0)
    turn, scale, stretch = draws.between(TURN), draws.factors(SCALE), draws.factors(STRETCH)
    right, down = draws.between(SHIFT * width), draws.between(SHIFT * height)
    xx, xy = mirror * tf.cos(turn) / (scale * stretch), -mirror * tf.sin(turn) / scale
    yx, yy = tf.sin(turn) / (scale * stretch), tf.cos(turn) / scale
    middle_x, middle_y = (width - 1) / 2, (height - 1) / 2
    x = middle_x - xx * middle_x - xy * middle_y + right
    y = middle_y - yx * middle_x - yy * middle_y + down
    none = tf.zeros_like(x)
    return tf.stack([xx, xy, x, yx, yy, y, none, none], axis=1)


def _relight(images: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
    draws = _Draws(tf.shape(images)[0], seed)
    images = tf.clip_by_value(images, BLACKEST, 1.0) ** draws.factors(GAMMA, 1, 1, 1)
    images *= draws.factors(TINT, 1, 1, 3) * draws.factors(BRIGHTNESS, 1, 1, 1)
    gray = tf.reduce_sum(images * LUMA, axis=-1, keepdims=True)
    saturation = tf.where(draws.chance(GRAY_SHARE), 0.0, draws.factors(SATURATION))
    images = gray + (images - gray) * tf.reshape(saturation, (-1, 1, 1, 1))
    mean = tf.reduce_mean(images, axis=(1, 2, 3), keepdims=True)
    return tf.clip_by_value(mean + (images - mean) * draws.factors(CONTRAST, 1, 1, 1), 0.0, 1.0)
