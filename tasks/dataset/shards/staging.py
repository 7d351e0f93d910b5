"""Where shards wait until all are made: a folder, or one in a store, that every worker can write to."""

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
class Made:
    """A shard that waits, what else was found while it was made, as JSON values, and a digest of what makes it."""

    shard: Shard
    facts: dict[str, Any]
    made_of: str


@dataclass(frozen=True)
class Staging:
    """A folder by its path or address, for a shard that is made of what the digest tells.

    A shard counts once its facts lie beside it.
    """

    where: str
    made_of: str = ""

    def write(
        self, file: str, split: str, arrays: "Mapping[str, NDArray[np.generic]]", facts: dict[str, Any]
    ) -> Made:
        """Write a shard and its facts, each whole or not at all."""
        from tasks.dataset.arrays import save_arrays

        with TemporaryDirectory(dir=None if is_address(self.where) else self._folder()) as temporary:
            path, beside = Path(temporary) / file, Path(temporary) / (file + ENDING)
            save_arrays(path, arrays)
            count = len(next(iter(arrays.values())))
            made = Made(Shard(file, split, count, file_sha256(path), path.stat().st_size), facts, self.made_of)
            beside.write_text(json.dumps(asdict(made)), encoding="utf-8")
            for one in (path, beside):
                self._deliver(one)
        return made

    def made(self) -> list[Made]:
        """Return the shards that an earlier run has made here."""
        if is_address(self.where):
            store = Store(self.where)
            texts = list(store.read(file for file in store.look().sizes if file.endswith(ENDING)).values())
        else:
            texts = [path.read_bytes() for path in sorted(Path(self.where).glob(f"*{ENDING}"))]
        parsed = [json.loads(text) for text in texts]
        return [Made(Shard(**one["shard"]), one["facts"], one["made_of"]) for one in parsed]

    def _folder(self) -> Path:
        folder = Path(self.where)
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _deliver(self, path: Path) -> None:
        if is_address(self.where):
            Store(self.where).put({path.name: path})
        else:
            path.replace(Path(self.where) / path.name)
