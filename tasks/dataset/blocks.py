"""Images and their targets, in blocks that are in memory one at a time: a whole split, or each of its shards."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tasks.core.errors import UserError
from tasks.core.freshness.digest import file_sha256
from tasks.dataset.arrays import load_arrays, unit_range
from tasks.dataset.shards.index import INDEX, Shard, read_index

Arrays = tuple[NDArray[np.generic], NDArray[np.generic]]
"""Images (N, height, width, 3), uint8 0..255 or float32 0..1, and targets (N, height, width, 1)."""


@dataclass(frozen=True)
class Blocks:
    """The number of images in each block, and a function that loads the arrays of one."""

    counts: tuple[int, ...]
    load: Callable[[int], Arrays]

    @classmethod
    def whole(cls, images: NDArray[np.generic], targets: NDArray[np.generic]) -> "Blocks":
        """Return arrays that are in memory as one block."""
        return cls((len(images),), lambda number: (images, targets))

    def __len__(self) -> int:
        """Return the number of images in all blocks."""
        return sum(self.counts)

    def __iter__(self) -> Iterator[Arrays]:
        """Yield the arrays of each block."""
        return (arrays for _, arrays in self.loaded(range(len(self.counts))))

    def loaded(self, order: Sequence[int]) -> Iterator[tuple[int, Arrays]]:
        """Yield the number and the arrays of the blocks in this order; the next is loaded meanwhile."""
        with ThreadPoolExecutor(1) as loader:
            coming = loader.submit(self.load, order[0])
            for place, number in enumerate(order):
                arrays = coming.result()
                if place + 1 < len(order):
                    coming = loader.submit(self.load, order[place + 1])
                yield number, arrays

    @cached_property
    def forms(self) -> tuple[tuple[tuple[int, ...], np.dtype[np.generic]], ...]:
        """The shape of an image and of a target, each with its dtype."""
        return tuple((values.shape[1:], values.dtype) for values in self.load(0))

    def take(self, rows: Sequence[int]) -> Arrays:
        """Return the images and targets at some places among all, in the order given."""
        starts = np.cumsum([0, *self.counts])
        places = np.searchsorted(starts, rows, side="right") - 1
        found: dict[int, Arrays] = {}
        for block in sorted({int(place) for place in places}):
            chosen = [row for row, place in zip(rows, places, strict=True) if place == block]
            images, targets = self.load(block)
            within = np.asarray(chosen) - starts[block]
            # Copies, as views would keep the whole block in memory.
            found |= {row: (images[at].copy(), targets[at].copy()) for row, at in zip(chosen, within, strict=True)}
        return np.stack([found[row][0] for row in rows]), np.stack([found[row][1] for row in rows])


def mean_target(blocks: Blocks) -> NDArray[np.float32]:
    """Return the mean of the targets of all images (height, width, 1), values 0..1."""
    total = np.zeros(())
    for _, targets in blocks:
        total = total + unit_range(targets).sum(axis=0, dtype=np.float64)
    return np.asarray(total / len(blocks), np.float32)


@dataclass(frozen=True)
class Source:
    """Arrays in an npz, or in the shards that an index lists; `fetch` gives the path of a shard by its name."""

    path: Path
    array: str
    fetch: Callable[[str], Path]


def read_blocks(split: str, images: Source, targets: Source) -> Blocks:
    """Return the images and targets of a split: an npz as one block, of shards each as one.

    Raises `UserError` when a shard is loaded that is not as its index says.
    """
    if images.path.name != INDEX:
        return Blocks.whole(*(load_arrays(source.path, source.array)[0] for source in (images, targets)))
    pairs = list(zip(_shards(images, split), _shards(targets, split), strict=True))

    def load(number: int) -> Arrays:
        one, other = pairs[number]
        return _array(images, one), _array(targets, other)

    return Blocks(tuple(one.count for one, _ in pairs), load)


def _shards(source: Source, split: str) -> list[Shard]:
    return [shard for shard in read_index(source.path) if shard.split == split]


def _array(source: Source, shard: Shard) -> NDArray[np.generic]:
    path = source.fetch(shard.file)
    if not path.is_file() or file_sha256(path) != shard.sha256:
        raise UserError(f"{path}: is missing or damaged; remove it, and it is made again")
    (values,) = load_arrays(path, source.array)
    return values
