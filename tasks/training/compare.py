"""Measures a finished model beside a constant, and with batch statistics instead of its running ones."""

from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf

from tasks.dataset.arrays import unit_range
from tasks.dataset.blocks import Blocks, mean_target
from tasks.training.check import TRAIN_IMAGES, Check
from tasks.training.losses import OWN
from tasks.training.recalibrate import normalized_by_batch

BATCH = 32


def compare_with_constant(model: keras.Model, loss: str, train: Blocks, test: Blocks) -> Check:
    """Measure a finished model by the loss of its recipe."""
    rows = np.unique(np.linspace(0, len(train) - 1, min(TRAIN_IMAGES, len(train))).round().astype(int))
    some = Blocks.in_memory(*train.take([int(row) for row in rows]))
    mean = mean_target(train)
    of_model = _mean_loss(lambda images: model(images, training=False), loss, some)
    of_mean = _mean_loss(lambda images: tf.repeat(mean[np.newaxis], tf.shape(images)[0], axis=0), loss, some)
    by_batch = None
    # Batch normalization has the only weights that are not trained: its running statistics.
    if model.non_trainable_weights:
        copy = normalized_by_batch(model)
        by_batch = _mean_loss(lambda images: copy(images, training=True), loss, some)(some)
    return Check(
        loss,
        train_loss=of_model(some),
        train_loss_batch_statistics=by_batch,
        train_loss_of_mean=of_mean(some),
        test_loss=of_model(test),
        test_loss_of_mean=of_mean(test),
    )


def _mean_loss(answer: Callable[[tf.Tensor], tf.Tensor], loss: str, blocks: Blocks) -> Callable[[Blocks], float]:
    """Return the function that gives the mean loss over the images of blocks with the forms of these.

    `answer` is from images (N, height, width, 3) to answers (N, height, width, 1), values 0..1.
    """
    measure = OWN.get(loss) or keras.losses.get(loss)
    forms = [tf.TensorSpec((None, *shape), tf.float32) for shape, _ in blocks.element_spec]

    def summed(images: tf.Tensor, targets: tf.Tensor) -> tf.Tensor:
        return tf.reduce_mean(measure(targets, answer(images))) * tf.cast(tf.shape(images)[0], tf.float32)

    summed_loss = tf.function(summed, input_signature=forms, autograph=False)  # one graph for both splits

    def mean(of: Blocks) -> float:
        total = 0.0
        for images, targets in of:
            for start in range(0, len(images), BATCH):
                part = slice(start, start + BATCH)
                total += float(summed_loss(unit_range(images[part]), unit_range(targets[part])))
        return total / len(of)

    return mean
