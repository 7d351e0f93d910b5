"""The base class of stages whose output may be in shards."""

import json
from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import Any

from tasks.engine.job import Job
from tasks.engine.run import run_jobs
from tasks.engine.task import started_engine
from tasks.freshness.code import CodeDigests, meanings
from tasks.freshness.digest import text_sha256
from tasks.freshness.record import FileRecord, InputRecord
from tasks.freshness.task import FreshTask
from tasks.progress import say
from tasks.settings import data_root, data_store, small
from tasks.shards.index import INDEX, PATTERN, write_index
from tasks.shards.staging import Made, Staging


class ShardedTask(FreshTask):
    """A stage that writes one file, or with `small.shard_size` many and an index of them."""

    fetched_when_used = PATTERN

    @property
    @abstractmethod
    def whole(self) -> str:
        """The name of the one file."""

    @property
    def main(self) -> str:
        """The file that stands for the arrays: the one file, or the index."""
        return INDEX if small().shard_size else self.whole

    @property
    def bulky(self) -> bool:  # type: ignore[override]
        """Whether only sizes are looked at: shards are, and their content is checked when they are loaded."""
        return bool(small().shard_size)

    @property
    def produces(self) -> tuple[str, ...]:  # type: ignore[override]
        """The files that are always there."""
        return (self.main,)

    def source(self) -> str:
        """Return where workers find the shards: the folder's path, or its address."""
        return self.place.shown

    def work_identity(self, settings: dict[str, Any], code: CodeDigests, inputs: Mapping[str, InputRecord]) -> str:
        """Return one name for all work on shards: each tells itself what it is made of."""
        return "shards" if small().shard_size else super().work_identity(settings, code, inputs)

    def job(self, file: str, work: Callable[..., Made], arguments: tuple[Any, ...], about: str) -> Job:
        """Return the job that calls the function with the arguments, where to leave the shard, and its name."""
        made_of = json.dumps([self._code, arguments], default=asdict)
        return Job(file, work, (*arguments, Staging(self._staging(), text_sha256(made_of)), file), about)

    def make_shards(self, folder: Path, jobs: Sequence[Job]) -> list[Made]:
        """Make the shards that no stopped run has made, and the index; return all, in the order of the jobs."""
        wanted = {job.name: _staging_of(job).made_of for job in jobs}
        waiting = Staging(self._staging()).made()
        made = {one.shard.file: one for one in waiting if wanted.get(one.shard.file) == one.made_of}
        missing = [job for job in jobs if job.name not in made]
        if made:
            say(f"{self.title}: {len(made)} of {len(jobs)} shards are there from a stopped run")
        if missing:
            with started_engine(self) as engine:
                found = run_jobs(engine, missing, lambda text: say(f"{self.title}: {text}"))
                for job, one in self.track()(found, len(missing), "shard"):
                    made[job.name] = one
        shards = [made[job.name].shard for job in jobs]
        write_index(folder / INDEX, shards)
        self.described = {shard.file: FileRecord(shard.sha256, shard.bytes) for shard in shards}
        if data_store():
            self.staged = {shard.file: f"{self._in_store()}/{shard.file}" for shard in shards}
        else:
            for shard in shards:
                (self.partial / shard.file).rename(folder / shard.file)
        return [made[job.name] for job in jobs]

    @cached_property
    def _code(self) -> dict[str, str]:
        return meanings(self.code_digests())

    def _staging(self) -> str:
        store = data_store()
        return f"{store.address}/{self._in_store()}" if store else str(self.partial)

    def _in_store(self) -> str:
        return self.partial.relative_to(data_root()).as_posix()


def _staging_of(job: Job) -> Staging:
    staging: Staging = job.arguments[-2]
    return staging
