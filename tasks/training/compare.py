"""Measures a finished model beside a constant, and with batch statistics instead of its running ones."""

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from tasks.dataset.arrays import unit_range
from tasks.dataset.blocks import Blocks, mean_target
from tasks.training.check import TRAIN_IMAGES, Check
from tasks.training.losses import OWN
from tasks.training.recalibrate import normalized_by_batch

BATCH = 32


def compare_with_constant(model: keras.Model, loss: str, train: Blocks, test: Blocks) -> Check:
    """Measure a finished model by the loss of its recipe."""
    rows = np.unique(np.linspace(0, len(train) - 1, min(TRAIN_IMAGES, len(train))).round().astype(int))
    some = Blocks.whole(*train.take([int(row) for row in rows]))
    # Batch normalization has the only weights that are not trained: its running statistics.
    by_batch = normalized_by_batch(model) if model.non_trainable_weights else None
    mean = mean_target(train)
    return Check(
        loss,
        train_loss=_mean_loss(model, loss, some),
        train_loss_batch_statistics=_mean_loss(by_batch, loss, some, training=True) if by_batch else None,
        train_loss_of_mean=_mean_loss(mean, loss, some),
        test_loss=_mean_loss(model, loss, test),
        test_loss_of_mean=_mean_loss(mean, loss, test),
    )


def _mean_loss(
    model: keras.Model | NDArray[np.float32], loss: str, blocks: Blocks, training: bool = False
) -> float:
    """Return the mean loss over images of a model, or of one answer (height, width, 1) for all of them."""
    measure = OWN.get(loss) or keras.losses.get(loss)
    forms = [tf.TensorSpec((None, *shape), tf.float32) for shape, _ in blocks.forms]

    def summed(images: tf.Tensor, targets: tf.Tensor) -> tf.Tensor:
        if isinstance(model, keras.Model):
            answers = model(images, training=training)
        else:
            answers = tf.broadcast_to(model, tf.shape(targets))
        return tf.reduce_mean(measure(targets, answers)) * tf.cast(tf.shape(images)[0], tf.float32)

    summed_loss = tf.function(summed, input_signature=forms, autograph=False)
    total = 0.0
    for images, targets in blocks:
        for start in range(0, len(images), BATCH):
            part = slice(start, start + BATCH)
            total += float(summed_loss(unit_range(images[part]), unit_range(targets[part])))
    return total / len(blocks)
