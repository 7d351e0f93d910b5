"""Trains one network, from its start weights to the saved model.

The same seed, data and settings give the same weights, bit for bit, on the same machine.
"""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from tasks.dataset.blocks import Blocks, Examples
from tasks.training.average import MeanWeights
from tasks.training.batches import Batches
from tasks.training.channel_weights import CHANNELS, channel_weights
from tasks.training.checkpoint import Epoch, restore_checkpoint, save_checkpoint
from tasks.training.fast_layers import Adam, with_fast_layers
from tasks.training.losses import OWN
from tasks.training.networks import build_network
from tasks.training.recalibrate import recalibrate
from tasks.training.recipe import Recipe
from tasks.training.replicas import strategy
from tasks.training.steps import Augment, Steps


def train_network(
    network: str,
    options: Mapping[str, Any],
    recipe: Recipe,
    train: Examples | Blocks,
    test: Examples | Blocks,
    seed: int,
    precision: str = "float32",
    after_batch: Callable[[], None] = lambda: None,
    after_epoch: Callable[[Epoch], None] = lambda epoch: None,
    checkpoint: Path | None = None,
    augment: Augment | None = None,
    replicas: int = 1,
) -> tuple[keras.Model, list[Epoch]]:
    """Train the network named and return it, in float32 and without its optimizer, and its history.

    `network` is a module of `tasks.training.networks`; `options` go to its `build`. `precision` is a Keras
    dtype policy. The data are arrays, or blocks of them that are loaded in turn. `augment` draws training
    batches anew. The test split is for the loss after each epoch only. A training that was stopped goes
    on from the last whole epoch in its `checkpoint` file, to the same weights. `replicas` are the devices that
    share each batch.
    """
    keras.backend.clear_session()
    keras.utils.set_random_seed(seed)
    tf.config.experimental.enable_op_determinism()

    training, testing = (data if isinstance(data, Blocks) else Blocks.in_memory(*data) for data in (train, test))
    height, width, _ = training.element_spec[0][0]
    with strategy(replicas).scope():
        keras.config.set_dtype_policy(precision)
        try:
            trained = with_fast_layers(
                build_network(network, (height, width), {**options, **recipe.train_options})
            )
        finally:
            keras.config.set_dtype_policy("float32")
        optimizer = _optimizer(recipe, -(-len(training) // recipe.batch_size))
        optimizer.build(trained.trainable_variables)
        settled = Settled(trained)
    averaged = MeanWeights(trained, recipe.epochs, recipe.average_share)
    state = [*trained.variables, *optimizer.variables, *averaged.sums]
    history = restore_checkpoint(checkpoint, state) if checkpoint else []

    def answer(images: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.asarray(trained(images, training=False), np.float32)

    for model in (trained, settled):
        model.compile(loss=OWN.get(recipe.loss, recipe.loss), optimizer=optimizer)
    at_first, later = (Steps(model, training.element_spec, augment) for model in (trained, settled))
    training_batches, test_batches = (Batches(data, recipe.batch_size) for data in (training, testing))
    for epoch in range(len(history), recipe.epochs):
        steps = at_first if recipe.settle_from is None or epoch < recipe.settle_from else later
        started = time.monotonic()
        # Not by fit(), which puts batches through a generator of tf.data's: that keeps the data for ever.
        for number, batch in enumerate(training_batches.shuffled(seed, epoch)):
            steps.train(batch, (seed, epoch), number)
            after_batch()
        loss, trained_for = steps.loss(), time.monotonic() - started
        for batch in test_batches.in_order():
            steps.test(batch)
        test_loss = steps.loss()
        history.append(
            {
                "epoch": epoch + 1,
                "loss": loss,
                "test_loss": test_loss,
                "learning_rate": float(keras.ops.convert_to_numpy(optimizer.learning_rate)),
                "seconds": round(time.monotonic() - started, 3),
                "images_per_second": round(len(training) / trained_for, 1),
                **dict(zip(CHANNELS, channel_weights(answer, height, width), strict=True)),
            }
        )
        averaged.after_epoch(epoch)
        if checkpoint:
            save_checkpoint(checkpoint, state, history)
        after_epoch(history[-1])

    # Fresh copies: whatever the precision of the training, they compute in float32 and carry no optimizer.
    keras.backend.clear_session()
    plain = build_network(network, (height, width), {**options, **recipe.train_options})
    plain.set_weights(trained.get_weights())
    averaged.put_into(plain)
    if recipe.recalibrate:
        recalibrate(plain, training, recipe.batch_size, seed)
    result = build_network(network, (height, width), options)
    result.set_weights(plain.get_weights())
    return result, history


def _optimizer(recipe: Recipe, steps_per_epoch: int) -> keras.optimizers.Optimizer:
    learning_rate = _learning_rate(recipe, steps_per_epoch)
    optimizer = Adam(learning_rate, weight_decay=recipe.weight_decay or None)
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    return optimizer


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


class Settled(keras.Model):
    """The network as it will be used, also while it trains."""

    def __init__(self, network: keras.Model) -> None:
        super().__init__()
        self.network = network

    def call(self, images: tf.Tensor, training: bool | None = None) -> tf.Tensor:
        """Return the predictions for a batch."""
        return self.network(images, training=False)
