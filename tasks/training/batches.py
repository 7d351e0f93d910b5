"""Divides the images and targets of a split into batches, in stored or in shuffled order."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from tasks.dataset.blocks import Blocks, Examples

RowOrder = Callable[[int], NDArray[np.int64]]
"""From the number of a block to the order of its rows, a permutation of (rows,)."""


class Batches:
    """The images and targets of a split, in batches.

    A batch is a pair of arrays with the dtypes that they are stored in: images (N, height, width, channels), uint8
    0..255 or float32 0..1, and targets (N, height, width, 1), uint8 0..255 or float32 0..1. N is `batch_size`; the
    last batch has what remains.
    """

    def __init__(self, blocks: Blocks, batch_size: int) -> None:
        """Load nothing yet."""
        self.blocks, self.batch_size = blocks, batch_size

    def in_order(self) -> Iterator[Examples]:
        """Yield the batches in stored order."""
        counts = self.blocks.counts
        return self._batches(range(len(counts)), lambda block: np.arange(counts[block]))

    def shuffled(self, seed: int, epoch: int) -> Iterator[Examples]:
        """Yield the batches of an epoch, in an order that depends only on seed, epoch and the sizes of the blocks.

        The order of the blocks is random, and so is the order of the rows within each block. Rows of different
        blocks meet only in a batch that starts in one block and ends in the next.
        """
        counts = self.blocks.counts
        order = np.random.default_rng([seed, epoch, 0, 1]).permutation(len(counts))
        # A last 0 does not change a seed, so data in a single block are shuffled as if by [seed, epoch].
        return self._batches(
            [int(block) for block in order],
            lambda block: np.random.default_rng([seed, epoch, block]).permutation(counts[block]),
        )

    def _batches(self, block_order: Sequence[int], row_order: RowOrder) -> Iterator[Examples]:
        unfinished: Examples | None = None
        for block, (images, targets) in self.blocks.prefetch(block_order):
            rows, start = row_order(block), 0
            if unfinished is not None:
                start = self.batch_size - len(unfinished[0])
                unfinished = _joined(unfinished, (images[rows[:start]], targets[rows[:start]]))
                if len(unfinished[0]) < self.batch_size:
                    continue
                yield unfinished
                unfinished = None
            for first in range(start, len(rows), self.batch_size):
                chosen = rows[first : first + self.batch_size]
                batch = images[chosen], targets[chosen]
                if len(chosen) < self.batch_size:
                    unfinished = batch
                else:
                    yield batch
        if unfinished is not None:
            yield unfinished


def _joined(first: Examples, second: Examples) -> Examples:
    return np.concatenate([first[0], second[0]]), np.concatenate([first[1], second[1]])
