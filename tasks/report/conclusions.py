"""What the report concludes from the metrics; each conclusion is drawn only where the figures support it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tasks.experiments import EXPERIMENTS, constant_baseline
from tasks.gray.luma import REC_709
from tasks.report.results import Result
from tasks.targets import TARGETS
from tasks.targets.target import Text
from tasks.training.check import Check
from tasks.training.explain import explanation

WEIGHTED_SUM = "gray"
"""The target that is a weighted sum of red, green and blue."""
SMALL = 1000
"""A small model has fewer parameters."""
WITH_SKIPS, WITHOUT_SKIPS = "matte-unet", "matte-autoencoder"
COMPARED_FOR_SKIPS = ("iou", "boundary_iou", "gradient_error")


@dataclass(frozen=True)
class Behind:
    """A model no better than a baseline: the headline metric's name, and both values with their unit."""

    name: str
    baseline: str
    metric: str
    value: str
    baseline_value: str
    check: Check | None

    @property
    def reason(self) -> Text:
        """The reason, where the losses show it; else empty."""
        return Text(explanation(self.check), _korean_explanation(self.check)) if self.check else Text("", "")

    @property
    def warning(self) -> str:
        """One line for the console."""
        compared = f"{self.metric} {self.value} and {self.baseline_value}"
        return f"{self.name} is no better than {self.baseline} ({compared}). {self.reason.english}".rstrip()


def models_behind(results: list[Result]) -> dict[str, Behind]:
    """Return by name the models whose headline metric is no better than that of their target's constant."""
    by_name = {result.name: result for result in results}
    behind = {}
    for result in results:
        constant = by_name.get(constant_baseline(result.target))
        if not result.is_model or constant is None:
            continue
        headline = TARGETS[result.target].headline
        value, baseline_value = result.value(headline), constant.value(headline)
        if not headline.is_better(value, baseline_value):
            shown = headline.shown_with_unit(value), headline.shown_with_unit(baseline_value)
            behind[result.name] = Behind(result.name, constant.name, headline.name, *shown, result.check)
    return behind


def _korean_explanation(check: Check) -> str:
    train = f"{check.train_loss:.4f}"
    if check.reason == "statistics":
        return (
            "배치 정규화의 이동 통계가 가중치를 따라가지 못했습니다. 이 모델의 학습 이미지 손실은 "
            f"이동 통계를 쓰면 {train}, 배치마다 계산한 통계를 쓰면 {check.train_loss_batch_statistics:.4f}입니다."
        )
    if check.reason == "not learned":
        return (
            f"이 모델은 아직 배우지 못했습니다. 학습 이미지에서도 손실이 {train}이고, 정답의 평균을 그대로 답하면 "
            f"{check.train_loss_of_mean:.4f}입니다."
        )
    if check.reason == "overfitting":
        return (
            f"이 모델은 학습 이미지에 과적합되었습니다. 손실이 학습 이미지에서는 {train}, "
            f"테스트 이미지에서는 {check.test_loss:.4f}입니다."
        )
    return ""


@dataclass(frozen=True)
class Twins:
    """A model and its recalibrated twin: the headline metric's name, and both values with their unit."""

    trained: Result
    recalibrated: Result
    metric: str
    values: tuple[str, str]
    improved: bool


def compare_twins(results: Mapping[str, Result]) -> list[Twins]:
    """Return the models that were evaluated together with their recalibrated twins; `results` are by name."""
    twins = []
    for name, row in EXPERIMENTS.items():
        if not row.recalibrates or not {name, row.recalibrates} <= results.keys():
            continue
        pair = results[row.recalibrates], results[name]
        headline = TARGETS[row.target].headline
        before, after = (result.value(headline) for result in pair)
        values = headline.shown_with_unit(before), headline.shown_with_unit(after)
        twins.append(Twins(*pair, headline.name, values, headline.is_better(after, before)))
    return twins


def lagging_curves(trained: list[Result]) -> list[dict[str, Any]]:
    """Return the recalibrated models whose finished test loss is less than half of that after the last epoch.

    Only models whose finished training and test losses are close: the gap between their curves is no overfitting.
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


def compare_skips(results: Mapping[str, Result], behind: Mapping[str, Behind]) -> dict[str, Any] | None:
    """Compare the networks with and without skips; None unless both were evaluated.

    `results` and the models `behind` are by name; if one of the two is behind, their differences say nothing.
    """
    if not {WITH_SKIPS, WITHOUT_SKIPS} <= results.keys():
        return None
    pair = results[WITH_SKIPS], results[WITHOUT_SKIPS]
    metrics = [one for one in TARGETS[pair[0].target].metrics if one.key in COMPARED_FOR_SKIPS]
    return {
        "results": pair,
        "behind": [behind[name] for name in (WITH_SKIPS, WITHOUT_SKIPS) if name in behind],
        "metrics": [
            (metric.heading, *(metric.shown(result.value(metric)) for result in pair)) for metric in metrics
        ],
        "mask_gap": pair[0].metrics["iou"] - pair[1].metrics["iou"],
        "outline_gap": pair[0].metrics["boundary_iou"] - pair[1].metrics["boundary_iou"],
    }


def weight_rows(results: list[Result]) -> list[dict[str, Any]]:
    """Return the weights of red, green and blue of each model of gray, and their largest error from luma's."""
    rows = []
    for result in results:
        if result.target == WEIGHTED_SUM and result.is_model:
            weights = result.metrics["channel_weights"]
            error = max(abs(weight - luma) for weight, luma in zip(weights, REC_709, strict=True))
            rows.append({"name": result.name, "weights": weights, "error": error})
    return sorted(rows, key=lambda row: row["error"])


def small_against_large(models: list[Result]) -> dict[str, Any] | None:
    """Return the metrics of the best small and the best large model of gray; None unless there are both.

    `error` is the largest difference of the small one's weights from luma's, `sensitivity` the large one's.
    """
    gray = [result for result in models if result.target == WEIGHTED_SUM]
    best = []
    for small in (True, False):
        those = [result for result in gray if (result.metrics["parameters"] < SMALL) is small]
        if not those:
            return None
        best.append(max(those, key=lambda result: float(result.metrics["psnr"])))
    (weights,) = weight_rows(best[:1])
    return {
        "small": best[0].metrics,
        "large": best[1].metrics,
        "sensitivity": best[1].sensitivity,
        "error": weights["error"],
    }
