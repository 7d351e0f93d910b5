"""Mixes the pairs of a split with examples that are new in each epoch."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tasks.dataset.arrays import unit_range
from tasks.dataset.blocks import Blocks, Examples
from tasks.training.batches import Batches

AHEAD = 64
"""How many examples are drawn before they are needed: some batches, so that short delays do not matter."""


@dataclass(frozen=True)
class Drawn:
    """Examples that are drawn: `count` in each epoch, each by a call of `draw` with a random generator of its own.

    An example is an image (height, width, channels) and a target (height, width, 1), both uint8, 0..255. It
    depends on nothing but the state of the generator.
    """

    count: int
    draw: Callable[[np.random.Generator], Examples]


class MixedBatches:
    """The pairs of a split in batches, shuffled together with drawn examples, if there are any.

    A batch is as in `Batches`, but its pairs come first: an order within a batch means nothing to a network.
    """

    def __init__(self, pairs: Blocks, drawn: Drawn | None, batch_size: int) -> None:
        """Load and draw nothing yet."""
        self.pairs, self.drawn, self.batch_size = pairs, drawn, batch_size

    def __len__(self) -> int:
        """Return the number of examples in an epoch."""
        return len(self.pairs) + (self.drawn.count if self.drawn else 0)

    def shuffled(self, seed: int, epoch: int) -> Iterator[tuple[Examples, int]]:
        """Yield the batches of an epoch, and how many pairs each begins with.

        Order and drawn examples depend only on seed, epoch and the sizes of the blocks.
        """
        if self.drawn is None:
            for batch in Batches(self.pairs, self.batch_size).shuffled(seed, epoch):
                yield batch, len(batch[0])
            return
        is_pair = np.random.default_rng([seed, epoch, 0, 2]).permutation(np.arange(len(self)) < len(self.pairs))
        pairs = Batches(self.pairs, batch_size=1).shuffled(seed, epoch)
        drawn = self._prefetched(self.drawn, seed, epoch)
        for start in range(0, len(self), self.batch_size):
            of_batch = is_pair[start : start + self.batch_size]
            count = int(of_batch.sum())
            examples = [next(source) for source in [pairs] * count + [drawn] * (len(of_batch) - count)]
            images, targets = (np.concatenate(values) for values in zip(*examples, strict=True))
            yield (images, targets), count

    def _prefetched(self, drawn: Drawn, seed: int, epoch: int) -> Iterator[Examples]:
        """Yield each example of an epoch as a batch of one, drawn in a thread while the network trains."""
        types = [dtype for _, dtype in self.pairs.element_spec]

        def draw(number: int) -> Examples:
            image, target = drawn.draw(np.random.default_rng([seed, epoch, number]))
            return _stored_as(image, types[0]), _stored_as(target, types[1])

        with ThreadPoolExecutor(1) as drawer:
            coming: deque[Future[Examples]] = deque()
            for number in range(drawn.count + AHEAD):
                if number < drawn.count:
                    coming.append(drawer.submit(draw, number))
                if number >= AHEAD and coming:
                    yield coming.popleft().result()


def _stored_as(values: NDArray[np.generic], dtype: np.dtype[np.generic]) -> NDArray[np.generic]:
    """Return uint8 values (...) as (1, ...) of the dtype that a split is stored in."""
    return values[np.newaxis] if dtype == np.uint8 else unit_range(values)[np.newaxis]
