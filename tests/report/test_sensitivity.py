import base64
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tasks.dataset.arrays import save_arrays
from tasks.gray.luma import REC_709
from tasks.report.sensitivity import SENSITIVITY_ZOOM, half_radius, middle_share, read_sensitivity


def test_half_of_it_lies_in_a_disc() -> None:
    single = np.zeros((101, 75))
    single[50, 37] = 1
    assert half_radius(single) == 0
    assert middle_share(single) == 1
    y, x = np.indices((101, 75))
    even = (np.hypot(y - 50, x - 37) <= 30) * 1.0
    assert half_radius(even) == pytest.approx(30 / np.sqrt(2), abs=0.5)  # half the area


def test_what_is_read_is_shown(tmp_path: Path) -> None:
    neighbourhood = np.zeros((33, 40), np.float32)
    neighbourhood[16, 20], neighbourhood[16, 21] = 1, 0.01
    weights = np.array(REC_709, np.float32) + np.array([0, 0.03, -0.01], np.float32)
    save_arrays(tmp_path / "sensitivity.npz", {"neighbourhood": neighbourhood, "weights": weights})
    shown = read_sensitivity("a", "gray", tmp_path / "sensitivity.npz")
    assert shown.error == pytest.approx(0.03, abs=1e-6)
    assert shown.radius == 0
    assert shown.middle == pytest.approx(1 / 1.01)
    content = base64.b64decode(shown.picture.partition(",")[2])
    brightness = np.asarray(Image.open(io.BytesIO(content)).convert("L"))[::SENSITIVITY_ZOOM, ::SENSITIVITY_ZOOM]
    assert brightness.shape == (33, 40)
    assert brightness[16, 20] > brightness[16, 21] > brightness[0, 0]


def test_a_model_without_any_sensitivity_is_shown_too(tmp_path: Path) -> None:
    nothing = {"neighbourhood": np.zeros((8, 8), np.float32), "weights": np.zeros(3, np.float32)}
    save_arrays(tmp_path / "sensitivity.npz", nothing)
    shown = read_sensitivity("dead", "gray", tmp_path / "sensitivity.npz")
    assert (shown.weights, shown.middle) == ([0, 0, 0], 0)


def test_other_inputs_than_colour_are_not_compared_with_luma(tmp_path: Path) -> None:
    gray = {"neighbourhood": np.eye(8, dtype=np.float32), "weights": np.ones(1, np.float32)}
    save_arrays(tmp_path / "sensitivity.npz", gray)
    shown = read_sensitivity("from-gray", "matte", tmp_path / "sensitivity.npz")
    assert (shown.weights, shown.error) == ([1], None)
