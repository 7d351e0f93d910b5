"""The names of shards, the pairs in each, and the index that lists them."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tasks.core.errors import UserError
from tasks.core.freshness.digest import file_sha256
from tasks.core.text import write_text
from tasks.dataset.manifest import PREFIXES, Pair

INDEX = "shards.json"
PATTERN = "*-of-*.npz"
"""Matches the names of all shards."""


@dataclass(frozen=True)
class Shard:
    """One npz of a data set, with consecutive rows of one split in manifest order."""

    file: str
    split: str
    count: int
    """The number of its rows."""
    sha256: str
    bytes: int


def cut(pairs: Sequence[Pair], size: int) -> Iterator[tuple[str, Sequence[Pair]]]:
    """Yield the name of each shard, such as train-00000-of-00012.npz, and its pairs: `size` of them, or fewer."""
    for split, prefix in PREFIXES.items():
        rows = [pair for pair in pairs if pair.split == split]
        count = -(-len(rows) // size)
        for number in range(count):
            yield f"{prefix}-{number:05d}-of-{count:05d}.npz", rows[number * size : (number + 1) * size]


def write_index(path: Path, shards: Sequence[Shard]) -> None:
    """Write the shards as JSON: training before testing, each by name."""
    order = list(PREFIXES)
    listed = sorted(shards, key=lambda shard: (order.index(shard.split), shard.file))
    write_text(path, json.dumps([asdict(shard) for shard in listed], indent=1) + "\n")


def read_index(path: Path) -> list[Shard]:
    """Read the shards, training before testing, each by name."""
    return [Shard(**entry) for entry in json.loads(path.read_text(encoding="utf-8"))]


def check_shard(path: Path, shard: Shard, original: Path | None = None) -> None:
    """Raise `UserError` unless the file is the shard. A damaged one is removed, so that the next run rebuilds it.

    `original` is the shard's own path where `path` is a copy.
    """
    if not path.is_file():
        raise UserError(f"{path}: is missing; run the same command again to rebuild it")
    if file_sha256(path) != shard.sha256:
        (original or path).unlink(missing_ok=True)
        raise UserError(f"{path}: was damaged and has been removed; run the same command again to rebuild it")
