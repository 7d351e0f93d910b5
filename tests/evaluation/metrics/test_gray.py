import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from skimage.metrics import mean_squared_error, peak_signal_noise_ratio

from tasks.evaluation.metrics.gray import image_metrics, overall_metrics


@pytest.fixture
def targets() -> np.ndarray:
    return np.random.default_rng(0).random((5, 20, 16, 1), np.float32)


@pytest.fixture
def predictions(targets: np.ndarray) -> np.ndarray:
    noise = np.random.default_rng(1).normal(0, 0.05, targets.shape)
    return np.clip(targets + noise, 0, 1).astype(np.float32)


def test_agrees_with_scikit_image(predictions: np.ndarray, targets: np.ndarray) -> None:
    columns = image_metrics(predictions, targets)
    for row, (prediction, target) in enumerate(zip(predictions, targets, strict=True)):
        assert columns["psnr"][row] == pytest.approx(
            peak_signal_noise_ratio(target, prediction, data_range=1), abs=1e-4
        )
        assert columns["rmse"][row] ** 2 == pytest.approx(mean_squared_error(target, prediction), rel=1e-5)
    overall = overall_metrics(columns)
    assert overall["rmse"] ** 2 == pytest.approx(mean_squared_error(targets, predictions), rel=1e-5)
    assert overall["mae"] == pytest.approx(np.abs(predictions - targets).mean(), rel=1e-5)
    assert overall["max_error"] == pytest.approx(np.abs(predictions - targets).max())


def test_a_case_done_by_hand() -> None:
    targets = np.full((1, 8, 8, 1), 0.5, np.float32)
    predictions = targets.copy()
    predictions[0, 0, 0, 0] = 0.75
    columns = image_metrics(predictions, targets)
    assert columns["mae"][0] == pytest.approx(0.25 / 64)
    assert columns["rmse"][0] == pytest.approx(0.25 / 8)
    assert columns["max_error"][0] == 0.25
    assert columns["psnr"][0] == pytest.approx(20 * np.log10(32))
    assert columns["exact_8_bit"][0] == 63 / 64


def test_no_error_is_perfect_and_finite(targets: np.ndarray) -> None:
    overall = overall_metrics(image_metrics(targets, targets))
    assert (overall["mae"], overall["rmse"], overall["exact_8_bit"]) == (0, 0, 1)
    assert overall["ssim"] == pytest.approx(1)
    assert overall["psnr"] == pytest.approx(144.5, abs=0.1)


@given(st.floats(0.001, 0.4), st.floats(0.001, 0.4))
def test_a_larger_error_is_worse_by_every_metric(one: float, two: float) -> None:
    targets = np.random.default_rng(0).random((1, 16, 16, 1)).astype(np.float32) * 0.5
    small, large = (image_metrics(targets + np.float32(error), targets) for error in sorted((one, two)))
    for name in ("mae", "rmse", "max_error"):
        assert small[name][0] <= large[name][0] + 1e-6
    assert small["psnr"][0] >= large["psnr"][0] - 1e-3
