"""What a run ends with on the console: the results in a small table, the warnings, and where the report is."""

from collections.abc import Mapping
from typing import Any

from tasks.core.units import duration
from tasks.report.columns import TABLES


def summary_lines(written: Mapping[str, Any], page: str) -> list[str]:
    """Return the lines for the content of `metrics.json`, and the path or address of the report."""
    results = written["results"]
    width = max(
        len(text) for text in (*(row["name"] for row in results), *(table.title for table in TABLES.values()))
    )
    lines = ["", f"Results on {written['testing_portraits']} test images", f"  {written['source']}"]
    for target, table in TABLES.items():
        rows = [row for row in results if row["target"] == target]
        if not rows:
            continue
        heading = table.headline.heading
        lines += ["", f"  {table.title.ljust(width)}  {heading:>9}  {'time':>7}"]
        for row in rows:
            seconds = row.get("training_seconds")
            time = duration(seconds) if seconds is not None else "-"
            value = table.headline.shown(row[table.headline.metric])
            mark = f"  no better than {row['no_better_than']}" if "no_better_than" in row else ""
            lines.append(f"  {row['name'].ljust(width)}  {value:>9}  {time:>7}{mark}")
    if written["warnings"]:
        lines += ["", *(f"warning: {warning}" for warning in written["warnings"])]
    return [*lines, "", f"Report: {page}"]
