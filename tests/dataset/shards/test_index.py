from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tasks.dataset.manifest import Pair
from tasks.dataset.shards.index import Shard, cut, read_index, write_index


def pairs(training: int, testing: int) -> list[Pair]:
    splits = ["training"] * training + ["testing"] * testing
    return [Pair(split, f"{n}", f"{split}/{n}.jpg", "", 32, 40, "", "") for n, split in enumerate(splits)]


@given(training=st.integers(1, 40), testing=st.integers(1, 40), size=st.integers(1, 50))
def test_every_pair_is_in_one_shard_in_its_order(training: int, testing: int, size: int) -> None:
    given_pairs = pairs(training, testing)
    shards = list(cut(given_pairs, size))
    assert [pair for _, rows in shards for pair in rows] == given_pairs
    assert all(0 < len(rows) <= size and len({pair.split for pair in rows}) == 1 for _, rows in shards)
    assert [name for name, _ in shards] == sorted((name for name, _ in shards), reverse=False, key=_order)


def _order(name: str) -> tuple[bool, str]:
    return name.startswith("test"), name


def test_names_are_those_of_the_field() -> None:
    names = [name for name, _ in cut(pairs(3, 1), 2)]
    assert names == ["train-00000-of-00002.npz", "train-00001-of-00002.npz", "test-00000-of-00001.npz"]


def test_the_index_is_in_order_whatever_order_the_shards_came_in(tmp_path: Path) -> None:
    shards = [
        Shard(file, split, 2, "digest", 100)
        for file, split in (("train-0", "training"), ("train-1", "training"), ("test-0", "testing"))
    ]
    write_index(tmp_path / "shards.json", shards[::-1])
    assert read_index(tmp_path / "shards.json") == shards
