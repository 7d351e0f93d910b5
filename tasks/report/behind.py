"""Models that are no better than the constant of their target, and why, where their losses tell."""

from dataclasses import dataclass

from tasks.experiments import constant_baseline
from tasks.report.collect import Result
from tasks.report.columns import TABLES
from tasks.training.check import Check
from tasks.training.explain import explanation


@dataclass(frozen=True)
class Behind:
    """A model that is no better than a baseline: the main metric's name, and its values with their unit."""

    name: str
    baseline: str
    metric: str
    value: str
    baseline_value: str
    check: Check | None

    @property
    def warning(self) -> str:
        """One line for the console."""
        why = explanation(self.check) if self.check else ""
        compared = f"{self.metric} {self.value} and {self.baseline_value}"
        return f"{self.name} is no better than {self.baseline} ({compared}).{' ' + why if why else ''}"


def models_behind(results: list[Result]) -> dict[str, Behind]:
    """Return by name the models whose main metric is no better than that of the constant of their target."""
    by_name = {result.name: result for result in results}
    behind = {}
    for result in results:
        target = result.metrics["target"]
        constant = by_name.get(constant_baseline(target))
        if not result.is_model or constant is None:
            continue
        headline = TABLES[target].headline
        value, baseline_value = (float(one.metrics[headline.metric]) for one in (result, constant))
        if not value > baseline_value:  # of both main metrics, more is better; what is not a number is behind too
            shown = headline.shown_with_unit(value), headline.shown_with_unit(baseline_value)
            behind[result.name] = Behind(result.name, constant.name, headline.name, *shown, result.check)
    return behind
