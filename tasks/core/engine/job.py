"""Jobs, their outcomes, and what an engine must do with them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from tasks.core.errors import UserError


@dataclass(frozen=True)
class Job:
    """A call of a plain function. Function and arguments must be picklable.

    `photos` are the names of the photos it works on, for messages.
    """

    name: str
    work: Callable[..., Any]
    arguments: tuple[Any, ...]
    photos: Sequence[str] = ()


@dataclass(frozen=True)
class Done:
    """The job succeeded: what its function returned."""

    value: Any


@dataclass(frozen=True)
class Refused:
    """The job raised a `UserError`: its text. Another attempt would raise the same."""

    text: str


@dataclass(frozen=True)
class Died:
    """The job raised another error, or its process ended. Another attempt may succeed, unless this is `final`.

    It is final if the engine itself has made as many attempts as make sense.
    """

    why: str
    final: bool = False


Outcome = Done | Refused | Died


class Engine(Protocol):
    """Works on several jobs at once."""

    @property
    def free(self) -> int:
        """How many more jobs the engine takes now."""

    def start(self, job: Job) -> None:
        """Start to work on a job."""

    def finished(self) -> Iterator[tuple[Job, Outcome]]:
        """Wait until a job is finished; yield every finished job with its outcome."""


def attempt(work: Callable[..., Any], arguments: tuple[Any, ...]) -> Outcome:
    """Call a job's function, in the process that the engine chose."""
    try:
        return Done(work(*arguments))
    except UserError as error:
        return Refused(str(error))
    except Exception as error:  # such as a full disk or a lost connection, which may be gone at the next attempt
        return Died(f"{type(error).__name__}: {error}")
