from dataclasses import replace
from pathlib import Path

import pandas as pd

from tasks.report.collect import Result
from tasks.report.recalibration import compare_twins, lagging_curves
from tasks.training.check import Check
from tests.report.conftest import CHECK


def result(
    name: str, target: str = "gray", psnr: float = 20, test_loss: float = 0.2, check: Check = CHECK
) -> Result:
    history = pd.DataFrame({"epoch": [1, 2], "test_loss": [0.9, test_loss]})
    return Result({"name": name, "target": target, "psnr": psnr}, pd.DataFrame(), history, {}, None, Path(), check)


def test_a_model_stands_beside_its_recalibrated_twin() -> None:
    results = {
        name: result(name, psnr=psnr) for name, psnr in (("gray-unet", 18), ("gray-unet-recalibrated", 28.5))
    }
    (twins,) = compare_twins(results)
    assert (twins.trained.name, twins.recalibrated.name) == ("gray-unet", "gray-unet-recalibrated")
    assert (twins.metric, twins.values, twins.gain) == ("PSNR", ("18.00 dB", "28.50 dB"), 10.5)


def test_one_alone_has_no_twin() -> None:
    for name in ("gray-unet", "gray-unet-recalibrated", "gray-simple-3"):
        assert compare_twins({name: result(name)}) == []


def test_a_test_curve_is_explained_where_recalibration_halved_its_loss() -> None:
    high, low = result("matte-unet", "matte", test_loss=0.25), result("matte-unet", "matte")
    assert lagging_curves([high]) == [{"name": "matte-unet", "before": 0.25, "check": CHECK}]
    assert lagging_curves([low]) == []
    overfitting = result("matte-unet", "matte", test_loss=0.25, check=replace(CHECK, train_loss=0.01))
    assert lagging_curves([overfitting]) == []


def test_a_curve_of_a_model_that_was_not_recalibrated_is_not() -> None:
    assert lagging_curves([result("gray-unet", test_loss=0.9), result("unknown", test_loss=0.9)]) == []
    assert lagging_curves([replace(result("matte-unet", test_loss=0.9), history=None)]) == []
