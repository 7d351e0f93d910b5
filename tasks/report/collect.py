"""Gathers what the stages before wrote into the rows and figures of the report."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from tasks.core.freshness.record import read_record
from tasks.gray.luma import REC_709
from tasks.images.conversion import data_address
from tasks.report.columns import TABLES
from tasks.report.interval import bootstrap_interval
from tasks.report.looks import Look, read_look
from tasks.training.channel_weights import COLOUR_CHANNELS
from tasks.training.check import Check, read_check

KINDS = ("best", "median", "worst", "same")


@dataclass(frozen=True)
class Result:
    """One experiment or baseline: its metrics, over all and of each image, and its pictures by kind.

    `predictions` is the sprite of all predictions. A model has a look, a check and the `seconds` that its stage
    took in training or recalibrating; one that was trained has a history too. A baseline has none of these.
    """

    metrics: dict[str, Any]
    per_image: pd.DataFrame
    history: pd.DataFrame | None
    pictures: dict[str, str]
    look: Look | None
    predictions: Path
    check: Check | None = None
    seconds: float | None = None

    @property
    def is_model(self) -> bool:
        """Whether it is a network, and no baseline."""
        return self.check is not None

    @property
    def name(self) -> str:
        """The name of the experiment or baseline."""
        return str(self.metrics["name"])


def read_result(evaluation: Path, model: Path | None) -> Result:
    """Read the folder of an evaluation, and that of its model; None for a baseline."""
    metrics = json.loads((evaluation / "metrics.json").read_text(encoding="utf-8"))
    pictures = {kind: data_address((evaluation / f"{kind}.png").read_bytes(), "png") for kind in KINDS}
    per_image = pd.read_csv(evaluation / "per_image.csv", keep_default_na=False)
    predictions = evaluation / "predictions.jpg"
    if model is None:
        return Result(metrics, per_image, None, pictures, None, predictions)
    look = read_look(metrics["name"], metrics["target"], evaluation / "sensitivity.npz")
    history = pd.read_csv(model / "history.csv") if (model / "history.csv").is_file() else None
    seconds = _recorded_seconds(model) if history is None else round(float(history["seconds"].sum()), 1)
    check = read_check(model / "check.json")
    return Result(metrics, per_image, history, pictures, look, predictions, check, seconds)


def _recorded_seconds(folder: Path) -> float | None:
    record = read_record(folder)
    return round(float(record.made["seconds"]), 1) if record else None


def metrics_table(results: list[Result]) -> pd.DataFrame:
    """Return a row per result, by target and then from the best to the worst; metrics of other targets are NaN.

    `METRIC_low` and `METRIC_high` are the 95% interval of each metric that is a mean over the images;
    `training_seconds` are NaN for a baseline.
    """
    tables = [
        _target_table(target, [one for one in results if one.metrics["target"] == target]) for target in TABLES
    ]
    return pd.concat([table for table in tables if len(table)], ignore_index=True)


def _target_table(target: str, results: list[Result]) -> pd.DataFrame:
    shown = TABLES[target]
    rows = []
    for result in results:
        row = {column: result.metrics[column] for column in ("name", "target", "parameters")}
        row |= {column.metric: result.metrics[column.metric] for column in shown.columns}
        for metric in (column.metric for column in shown.columns if column.is_mean):
            interval = bootstrap_interval(result.per_image[metric].to_numpy())
            row[f"{metric}_low"], row[f"{metric}_high"] = interval
        row["training_seconds"] = result.seconds
        if result.history is not None:
            row["images_per_second"] = round(float(result.history["images_per_second"].median()), 1)
            row["precision"] = str(result.history["precision"].iloc[-1]).removeprefix("mixed_")
        weights = zip(COLOUR_CHANNELS, result.metrics["channel_weights"], strict=True)
        rows.append(row | {f"weight_{channel}": weight for channel, weight in weights})
    table = pd.DataFrame(rows)
    if table.empty:
        return table
    return table.sort_values(shown.headline.metric, ascending=False, kind="stable", ignore_index=True)


def weight_rows(results: list[Result]) -> list[dict[str, Any]]:
    """Return the weights of red, green and blue of each model of gray, and their largest difference to luma's."""
    rows = []
    for result in results:
        if result.metrics["target"] == "gray" and result.is_model:
            weights = result.metrics["channel_weights"]
            error = max(abs(weight - luma) for weight, luma in zip(weights, REC_709, strict=True))
            rows.append({"name": result.name, "weights": weights, "error": error})
    return sorted(rows, key=lambda row: row["error"])


def small_against_large(models: list[Result]) -> dict[str, Any] | None:
    """Return the best models of gray with fewer than 1,000 parameters and with more: their metrics and looks.

    `error` is the largest difference of the small one's weights to luma's.
    """
    gray = [result for result in models if result.metrics["target"] == "gray"]
    best = []
    for small in (True, False):
        those = [result for result in gray if (result.metrics["parameters"] < 1000) is small]
        if not those:
            return None
        best.append(max(those, key=lambda result: float(result.metrics["psnr"])))
    (weights,) = weight_rows(best[:1])
    return {"small": best[0].metrics, "large": best[1].metrics, "look": best[1].look, "error": weights["error"]}


def read_stages(records: Mapping[str, Path]) -> list[dict[str, Any]]:
    """Return the records of the stages, each with where it lies, in the order given."""
    return [{"path": path, **json.loads(record.read_text(encoding="utf-8"))} for path, record in records.items()]
