"""The base class of stages that may write their arrays in shards."""

import json
from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tasks.core.data_folder import data_root, data_store
from tasks.core.engine.job import Job
from tasks.core.engine.run import run_jobs
from tasks.core.engine.task import started_engine
from tasks.core.freshness.code import Code, meanings
from tasks.core.freshness.digest import text_sha256
from tasks.core.freshness.folder import link_or_copy
from tasks.core.freshness.make import Built
from tasks.core.freshness.moves import move
from tasks.core.freshness.record import FileRecord
from tasks.core.freshness.stage import Stage
from tasks.core.progress import say
from tasks.dataset.shards.index import INDEX, PATTERN, write_index
from tasks.dataset.shards.staging import NOTES, StagedShard, Staging, read_notes, write_notes
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
    def bulky(self) -> str:  # type: ignore[override]
        """The pattern of the files of which only sizes are compared: shards are checked when they are loaded."""
        return self.shards

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
        """Make the shards that are not there, and the index; return all, in the order of the parts.

        Those are there that a stopped run left, and, unless this is a rerun, those of the output before that are
        not damaged. `work` is called with a part's arguments, where to leave the shard, and its name, which is the
        part's key.
        """
        code = meanings(Code(type(self).__module__, self.code).digests())
        wanted = {file: _made_of(code, part) for file, part in parts.items()}
        jobs = [
            Job(file, work, (*part.arguments, Staging(self._staging(), wanted[file]), file), part.photos)
            for file, part in parts.items()
        ]
        left = _as_wanted(Staging(self._staging()).staged(), wanted)
        before = _as_wanted(() if self.rerun else self._undamaged(), wanted)
        made = before | left
        missing = [job for job in jobs if job.name not in made]
        if left:
            say(f"{self.title}: {len(left)} of {len(jobs)} shards are there from a stopped run")
        if made.keys() - left.keys():
            say(f"{self.title}: {len(made) - len(left)} of {len(jobs)} shards are as they were and stay")
        if missing:
            with started_engine(self, small().engine, small().dask_address) as engine:
                found = run_jobs(engine, missing, lambda text: say(f"{self.title}: {text}"))
                for job, one in self.track()(found, len(missing), "shard"):
                    made[job.name] = one
        in_order = [made[job.name] for job in jobs]
        write_index(folder / INDEX, [one.shard for one in in_order])
        write_notes(folder / NOTES, in_order)
        digests = {one.shard.file: FileRecord(one.shard.sha256, one.shard.bytes) for one in in_order}
        stay = made.keys() & (before.keys() - left.keys())
        if data_store():
            return in_order, Built(digests, {file: f"{self._in_store(file in stay)}/{file}" for file in made})
        for file in made:
            if file in stay:
                link_or_copy(self.path / file, folder / file)
            else:
                move(self.partial / file, folder / file)
        return in_order, Built(digests)

    def _undamaged(self) -> Iterator[StagedShard]:
        there = Staging(self.source())
        return (one for one in read_notes(self.fetch(NOTES)) if there.holds(one.shard))

    def _staging(self) -> str:
        store = data_store()
        return f"{store.address}/{self._in_store()}" if store else str(self.partial)

    def _in_store(self, in_output: bool = False) -> str:
        return self.folder if in_output else self.partial.relative_to(data_root()).as_posix()


def _as_wanted(shards: Iterable[StagedShard], wanted: Mapping[str, str]) -> dict[str, StagedShard]:
    return {one.shard.file: one for one in shards if wanted.get(one.shard.file) == one.made_of}


def _made_of(code: dict[str, str], part: Part) -> str:
    return text_sha256(json.dumps([code, part.arguments], default=asdict))
