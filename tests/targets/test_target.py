from dataclasses import replace
from pkgutil import resolve_name

import numpy as np
import pytest

from tasks.experiments import BASELINES, constant_baseline
from tasks.targets import TARGETS
from tasks.targets.target import ImageError, Metric, Target

SHARE = Metric("share", "a share", 1, percent=True)
LOSS = Metric("loss", "a loss", 3, "손실", unit="dB", lower_is_better=True)


def test_values_are_shown_as_the_metric_says() -> None:
    assert (SHARE.shown(0.98765), SHARE.shown_with_unit(0.5)) == ("98.8%", "50.0%")
    assert (LOSS.shown(0.5), LOSS.shown_with_unit(0.5)) == ("0.500", "0.500 dB")
    assert (SHARE.difference(0.5, 0.25), LOSS.difference(0.5, 0.75)) == ("-25.0%", "+0.250")
    assert (LOSS.heading.english, LOSS.heading.korean) == ("a loss, dB", "손실, dB")
    assert SHARE.heading.english == SHARE.heading.korean


def test_better_is_what_the_metric_says_and_nan_never() -> None:
    assert SHARE.is_better(0.6, 0.5)
    assert LOSS.is_better(0.4, 0.5)
    for metric in (SHARE, LOSS):
        assert not metric.is_better(0.5, 0.5)
        assert not metric.is_better(float("nan"), 0.5)


def test_the_error_of_a_share_is_the_rest() -> None:
    values = np.array([0.25, 1.0])
    assert ImageError(SHARE).of(values).tolist() == [0.75, 0]
    assert ImageError(LOSS).of(values).tolist() == [0.25, 1]
    assert (ImageError(SHARE).label, ImageError(LOSS).label) == ("1 - a share", "a loss")
    assert (ImageError(SHARE).key, ImageError(LOSS).key) == ("1 - share", "loss")


@pytest.mark.parametrize("name", TARGETS)
def test_what_a_target_names_is_there(name: str) -> None:
    target = TARGETS[name]
    for function in (target.measure, target.combine, *target.baselines.values()):
        assert callable(resolve_name(function))
    arrays = np.random.default_rng(0).random((2, 40, 32, 1), np.float32)
    columns = resolve_name(target.measure)(arrays, arrays[::-1])
    assert list(columns) == [metric.key for metric in target.metrics]
    assert list(resolve_name(target.combine)(columns)) == list(columns)


def test_every_target_has_the_constant_to_beat() -> None:
    assert {constant_baseline(name) for name in TARGETS} <= BASELINES.keys()


@pytest.mark.parametrize("change", [{"headline": SHARE}, {"error": ImageError(SHARE)}, {"history_metrics": ()}])
def test_a_metric_that_is_not_measured_is_refused(change: dict[str, object]) -> None:
    target: Target = TARGETS["gray"]
    with pytest.raises(ValueError, match="some of the metrics"):
        replace(target, **change)  # type: ignore[arg-type]
