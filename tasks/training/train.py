"""Trains one network, from its start weights to the saved model.

The same seed, data and settings give the same weights, bit for bit, on the same machine.
"""

import importlib
import time
from collections.abc import Callable, Mapping
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from tasks.arrays import unit_range
from tasks.training.recipe import Recipe

Arrays = tuple[NDArray[np.generic], NDArray[np.generic]]
"""Images (N, height, width, 3), uint8 0..255 or float32 0..1, and targets (N, height, width, 1)."""
Epoch = dict[str, float]
"""What an epoch cost and gave; the columns of history.csv."""


def train_network(
    network: str,
    options: Mapping[str, Any],
    recipe: Recipe,
    train: Arrays,
    test: Arrays,
    seed: int,
    precision: str = "float32",
    after_batch: Callable[[], None] = lambda: None,
    after_epoch: Callable[[Epoch], None] = lambda epoch: None,
) -> tuple[keras.Model, list[Epoch]]:
    """Train the network named and return it, in float32 and without its optimizer, and its history.

    `network` is a module of `tasks.training.networks`; `options` go to its `build`. `precision` is a Keras
    dtype policy. The test split is for the validation error of each epoch only.
    """
    keras.backend.clear_session()
    keras.utils.set_random_seed(seed)
    tf.config.experimental.enable_op_determinism()

    keras.config.set_dtype_policy(precision)
    try:
        trained = build_network(network, train[0].shape[1:3], options)
    finally:
        keras.config.set_dtype_policy("float32")
    steps_per_epoch = -(-len(train[0]) // recipe.batch_size)
    optimizer = keras.optimizers.Adam(_learning_rate(recipe, steps_per_epoch))
    training_batches = _batches(train, recipe.batch_size, seed, shuffle=True)
    test_batches = _batches(test, recipe.batch_size, seed, shuffle=False)
    history = _History(len(train[0]), after_batch, after_epoch)

    settle_from = recipe.epochs if recipe.settle_from is None else min(recipe.settle_from, recipe.epochs)
    for model, first, last in ((trained, 0, settle_from), (Settled(trained), settle_from, recipe.epochs)):
        if first < last:
            model.compile(loss=recipe.loss, optimizer=optimizer)
            model.fit(
                training_batches,
                validation_data=test_batches,
                initial_epoch=first,
                epochs=last,
                shuffle=False,
                verbose=0,
                callbacks=[history],
            )

    # A fresh copy: whatever the precision of the training, it computes in float32 and carries no optimizer.
    keras.backend.clear_session()
    result = build_network(network, train[0].shape[1:3], options)
    result.set_weights(trained.get_weights())
    return result, history.epochs


def build_network(network: str, size: tuple[int, int], options: Mapping[str, Any]) -> keras.Model:
    """Build the untrained network of a module of `tasks.training.networks`, for images of (height, width)."""
    return importlib.import_module(f"tasks.training.networks.{network}").build(*size, **options)


def _learning_rate(recipe: Recipe, steps_per_epoch: int) -> float | keras.optimizers.schedules.CosineDecay:
    if recipe.schedule == "constant":
        return recipe.learning_rate
    # A run cut short by a setting may be all warm-up; at least one step is kept behind it.
    steps = recipe.epochs * steps_per_epoch
    warmup = min(recipe.warmup_epochs * steps_per_epoch, steps - 1)
    if warmup == 0:
        return keras.optimizers.schedules.CosineDecay(recipe.learning_rate, steps)
    return keras.optimizers.schedules.CosineDecay(
        0.0, steps - warmup, warmup_target=recipe.learning_rate, warmup_steps=warmup
    )


def _batches(arrays: Arrays, batch_size: int, seed: int, shuffle: bool) -> tf.data.Dataset:
    images, targets = arrays
    batches = tf.data.Dataset.from_tensor_slices((images, unit_range(targets)))
    if shuffle:
        batches = batches.shuffle(len(images), seed=seed)
    batches = batches.batch(batch_size).map(_to_unit_range).prefetch(2)
    settings = tf.data.Options()
    settings.autotune.enabled = False  # its search costs more time than a small data set has
    return batches.with_options(settings)


def _to_unit_range(images: tf.Tensor, targets: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    if images.dtype == tf.uint8:
        images = tf.cast(images, tf.float32) / 255.0
    return images, targets


class Settled(keras.Model):
    """The network as it will be used, also while it trains."""

    def __init__(self, network: keras.Model) -> None:
        super().__init__()
        self.network = network

    def call(self, images: tf.Tensor, training: bool | None = None) -> tf.Tensor:
        """Return the predictions for a batch."""
        return self.network(images, training=False)


class _History(keras.callbacks.Callback):
    """Collects what each epoch cost and gave, and passes it on."""

    def __init__(self, images: int, after_batch: Callable[[], None], after_epoch: Callable[[Epoch], None]) -> None:
        super().__init__()
        self.images, self.after_batch, self.after_epoch = images, after_batch, after_epoch
        self.epochs: list[Epoch] = []
        self.started = self.trained = 0.0

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        self.started = time.monotonic()

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        self.after_batch()

    def on_test_begin(self, logs: dict[str, float] | None = None) -> None:
        self.trained = time.monotonic()

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        values = logs or {}
        row: Epoch = {
            "epoch": epoch + 1,
            "loss": values["loss"],
            "validation_loss": values["val_loss"],
            "learning_rate": float(keras.ops.convert_to_numpy(self.model.optimizer.learning_rate)),
            "seconds": round(time.monotonic() - self.started, 3),
            "images_per_second": round(self.images / (self.trained - self.started), 1),
        }
        self.epochs.append(row)
        self.after_epoch(row)
