import tracemalloc
from itertools import chain
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.core.errors import UserError
from tasks.core.freshness.digest import file_sha256
from tasks.dataset.arrays import save_arrays, unit_range
from tasks.dataset.blocks import Blocks, Examples, StoredArray, read_blocks
from tasks.dataset.shards.index import INDEX, Shard, write_index
from tasks.training.batches import Batches


def numbered(count: int) -> Examples:
    """Images and targets whose values are their row."""
    images = np.zeros((count, 4, 3, 3), np.uint8) + np.arange(count, dtype=np.uint8)[:, None, None, None]
    return images, images[..., :1].astype(np.float32) / 255


def in_blocks(arrays: Examples, counts: list[int]) -> Blocks:
    ends = np.cumsum(counts)
    parts = [slice(end - count, end) for end, count in zip(ends, counts, strict=True)]
    return Blocks(tuple(counts), lambda number: (arrays[0][parts[number]], arrays[1][parts[number]]))


def places(batches: Batches, *shuffled: int) -> list[list[int]]:
    """The rows of the images in each batch."""
    given = list(batches.shuffled(*shuffled) if shuffled else batches.in_order())
    for images, targets in given:
        np.testing.assert_allclose(unit_range(images[..., :1]), unit_range(targets), atol=1e-6)
    return [images[:, 0, 0, 0].tolist() for images, _ in given]


COUNTS = st.lists(st.integers(1, 9), min_size=1, max_size=6)


@given(counts=COUNTS, data=st.data())
def test_rows_are_taken_from_any_block_in_the_order_given(counts: list[int], data: st.DataObject) -> None:
    arrays = numbered(sum(counts))
    rows = data.draw(st.lists(st.integers(0, sum(counts) - 1), min_size=1, max_size=12))
    blocks = in_blocks(arrays, counts)
    assert len(blocks) == sum(counts)
    for taken, whole in zip(blocks.take(rows), arrays, strict=True):
        np.testing.assert_array_equal(taken, whole[rows])
    for passed, whole in zip(zip(*blocks, strict=True), arrays, strict=True):
        np.testing.assert_array_equal(np.concatenate(passed), whole)


@pytest.mark.parametrize("counts", [[7], [3, 4], [1, 1, 1, 1, 1, 1, 1], [4, 3], [2, 5]])
def test_batches_reach_over_the_ends_of_blocks(counts: list[int]) -> None:
    batches = Batches(in_blocks(numbered(7), counts), 3)
    assert places(batches) == [[0, 1, 2], [3, 4, 5], [6]]
    drawn = places(batches, 5, 1)
    assert [len(batch) for batch in drawn] == [3, 3, 1]
    assert sorted(chain(*drawn)) == list(range(7))
    assert drawn == places(batches, 5, 1)


def test_one_block_has_the_order_of_the_seed_and_the_epoch() -> None:
    order = np.random.default_rng([5, 2]).permutation(7).tolist()
    assert list(chain(*places(Batches(Blocks.in_memory(*numbered(7)), 3), 5, 2))) == order


def test_epochs_and_seeds_differ_in_blocks_and_rows() -> None:
    batches = Batches(in_blocks(numbered(60), [20, 20, 20]), 20)
    orders = [places(batches, seed, epoch) for seed in (0, 1) for epoch in range(4)]
    assert len({str(order) for order in orders}) == 8
    assert len({order[0][0] // 20 for order in orders}) > 1


def test_a_damaged_shard_is_named_when_it_is_loaded_and_then_missed(tmp_path: Path) -> None:
    images, targets = numbered(4)
    save_arrays(tmp_path / "a.npz", {"images": images, "targets": targets})
    shard = Shard("a.npz", "training", 4, file_sha256(tmp_path / "a.npz"), 0)
    write_index(tmp_path / INDEX, [shard])
    source, other = (
        StoredArray(tmp_path / INDEX, name, lambda file: tmp_path / file) for name in ("images", "targets")
    )
    blocks = read_blocks("training", source, other)
    np.testing.assert_array_equal(blocks.load(0)[0], images)
    save_arrays(tmp_path / "a.npz", {"images": images + 1, "targets": targets})
    for problem in ("was damaged and has been removed", "is missing"):
        with pytest.raises(UserError, match=rf"a\.npz: {problem}; run the same command again to rebuild it"):
            blocks.load(0)
    assert not (tmp_path / "a.npz").exists()


def test_taken_examples_do_not_keep_their_blocks_in_memory() -> None:
    images, targets = np.zeros((100, 100, 80, 3), np.uint8), np.zeros((100, 100, 80, 1), np.float32)
    blocks = Blocks((100,) * 10, lambda number: (images.copy(), targets.copy()))
    tracemalloc.start()
    blocks.take(range(0, 1000, 100))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3 * (images.nbytes + targets.nbytes)
