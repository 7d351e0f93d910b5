"""One step of a network on one batch: to learn from it, or to be tested on it."""

from collections.abc import Callable, Sequence

import keras
import numpy as np
import tensorflow as tf

from tasks.dataset.blocks import Examples

Augment = Callable[[tf.Tensor, tf.Tensor, tf.Tensor], tuple[tf.Tensor, tf.Tensor]]
"""From images (N, height, width, channels), targets (N, height, width, 1), both float32, values 0..1, and a seed
(2,), int32, to a randomly changed copy of images and targets, of the same shapes, dtype and range."""
ElementSpec = Sequence[tuple[tuple[int, ...], np.dtype[np.generic]]]
"""Shape (height, width, channels) and dtype of one image, and of one target."""


class Steps:
    """The training and test steps of a compiled network.

    A batch is a pair of arrays: images (N, height, width, channels) and targets (N, height, width, 1), each uint8
    0..255 or float32 0..1, with the shapes and dtypes of `element_spec`; N may differ from batch to batch. The
    network gets them as float32, 0..1. Each step is one TensorFlow function, traced once.
    """

    def __init__(self, network: keras.Model, element_spec: ElementSpec, augment: Augment | None = None) -> None:
        """Define the steps; `augment` changes training batches, never test batches."""
        self.network, strategy = network, network.distribute_strategy
        batch = [tf.TensorSpec((None, *shape), dtype) for shape, dtype in element_spec]
        randomness = [tf.TensorSpec((2,), tf.int32), tf.TensorSpec((), tf.int32)]
        augmented = [tf.TensorSpec((), tf.int32)]

        def train(
            images: tf.Tensor, targets: tf.Tensor, seed: tf.Tensor, number: tf.Tensor, augmented: tf.Tensor
        ) -> None:
            images, targets = _floats(images), _floats(targets)
            if augment is not None:
                changed = augment(images[:augmented], targets[:augmented], tf.random.fold_in(seed, number))
                images, targets = (
                    tf.concat([first, rest[augmented:]], axis=0)
                    for first, rest in zip(changed, (images, targets), strict=True)
                )
            strategy.run(lambda: network.train_step(_replica_share(images, targets)))

        def test(images: tf.Tensor, targets: tf.Tensor) -> None:
            # Every replica tests the whole batch, as tests are short; the mean of their losses is the same.
            strategy.run(network.test_step, args=((_floats(images), _floats(targets)),))

        self._train = tf.function(train, input_signature=batch + randomness + augmented, autograph=False)
        self._test = tf.function(test, input_signature=batch, autograph=False)

    def train(self, batch: Examples, seed: tuple[int, int], number: int, augmented: int | None = None) -> None:
        """Update the weights by a batch, of which the first `augmented` examples (None: all) are augmented.

        Augmentation depends only on `seed`, unsigned 32-bit, and `number`.
        """
        count = np.int32(len(batch[0]) if augmented is None else augmented)
        self._train(*batch, np.array(seed, np.uint32).view(np.int32), np.int32(number), count)

    def test(self, batch: Examples) -> None:
        """Measure the loss of a batch; the weights stay."""
        self._test(*batch)

    def loss(self) -> float:
        """Return the mean loss over all images of the steps since the last call."""
        loss = float(self.network.get_metrics_result()["loss"])
        self.network.reset_metrics()
        return loss


class FrozenStatistics(keras.Model):
    """A network that computes in inference mode while it trains.

    Batch normalization uses its running statistics and leaves them as they are; nothing is dropped.
    """

    def __init__(self, network: keras.Model) -> None:
        super().__init__()
        self.network = network

    def call(self, images: tf.Tensor, training: bool | None = None) -> tf.Tensor:
        """Return predictions (N, height, width, 1) for images (N, height, width, channels), values 0..1."""
        return self.network(images, training=False)


def _floats(values: tf.Tensor) -> tf.Tensor:
    return tf.cast(values, tf.float32) / 255.0 if values.dtype == tf.uint8 else tf.cast(values, tf.float32)


def _replica_share(images: tf.Tensor, targets: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Return the share of a batch for the replica that this is called in."""
    context = tf.distribute.get_replica_context()
    replica, replicas = context.replica_id_in_sync_group, context.num_replicas_in_sync
    if replicas == 1:
        return images, targets
    # A batch with fewer images than replicas is dealt out from its start again, so that each replica gets one.
    size = tf.shape(images)[0]
    share = tf.range(replica, tf.maximum(size, replica + 1), replicas) % size
    return tf.gather(images, share), tf.gather(targets, share)
