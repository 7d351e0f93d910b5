"""What an output is made of, as plain values: the judge and the record take them from here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Generic, TypeVar

from tasks.core.freshness.code import Code
from tasks.core.freshness.location import Location

S = TypeVar("S")


@dataclass(frozen=True)
class Input(Generic[S]):
    """A file of another stage's output; the stage is the task itself, or its description."""

    stage: S
    file: str


@dataclass(frozen=True)
class Watched:
    """Files outside the data folder: a digest of their state, and in words what changed since they were used."""

    digest: str = ""
    changes: str = ""


@dataclass(frozen=True, eq=False)
class Description:
    """One output at one moment.

    `produces` are its files by their paths within `folder`, `settings` are JSON values, and `requires` are the
    descriptions of all stages whose files it needs. `watch` looks at files outside the data folder, perhaps at
    millions of them, so it is called at most once.
    """

    title: str
    folder: str
    location: Location
    produces: tuple[str, ...]
    code: Code
    settings: Mapping[str, Any] = field(default_factory=dict)
    inputs: Mapping[str, Input["Description"]] = field(default_factory=dict)
    requires: tuple["Description", ...] = ()
    watch: Callable[[], Watched | None] = Watched
    bulky: str = ""
    """Pattern of the files that are too large to be hashed at each look; of them only sizes are compared."""
    kept: tuple[str, ...] = ()
    """Patterns of the files copied from each output to the next; they do not decide whether it is up to date."""
    shards: str = ""
    """Pattern of the files that are resumed one by one, and that stay in a store until they are used."""

    @property
    def path(self) -> Path:
        """The output's folder on this machine."""
        return self.location.path

    @cached_property
    def watched(self) -> Watched | None:
        """The state of the files outside the data folder that are used; None when they are gone."""
        return self.watch()

    @cached_property
    def depth(self) -> int:
        """Length of the longest chain of stages before this one."""
        return 1 + max((stage.depth for stage in self.requires), default=-1)
