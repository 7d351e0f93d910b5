"""The page's section of each target, and its table of changes."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tasks.report.conclusions import Behind
from tasks.report.figures import learning_curves
from tasks.report.history import Change
from tasks.report.images import error_scatter
from tasks.report.results import Result
from tasks.targets import TARGETS
from tasks.targets.target import Target, Text

TIMES = {"training_seconds": Text("training, s", "학습, 초"), "images_per_second": Text("images/s", "이미지/초")}
PRECISION = Text("trained in", "학습 정밀도")
NONE = "–"


def target_section(
    name: str,
    table: pd.DataFrame,
    models: list[Result],
    behind: Mapping[str, Behind],
    inputs: NDArray[np.generic],
) -> dict[str, Any]:
    """Return what the page shows of one target: the target, headings, rows of cells, models, figures.

    `table` is that of `metrics_table`, `models` are the results of networks, the best first, `behind` those no
    better than a constant, and `inputs` the target's input for the test images (N, height, width, channels).
    """
    target = TARGETS[name]
    own = [result for result in models if result.target == name]
    trained = [result for result in own if result.history is not None]
    return {
        "target": target,
        "headings": [
            Text("experiment", "실험"),
            Text("parameters", "파라미터"),
            *(metric.heading for metric in target.metrics),
            *TIMES.values(),
            PRECISION,
        ],
        "rows": [
            [
                _cell(row["name"], behind=behind.get(row["name"])),
                _cell(f"{row['parameters']:,}"),
                *_metric_cells(target, row),
                *_training_cells(row),
            ]
            for row in table[table["target"] == name].to_dict("records")
        ],
        "results": own,
        "behind": [behind[result.name] for result in own if result.name in behind],
        "curves": learning_curves(trained) if trained else "",
        "scatter": error_scatter(name, own, inputs) if own else "",
    }


def change_rows(change: Change) -> Iterator[dict[str, str]]:
    """Yield what the page shows of one change: a row for each metric that the history keeps."""
    for metric in TARGETS[change.now["target"]].history_metrics:
        now = change.now[metric.key]
        before = change.before[metric.key] if change.before else math.nan
        is_new = math.isnan(before)
        yield {
            "name": change.name,
            "metric": metric.heading.english,
            "before": NONE if is_new else metric.shown(before),
            "now": metric.shown(now),
            "difference": NONE if is_new else metric.difference(before, now),
            "reasons": "; ".join(change.reasons) or "nothing recorded",
        }


def _cell(text: str, title: str = "", behind: Behind | None = None) -> dict[str, Any]:
    return {"text": text, "title": title, "behind": behind}


def _metric_cells(target: Target, row: Mapping[Any, Any]) -> list[dict[str, Any]]:
    """Return a cell for each metric, with its interval: the headline's in the text, the others' in the title."""
    cells = []
    for metric in target.metrics:
        text = metric.shown(row[metric.key])
        if not metric.is_mean:
            cells.append(_cell(text))
            continue
        low, high = (metric.shown(row[f"{metric.key}_{end}"]) for end in ("low", "high"))
        if metric == target.headline:
            cells.append(_cell(f"{text} ({low} to {high})"))
        else:
            cells.append(_cell(text, f"95%: {low} to {high}"))
    return cells


def _training_cells(row: Mapping[Any, Any]) -> list[dict[str, Any]]:
    """Return cells with the training's seconds, images per second and precision; a dash for a missing one."""
    times = [NONE if pd.isna(row.get(name)) else f"{row[name]:.0f}" for name in TIMES]
    return [*map(_cell, times), _cell(NONE if pd.isna(row.get("precision")) else row["precision"])]
