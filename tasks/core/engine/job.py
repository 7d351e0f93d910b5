"""What an engine runs, and what comes of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from tasks.core.errors import UserError


@dataclass(frozen=True)
class Job:
    """A call of a plain function: it and its arguments must be picklable; `about` says what it works on."""

    name: str
    work: Callable[..., Any]
    arguments: tuple[Any, ...]
    about: str


@dataclass(frozen=True)
class Done:
    """What the function returned."""

    value: Any


@dataclass(frozen=True)
class Refused:
    """The text of the function's `UserError`: trying again would give the same."""

    text: str


@dataclass(frozen=True)
class Died:
    """Why there is no answer: another error, or the process that worked on it is gone.

    It is `final` if the engine has tried often enough itself.
    """

    why: str
    final: bool = False


Outcome = Done | Refused | Died


class Engine(Protocol):
    """Something that works on several jobs at once."""

    @property
    def free(self) -> int:
        """How many more jobs it takes now."""

    def start(self, job: Job) -> None:
        """Begin to work on a job."""

    def finished(self) -> Iterator[tuple[Job, Outcome]]:
        """Wait until something comes of a job, and yield that of all that are finished."""


def attempt(work: Callable[..., Any], arguments: tuple[Any, ...]) -> Outcome:
    """Call the function, wherever the engine has brought it."""
    try:
        return Done(work(*arguments))
    except UserError as error:
        return Refused(str(error))
    except Exception as error:  # a full disk or a lost connection there; it may go better the next time
        return Died(f"{type(error).__name__}: {error}")
