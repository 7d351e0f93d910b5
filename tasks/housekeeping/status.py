"""The lines that `Status` prints."""

import csv
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from statistics import median

from tasks.core.units import duration, size
from tasks.housekeeping.survey import Surveyed

INDENT = "  "
STAGES_NAMED = 2
"""How many stages that an output waits for are named; more are only counted."""

SPEED = len("1000 images/s")
"""Width of the column of speeds, characters."""


def status_lines(surveyed: Sequence[Surveyed], last: str, now: datetime) -> list[str]:
    """Return a line per stage (state, size, age, time, speed, reasons), and what a run of `last` would do."""
    names = [INDENT * one.stage.depth + one.stage.title for one in surveyed]
    width = max(map(len, names))
    lines = [_line(name.ljust(width), one, now) for name, one in zip(names, surveyed, strict=True)]
    return [*lines, "", _plan(surveyed, last)]


def _line(name: str, one: Surveyed, now: datetime) -> str:
    record, columns = one.verdict.record, [name, one.state.ljust(7)]
    if record and record.made and not one.verdict.gone:
        took = float(record.made["seconds"])
        age = (now - datetime.fromisoformat(record.made["started"])).total_seconds() - took
        columns.append(size(sum(file.bytes for file in record.files.values())).rjust(8))
        columns.append(f"{duration(age)} ago".rjust(10))
        columns.append(f"took {duration(took).rjust(6)}")
        columns.append(training_speed(one.stage.path).rjust(SPEED))
    if one.state not in ("fresh", "removed"):
        columns.append("; ".join(_reasons(one)))
    return "  ".join(columns).rstrip()


def training_speed(folder: Path) -> str:
    """Return the median speed of a training's epochs; empty where no history of them is on this machine."""
    with (
        suppress(OSError, KeyError, TypeError, ValueError, csv.Error),
        (folder / "history.csv").open(encoding="utf-8") as file,
    ):
        return f"{median(float(epoch['images_per_second']) for epoch in csv.DictReader(file)):.0f} images/s"
    return ""


def _reasons(one: Surveyed) -> list[str]:
    reasons, awaited = [*one.verdict.damage, *one.verdict.changes], one.verdict.awaited
    if awaited:
        reasons.append(
            "waits for " + (", ".join(awaited) if len(awaited) <= STAGES_NAMED else f"{len(awaited)} stages")
        )
    return reasons


def _plan(surveyed: Sequence[Surveyed], last: str) -> str:
    due = [one for one in surveyed if one.due]
    if not due:
        return f"{last} would do nothing."
    took = [float(record.made["seconds"]) for one in due if (record := one.verdict.record) and record.made]
    times = f" They took {duration(sum(took))} the last time." if len(took) == len(due) else ""
    titles = ", ".join(one.stage.title for one in due)
    count = f"{len(due)} of {len(surveyed)} outputs, fewer if one comes out as it was"
    return f"{last} would make {count}: {titles}.{times}"
