"""The texts that the page shows, from results and changes."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tasks.report.behind import Behind
from tasks.report.browse import error_scatter
from tasks.report.collect import Result
from tasks.report.columns import MAE, TABLES
from tasks.report.curves import learning_curves
from tasks.report.history import Change

TIMES = {"training_seconds": "training, s", "images_per_second": "images/s"}
PRECISION = "trained in"


def target_section(
    target: str,
    table: pd.DataFrame,
    models: list[Result],
    behind: Mapping[str, Behind],
    images: NDArray[np.generic],
) -> dict[str, Any]:
    """Return what the page shows of one target: title, headings, rows of text, models, figures.

    `table` is that of `metrics_table`, `models` are the results of networks, the best first, `behind` those of
    them that are no better than a constant, and `images` the test images (N, height, width, 3).
    """
    shown = TABLES[target]
    rows = table[table["target"] == target].to_dict("records")
    own = [result for result in models if result.metrics["target"] == target]
    trained = [result for result in own if result.history is not None]
    return {
        "target": target,
        "title": shown.title,
        "headings": [
            *("experiment", "parameters"),
            *(column.heading for column in shown.columns),
            *(*TIMES.values(), PRECISION),
        ],
        "rows": [
            [
                _cell(row["name"], behind=behind.get(row["name"])),
                _cell(f"{row['parameters']:,}"),
                *_shown_metrics(target, row),
                *_training(row),
            ]
            for row in rows
        ],
        "results": own,
        "curves": learning_curves(trained) if trained else "",
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


def _cell(text: str, title: str = "", behind: Behind | None = None) -> dict[str, Any]:
    return {"text": text, "title": title, "behind": behind}


def _shown_metrics(target: str, row: Mapping[Any, Any]) -> list[dict[str, Any]]:
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


def _training(row: Mapping[Any, Any]) -> list[dict[str, Any]]:
    """Return cells of the training's seconds, images a second and precision, as far as there are any."""
    times = ["–" if pd.isna(row.get(name)) else f"{row[name]:.0f}" for name in TIMES]
    return [*map(_cell, times), _cell("–" if pd.isna(row.get("precision")) else row["precision"])]
