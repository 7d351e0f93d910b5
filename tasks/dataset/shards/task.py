"""The base class of stages that may write their arrays in shards."""

import json
from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tasks.core.data_folder import data_root, data_store
from tasks.core.engine.job import Job
from tasks.core.engine.run import run_jobs
from tasks.core.engine.task import started_engine
from tasks.core.freshness.code import Code, meanings
from tasks.core.freshness.digest import text_sha256
from tasks.core.freshness.make import Built
from tasks.core.freshness.record import FileRecord
from tasks.core.freshness.stage import Stage
from tasks.core.progress import say
from tasks.dataset.shards.index import INDEX, PATTERN, write_index
from tasks.dataset.shards.staging import StagedShard, Staging
from tasks.settings import small


@dataclass(frozen=True)
class Part:
    """What a shard is made of: the arguments of the function that makes it, JSON values or dataclasses of them.

    `photos` are the names of its photos, for messages.
    """

    arguments: tuple[Any, ...]
    photos: Sequence[str] = ()


class ShardedStage(Stage):
    """A stage that writes its arrays into one npz, or with `small.shard_size` into shards and an index of them."""

    @property
    @abstractmethod
    def npz_file(self) -> str:
        """The name of the npz, where there are no shards."""

    @property
    def arrays_file(self) -> str:
        """The file to read the arrays by: the npz, or the index of the shards."""
        return INDEX if small().shard_size else self.npz_file

    @property
    def bulky(self) -> bool:  # type: ignore[override]
        """Whether only sizes are compared: so with shards, whose content is checked when they are loaded."""
        return bool(small().shard_size)

    @property
    def shards(self) -> str:  # type: ignore[override]
        """The pattern of the shards' names, where there are any."""
        return PATTERN if small().shard_size else ""

    @property
    def produces(self) -> tuple[str, ...]:  # type: ignore[override]
        """The files that are always there."""
        return (self.arrays_file,)

    def source(self) -> str:
        """Return where workers find the shards: the folder's path, or its address."""
        return self.location.shown

    def make_shards(
        self, folder: Path, work: Callable[..., StagedShard], parts: Mapping[str, Part]
    ) -> tuple[list[StagedShard], Built]:
        """Make the shards that no stopped run has made, and the index; return all, in the order of the parts.

        `work` is called with a part's arguments, where to leave the shard, and its name, which is the part's key.
        """
        code = meanings(Code(type(self).__module__, self.code).digests())
        wanted = {file: _made_of(code, part) for file, part in parts.items()}
        jobs = [
            Job(file, work, (*part.arguments, Staging(self._staging(), wanted[file]), file), part.photos)
            for file, part in parts.items()
        ]
        waiting = Staging(self._staging()).staged()
        made = {one.shard.file: one for one in waiting if wanted.get(one.shard.file) == one.made_of}
        missing = [job for job in jobs if job.name not in made]
        if made:
            say(f"{self.title}: {len(made)} of {len(jobs)} shards are there from a stopped run")
        if missing:
            with started_engine(self, small().engine, small().dask_address) as engine:
                found = run_jobs(engine, missing, lambda text: say(f"{self.title}: {text}"))
                for job, one in self.track()(found, len(missing), "shard"):
                    made[job.name] = one
        shards = [made[job.name].shard for job in jobs]
        write_index(folder / INDEX, shards)
        digests = {shard.file: FileRecord(shard.sha256, shard.bytes) for shard in shards}
        staged = {shard.file: f"{self._in_store()}/{shard.file}" for shard in shards if data_store()}
        for shard in shards if not staged else ():
            (self.partial / shard.file).rename(folder / shard.file)
        return [made[job.name] for job in jobs], Built(digests, staged)

    def _staging(self) -> str:
        store = data_store()
        return f"{store.address}/{self._in_store()}" if store else str(self.partial)

    def _in_store(self) -> str:
        return self.partial.relative_to(data_root()).as_posix()


def _made_of(code: dict[str, str], part: Part) -> str:
    return text_sha256(json.dumps([code, part.arguments], default=asdict))
