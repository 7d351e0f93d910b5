from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from tasks.report.conclusions import (
    WITH_SKIPS,
    WITHOUT_SKIPS,
    Behind,
    compare_skips,
    compare_twins,
    lagging_curves,
    models_behind,
    small_against_large,
    weight_rows,
)
from tasks.report.results import Result
from tasks.targets.target import Text
from tasks.training.check import Check
from tests.report.conftest import CHECK

LAGGING = replace(CHECK, train_loss=0.4, test_loss=0.5)


def model(name: str, target: str, metric: str, value: float, lagging: bool = False) -> Result:
    metrics = {"name": name, "target": target, metric: value}
    return Result(metrics, pd.DataFrame(), None, {}, None, Path(), LAGGING if lagging else CHECK)


def constant(target: str, metric: str, value: float) -> Result:
    return replace(model(f"{target}-mean", target, metric, value), check=None)


RESULTS = [
    constant("gray", "psnr", 16.5),
    constant("matte", "iou", 0.7558),
    model("gray-unet", "gray", "psnr", 12.25, lagging=True),
    model("gray-simple-3", "gray", "psnr", 26.0),
    model("matte-unet", "matte", "iou", 0.7558),
    model("matte-autoencoder", "matte", "iou", 0.9),
    replace(model("gray-rec601", "gray", "psnr", 3.0), check=None),
]


def test_models_no_better_than_the_constant_of_their_own_target_are_behind() -> None:
    assert list(models_behind(RESULTS)) == ["gray-unet", "matte-unet"]


def test_the_reason_is_in_the_warning_where_it_was_measured() -> None:
    behind = models_behind(RESULTS)
    assert behind["gray-unet"].warning.startswith(
        "gray-unet is no better than gray-mean (PSNR 12.25 dB and 16.50 dB)."
    )
    assert "0.4000 with them and 0.0900" in behind["gray-unet"].warning
    assert behind["matte-unet"].warning == "matte-unet is no better than matte-mean (IoU 0.7558 and 0.7558)."


@pytest.mark.parametrize("value", [float("nan"), float("-inf")])
def test_what_is_no_number_is_behind(value: float) -> None:
    assert "bad" in models_behind([RESULTS[0], model("bad", "gray", "psnr", value)])


def test_without_the_constant_nothing_can_be_said() -> None:
    assert models_behind(RESULTS[2:]) == {}


def twin(
    name: str, target: str = "gray", psnr: float = 20, test_loss: float = 0.2, check: Check = CHECK
) -> Result:
    history = pd.DataFrame({"epoch": [1, 2], "test_loss": [0.9, test_loss]})
    return Result({"name": name, "target": target, "psnr": psnr}, pd.DataFrame(), history, {}, None, Path(), check)


def test_a_model_stands_beside_its_recalibrated_twin() -> None:
    results = {name: twin(name, psnr=psnr) for name, psnr in (("gray-unet", 18), ("gray-unet-recalibrated", 28.5))}
    (twins,) = compare_twins(results)
    assert (twins.trained.name, twins.recalibrated.name) == ("gray-unet", "gray-unet-recalibrated")
    assert (twins.metric, twins.values, twins.improved) == ("PSNR", ("18.00 dB", "28.50 dB"), True)


def test_one_alone_has_no_twin() -> None:
    for name in ("gray-unet", "gray-unet-recalibrated", "gray-simple-3"):
        assert compare_twins({name: twin(name)}) == []


def test_a_test_curve_is_explained_where_recalibration_halved_its_loss() -> None:
    high, low = twin("matte-unet", "matte", test_loss=0.25), twin("matte-unet", "matte")
    assert lagging_curves([high]) == [{"name": "matte-unet", "before": 0.25, "check": CHECK}]
    assert lagging_curves([low]) == []
    overfitting = twin("matte-unet", "matte", test_loss=0.25, check=replace(CHECK, train_loss=0.01))
    assert lagging_curves([overfitting]) == []


def test_a_curve_of_a_model_that_was_not_recalibrated_is_not() -> None:
    assert lagging_curves([twin("gray-unet", test_loss=0.9), twin("unknown", test_loss=0.9)]) == []
    assert lagging_curves([replace(twin("matte-unet", test_loss=0.9), history=None)]) == []


def network(name: str, iou: float, boundary_iou: float) -> Result:
    metrics = {"name": name, "target": "matte", "iou": iou, "boundary_iou": boundary_iou, "gradient_error": 1.5}
    return Result(metrics, pd.DataFrame(), None, {}, None, Path())


def test_both_networks_are_set_side_by_side() -> None:
    results = {WITH_SKIPS: network(WITH_SKIPS, 0.93, 0.7), WITHOUT_SKIPS: network(WITHOUT_SKIPS, 0.88, 0.45)}
    compared = compare_skips(results, {})
    assert compared is not None
    assert round(compared["mask_gap"], 6) == 0.05
    assert round(compared["outline_gap"], 6) == 0.25
    assert compared["metrics"] == [
        (Text("IoU", "IoU"), "0.9300", "0.8800"),
        (Text("boundary IoU", "경계 IoU"), "0.7000", "0.4500"),
        (Text("gradient", "그래디언트"), "1.5000", "1.5000"),
    ]


def test_a_network_that_has_not_learned_is_named() -> None:
    results = {WITH_SKIPS: network(WITH_SKIPS, 0.93, 0.7), WITHOUT_SKIPS: network(WITHOUT_SKIPS, 0.14, 0.1)}
    behind = {name: Behind(name, "matte-mean", "IoU", "0.14", "0.76", None) for name in (WITHOUT_SKIPS, "another")}
    compared = compare_skips(results, behind)
    assert compared is not None
    assert compared["behind"] == [behind[WITHOUT_SKIPS]]


def test_one_alone_is_not_compared() -> None:
    assert compare_skips({WITH_SKIPS: network(WITH_SKIPS, 0.9, 0.5)}, {}) is None


def test_weights_are_compared_with_luma(results: list[Result]) -> None:
    assert [row["name"] for row in weight_rows(results)] == ["slow", "fast"]
    assert weight_rows(results)[0]["error"] == pytest.approx(0.0154)


def test_small_and_large_models_of_gray_are_set_against_each_other(results: list[Result]) -> None:
    slow, fast, _ = results
    assert small_against_large([slow, fast]) is None
    fast.metrics.update(parameters=5000, psnr=20.0)
    duel = small_against_large([slow, fast])
    assert duel is not None
    assert (duel["small"]["name"], duel["large"]["name"]) == ("slow", "fast")
    assert duel["sensitivity"] == fast.sensitivity
    assert duel["error"] == pytest.approx(0.0154)
