"""The state of every output, and what a run would do."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from tasks.core.freshness.description import Description
from tasks.core.freshness.plan import due_stages
from tasks.core.freshness.verdict import Verdict, judge

State = Literal["fresh", "stale", "damaged", "missing", "removed"]
"""A removed output is missing, and no stage needs it: all that was made from it is intact."""


@dataclass(frozen=True)
class Surveyed:
    """An output, its verdict, and whether a run would make it."""

    stage: Description
    verdict: Verdict
    due: bool

    @property
    def state(self) -> State:
        """The state in one word."""
        if self.verdict.missing:
            return "missing" if self.due else "removed"
        if self.verdict.damage:
            return "damaged"
        return "stale" if self.verdict.reasons else "fresh"


def survey(last: Description, *others: Description) -> list[Surveyed]:
    """Judge these outputs and all before them, in the order of the graph; a run would make the `last` alone."""
    known: dict[str, Verdict] = {}
    due = {stage.folder for stage in due_stages(last, known)}
    return [Surveyed(stage, judge(stage, known), stage.folder in due) for stage in all_stages(*others, last)]


def all_stages(*lasts: Description) -> list[Description]:
    """Return these outputs and all before them, each after those it reads."""
    found: dict[str, Description] = {}

    def visit(stage: Description) -> None:
        if stage.folder in found:
            return
        for before in stage.requires:
            visit(before)
        found[stage.folder] = stage

    for last in lasts:
        visit(last)
    return list(found.values())


def other_versions(surveyed: Sequence[Surveyed], now: dict[str, str | None]) -> Iterator[str]:
    """Yield a line for each library version, other than the one installed, that outputs were made with."""
    titles: dict[str, list[str]] = {}
    for one in surveyed:
        made = one.verdict.record.made if one.verdict.record else {}
        for library, version in made.get("libraries", {}).items():
            if version != now.get(library):
                titles.setdefault(f"{library} {version}, now {now.get(library)}", []).append(one.stage.title)
    for versions, made_with in sorted(titles.items()):
        yield f"made with {versions}: {', '.join(made_with)}"
