"""The base class of stages whose output may be in shards."""

from abc import abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tasks.engine.job import Job
from tasks.engine.run import run_jobs
from tasks.freshness.record import FileRecord
from tasks.freshness.task import FreshTask
from tasks.progress import say
from tasks.settings import data_root, data_store, small
from tasks.shards.index import INDEX, PATTERN, write_index
from tasks.shards.staging import Made, Staging

if TYPE_CHECKING:
    from tasks.engine.dask import DaskEngine
    from tasks.engine.local import LocalEngine


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

    def staging(self) -> Staging:
        """Return where workers leave shards until all are made."""
        store = data_store()
        return Staging(f"{store.address}/{self._in_store()}" if store else str(self.partial))

    def make_shards(self, folder: Path, jobs: Sequence[Job]) -> list[Made]:
        """Make the shards that no stopped run has made, and the index; return all, in the order of the jobs."""
        staging = self.staging()
        made = {one.shard.file: one for one in staging.made()}
        missing = [job for job in jobs if job.name not in made]
        if made:
            say(f"{self.title}: {len(made)} of {len(jobs)} shards are there from a stopped run")
        if missing:
            with self._engine() as engine:
                found = run_jobs(engine, missing, lambda text: say(f"{self.title}: {text}"))
                for job, one in self.track()(found, len(missing), "shard"):
                    made[job.name] = one
        shards = [made[job.name].shard for job in jobs]
        write_index(folder / INDEX, shards)
        if data_store():
            self.staged = {
                shard.file: (f"{self._in_store()}/{shard.file}", FileRecord(shard.sha256, shard.bytes))
                for shard in shards
            }
        else:
            for shard in shards:
                (self.partial / shard.file).rename(folder / shard.file)
        return [made[job.name] for job in jobs]

    def _engine(self) -> "LocalEngine | DaskEngine":
        if small().engine == "local":
            from tasks.engine.local import LocalEngine

            return LocalEngine()
        from tasks.engine.dask import DaskEngine

        engine = DaskEngine(small().dask_address)
        say(f"{self.title}: Dask's dashboard: {engine.dashboard}")
        self.set_tracking_url(engine.dashboard)
        return engine

    def _in_store(self) -> str:
        return self.partial.relative_to(data_root()).as_posix()
