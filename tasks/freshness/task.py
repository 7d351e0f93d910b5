"""The base class of all stages: a Luigi task that is complete while its output still counts."""

import json
import time
from abc import abstractmethod
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import luigi

from tasks.freshness.code import CodeDigests, code_digests
from tasks.freshness.digest import text_sha256
from tasks.freshness.environment import environment
from tasks.freshness.folder import whole_folder
from tasks.freshness.record import InputRecord, Record, output_digests, write_record
from tasks.freshness.verdict import Read, judge
from tasks.progress import console_track, say
from tasks.settings import data_root
from tasks.track import Track


class FreshTask(luigi.Task):
    """A stage: it writes one folder under the data folder, whole or not at all, with a record in it.

    A stage says where its output goes (`folder`, `produces`), what it depends on (`settings`, `modules`,
    `templates`, `reads`, `outside`), and how it is made (`build`).
    """

    produces: tuple[str, ...] = ()
    templates: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Add the settings to the task's id, so that a shared scheduler tells runs with other settings apart."""
        super().__init__(*args, **kwargs)
        upstream = [task.task_id for task in self.requires()]
        identity = json.dumps([self.title, str(self.path), self.settings(), upstream], sort_keys=True)
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

    def reads(self) -> Mapping[str, Read]:
        """Return the files of other stages that this one reads, each under a name of its own."""
        return {}

    def outside(self, output: Path) -> str | None:
        """Return the state of the files the stage watches besides its inputs; None when they are gone.

        `output` is where the output lies, or is being made.
        """
        return ""

    @property
    def path(self) -> Path:
        """The output's folder."""
        return data_root() / self.folder

    @property
    def title(self) -> str:
        """The stage's name for people: the class and what sets it apart."""
        return " ".join([self.get_task_family(), *self.to_str_params(only_significant=True).values()])

    def code_digests(self) -> CodeDigests:
        """Return the digests of the code that makes the output."""
        return code_digests(type(self).__module__, self.modules, self.templates)

    def requires(self) -> list[luigi.Task]:
        """Return the stages whose files this one reads."""
        return list(dict.fromkeys(read.stage for read in self.reads().values()))

    def output(self) -> dict[str, luigi.LocalTarget]:
        """Return the files of the output, by name."""
        return {file: luigi.LocalTarget(str(self.path / file)) for file in self.produces}

    def complete(self) -> bool:
        """Return whether the whole output is there and still counts."""
        return all((self.path / file).is_file() for file in self.produces) and not judge(self).reasons

    def run(self) -> None:
        """Make the output, unless what was to change before it turned out to be the same."""
        if self.complete():
            say(f"{self.title}: still good, nothing to do")
            return
        say(f"{self.title}: {'; '.join(judge(self).reasons) or 'its files are gone'}")
        started = time.monotonic()
        made = {"started": datetime.now(UTC).isoformat(timespec="seconds")}
        reads = self.reads()
        settings, code = self.settings(), self.code_digests()
        inputs = {name: _input_record(read) for name, read in reads.items()}
        with whole_folder(self.path) as folder:
            # Before the work, so that a file changed meanwhile is noticed next time; after it if it makes them.
            outside = self.outside(folder)
            self.build(folder, {name: read.path for name, read in reads.items()})
            seconds = round(time.monotonic() - started, 3)
            write_record(
                folder,
                Record(
                    stage=self.title,
                    settings=json.loads(json.dumps(settings)),
                    code=code,
                    inputs=inputs,
                    files=output_digests(folder, list(self.produces)),
                    outside=(self.outside(folder) or "") if outside is None else outside,
                    made={**made, "seconds": seconds, **environment()},
                ),
            )
        say(f"{self.title}: done in {seconds:.1f} s, in {self.path}")

    def track(self) -> Track:
        """Return a progress display for `build`: on the console, and on the scheduler's page."""
        return console_track(self.title, self.notify)

    def notify(self, share: float, text: str) -> None:
        """Show the share done (0..1) and a text on the scheduler's page."""
        self.set_status_message(text)
        self.set_progress_percentage(round(share * 100))


def _input_record(read: Read) -> InputRecord:
    record = judge(read.stage).record
    if record is None:
        raise RuntimeError(f"{read.path} has no record; Luigi should have made it first")
    return InputRecord(read.file, record.files[read.file], record.without_made())
