"""The base class of all stages: a Luigi task that is complete while its output is up to date."""

import json
import multiprocessing
from abc import abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import luigi

from tasks.core.data_folder import data_root
from tasks.core.errors import UserError
from tasks.core.freshness.code import Code
from tasks.core.freshness.description import Description, Input, Watched
from tasks.core.freshness.digest import text_sha256
from tasks.core.freshness.location import Location, location_of
from tasks.core.freshness.make import Built, bring_up_to_date
from tasks.core.freshness.plan import CURRENT_RUN
from tasks.core.freshness.verdict import NOT_MADE, Verdict, judge
from tasks.core.progress import Track, console_track, say
from tasks.core.spawned import Sendable
from tasks.core.stop import STOPPED, Stop, is_stopping


class Stage(Sendable, luigi.Task):
    """A step of the pipeline. It writes one folder below the data folder, whole or not at all, with a record.

    An output is up to date while its settings, code and input contents are unchanged and its files are intact.
    Every stage has `folder`, `produces`, `code` and `build`; most have `reads` and `settings`.
    """

    rerun = luigi.BoolParameter(
        significant=False, description="rebuild this stage's output even if it is up to date"
    )

    # What the author of a stage writes.

    produces: tuple[str, ...] = ()
    """The files of the output, by their paths within its folder."""
    bulky = ""
    """Pattern of the files that are too large to be hashed at each look; of them only sizes are compared."""
    kept: tuple[str, ...] = ()
    """Patterns of the files copied from each output to the next; they do not decide whether it is up to date."""
    shards = ""
    """Pattern of the files that are resumed one by one, and that stay in a store until they are used."""

    @property
    @abstractmethod
    def folder(self) -> str:
        """The output's folder, below the data folder."""

    @property
    @abstractmethod
    def code(self) -> tuple[str, ...]:
        """What computes the output, beside the stage's own module: modules by dotted name, templates by path."""

    @abstractmethod
    def build(self, folder: Path, inputs: Mapping[str, Path]) -> Built | None:
        """Write all files of `produces` into the folder; `inputs` are the paths of what `reads` names.

        `self.partial` is a folder whose content is still there when a stopped run is resumed.
        """

    def settings(self) -> dict[str, Any]:
        """Return everything except code and inputs that the output depends on, as JSON values."""
        return {}

    def reads(self) -> Mapping[str, Input["Stage"]]:
        """Return the files of other stages that this one reads, each under a name of its own."""
        return {}

    def requires(self) -> list[luigi.Task]:
        """Return the stages whose files this one reads."""
        return list(dict.fromkeys(read.stage for read in self.reads().values()))

    def watched(self) -> Watched | None:
        """Return the state of the files outside the data folder that the stage uses; None when they are gone."""
        return Watched()

    # What follows from it.

    partial: Path

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Add the settings to the task's id: for a shared scheduler, runs with other settings are other tasks."""
        super().__init__(*args, **kwargs)
        self.task_id: str = self._id()
        # Shared with worker processes, so that only one of them rebuilds the output.
        self._rebuilt = multiprocessing.Value("b") if self.rerun else None
        self._sent_id = ""

    def __getstate__(self) -> dict[str, Any]:
        """Return what a worker is sent, with the id by which it knows whether it has the same settings."""
        return {**super().__getstate__(), "_sent_id": self._id()}

    @property
    def title(self) -> str:
        """The stage's name for people: the class and its parameters."""
        return " ".join([self.get_task_family(), *self.to_str_params(only_significant=True).values()])

    @property
    def path(self) -> Path:
        """The output's folder on this machine, where it is made and read."""
        return data_root() / self.folder

    @property
    def location(self) -> Location:
        """Where the output is kept."""
        return location_of(self.folder)

    def description(self, known: dict[str, Description] | None = None) -> Description:
        """Return what the output is made of now; calls that share `known` describe each stage once."""
        known = {} if known is None else known
        if self.folder not in known:
            known[self.folder] = Description(
                title=self.title,
                folder=self.folder,
                location=self.location,
                produces=self.produces,
                code=Code(type(self).__module__, self.code),
                settings=self.settings(),
                inputs={
                    name: Input(read.stage.description(known), read.file) for name, read in self.reads().items()
                },
                requires=tuple(stage.description(known) for stage in self.requires()),
                watch=self.watched,
                bulky=self.bulky,
                kept=self.kept,
                shards=self.shards,
            )
        return known[self.folder]

    def fetch(self, file: str) -> Path:
        """Return the path of a file of the output, fetched to this machine."""
        self.location.fetch([file])
        return self.path / file

    def track(self) -> Track:
        """Return a progress display for `build`: on the console, and on the scheduler's page."""
        return console_track(self.title, self.notify)

    def notify(self, share: float, text: str) -> None:
        """Show the share done (0..1) and a text on the scheduler's page."""
        self.set_status_message(text)
        self.set_progress_percentage(round(share * 100))

    def closing(self, nothing_to_do: bool) -> list[str] | None:
        """Return the lines that end a run asked for this stage; None while another worker is at it."""
        if nothing_to_do:
            return [f"{self.title}: up to date, in {self.location.shown}"]
        self.location.refresh()
        return [] if judge(self.description()).complete else None

    # What Luigi calls.

    def output(self) -> dict[str, luigi.LocalTarget]:
        """Return the files of the output, by name."""
        return {file: luigi.LocalTarget(str(self.path / file)) for file in self.produces}

    def complete(self) -> bool:
        """Return whether the whole output is there and up to date."""
        description = self.description()
        complete = not self._is_forced and self._is_up_to_date(description)
        CURRENT_RUN.ask([] if complete else [description], self.closing)
        return complete

    def run(self) -> None:
        """Make the output, unless another run made it meanwhile, or what was to change came out the same."""

        def build(folder: Path, inputs: Mapping[str, Path], partial: Path) -> Built | None:
            self.partial = partial
            return self.build(folder, inputs)

        if is_stopping():
            raise Stop(STOPPED)
        if self._sent_id not in ("", self._id()):
            raise UserError(
                f"{self.title}: this worker process does not have the settings of the program that started it; "
                "put them into luigi.cfg, or let one worker do all"
            )
        seconds = bring_up_to_date(self.description, build, self._say_starting, self._is_forced)
        if seconds is None:
            CURRENT_RUN.begin(self.folder)
            say(f"{self.title}: up to date after all, nothing to do")
        else:
            if self._rebuilt is not None:
                self._rebuilt.value = True
            say(f"{self.title}: done in {seconds:.1f} s, in {self.location.shown}")

    def _id(self) -> str:
        upstream = [task.task_id for task in self.requires()]
        identity = json.dumps([self.title, self.location.shown, self.settings(), upstream], sort_keys=True)
        return f"{self.get_task_family()}_{text_sha256(identity)[:10]}"

    @property
    def _is_forced(self) -> bool:
        return self._rebuilt is not None and not self._rebuilt.value

    def _is_up_to_date(self, description: Description) -> bool:
        # What another machine has just finished is not yet in the cached listing of the store.
        return judge(description).complete or (self.location.refresh() and judge(description).complete)

    def _say_starting(self, verdict: Verdict) -> None:
        which = CURRENT_RUN.begin(self.folder)
        reasons = "" if verdict.reasons == (NOT_MADE,) else "; ".join(verdict.reasons)
        if not verdict.reasons:
            reasons = "--rerun was given" if self.rerun else "its files are needed and were removed"
        warning = "warning: " if verdict.is_damaged else ""
        say(f"{warning}{self.title}: starting{f' ({which})' if which else ''}{f': {reasons}' if reasons else ''}")
