"""A folder, here or in a store, in which every worker leaves finished shards until all are finished."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from tasks.core.freshness.digest import file_sha256
from tasks.core.storage.address import is_address
from tasks.core.storage.store import Store
from tasks.dataset.shards.index import Shard

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

ENDING = ".made.json"


@dataclass(frozen=True)
class StagedShard:
    """A finished shard, facts found while it was made (JSON values), and a digest of code and arguments."""

    shard: Shard
    facts: dict[str, Any]
    made_of: str


@dataclass(frozen=True)
class Staging:
    """A folder, by its path or address, and the digest of the code and arguments that make a shard for it.

    A shard is finished once its facts are in a file beside it.
    """

    where: str
    made_of: str = ""

    def write(
        self, file: str, split: str, arrays: "Mapping[str, NDArray[np.generic]]", facts: dict[str, Any]
    ) -> StagedShard:
        """Write a shard, then its facts, each whole or not at all. The arrays have one row per pair."""
        from tasks.dataset.arrays import save_arrays

        with TemporaryDirectory(dir=None if is_address(self.where) else self._folder()) as temporary:
            path, beside = Path(temporary) / file, Path(temporary) / (file + ENDING)
            save_arrays(path, arrays)
            count = len(next(iter(arrays.values())))
            shard = Shard(file, split, count, file_sha256(path), path.stat().st_size)
            staged = StagedShard(shard, facts, self.made_of)
            beside.write_text(json.dumps(asdict(staged)), encoding="utf-8")
            for one in (path, beside):
                self._deliver(one)
        return staged

    def staged(self) -> list[StagedShard]:
        """Return the finished shards, also those of an earlier run."""
        if is_address(self.where):
            store = Store(self.where)
            texts = list(store.read(file for file in store.listing().sizes if file.endswith(ENDING)).values())
        else:
            texts = [path.read_bytes() for path in sorted(Path(self.where).glob(f"*{ENDING}"))]
        parsed = [json.loads(text) for text in texts]
        return [StagedShard(Shard(**one["shard"]), one["facts"], one["made_of"]) for one in parsed]

    def _folder(self) -> Path:
        folder = Path(self.where)
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _deliver(self, path: Path) -> None:
        if is_address(self.where):
            Store(self.where).put({path.name: path})
        else:
            path.replace(Path(self.where) / path.name)
