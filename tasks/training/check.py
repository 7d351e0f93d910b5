"""How a finished model compares with a constant, and whether its running statistics fit its weights."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from tasks.arrays import unit_range
from tasks.blocks import Blocks, mean_target
from tasks.training.losses import OWN
from tasks.training.recalibrate import normalized_by_batch

BATCH = 32
TRAIN_IMAGES = 320
"""How many training images, evenly chosen, stand for all."""

Reason = Literal["statistics", "overfitting", "not learned"]


@dataclass(frozen=True)
class Check:
    """Losses of a finished model, and of the constant that is the mean of the training targets.

    `loss` is the name of the recipe's loss, of which all others are means over images. Those on training images
    are taken on at most 320 of them; `train_loss_batch_statistics` has batch normalization use the statistics of
    each batch instead of the running ones, and is None for a network without any.
    """

    loss: str
    train_loss: float
    train_loss_batch_statistics: float | None
    train_loss_of_mean: float
    test_loss: float
    test_loss_of_mean: float

    @property
    def is_behind(self) -> bool:
        """Whether the constant is as good on the test images."""
        return self.test_loss >= self.test_loss_of_mean

    @property
    def reason(self) -> Reason | None:
        """What the losses say of why a model does badly on the test images; None where they do not tell."""
        by_batch = self.train_loss_batch_statistics
        if by_batch is not None and 2 * by_batch <= self.train_loss and by_batch < self.train_loss_of_mean:
            return "statistics"
        if self.train_loss >= self.train_loss_of_mean:
            return "not learned"
        if 2 * self.train_loss <= self.test_loss:
            return "overfitting"
        return None


def check_model(model: keras.Model, loss: str, train: Blocks, test: Blocks) -> Check:
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


def write_check(path: Path, check: Check) -> None:
    """Write the losses as JSON."""
    path.write_text(json.dumps(asdict(check), indent=1) + "\n", encoding="utf-8")


def read_check(path: Path) -> Check:
    """Read the losses back."""
    return Check(**json.loads(path.read_text(encoding="utf-8")))
