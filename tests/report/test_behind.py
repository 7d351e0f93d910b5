from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from tasks.report.behind import models_behind
from tasks.report.collect import Result
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
