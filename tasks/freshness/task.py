"""The base class of all stages: a Luigi task that is complete while its output still counts."""

import json
import time
from abc import abstractmethod
from collections.abc import Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import asdict
from datetime import UTC, datetime
from fnmatch import fnmatch
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

import luigi

from tasks.errors import UserError
from tasks.freshness.code import CodeDigests, code_digests, meanings
from tasks.freshness.digest import text_sha256
from tasks.freshness.environment import made
from tasks.freshness.failure import explain
from tasks.freshness.folder import recover_folder, whole_folder
from tasks.freshness.inputs import read_inputs
from tasks.freshness.lock import LOCKS, locked
from tasks.freshness.place import LocalPlace, Place, StoredPlace
from tasks.freshness.record import FileRecord, InputRecord, Record, file_records, write_record
from tasks.freshness.resume import partial_folder, partial_work
from tasks.freshness.verdict import Read, Stage, judge
from tasks.progress import console_track, say
from tasks.settings import data_root, data_store
from tasks.track import Track


class FreshTask(luigi.Task):
    """A stage: it writes one folder under the data folder, whole or not at all, with a record in it.

    A stage says where its output goes (`folder`, `produces`), what it depends on (`settings`, `modules`,
    `templates`, `reads`, `outside`), and how it is made (`build`).
    """

    rerun = luigi.BoolParameter(
        significant=False, description="make the output again, whatever its state; asked of this stage alone"
    )

    produces: tuple[str, ...] = ()
    templates: tuple[str, ...] = ()
    bulky = False
    keeps: tuple[str, ...] = ()
    """Files that are carried from one output to the next, and do not decide whether it counts."""
    quiet = False
    """Whether only warnings are said, as of one of many whose progress is told by what runs them."""
    partial: Path
    """While `build` runs: a folder for work to be taken up again after a stop."""
    made_again = False
    fetched_when_used = ""
    """What the names of files look like that are not brought to this machine before they are used."""
    described: Mapping[str, FileRecord] = MappingProxyType({})
    """Files of the output that `build` says what they are, so that they need not be read for it."""
    staged: Mapping[str, str] = MappingProxyType({})
    """Those of them that `build` left in the store, and where they wait there."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Add the settings to the task's id, so that a shared scheduler tells runs with other settings apart."""
        super().__init__(*args, **kwargs)
        upstream = [task.task_id for task in self.requires()]
        identity = json.dumps([self.title, self.place.shown, self.settings(), upstream], sort_keys=True)
        self.task_id: str = f"{self.get_task_family()}_{text_sha256(identity)[:10]}"

    @property
    @abstractmethod
    def folder(self) -> str:
        """The output's folder, below the data folder."""

    @abstractmethod
    def build(self, folder: Path, inputs: Mapping[str, Path]) -> None:
        """Write all files of `produces` into the folder; `inputs` are the paths of what `reads` names."""

    @property
    @abstractmethod
    def modules(self) -> tuple[str, ...]:
        """The project's modules that do the work, by dotted name."""

    def settings(self) -> dict[str, Any]:
        """Return everything but code and inputs that the output depends on, as JSON values."""
        return {}

    def outside_changes(self, output: Path) -> str:
        """Return what changed in the files that `outside` watches, in words."""
        return "the source's files changed"

    def reads(self) -> Mapping[str, Read]:
        """Return the files of other stages that this one reads, each under a name of its own."""
        return {}

    def needs(self) -> "list[FreshTask]":
        """Return stages whose files must be there for the work, and are described by the inputs that it reads."""
        return []

    def outside(self, output: Path) -> str | None:
        """Return the state of the files the stage watches besides its inputs; None when they are gone.

        `output` is where the output lies, or is being made.
        """
        return ""

    @cached_property
    def depth(self) -> int:
        """How deep in the graph the stage lies; 0 has nothing before it."""
        return 1 + max((stage.depth for stage in self.requires()), default=-1)

    @property
    def path(self) -> Path:
        """The output's folder on this machine, where it is made and read."""
        return data_root() / self.folder

    @property
    def place(self) -> Place:
        """Where the output lies."""
        store = data_store()
        return LocalPlace(self.path) if store is None else StoredPlace(store, self.folder, self.path)

    @property
    def title(self) -> str:
        """The stage's name for people: the class and what sets it apart."""
        return " ".join([self.get_task_family(), *self.to_str_params(only_significant=True).values()])

    def speed(self) -> str:
        """Return how fast the output was made, in words, if that says more than the time it took."""
        return ""

    def code_digests(self) -> CodeDigests:
        """Return the digests of the code that makes the output."""
        return code_digests(type(self).__module__, self.modules, self.templates)

    def requires(self) -> list[luigi.Task]:
        """Return the stages whose files this one reads or needs."""
        return list(dict.fromkeys([*(read.stage for read in self.reads().values()), *self.needs()]))

    def output(self) -> dict[str, luigi.LocalTarget]:
        """Return the files of the output, by name."""
        return {file: luigi.LocalTarget(str(self.path / file)) for file in self.produces}

    def complete(self) -> bool:
        """Return whether the whole output is there and still counts."""
        if self.rerun and not self.made_again:
            return False
        # What another machine has just finished is not yet in an earlier look at the store.
        return judge(self).complete or (self.place.look_anew() and judge(self).complete)

    def run(self) -> None:
        """Make the output, unless another run made it meanwhile, or what was to change came out the same."""
        with ExitStack() as locks:
            try:
                # All runs lock in the order of the graph, so that no two wait for each other.
                for stage in sorted(self.requires(), key=lock_order):
                    locks.enter_context(self._locked(stage, alone=False))
                locks.enter_context(self._locked(self, alone=True))
                self._run()
            except OSError as error:
                raise UserError(explain(error, self.title)) from None

    def _run(self) -> None:
        recover_folder(self.path)
        self.place.look_anew()
        if self.complete():
            if not self.quiet:
                say(f"{self.title}: still good, nothing to do")
            return
        verdict = judge(self)
        why = "; ".join(verdict.reasons) or (
            "asked for" if self.rerun else "its files are needed and were removed"
        )
        damaged = bool(verdict.damage) and not verdict.gone
        if damaged or not self.quiet:
            say(f"{'warning: ' if damaged else ''}{self.title}: {why}")
        seconds = self._make()
        self.made_again = True
        if not self.quiet:
            say(f"{self.title}: done in {seconds:.1f} s, in {self.place.shown}")

    def _make(self) -> float:
        # The clock may be set while we work; what time it took is not told from it.
        started, clock = datetime.now(UTC), time.monotonic()
        reads = self.reads()
        # All before the work, so that what changes meanwhile is noticed the next time.
        settings, code = self.settings(), self.code_digests()
        for stage in self.requires():
            stage.bring()
        self.place.bring_kept(self.keeps)
        inputs, upstream = read_inputs(reads)
        with partial_work(self.path, self.work_identity(settings, code, inputs)) as self.partial:
            with whole_folder(self.path, self.keeps) as folder:
                outside = self.outside(folder)
                self.build(folder, {name: read.path for name, read in reads.items()})
                if outside is None:  # the work has brought what is to be watched
                    outside = self.outside(folder)
                record = Record(
                    stage=self.title,
                    settings=json.loads(json.dumps(settings)),
                    code=code,
                    inputs=inputs,
                    files=self._files(folder),
                    outside=outside or "",
                    upstream=upstream,
                    made=made(started, time.monotonic() - clock),
                )
                write_record(folder, record)
            self.place.publish(self.staged)
        return time.monotonic() - clock

    def _files(self, folder: Path) -> dict[str, FileRecord]:
        files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
        if not set(self.produces) <= set(files):
            raise RuntimeError(f"{self.title} made {files} and not all of {self.produces}")
        undescribed = [file for file in files if file not in self.keeps and file not in self.described]
        return file_records(folder, undescribed) | dict(self.described)

    def bring(self) -> None:
        """See to it that the files of the output are on this machine, but for those fetched when they are used."""
        record = self.place.record()
        files = record.files if record else ()
        self.place.bring(file for file in files if not fnmatch(file, self.fetched_when_used))

    def fetch(self, file: str) -> Path:
        """Return the path of a file of the output, after it was brought to this machine."""
        self.place.bring([file])
        return self.path / file

    def work_identity(self, settings: dict[str, Any], code: CodeDigests, inputs: Mapping[str, InputRecord]) -> str:
        """Return a digest of all that makes the output: a stopped run is gone on with if it is the same."""
        read = {name: asdict(record) for name, record in inputs.items()}
        return text_sha256(json.dumps([settings, meanings(code), read]))[:16]

    def work_in_progress(self) -> Path | None:
        """Return the folder of work that a stopped run left and the next one would go on with."""
        if not partial_folder(self.path, "").is_dir():
            return None
        try:
            inputs, _ = read_inputs(self.reads())
        except UserError:
            return None
        folder = partial_folder(self.path, self.work_identity(self.settings(), self.code_digests(), inputs))
        return folder if folder.is_dir() else None

    def _locked(self, stage: "FreshTask", alone: bool) -> AbstractContextManager[None]:
        told = f"{self.title}: waiting for another run at work on {stage.path}"
        return locked(lock_file(stage.folder), alone, lambda: say(told))

    def track(self) -> Track:
        """Return a progress display for `build`: on the console, and on the scheduler's page."""
        return console_track(self.title, self.notify)

    def notify(self, share: float, text: str) -> None:
        """Show the share done (0..1) and a text on the scheduler's page."""
        self.set_status_message(text)
        self.set_progress_percentage(round(share * 100))


def lock_order(stage: Stage) -> tuple[int, str]:
    """Return the place of a stage's lock among those that a process takes."""
    return stage.depth, stage.folder


def lock_file(folder: str) -> Path:
    """Return the lock file of the stage with this output folder."""
    return data_root() / LOCKS / folder.replace("/", "-")
