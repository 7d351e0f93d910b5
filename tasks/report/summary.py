"""The results outside of the page: metrics.json for other programs, and the lines that a run ends with."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tasks.core.units import duration
from tasks.targets import TARGETS

if TYPE_CHECKING:
    import pandas as pd

SCHEMA = 2
"""Version of metrics.json, which `docs/metrics.md` describes."""


def write_metrics_json(path: Path, table: "pd.DataFrame", facts: Mapping[str, Any]) -> None:
    """Write the table of `metrics_table` as JSON after `facts` about the data, without empty cells."""
    import pandas as pd

    rows = [{name: value for name, value in row.items() if not pd.isna(value)} for row in table.to_dict("records")]
    text = json.dumps({"schema": SCHEMA, **facts, "results": rows}, indent=1, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")


def summary_lines(written: Mapping[str, Any], page: str) -> list[str]:
    """Return the lines for the content of `metrics.json` and the path or address of the page.

    They show the results in a small table, the warnings, and where the page is.
    """
    results = written["results"]
    titles = (target.title.english for target in TARGETS.values())
    width = max(len(text) for text in (*(row["name"] for row in results), *titles))
    lines = ["", f"Results on {written['testing_portraits']} test images", f"  {written['source']}"]
    for name, target in TARGETS.items():
        rows = [row for row in results if row["target"] == name]
        if not rows:
            continue
        heading = target.headline.heading.english
        lines += ["", f"  {target.title.english.ljust(width)}  {heading:>9}  {'time':>7}"]
        for row in rows:
            seconds = row.get("training_seconds")
            time = duration(seconds) if seconds is not None else "-"
            value = target.headline.shown(row[target.headline.key])
            mark = f"  no better than {row['no_better_than']}" if "no_better_than" in row else ""
            lines.append(f"  {row['name'].ljust(width)}  {value:>9}  {time:>7}{mark}")
    if written["warnings"]:
        lines += ["", *(f"warning: {warning}" for warning in written["warnings"])]
    return [*lines, "", f"Report: {page}"]
