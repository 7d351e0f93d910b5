import numpy as np
import pytest

from tasks.dataset.arrays import unit_range
from tasks.dataset.blocks import Blocks, Examples
from tasks.training.batches import Batches
from tasks.training.mixed import AHEAD, Drawn, MixedBatches


def numbered(first: int, count: int) -> Examples:
    """Images and targets of 2x2 whose values are their numbers."""
    values = np.arange(first, first + count).astype(np.uint8).reshape(-1, 1, 1, 1)
    return np.broadcast_to(values, (count, 2, 2, 3)), np.broadcast_to(values, (count, 2, 2, 1))


def draw(generator: np.random.Generator) -> Examples:
    """An example with a value of 100 and more."""
    value = int(generator.integers(100, 256))
    return np.full((2, 2, 3), value, np.uint8), np.full((2, 2, 1), value, np.uint8)


def values(mixed: MixedBatches, seed: int = 0, epoch: int = 0) -> list[list[int]]:
    return [images[:, 0, 0, 0].tolist() for (images, _), _ in mixed.shuffled(seed, epoch)]


PAIRS = Blocks.in_memory(*numbered(0, 13))


def test_an_epoch_has_every_pair_once_and_as_many_drawn_examples_as_asked_for() -> None:
    mixed = MixedBatches(PAIRS, Drawn(AHEAD + 30, draw), 8)
    batches = values(mixed)
    assert len(mixed) == 13 + AHEAD + 30
    assert [len(batch) for batch in batches[:-1]] == [8] * (len(batches) - 1)
    together = [value for batch in batches for value in batch]
    assert sorted(value for value in together if value < 100) == list(range(13))
    assert sum(value >= 100 for value in together) == AHEAD + 30


def test_pairs_come_first_in_a_batch_and_are_counted() -> None:
    counts = set()
    for (images, targets), pairs in MixedBatches(PAIRS, Drawn(20, draw), 8).shuffled(0, 0):
        assert unit_range(images[:pairs]).max(initial=0) < 100 / 255
        assert unit_range(images[pairs:]).min(initial=1) >= 100 / 255
        np.testing.assert_array_equal(images[..., :1], targets)
        counts.add(pairs)
    assert len(counts) > 1


def test_seed_and_epoch_alone_decide_what_is_drawn_and_the_order() -> None:
    mixed = MixedBatches(PAIRS, Drawn(20, draw), 8)
    assert values(mixed) == values(mixed)
    assert values(mixed) != values(mixed, epoch=1)
    assert values(mixed) != values(mixed, seed=1)
    drawn = [sorted(value for batch in values(mixed, epoch=epoch) for value in batch) for epoch in (0, 1)]
    assert drawn[0] != drawn[1]


def test_without_drawn_examples_the_batches_are_those_of_the_pairs() -> None:
    mixed = list(MixedBatches(PAIRS, None, 8).shuffled(3, 1))
    plain = list(Batches(PAIRS, 8).shuffled(3, 1))
    assert [pairs for _, pairs in mixed] == [8, 5]
    for ((images, targets), _), (plain_images, plain_targets) in zip(mixed, plain, strict=True):
        np.testing.assert_array_equal(images, plain_images)
        np.testing.assert_array_equal(targets, plain_targets)


def test_drawn_examples_are_stored_as_the_pairs_are() -> None:
    pairs = Blocks.in_memory(unit_range(numbered(0, 5)[0]), numbered(0, 5)[1])
    for (images, targets), _ in MixedBatches(pairs, Drawn(20, draw), 8).shuffled(0, 0):
        assert images.dtype == np.float32
        assert targets.dtype == np.uint8
        np.testing.assert_array_equal(images[..., :1], unit_range(targets))


def test_pairs_may_be_in_several_blocks() -> None:
    blocks = Blocks((5, 8), lambda number: (numbered(0, 5), numbered(5, 8))[number])
    together = [value for batch in values(MixedBatches(blocks, Drawn(20, draw), 8)) for value in batch]
    assert sorted(value for value in together if value < 100) == list(range(13))


def test_an_error_while_drawing_is_raised() -> None:
    def fail(generator: np.random.Generator) -> Examples:
        raise ValueError("no example")

    with pytest.raises(ValueError, match="no example"):
        list(MixedBatches(PAIRS, Drawn(3, fail), 8).shuffled(0, 0))
