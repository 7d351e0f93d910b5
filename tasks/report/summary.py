"""The lines that a run of the report ends with.

A module of its own, so that no word of it makes the report stale.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from tasks.core.units import duration
from tasks.targets import TARGETS


def summary_lines(written: Mapping[str, Any], page: str, left_out: Sequence[str] = ()) -> list[str]:
    """Return the lines for the content of `metrics.json` and the path or address of the page.

    They show the results in a small table, the warnings, and where the page is. `left_out` are the experiments
    and baselines that originals without mattes do not allow.
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
    if left_out:
        lines += ["", f"Left out, as the originals have no mattes: {', '.join(left_out)}"]
    if written["warnings"]:
        lines += ["", *(f"warning: {warning}" for warning in written["warnings"])]
    return [*lines, "", f"Report: {page}"]
