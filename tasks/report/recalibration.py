"""What batch normalization's running statistics are worth: models beside their recalibrated twins."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tasks.experiments import EXPERIMENTS
from tasks.report.collect import Result
from tasks.report.columns import TABLES


@dataclass(frozen=True)
class Twins:
    """A model and its recalibrated twin: the main metric's name, both values with unit, and the twin's lead."""

    trained: Result
    recalibrated: Result
    metric: str
    values: tuple[str, str]
    gain: float


def compare_twins(results: Mapping[str, Result]) -> list[Twins]:
    """Return the models that were evaluated together with their recalibrated twins; `results` are by name."""
    twins = []
    for name, row in EXPERIMENTS.items():
        if not row.recalibrates or not {name, row.recalibrates} <= results.keys():
            continue
        pair = results[row.recalibrates], results[name]
        headline = TABLES[row.target].headline
        before, after = (float(result.metrics[headline.metric]) for result in pair)
        values = headline.shown_with_unit(before), headline.shown_with_unit(after)
        twins.append(Twins(*pair, headline.name, values, after - before))
    return twins


def lagging_curves(trained: list[Result]) -> list[dict[str, Any]]:
    """Return the recalibrated models whose finished test loss is less than half of that after the last epoch.

    Only those whose finished training and test losses lie close: what lies between their curves is no overfitting.
    """
    found = []
    for result in trained:
        row = EXPERIMENTS.get(result.name)
        if row is None or not row.recipe.recalibrate or result.history is None or result.check is None:
            continue
        before = float(result.history["test_loss"].iloc[-1])
        if 2 * result.check.test_loss < before and result.check.test_loss < 2 * result.check.train_loss:
            found.append({"name": result.name, "before": before, "check": result.check})
    return found
