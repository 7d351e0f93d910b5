"""The texts that the page shows, from results and changes."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tasks.report.browse import error_scatter
from tasks.report.collect import Result
from tasks.report.columns import MAE, TABLES
from tasks.report.curves import learning_curves
from tasks.report.history import Change

TIMES = {"training_seconds": "training, s", "images_per_second": "images/s"}
PRECISION = "trained in"


def target_section(
    target: str, table: pd.DataFrame, trained: list[Result], images: NDArray[np.generic]
) -> dict[str, Any]:
    """Return what the page shows of one target: title, headings, rows of text, trained models, figures.

    `table` is that of `metrics_table`, `trained` are the results of models, the best first, and `images` the test
    images (N, height, width, 3).
    """
    shown = TABLES[target]
    rows = table[table["target"] == target].to_dict("records")
    own = [result for result in trained if result.metrics["target"] == target]
    return {
        "target": target,
        "title": shown.title,
        "headings": [
            *("experiment", "parameters"),
            *(column.heading for column in shown.columns),
            *(*TIMES.values(), PRECISION),
        ],
        "rows": [
            [_cell(row["name"]), _cell(f"{row['parameters']:,}"), *_shown_metrics(target, row), *_training(row)]
            for row in rows
        ],
        "results": own,
        "curves": learning_curves(own) if own else "",
        "scatter": error_scatter(target, own, images) if own else "",
    }


def shown_change(change: Change) -> dict[str, str]:
    """Return what the page shows of one change since the run before."""
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


def _cell(text: str, title: str = "") -> dict[str, str]:
    return {"text": text, "title": title}


def _shown_metrics(target: str, row: Mapping[Any, Any]) -> list[dict[str, str]]:
    """Return a cell for each metric; where its interval is not in the text, it is in the title."""
    cells = []
    for column in TABLES[target].columns:
        text = column.shown(row[column.metric])
        if not column.is_mean:
            cells.append(_cell(text))
            continue
        low, high = (column.shown(row[f"{column.metric}_{end}"]) for end in ("low", "high"))
        if column == TABLES[target].headline:
            cells.append(_cell(f"{text} ({low} to {high})"))
        else:
            cells.append(_cell(text, f"95%: {low} to {high}"))
    return cells


def _training(row: Mapping[Any, Any]) -> list[dict[str, str]]:
    """Return cells of the seconds of training, the images a second and the precision; a baseline has none."""
    if pd.isna(row["training_seconds"]):
        return [_cell("–")] * (len(TIMES) + 1)
    return [*(_cell(f"{row[name]:.0f}") for name in TIMES), _cell(row["precision"])]
