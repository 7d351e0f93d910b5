"""Gives out images and targets in batches; bytes become floats only there."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from tasks.blocks import Arrays, Blocks

Augment = Callable[[tf.Tensor, tf.Tensor, tf.Tensor], tuple[tf.Tensor, tf.Tensor]]
"""From a batch of images and targets, as float32 in 0..1, and a seed of two integers, to a batch drawn anew."""

Rows = Callable[[int], NDArray[np.int64]]
"""From the number of a block to the order of its rows."""


class Batches:
    """Images and targets in batches, in order or shuffled; `augment` draws each batch anew."""

    def __init__(self, blocks: Blocks, batch_size: int, augment: Augment | None = None) -> None:
        """Load nothing yet but what tells the shapes."""
        self.blocks, self.batch_size, self.augment = blocks, batch_size, augment

    def in_order(self) -> tf.data.Dataset:
        """Return the batches in the order of the data."""
        counts = self.blocks.counts
        return self._dataset(range(len(counts)), lambda block: np.arange(counts[block]), (0, 0))

    def shuffled(self, seed: int, epoch: int) -> tf.data.Dataset:
        """Return the batches of one epoch, in an order that depends on the seed and the epoch alone.

        The blocks come in an order drawn from them, and within each block its rows; a batch may reach from one
        block into the next. What is drawn anew depends on the seed, the epoch and the place in that order.
        """
        counts = self.blocks.counts
        order = np.random.default_rng([seed, epoch, 0, 1]).permutation(len(counts))
        # A last 0 in a seed makes no difference: the first block has the order of data that are one block.
        return self._dataset(
            [int(block) for block in order],
            lambda block: np.random.default_rng([seed, epoch, block]).permutation(counts[block]),
            (seed, epoch),
        )

    def _dataset(self, order: Sequence[int], rows: Rows, seed: tuple[int, int]) -> tf.data.Dataset:
        form = tuple(tf.TensorSpec((None, *shape), dtype) for shape, dtype in self.blocks.forms)
        batches = tf.data.Dataset.from_generator(lambda: self._batches(order, rows), output_signature=form)
        count = -(-len(self.blocks) // self.batch_size)
        finished = (
            batches.apply(tf.data.experimental.assert_cardinality(count))
            .enumerate()
            .map(lambda number, arrays: self._finished(arrays[0], arrays[1], seed, number))
            .prefetch(2)
        )
        settings = tf.data.Options()
        settings.autotune.enabled = False  # its search costs more time than a small data set has
        return finished.with_options(settings)

    def _batches(self, order: Sequence[int], rows: Rows) -> Iterator[Arrays]:
        left: Arrays | None = None
        for block, (images, targets) in self.blocks.loaded(order):
            chosen, start = rows(block), 0
            if left is not None:
                start = self.batch_size - len(left[0])
                left = _joined(left, (images[chosen[:start]], targets[chosen[:start]]))
                if len(left[0]) < self.batch_size:
                    continue
                yield left
                left = None
            for at in range(start, len(chosen), self.batch_size):
                batch = chosen[at : at + self.batch_size]
                arrays = images[batch], targets[batch]
                if len(batch) < self.batch_size:
                    left = arrays
                else:
                    yield arrays
        if left is not None:
            yield left

    def _finished(
        self, images: tf.Tensor, targets: tf.Tensor, seed: tuple[int, int], number: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor]:
        images, targets = _floats(images), _floats(targets)
        if self.augment is None:
            return images, targets
        return self.augment(images, targets, tf.random.fold_in(tf.constant(seed), tf.cast(number, tf.int32)))


def _joined(one: Arrays, other: Arrays) -> Arrays:
    return np.concatenate([one[0], other[0]]), np.concatenate([one[1], other[1]])


def _floats(values: tf.Tensor) -> tf.Tensor:
    return tf.cast(values, tf.float32) / 255.0 if values.dtype == tf.uint8 else tf.cast(values, tf.float32)
