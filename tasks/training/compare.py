"""Measures the losses of a finished model, with running and with batch statistics, and of a constant."""

from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf

from tasks.dataset.arrays import unit_range
from tasks.dataset.blocks import Blocks, mean_target
from tasks.training.check import TRAIN_IMAGES_MEASURED, Check
from tasks.training.losses import CUSTOM_LOSSES
from tasks.training.recalibrate import normalized_by_batch

BATCH_SIZE = 32


def compare_with_constant(model: keras.Model, loss: str, train: Blocks, test: Blocks) -> Check:
    """Return the losses of a finished model and of the mean target, on both splits.

    `loss` is a name that recipes use. The model is float32, from images (N, height, width, channels) to
    predictions (N, height, width, 1), values 0..1.
    """
    rows = np.unique(np.linspace(0, len(train) - 1, min(TRAIN_IMAGES_MEASURED, len(train))).round().astype(int))
    sample = Blocks.in_memory(*train.take([int(row) for row in rows]))
    mean = mean_target(train)
    of_model = _mean_loss(lambda images: model(images, training=False), loss, sample)
    of_mean = _mean_loss(lambda images: tf.repeat(mean[np.newaxis], tf.shape(images)[0], axis=0), loss, sample)
    by_batch = None
    # In our networks, running statistics are the only weights that are not trained.
    if model.non_trainable_weights:
        copy = normalized_by_batch(model)
        by_batch = _mean_loss(lambda images: copy(images, training=True), loss, sample)(sample)
    return Check(
        loss,
        train_loss=of_model(sample),
        train_loss_batch_statistics=by_batch,
        train_loss_of_mean=of_mean(sample),
        test_loss=of_model(test),
        test_loss_of_mean=of_mean(test),
    )


def _mean_loss(predict: Callable[[tf.Tensor], tf.Tensor], loss: str, blocks: Blocks) -> Callable[[Blocks], float]:
    """Return a function from blocks to the mean loss over their images.

    `predict` is from images (N, height, width, channels) to predictions (N, height, width, 1), float32, values
    0..1. The function takes blocks whose images and targets have the shapes of those of `blocks`.
    """
    measure = CUSTOM_LOSSES.get(loss) or keras.losses.get(loss)
    signature = [tf.TensorSpec((None, *shape), tf.float32) for shape, _ in blocks.element_spec]

    def summed(images: tf.Tensor, targets: tf.Tensor) -> tf.Tensor:
        return tf.reduce_mean(measure(targets, predict(images))) * tf.cast(tf.shape(images)[0], tf.float32)

    summed_loss = tf.function(summed, input_signature=signature, autograph=False)  # one graph for both splits

    def mean_loss(measured: Blocks) -> float:
        total = 0.0
        for images, targets in measured:
            for start in range(0, len(images), BATCH_SIZE):
                part = slice(start, start + BATCH_SIZE)
                total += float(summed_loss(unit_range(images[part]), unit_range(targets[part])))
        return total / len(measured)

    return mean_loss
