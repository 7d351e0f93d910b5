"""What stages say of themselves, and what follows from it without a look at their outputs."""

import json
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import luigi

from tasks.core.data_folder import data_root, data_store
from tasks.core.freshness.code import CodeDigests, code_digests
from tasks.core.freshness.digest import text_sha256
from tasks.core.freshness.place import LocalPlace, Place, StoredPlace
from tasks.core.freshness.verdict import Read


class DeclaredTask(luigi.Task):
    """What a stage says of itself.

    That is where its output goes (`folder`, `produces`), what it depends on (`settings`, `modules`, `templates`,
    `reads`, `outside`), and how it is made (`build`).
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
    fetched_when_used = ""
    """What the names of files look like that are not brought to this machine before they are used."""

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

    def needs(self) -> "Sequence[DeclaredTask]":
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
