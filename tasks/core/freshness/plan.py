"""What a run has to make: which of how many outputs a stage is, and the time left for all of them."""

import multiprocessing
from collections.abc import Callable, Mapping, Sequence

from tasks.core.freshness.description import Description
from tasks.core.freshness.verdict import Verdict, judge
from tasks.core.units import duration


class Plan:
    """The outputs that a run has to make. Each is ticked off when it begins, in worker processes too."""

    def __init__(self, seconds: Mapping[str, float | None]) -> None:
        """Take the seconds that each output took the last time, by folder; None where that is not known."""
        self._seconds = dict(seconds)
        self._begun = multiprocessing.Array("b", len(self._seconds))

    def begin(self, folder: str) -> str:
        """Tick off an output; return which it is and the time left, in words, or "" if it is not planned."""
        folders = list(self._seconds)
        with self._begun.get_lock():
            begun = self._begun[:]
            if folder not in folders or begun[folders.index(folder)]:
                return ""
            self._begun[folders.index(folder)] = 1
        waiting = [self._seconds[one] for one, is_begun in zip(folders, begun, strict=True) if not is_begun]
        said = f"{sum(begun) + 1} of {len(folders)}"
        left = sum(seconds for seconds in waiting if seconds is not None)
        if left < 1:
            return said
        return f"{said}, {'at least' if None in waiting else 'about'} {duration(left)} left"

    def __len__(self) -> int:
        """Return the number of outputs to make."""
        return len(self._seconds)


Closing = Callable[[bool], list[str] | None]
"""From whether there was nothing to do to the lines that a run ends with; None where not all of it is there."""


class CurrentRun:
    """The run of the luigi command: what it has to make, and what it ends with."""

    def __init__(self) -> None:
        """Wait until it is known that this process is the luigi command."""
        self.is_command = False
        self._closing: Closing | None = None
        self.plan = Plan({})

    def ask(self, stages: Sequence[Description], closing: Closing) -> None:
        """Begin a run that has to make these outputs, unless one is on; `closing` gives the lines at its end."""
        if self.is_command and self._closing is None:
            self._closing = closing
            self.plan = make_plan(*stages)

    def join(self, plan: Plan) -> None:
        """Take the plan of the run that this worker process belongs to."""
        self._closing, self.plan = lambda nothing_to_do: None, plan

    def begin(self, folder: str) -> str:
        """Return which of the planned outputs now begins and the time left, in words; "" if it is not planned."""
        return self.plan.begin(folder)

    def end(self) -> list[str] | None:
        """Forget the run, and return the lines that it ends with; None where it does not know them."""
        closing, plan = self._closing, self.plan
        self._closing, self.plan = None, Plan({})
        return closing(not len(plan)) if closing else None


CURRENT_RUN = CurrentRun()


def make_plan(*lasts: Description) -> Plan:
    """Return the plan of a run that is to make these outputs, and those before them that are due."""
    known: dict[str, Verdict] = {}
    due = {stage.folder: stage for last in lasts for stage in due_stages(last, known) or [last]}
    return Plan({folder: _last_time(judge(stage, known)) for folder, stage in due.items()})


def due_stages(last: Description, known: dict[str, Verdict]) -> list[Description]:
    """Return what a run would make at most: an output may turn out up to date once those before it are made."""
    due: dict[str, Description] = {}

    def visit(stage: Description) -> None:
        if stage.folder in due or judge(stage, known).complete:
            return
        for before in stage.requires:
            visit(before)
        due[stage.folder] = stage

    visit(last)
    return list(due.values())


def _last_time(verdict: Verdict) -> float | None:
    seconds = verdict.record.made.get("seconds") if verdict.record else None
    return float(seconds) if isinstance(seconds, int | float) else None
