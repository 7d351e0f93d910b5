"""A folder, here or in a store, in which every worker leaves finished shards until all are finished."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from tasks.core.freshness.digest import file_sha256
from tasks.core.freshness.moves import move
from tasks.core.freshness.record import FileRecord, file_record
from tasks.core.freshness.state import read_json_state, read_state, unsealed, write_json_state
from tasks.core.storage.address import is_address
from tasks.core.storage.store import Store
from tasks.dataset.shards.index import Shard

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

ENDING = ".made"
NOTES = "shards.notes"
"""The file of an output that has what is known of its shards, for the next run to keep those that stay."""


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
            write_json_state(beside, asdict(staged))
            for one in (path, beside):
                self._deliver(one)
        return staged

    def staged(self) -> list[StagedShard]:
        """Return the finished shards, also those of an earlier run; what is damaged is not finished."""
        if is_address(self.where):
            store = Store(self.where)
            files = [file for file in store.listing().sizes if file.endswith(ENDING)]
            contents = [unsealed(stored) for stored in store.read(files).values()]
        else:
            contents = [read_state(path) for path in sorted(Path(self.where).glob(f"*{ENDING}"))]
        found = [_staged(json.loads(content)) for content in contents if content is not None]
        return [one for one in found if self.holds(one.shard)]

    def holds(self, shard: Shard) -> bool:
        """Return whether a shard is in the folder: by its digest, or in a store by its size."""
        if is_address(self.where):
            return Store(self.where).listing().sizes.get(shard.file) == shard.bytes
        try:
            return file_record(Path(self.where) / shard.file) == FileRecord(shard.sha256, shard.bytes)
        except OSError:
            return False

    def _folder(self) -> Path:
        folder = Path(self.where)
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _deliver(self, path: Path) -> None:
        if is_address(self.where):
            Store(self.where).put({path.name: path})
        else:
            move(path, Path(self.where) / path.name)


def write_notes(path: Path, shards: Sequence[StagedShard]) -> None:
    """Write what is known of an output's shards."""
    write_json_state(path, [asdict(one) for one in shards])


def read_notes(path: Path) -> list[StagedShard]:
    """Read what is known of an output's shards; nothing if there is no such file, or a damaged one."""
    return [_staged(one) for one in read_json_state(path) or []]


def _staged(note: dict[str, Any]) -> StagedShard:
    return StagedShard(Shard(**note["shard"]), note["facts"], note["made_of"])
