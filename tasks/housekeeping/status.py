"""What `Status` prints."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from tasks.housekeeping.survey import Surveyed

INDENT = "  "


def status_lines(surveyed: Sequence[Surveyed], last: str, now: datetime) -> list[str]:
    """Return a line per stage (state, size, age, time it took, reasons), and what a run of `last` would do."""
    names = [INDENT * one.stage.depth + one.stage.title for one in surveyed]
    width = max(map(len, names))
    lines = [_line(name.ljust(width), one, now) for name, one in zip(names, surveyed, strict=True)]
    return [*lines, "", _plan(surveyed, last)]


def _line(name: str, one: Surveyed, now: datetime) -> str:
    columns = [name, one.state.ljust(7)]
    record = one.verdict.record
    if record and not one.verdict.gone:
        started = datetime.fromisoformat(record.made["started"])
        took = float(record.made["seconds"])
        size = sum(file.bytes for file in record.files.values())
        age = f"{duration((now - started).total_seconds() - took)} ago"
        columns += [f"{size / 1e6:8.1f} MB", f"{age:>10}", f"took {duration(took):>6}"]
    told = "; ".join(one.verdict.reasons)
    if told and one.state != "removed":
        columns.append(told)
    return "  ".join(columns).rstrip()


def _plan(surveyed: Sequence[Surveyed], last: str) -> str:
    due = [one for one in surveyed if one.due]
    if not due:
        return f"{last} would do nothing."
    took = [float(one.verdict.record.made["seconds"]) for one in due if one.verdict.record]
    times = f", which took {duration(sum(took))} the last time" if len(took) == len(due) else ""
    titles = ", ".join(one.stage.title for one in due)
    return (
        f"{last} would make {len(due)} of {len(surveyed)} outputs{times}, unless one turns out the same: {titles}"
    )


def duration(seconds: float) -> str:
    """Return a time in its largest sensible unit: 8 s, 12 min, 3 h, 5 d; none is below 0."""
    seconds = max(seconds, 0)
    if seconds < 100:
        return f"{seconds:.0f} s"
    if seconds < 100 * 60:
        return f"{seconds / 60:.0f} min"
    if seconds < timedelta(days=2).total_seconds():
        return f"{seconds / 3600:.0f} h"
    return f"{seconds / 86400:.0f} d"
