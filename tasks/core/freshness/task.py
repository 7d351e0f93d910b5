"""The base class of all stages: a Luigi task that is complete while its output still counts."""

import json
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import asdict
from datetime import UTC, datetime
from fnmatch import fnmatch
from pathlib import Path
from types import MappingProxyType
from typing import Any

from tasks.core.data_folder import data_root
from tasks.core.errors import UserError
from tasks.core.freshness.code import CodeDigests, meanings
from tasks.core.freshness.declared import DeclaredTask
from tasks.core.freshness.digest import text_sha256
from tasks.core.freshness.environment import made
from tasks.core.freshness.failure import explain
from tasks.core.freshness.folder import recover_folder, whole_folder
from tasks.core.freshness.inputs import read_inputs
from tasks.core.freshness.lock import LOCKS, locked
from tasks.core.freshness.plan import CURRENT_RUN
from tasks.core.freshness.record import FileRecord, InputRecord, Record, file_records, write_record
from tasks.core.freshness.resume import partial_folder, partial_work
from tasks.core.freshness.verdict import NOT_MADE, Stage, Verdict, judge
from tasks.core.progress import Track, console_track, say


class FreshTask(DeclaredTask):
    """A stage: it writes one folder under the data folder, whole or not at all, with a record in it."""

    partial: Path
    """While `build` runs: a folder for work to be taken up again after a stop."""
    made_again = False
    described: Mapping[str, FileRecord] = MappingProxyType({})
    """Files of the output that `build` says what they are, so that they need not be read for it."""
    staged: Mapping[str, str] = MappingProxyType({})
    """Those of them that `build` left in the store, and where they wait there."""

    def complete(self) -> bool:
        """Return whether the whole output is there and still counts."""
        complete = self._is_complete()
        CURRENT_RUN.ask([] if complete else [self], self.closing)
        return complete

    def _is_complete(self) -> bool:
        if self.rerun and not self.made_again:
            return False
        # What another machine has just finished is not yet in an earlier look at the store.
        return judge(self).complete or (self.place.look_anew() and judge(self).complete)

    def closing(self, nothing_to_do: bool) -> list[str] | None:
        """Return what a run ends with that was asked for this stage; None while another worker is at it."""
        if nothing_to_do:
            return [f"{self.title}: up to date, in {self.place.shown}"]
        self.place.look_anew()
        return [] if judge(self).complete else None

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
        which = CURRENT_RUN.begin(self)
        if self._is_complete():
            if not self.quiet:
                say(f"{self.title}: up to date after all, nothing to do")
            return
        verdict = judge(self)
        damaged = bool(verdict.damage) and not verdict.gone
        if damaged or not self.quiet:
            say(f"{'warning: ' if damaged else ''}{self.title}: {_start(which, self._why(verdict))}")
        seconds = self._make()
        self.made_again = True
        if not self.quiet:
            say(f"{self.title}: done in {seconds:.1f} s, in {self.place.shown}")

    def _why(self, verdict: Verdict) -> str:
        if verdict.reasons == (NOT_MADE,):
            return ""
        rest = "--rerun was given" if self.rerun else "its files are needed and were removed"
        return "; ".join(verdict.reasons) or rest

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


def _start(which: str, why: str) -> str:
    return f"starting{f' ({which})' if which else ''}{f': {why}' if why else ''}"


def lock_order(stage: Stage) -> tuple[int, str]:
    """Return the place of a stage's lock among those that a process takes."""
    return stage.depth, stage.folder


def lock_file(folder: str) -> Path:
    """Return the lock file of the stage with this output folder."""
    return data_root() / LOCKS / folder.replace("/", "-")
