"""Writes the report: one HTML file that needs no other, and the table as CSV and JSON."""

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import pandas as pd

from tasks.core.text import write_text
from tasks.dataset.findings import Findings
from tasks.dataset.tables import write_table
from tasks.gray.luma import REC_709
from tasks.report.conclusions import (
    WEIGHTED_SUM,
    compare_skips,
    compare_twins,
    lagging_curves,
    models_behind,
    small_against_large,
    weight_rows,
)
from tasks.report.figures import weight_curves
from tasks.report.history import Change
from tasks.report.images import ShownImages, cutout_sliders, data_sheet, image_facts, sprites
from tasks.report.initial_weights import DEAD, live_shares, live_shares_figure
from tasks.report.results import Result, metrics_table
from tasks.report.sections import change_rows, target_section
from tasks.targets import TARGETS
from tasks.targets.target import Text

METRICS_SCHEMA = 2
"""Version of metrics.json, which `docs/metrics.md` describes."""
CAPTIONS = {
    "best": Text("best", "가장 좋음"),
    "median": Text("median", "중간"),
    "worst": Text("worst", "가장 나쁨"),
}
"""The pictures shown of each model, and their captions."""


@dataclass(frozen=True)
class ReportData:
    """The data that a report is made from.

    `counts` are the numbers of pairs by split, `source` describes the originals, and `sample` says whether they
    are the sample, which is rendered. `findings` are about the originals and the small images. `records` are the
    paths of the stages' records, by output folder below the data folder. `changes` are those since the previous
    run, `shown` the test images, and `options` the settings that are not at their defaults.
    """

    results: list[Result]
    counts: Mapping[str, int]
    source: str
    sample: bool
    findings: list[Findings]
    records: Mapping[str, Path]
    changes: list[Change]
    shown: ShownImages
    options: Mapping[str, str]


def write_report(folder: Path, data: ReportData) -> None:
    """Write index.html, metrics.csv and metrics.json to the folder."""
    behind = models_behind(data.results)
    table = metrics_table(data.results)
    table["no_better_than"] = [behind[name].baseline if name in behind else None for name in table["name"]]
    write_table(folder / "metrics.csv", table)
    left_out = [line for found in data.findings for line in found.left_out]
    facts = {"source": data.source, "rendered_sample": data.sample}
    facts |= {f"{split}_portraits": count for split, count in data.counts.items()}
    facts["warnings"] = [*(one.warning for one in behind.values()), *_left_out_warning(left_out)]
    _write_metrics_json(folder / "metrics.json", table, facts)
    by_name = {result.name: result for result in data.results}
    ranked = [by_name[name] for name in table["name"]]
    models = [result for result in ranked if result.is_model]
    page = render_page(
        sections=[
            target_section(name, table, models, behind, data.shown.inputs[name])
            for name in TARGETS
            if name in set(table["target"])
        ],
        kinds=CAPTIONS,
        twins=compare_twins(by_name),
        lagging=lagging_curves([model for model in models if model.history is not None]),
        skips=compare_skips(by_name, behind),
        sensitivities=[model.sensitivity for model in models if model.sensitivity is not None],
        weighted_sum=WEIGHTED_SUM,
        source=data.source,
        sample=data.sample,
        left_out=left_out,
        warnings=[line for found in data.findings for line in found.warnings],
        counts=data.counts,
        stages=_stages(data.records),
        options=data.options,
        command=shlex.join(["luigi", "--module", "pipeline", "EvaluateAll", *chain(*data.options.items())]),
        sprites=sprites(data.shown, ranked),
        facts=image_facts(data.shown, ranked),
        changed=[row for change in data.changes for row in change_rows(change)],
        **_colour_values(data, models),
        **_cutout_values(data.shown, models),
    )
    write_text(folder / "index.html", page)


def _write_metrics_json(path: Path, table: pd.DataFrame, facts: Mapping[str, Any]) -> None:
    """Write the table as JSON after `facts` about the data, without empty cells."""
    rows = [{name: value for name, value in row.items() if not pd.isna(value)} for row in table.to_dict("records")]
    content = {"schema": METRICS_SCHEMA, **facts, "results": rows}
    text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False)
    write_text(path, text + "\n")


def _colour_values(data: ReportData, models: list[Result]) -> dict[str, Any]:
    """Return what the page shows about the weights of red, green and blue."""
    gray = [model for model in models if model.target == WEIGHTED_SUM]
    simple = [model for model in gray if model.network == "simple" and model.history is not None]
    live = live_shares(data.shown.photos)
    return {
        "duel": small_against_large(gray),
        "weights": weight_rows(data.results),
        "luma": REC_709,
        "weight_curves": weight_curves(simple) if simple else "",
        "dead_share": float((live < DEAD).mean()),
        "live_shares": live_shares_figure(live) if simple else "",
    }


def _cutout_values(shown: ShownImages, models: list[Result]) -> dict[str, Any]:
    """Return what the page shows of cut-outs: the true ones, and those of the best model."""
    cutting = next((name for name in shown.outputs if TARGETS[name].cutout), None)
    best = next((model for model in models if model.target == cutting), None)
    return {
        "data_sheet": data_sheet(shown, cutting) if cutting else "",
        "sliders": cutout_sliders(shown, best) if best else [],
        "sliders_by": best.name if best else "",
    }


def _stages(records: Mapping[str, Path]) -> list[dict[str, Any]]:
    return [{"path": path, **json.loads(record.read_text(encoding="utf-8"))} for path, record in records.items()]


def _left_out_warning(left_out: list[str]) -> list[str]:
    if not left_out:
        return []
    pairs = "1 pair was" if len(left_out) == 1 else f"{len(left_out)} pairs were"
    return [f"{pairs} left out; the report and originals/findings.json say which and why"]


def render_page(**values: Any) -> str:
    """Fill the template; everything is escaped except figures and scripts."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("tasks.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("index.html.j2").render(**values)
