"""The results of the evaluations: as the pipeline wrote them, and as one table."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tasks.core.freshness.record import needed_record
from tasks.evaluation.pictures import KINDS
from tasks.experiments import EXPERIMENTS
from tasks.images.conversion import data_address
from tasks.report.sensitivity import Sensitivity, read_sensitivity
from tasks.targets import TARGETS
from tasks.targets.target import Metric
from tasks.training.channel_weights import COLOUR_CHANNELS
from tasks.training.check import Check, read_check

RESAMPLES = 2000
SHARE = 0.95
DRAWS_AT_ONCE = 2_000_000
"""How many values are in memory at once, for any number of images."""


@dataclass(frozen=True)
class Result:
    """One experiment or baseline: its metrics, over all images and of each, and its pictures by kind.

    `predictions` is the sprite of the predictions. A model has a sensitivity, a check and the `seconds` of its
    training or recalibration, and a history if it was trained; a baseline has none of these.
    """

    metrics: dict[str, Any]
    per_image: pd.DataFrame
    history: pd.DataFrame | None
    pictures: dict[str, str]
    sensitivity: Sensitivity | None
    predictions: Path
    check: Check | None = None
    seconds: float | None = None

    @property
    def is_model(self) -> bool:
        """Whether it is a network and not a baseline."""
        return self.check is not None

    @property
    def name(self) -> str:
        """The name of the experiment or baseline."""
        return str(self.metrics["name"])

    @property
    def target(self) -> str:
        """The name of the target."""
        return str(self.metrics["target"])

    @property
    def network(self) -> str | None:
        """The network of the experiment."""
        return EXPERIMENTS[self.name].network if self.name in EXPERIMENTS else None

    def value(self, metric: Metric) -> float:
        """Return a metric over all images."""
        return float(self.metrics[metric.key])


def read_result(evaluation: Path, model: Path | None) -> Result:
    """Read the folder of an evaluation and the folder of its model (None for a baseline)."""
    metrics = json.loads((evaluation / "metrics.json").read_text(encoding="utf-8"))
    pictures = {kind: data_address((evaluation / f"{kind}.png").read_bytes(), "png") for kind in KINDS}
    per_image = pd.read_csv(evaluation / "per_image.csv", keep_default_na=False)
    predictions = evaluation / "predictions.jpg"
    if model is None:
        return Result(metrics, per_image, None, pictures, None, predictions)
    sensitivity = read_sensitivity(metrics["name"], metrics["target"], evaluation / "sensitivity.npz")
    history = pd.read_csv(model / "history.csv") if (model / "history.csv").is_file() else None
    seconds = _recorded_seconds(model) if history is None else round(float(history["seconds"].sum()), 1)
    check = read_check(model / "check.json")
    return Result(metrics, per_image, history, pictures, sensitivity, predictions, check, seconds)


def _recorded_seconds(folder: Path) -> float:
    return round(float(needed_record(folder).made.get("seconds", np.nan)), 1)


def metrics_table(results: list[Result]) -> pd.DataFrame:
    """Return a row per result, by target and then from the best to the worst; metrics of other targets are NaN.

    `METRIC_low` and `METRIC_high` are the 95% interval of each metric that is a mean over the images;
    `training_seconds` is NaN for a baseline.
    """
    tables = [_target_table(name, [one for one in results if one.target == name]) for name in TARGETS]
    return pd.concat([table for table in tables if len(table)], ignore_index=True)


def _target_table(name: str, results: list[Result]) -> pd.DataFrame:
    table = pd.DataFrame([dict(_row(result)) for result in results])
    if table.empty:
        return table
    headline = TARGETS[name].headline
    return table.sort_values(headline.key, ascending=headline.lower_is_better, kind="stable", ignore_index=True)


def _row(result: Result) -> Iterator[tuple[str, Any]]:
    metrics = TARGETS[result.target].metrics
    for key in ("name", "target", "parameters", *(metric.key for metric in metrics)):
        yield key, result.metrics[key]
    for metric in metrics:
        if metric.is_mean:
            low, high = bootstrap_interval(result.per_image[metric.key].to_numpy())
            yield f"{metric.key}_low", low
            yield f"{metric.key}_high", high
    yield "training_seconds", result.seconds
    if result.history is not None:
        yield "images_per_second", round(float(result.history["images_per_second"].median()), 1)
        yield "precision", str(result.history["precision"].iloc[-1]).removeprefix("mixed_")
    if "channel_weights" in result.metrics:
        yield from zip(
            (f"weight_{one}" for one in COLOUR_CHANNELS), result.metrics["channel_weights"], strict=True
        )


def bootstrap_interval(values: NDArray[np.float64]) -> tuple[float, float]:
    """Return the 95% percentile bootstrap interval of the mean of values (N,).

    The same values give the same interval. Source: B. Efron, R. J. Tibshirani, An Introduction to the Bootstrap,
    1993, chapter 13.
    """
    # scipy.stats.bootstrap gives the same, but importing scipy.stats takes more than a second.
    draws = np.random.default_rng(0)
    at_once = max(DRAWS_AT_ONCE // len(values), 1)
    means = np.concatenate(
        [
            values[draws.integers(0, len(values), (min(at_once, RESAMPLES - start), len(values)))].mean(axis=1)
            for start in range(0, RESAMPLES, at_once)
        ]
    )
    low, high = np.quantile(means, [(1 - SHARE) / 2, (1 + SHARE) / 2])
    return float(low), float(high)
