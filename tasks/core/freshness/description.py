"""What an output is made of, as plain values: what is judged, and what the record keeps."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from tasks.core.freshness.code import Code
from tasks.core.freshness.location import Location


class HasPath(Protocol):
    """A stage or its description."""

    @property
    def path(self) -> Path:
        """The output's folder on this machine."""


S = TypeVar("S", bound=HasPath)


@dataclass(frozen=True)
class Input(Generic[S]):
    """A file of another stage's output."""

    stage: S
    file: str

    @property
    def path(self) -> Path:
        """Where the file is read."""
        return self.stage.path / self.file


@dataclass(frozen=True)
class Watched:
    """Files outside the data folder: a digest of their state, and in words what changed since they were used."""

    digest: str = ""
    changes: str = ""


@dataclass(frozen=True, eq=False)
class Description:
    """One output at one moment.

    `produces` are its files by their paths within `folder`, `settings` are JSON values, and `requires` are the
    descriptions of all stages whose files it needs. `watched` is None when the watched files are gone.
    """

    title: str
    folder: str
    location: Location
    produces: tuple[str, ...]
    code: Code
    settings: Mapping[str, Any] = field(default_factory=dict)
    inputs: Mapping[str, Input["Description"]] = field(default_factory=dict)
    requires: tuple["Description", ...] = ()
    watched: Watched | None = field(default_factory=Watched)
    bulky: bool = False
    """Whether the files are too large to be hashed at each look; then only their sizes are compared."""
    kept: tuple[str, ...] = ()
    """Files copied from each output to the next; they do not decide whether it is up to date."""
    shards: str = ""
    """Pattern of the files that are resumed one by one, and that stay in a store until they are used."""

    @property
    def path(self) -> Path:
        """The output's folder on this machine."""
        return self.location.path

    @cached_property
    def depth(self) -> int:
        """The number of stages on the longest way to this one."""
        return 1 + max((stage.depth for stage in self.requires), default=-1)
