from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tasks.evaluation.pictures import GAP, PANEL_ZOOM, ErrorScale, on_checkerboard, pick_images, save_picture


def test_picks_the_best_the_middle_the_worst_and_some_whatever_their_error() -> None:
    error = np.array([0.5, 0.1, 0.9, 0.3, 0.2, 0.8, 0.4, 0.6, 0.7])
    assert pick_images(error) == {"best": [1, 4, 3], "median": [6, 0, 7], "worst": [2, 5, 8], "same": [0, 4, 8]}
    assert pick_images(error[::-1])["same"] == [0, 4, 8]
    assert pick_images(error[:1]) == {"best": [0], "median": [0], "worst": [0], "same": [0]}


def test_the_error_scale_is_never_zero() -> None:
    targets = np.random.default_rng(0).random((5, 20, 16, 1), np.float32)
    scale = ErrorScale()
    scale.add(targets, targets)
    assert 0 < scale.scale() < 1e-6


@given(seed=st.integers(0, 1000), power=st.floats(1, 12))
def test_the_error_scale_is_what_99_percent_stay_below(seed: int, power: float) -> None:
    targets = np.random.default_rng(seed).random((6, 40, 30, 1), np.float32)
    predictions = targets * np.float32(1 - 2**-power)
    scale = ErrorScale()
    scale.add(predictions[:4], targets[:4])
    scale.add(predictions[4:], targets[4:])
    assert scale.scale() == pytest.approx(np.quantile(np.abs(predictions - targets), 0.99), rel=0.01)


@pytest.mark.parametrize(("cutout", "panels"), [(False, 4), (True, 5)])
def test_a_row_ends_with_what_is_cut_out(tmp_path: Path, cutout: bool, panels: int) -> None:
    images = np.full((1, 10, 8, 3), 0.25, np.float32)
    matte = np.zeros((1, 10, 8, 1), np.float32)
    matte[:, :5] = 1
    save_picture(tmp_path / "best.png", images, matte, matte, 0.1, cutout)
    sheet = np.asarray(Image.open(tmp_path / "best.png"))
    assert sheet.shape == (10 * PANEL_ZOOM, panels * (8 * PANEL_ZOOM + GAP) - GAP, 3)
    last = sheet[:, -8 * PANEL_ZOOM :]
    assert (last[: 5 * PANEL_ZOOM] == 64).all() is np.bool_(cutout)


def test_the_checkerboard_shows_where_the_matte_ends() -> None:
    images, matte = np.zeros((1, 20, 20, 3), np.float32), np.zeros((1, 20, 20, 1), np.float32)
    board = on_checkerboard(images, matte)
    assert np.unique(board).tolist() == pytest.approx([0.6, 0.8])
    assert (on_checkerboard(images, matte + 1) == 0).all()
