"""Gives out images and targets in batches, as they are stored."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from tasks.dataset.blocks import Blocks, Examples

Rows = Callable[[int], NDArray[np.int64]]
"""From the number of a block to the order of its rows."""


class Batches:
    """Images and targets in batches, in order or shuffled."""

    def __init__(self, blocks: Blocks, batch_size: int) -> None:
        """Load nothing yet."""
        self.blocks, self.batch_size = blocks, batch_size

    def in_order(self) -> Iterator[Examples]:
        """Yield the batches in the order of the data."""
        counts = self.blocks.counts
        return self._batches(range(len(counts)), lambda block: np.arange(counts[block]))

    def shuffled(self, seed: int, epoch: int) -> Iterator[Examples]:
        """Yield the batches of one epoch, in an order that depends on the seed and the epoch alone.

        The blocks come in an order drawn from them, and within each block its rows; a batch may reach from one
        block into the next.
        """
        counts = self.blocks.counts
        order = np.random.default_rng([seed, epoch, 0, 1]).permutation(len(counts))
        # A last 0 in a seed makes no difference: the first block has the order of data that are one block.
        return self._batches(
            [int(block) for block in order],
            lambda block: np.random.default_rng([seed, epoch, block]).permutation(counts[block]),
        )

    def _batches(self, order: Sequence[int], rows: Rows) -> Iterator[Examples]:
        left: Examples | None = None
        for block, (images, targets) in self.blocks.prefetch(order):
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


def _joined(one: Examples, other: Examples) -> Examples:
    return np.concatenate([one[0], other[0]]), np.concatenate([one[1], other[1]])
