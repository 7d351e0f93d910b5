"""What is done with a batch: a network learns from it, or is tested on it."""

from collections.abc import Callable, Sequence

import keras
import numpy as np
import tensorflow as tf

from tasks.dataset.blocks import Examples

Augment = Callable[[tf.Tensor, tf.Tensor, tf.Tensor], tuple[tf.Tensor, tf.Tensor]]
"""From a batch of images and targets, as float32 in 0..1, and a seed of two integers, to a batch drawn anew."""
Forms = Sequence[tuple[tuple[int, ...], np.dtype[np.generic]]]
"""The shape of an image and of a target, each with its dtype."""


class Steps:
    """The steps of a compiled network, on batches of bytes or floats; `augment` draws training batches anew.

    Each is one TensorFlow function, traced once for batches of any size.
    """

    def __init__(self, network: keras.Model, forms: Forms, augment: Augment | None = None) -> None:
        """Prepare; nothing is traced yet."""
        self.network, strategy = network, network.distribute_strategy
        batch = [tf.TensorSpec((None, *shape), dtype) for shape, dtype in forms]
        draw = [tf.TensorSpec((2,), tf.int32), tf.TensorSpec((), tf.int32)]

        def train(images: tf.Tensor, targets: tf.Tensor, seed: tf.Tensor, number: tf.Tensor) -> None:
            images, targets = _floats(images), _floats(targets)
            if augment is not None:
                images, targets = augment(images, targets, tf.random.fold_in(seed, number))
            strategy.run(lambda: network.train_step(_share(images, targets)))

        def test(images: tf.Tensor, targets: tf.Tensor) -> None:
            # Each replica tests all of it, as there is little to test.
            strategy.run(network.test_step, args=((_floats(images), _floats(targets)),))

        self._train = tf.function(train, input_signature=batch + draw, autograph=False)
        self._test = tf.function(test, input_signature=batch, autograph=False)

    def train(self, batch: Examples, seed: tuple[int, int], number: int) -> None:
        """Learn from a batch; what is drawn anew depends on the seed and the number alone."""
        self._train(*batch, np.array(seed, np.uint32).view(np.int32), np.int32(number))

    def test(self, batch: Examples) -> None:
        """Measure the loss of a batch."""
        self._test(*batch)

    def loss(self) -> float:
        """Return the mean loss of the images since it was asked for last."""
        loss = float(self.network.get_metrics_result()["loss"])
        self.network.reset_metrics()
        return loss


def _floats(values: tf.Tensor) -> tf.Tensor:
    return tf.cast(values, tf.float32) / 255.0 if values.dtype == tf.uint8 else tf.cast(values, tf.float32)


def _share(images: tf.Tensor, targets: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Return what of a batch is for the replica that asks."""
    context = tf.distribute.get_replica_context()
    replica, replicas = context.replica_id_in_sync_group, context.num_replicas_in_sync
    if replicas == 1:
        return images, targets
    # A batch of fewer images than replicas is dealt out again from its start: no replica is without any.
    size = tf.shape(images)[0]
    share = tf.range(replica, tf.maximum(size, replica + 1), replicas) % size
    return tf.gather(images, share), tf.gather(targets, share)
