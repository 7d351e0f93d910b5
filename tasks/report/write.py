"""Writes the report: one HTML file that needs nothing beside it, and the table as CSV."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from tasks.findings import Findings
from tasks.gray.luma import REC_709
from tasks.originals.manifest import Pair, Source
from tasks.report.collect import KINDS, Result, metrics_table, read_stages, weight_rows
from tasks.report.columns import MAE, TABLES
from tasks.report.curves import learning_curves
from tasks.report.history import Change
from tasks.report.skips import compare_skips


def write_report(
    folder: Path,
    results: list[Result],
    pairs: list[Pair],
    source: Source,
    sample: bool,
    findings: list[Findings],
    records: Mapping[str, Path],
    changed: list[Change],
) -> None:
    """Write index.html and metrics.csv into the folder.

    `records` are the paths of the stages' records, by where the stages' outputs lie below the data folder;
    `sample` tells that the originals are rendered, `findings` what was odd about them; `changed` is what differs
    from the run before.
    """
    table = metrics_table(results)
    table.to_csv(folder / "metrics.csv", index=False, lineterminator="\n")
    by_name = {result.name: result for result in results}
    trained = [by_name[name] for name in table["name"] if by_name[name].history is not None]
    page = render_page(
        sections=[_section(target, table, trained) for target in TABLES if target in set(table["target"])],
        kinds=KINDS[:3],
        skips=compare_skips(by_name),
        weights=weight_rows(results),
        luma=REC_709,
        source=source,
        sample=sample,
        left_out=[line for found in findings for line in found.left_out],
        warnings=[line for found in findings for line in found.warnings],
        counts={split: sum(pair.split == split for pair in pairs) for split in ("training", "testing")},
        stages=read_stages(records),
        changed=[_shown_change(change) for change in changed],
    )
    (folder / "index.html").write_text(page, encoding="utf-8")


def render_page(**values: Any) -> str:
    """Fill the template; everything in it is escaped but the curves, which are a picture."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("tasks.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("index.html.j2").render(**values)


def _section(target: str, table: pd.DataFrame, trained: list[Result]) -> dict[str, Any]:
    """Return what the page shows of one target: title, headings, rows of text, trained models, curves."""
    shown = TABLES[target]
    rows = table[table["target"] == target].to_dict("records")
    own = [result for result in trained if result.metrics["target"] == target]
    return {
        "target": target,
        "title": shown.title,
        "headings": ["experiment", "parameters", *(column.heading for column in shown.columns)],
        "rows": [
            [row["name"], f"{row['parameters']:,}", *_shown_metrics(target, row), *_times(row)] for row in rows
        ],
        "results": own,
        "curves": learning_curves(own) if own else "",
    }


def _shown_metrics(target: str, row: Mapping[Any, Any]) -> list[str]:
    return [column.shown(row[column.metric]) for column in TABLES[target].columns]


def _times(row: Mapping[Any, Any]) -> list[str]:
    """Return seconds of training and images a second as text; a baseline has none."""
    trained = not pd.isna(row["training_seconds"])
    return [f"{row[name]:.0f}" if trained else "–" for name in ("training_seconds", "images_per_second")]


def _shown_change(change: Change) -> dict[str, Any]:
    headline = TABLES[change.now["target"]].headline
    now, before = change.now, change.before
    return {
        "name": change.name,
        "metric": headline.heading,
        "before": headline.shown(before[headline.metric]) if before else "–",
        "now": headline.shown(now[headline.metric]),
        "difference": headline.difference(before[headline.metric], now[headline.metric]) if before else "–",
        "mae_before": MAE.shown(before["mae"]) if before else "–",
        "mae": MAE.shown(now["mae"]),
        "reasons": "; ".join(change.reasons) or "nothing recorded",
    }
