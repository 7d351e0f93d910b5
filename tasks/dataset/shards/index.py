"""The names of shards, and the index that lists them."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tasks.dataset.manifest import PREFIXES, Pair

INDEX = "shards.json"
PATTERN = "*-of-*.npz"
"""What the names of all shards look like."""

NAMED = 10
"""How many photos of a shard that failed are named one by one."""


@dataclass(frozen=True)
class Shard:
    """One file of a data set: the rows of one split that it holds, in the order of the manifest."""

    file: str
    split: str
    count: int
    sha256: str
    bytes: int


def cut(pairs: Sequence[Pair], size: int) -> Iterator[tuple[str, Sequence[Pair]]]:
    """Yield for each shard its name, such as train-00000-of-00012.npz, and its pairs, `size` or fewer."""
    for split, prefix in PREFIXES.items():
        rows = [pair for pair in pairs if pair.split == split]
        count = -(-len(rows) // size)
        for number in range(count):
            yield f"{prefix}-{number:05d}-of-{count:05d}.npz", rows[number * size : (number + 1) * size]


def about(pairs: Sequence[Pair]) -> str:
    """Say which photos the pairs are, which follow on one another in the manifest."""
    if len(pairs) <= NAMED:
        return f"its photos: {', '.join(pair.photo for pair in pairs)}"
    return f"its {len(pairs)} photos: {pairs[0].photo} to {pairs[-1].photo}"


def write_index(path: Path, shards: Sequence[Shard]) -> None:
    """Write the shards as JSON, in the order of their names, training before testing."""
    order = list(PREFIXES)
    listed = sorted(shards, key=lambda shard: (order.index(shard.split), shard.file))
    path.write_text(json.dumps([asdict(shard) for shard in listed], indent=1) + "\n", encoding="utf-8")


def read_index(path: Path) -> list[Shard]:
    """Read the shards back, in their order."""
    return [Shard(**entry) for entry in json.loads(path.read_text(encoding="utf-8"))]
