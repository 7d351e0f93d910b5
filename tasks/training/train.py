"""Trains one network, from its initial weights to the finished model.

The same run on the same data gives the same weights, bit for bit, on the same machine.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from tasks.dataset.blocks import Blocks, Examples
from tasks.recipe import Precision, Recipe
from tasks.training.average import MeanWeights
from tasks.training.batches import Batches
from tasks.training.channel_weights import COLOUR_CHANNELS, channel_weights
from tasks.training.checkpoint import Epoch, restore_checkpoint, save_checkpoint
from tasks.training.fast_layers import Adam, with_fast_layers
from tasks.training.losses import CUSTOM_LOSSES
from tasks.training.mixed import Drawn, MixedBatches
from tasks.training.networks import build_network
from tasks.training.recalibrate import recalibrate_over
from tasks.training.replicas import strategy
from tasks.training.steps import Augment, FrozenStatistics, Steps


@dataclass(frozen=True)
class TrainingRun:
    """Everything that a training depends on, except for its data.

    `network` is a module of `tasks.training.networks`, and `options` are arguments of its `build`. `seed`
    decides the initial weights, the order of the images, dropout and augmentation. `precision` is Keras' dtype
    policy while it trains. `replicas` is the number of devices that share each batch. `augment` changes training
    batches; it is a function here, and not chosen by the recipe, so that models trained without it do not depend
    on its code. `drawn` are further training examples; they are not augmented. `initial_weights` are those of the
    network in Keras' order; without them, the seed decides.
    """

    network: str
    options: Mapping[str, Any] = field(default_factory=dict)
    recipe: Recipe = field(default_factory=Recipe)
    seed: int = 0
    precision: Precision = "float32"
    replicas: int = 1
    augment: Augment | None = None
    drawn: Drawn | None = None
    initial_weights: Sequence[NDArray[np.float32]] | None = None

    def __post_init__(self) -> None:
        """Refuse a run that would not follow its recipe."""
        if self.recipe.augment != (self.augment is not None):
            raise ValueError("augment is given exactly when the recipe asks for it")


def train_network(
    run: TrainingRun,
    train: Examples | Blocks,
    test: Examples | Blocks,
    *,
    after_batch: Callable[[], None] = lambda: None,
    after_epoch: Callable[[Epoch], None] = lambda epoch: None,
    checkpoint: Path | None = None,
) -> tuple[keras.Model, list[Epoch]]:
    """Train a network. Return the model, in float32 and without its optimizer, and the figures of every epoch.

    `train` and `test` are images (N, height, width, channels) and targets (N, height, width, 1), each uint8 0..255
    or float32 0..1, in memory or in blocks that are loaded one by one; both splits have the same dtypes. The test
    split is used for the loss after each epoch only. A stopped training resumes after the last finished epoch in
    its `checkpoint` file, which is written after each epoch, and ends with the same weights. Raises `UserError`
    if `run.replicas` devices cannot be had.
    """
    keras.backend.clear_session()
    keras.utils.set_random_seed(run.seed)
    tf.config.experimental.enable_op_determinism()

    trainer = _Trainer(run, _as_blocks(train), _as_blocks(test))
    history = restore_checkpoint(checkpoint, trainer.state) if checkpoint else []
    for epoch in range(len(history), run.recipe.epochs):
        history.append(trainer.run_epoch(epoch, after_batch))
        if checkpoint:
            save_checkpoint(checkpoint, trainer.state, history)
        after_epoch(history[-1])
    return trainer.finished_model(), history


def _as_blocks(data: Examples | Blocks) -> Blocks:
    return data if isinstance(data, Blocks) else Blocks.in_memory(*data)


class _Trainer:
    """A network in training: its fast copy, the optimizer, and the data.

    `state` is every variable that the rest of the training depends on.
    """

    def __init__(self, run: TrainingRun, train: Blocks, test: Blocks) -> None:
        self.run, self.recipe = run, run.recipe
        height, width, self.channels = train.element_spec[0][0]
        self.size = height, width
        self.train_batches = MixedBatches(train, run.drawn, self.recipe.batch_size)
        self.test_batches = Batches(test, self.recipe.batch_size)
        with strategy(run.replicas).scope():
            self.network = with_fast_layers(self._initial())
            self.optimizer = _optimizer(self.recipe, -(-len(self.train_batches) // self.recipe.batch_size))
            self.optimizer.build(self.network.trainable_variables)
            frozen = FrozenStatistics(self.network)
        self.mean_weights = MeanWeights(self.network, self.recipe.epochs, self.recipe.average_share)
        self.state = [*self.network.variables, *self.optimizer.variables, *self.mean_weights.sums]
        for model in (self.network, frozen):
            model.compile(loss=CUSTOM_LOSSES.get(self.recipe.loss, self.recipe.loss), optimizer=self.optimizer)
        self.steps, self.frozen_steps = (
            Steps(model, train.element_spec, run.augment) for model in (self.network, frozen)
        )

    def run_epoch(self, epoch: int, after_batch: Callable[[], None]) -> Epoch:
        """Train for one epoch, counted from 0, test, and return its figures."""
        freeze_from = self.recipe.freeze_statistics_from
        steps = self.steps if freeze_from is None or epoch < freeze_from else self.frozen_steps
        started = time.monotonic()
        # Not by fit(), which reads batches through a tf.data generator: TensorFlow never frees that, nor its data.
        for number, (batch, pairs) in enumerate(self.train_batches.shuffled(self.run.seed, epoch)):
            steps.train(batch, (self.run.seed, epoch), number, pairs)
            after_batch()
        loss, trained_for = steps.loss(), time.monotonic() - started
        for batch in self.test_batches.in_order():
            steps.test(batch)
        test_loss = steps.loss()
        self.mean_weights.after_epoch(epoch)
        return {
            "epoch": epoch + 1,
            "loss": loss,
            "test_loss": test_loss,
            "learning_rate": float(keras.ops.convert_to_numpy(self.optimizer.learning_rate)),
            "seconds": round(time.monotonic() - started, 3),
            "images_per_second": round(len(self.train_batches) / trained_for, 1),
            **self._channel_weights(),
        }

    def finished_model(self) -> keras.Model:
        """Return the trained network of Keras' own layers, in float32 and without an optimizer."""
        keras.backend.clear_session()
        # Recalibration needs the network as it trained; with its own options it may be nested in another model.
        trained = self._build()
        trained.set_weights(self.network.get_weights())
        self.mean_weights.put_into(trained)
        if self.recipe.recalibrate:
            # Over the mixture that it was trained on: weights fit the statistics of the batches that trained them.
            batches = self.train_batches.shuffled(self.run.seed, epoch=0)
            recalibrate_over(trained, (images for (images, _), _ in batches))
        model = build_network(self.run.network, self.size, self._options())
        model.set_weights(trained.get_weights())
        return model

    def _predict(self, images: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.asarray(self.network(images, training=False), np.float32)

    def _channel_weights(self) -> dict[str, float]:
        if self.channels != len(COLOUR_CHANNELS):
            return {}
        return dict(zip(COLOUR_CHANNELS, channel_weights(self._predict, *self.size), strict=True))

    def _options(self) -> dict[str, Any]:
        return {"input_channels": self.channels, **self.run.options}

    def _build(self) -> keras.Model:
        options = {**self._options(), **self.recipe.train_options}
        return build_network(self.run.network, self.size, options)

    def _initial(self) -> keras.Model:
        network = self._build_in(self.run.precision)
        if self.run.initial_weights is not None:
            network.set_weights(self.run.initial_weights)
        return network

    def _build_in(self, precision: Precision) -> keras.Model:
        keras.config.set_dtype_policy(precision)
        try:
            return self._build()
        finally:
            keras.config.set_dtype_policy("float32")


def _optimizer(recipe: Recipe, steps_per_epoch: int) -> keras.optimizers.Optimizer:
    learning_rate = _learning_rate(recipe, steps_per_epoch)
    optimizer = Adam(learning_rate, weight_decay=recipe.weight_decay or None)
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    return optimizer


def _learning_rate(recipe: Recipe, steps_per_epoch: int) -> float | keras.optimizers.schedules.CosineDecay:
    if recipe.schedule == "constant":
        return recipe.learning_rate
    # With few epochs by `--training-epochs`, warm-up might take them all; at least one step follows it.
    steps = recipe.epochs * steps_per_epoch
    warmup = min(recipe.warmup_epochs * steps_per_epoch, steps - 1)
    if warmup == 0:
        return keras.optimizers.schedules.CosineDecay(recipe.learning_rate, steps)
    return keras.optimizers.schedules.CosineDecay(
        0.0, steps - warmup, warmup_target=recipe.learning_rate, warmup_steps=warmup
    )
