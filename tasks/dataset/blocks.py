"""Images and their targets in blocks, one in memory at a time: a whole split, or each of its shards."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tasks.dataset.arrays import load_arrays, unit_range
from tasks.dataset.shards.index import INDEX, Shard, check_shard, read_index

Examples = tuple[NDArray[np.generic], NDArray[np.generic]]
"""Images (N, height, width, channels) and targets (N, height, width, 1), each uint8 0..255 or float32 0..1."""


@dataclass(frozen=True)
class Blocks:
    """The images and targets of a split, as consecutive blocks."""

    counts: tuple[int, ...]
    """The number of images in each block."""
    load: Callable[[int], Examples]
    """Loads a block, given its number from 0. Raises `UserError` for a missing or damaged file."""

    @classmethod
    def in_memory(cls, images: NDArray[np.generic], targets: NDArray[np.generic]) -> "Blocks":
        """Return arrays that are in memory already, as one block."""
        return cls((len(images),), lambda number: (images, targets))

    def __len__(self) -> int:
        """Return the number of images in all blocks."""
        return sum(self.counts)

    def __iter__(self) -> Iterator[Examples]:
        """Yield the examples of each block, in order."""
        return (examples for _, examples in self.prefetch(range(len(self.counts))))

    def prefetch(self, order: Sequence[int]) -> Iterator[tuple[int, Examples]]:
        """Yield the number and the examples of each block in this order, while a thread loads the next one.

        So two blocks are in memory at a time. Raises as `load` does.
        """
        with ThreadPoolExecutor(1) as loader:
            coming = loader.submit(self.load, order[0])
            for position, number in enumerate(order):
                examples = coming.result()
                if position + 1 < len(order):
                    coming = loader.submit(self.load, order[position + 1])
                yield number, examples

    @cached_property
    def element_spec(self) -> tuple[tuple[tuple[int, ...], np.dtype[np.generic]], ...]:
        """Shape (height, width, channels) and dtype of one image, and of one target."""
        return tuple((values.shape[1:], values.dtype) for values in self.load(0))

    def take(self, rows: Sequence[int]) -> Examples:
        """Return copies of the examples at these rows (0 to len - 1) of all blocks, in the order of `rows`.

        `rows` may repeat and must not be empty. Each block with a row in it is loaded once. Raises as `load` does.
        """
        starts = np.cumsum([0, *self.counts])
        blocks = np.searchsorted(starts, rows, side="right") - 1
        found: dict[int, Examples] = {}
        for block in sorted({int(block) for block in blocks}):
            chosen = [row for row, of in zip(rows, blocks, strict=True) if of == block]
            images, targets = self.load(block)
            within = np.asarray(chosen) - starts[block]
            # Copies, as views would keep the whole block in memory.
            found |= {row: (images[at].copy(), targets[at].copy()) for row, at in zip(chosen, within, strict=True)}
        return np.stack([found[row][0] for row in rows]), np.stack([found[row][1] for row in rows])


def mean_target(blocks: Blocks) -> NDArray[np.float32]:
    """Return the mean of the targets of all images: (height, width, 1), values 0..1."""
    total = np.zeros(())
    for _, targets in blocks:
        total = total + unit_range(targets).sum(axis=0, dtype=np.float64)
    return np.asarray(total / len(blocks), np.float32)


@dataclass(frozen=True)
class StoredArray:
    """An array of a split: its name in the npz at `path`, or in the shards listed by the index at `path`.

    `fetch` returns the local path of a shard, given its file name.
    """

    path: Path
    array: str
    fetch: Callable[[str], Path]


def read_blocks(split: str, images: StoredArray, targets: StoredArray) -> Blocks:
    """Return the images and targets of a split: an npz is read now, as one block; shards are blocks read later.

    A shard is checked against its index when it is loaded, which raises `UserError` if they differ.
    """
    if images.path.name != INDEX:
        return Blocks.in_memory(*(load_arrays(stored.path, stored.array)[0] for stored in (images, targets)))
    pairs = list(zip(_shards(images, split), _shards(targets, split), strict=True))

    def load(number: int) -> Examples:
        of_images, of_targets = pairs[number]
        return _load_shard(images, of_images), _load_shard(targets, of_targets)

    return Blocks(tuple(shard.count for shard, _ in pairs), load)


def _shards(stored: StoredArray, split: str) -> list[Shard]:
    return [shard for shard in read_index(stored.path) if shard.split == split]


def _load_shard(stored: StoredArray, shard: Shard) -> NDArray[np.generic]:
    path = stored.fetch(shard.file)
    check_shard(path, shard)
    (values,) = load_arrays(path, stored.array)
    return values
