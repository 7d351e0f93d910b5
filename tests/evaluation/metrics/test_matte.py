"""Against references written from the definitions, with other tools, and cases done by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_cdt

from tasks.evaluation.metrics import means
from tasks.evaluation.metrics.matte import (
    boundary_intersection_over_union,
    image_metrics,
    intersection_over_union,
)
from tasks.targets import TARGETS

Mask = NDArray[np.bool_]


def square(top: int, left: int, side: int, size: int = 20) -> Mask:
    mask = np.zeros((size, size), bool)
    mask[top : top + side, left : left + side] = True
    return mask


def mattes(*masks: Mask) -> NDArray[np.float32]:
    return np.stack(masks)[..., np.newaxis].astype(np.float32)


def test_squares_done_by_hand() -> None:
    # Two squares of 10 x 10, one moved by 5: they share 50 pixels of 150, the background 250 of 350.
    one, other = mattes(square(0, 0, 10)), mattes(square(0, 5, 10))
    columns = image_metrics(other, one)
    assert columns["iou"][0] == pytest.approx(50 / 150)
    assert columns["mean_iou"][0] == pytest.approx((50 / 150 + 250 / 350) / 2)
    assert columns["dice"][0] == pytest.approx(2 * 50 / 200)
    assert columns["mae"][0] == pytest.approx(100 / 400)
    assert columns["mse"][0] == pytest.approx(100 / 400)
    assert columns["sad"][0] == pytest.approx(100 / 1000)


def test_soft_values_count_for_errors_and_are_cut_at_one_half_for_masks() -> None:
    target = mattes(square(0, 0, 10))
    soft = np.where(target == 1, np.float32(0.5), np.float32(0.25))
    columns = image_metrics(soft, target)
    assert columns["iou"][0] == 1
    assert columns["mae"][0] == pytest.approx((100 * 0.5 + 300 * 0.25) / 400)
    assert columns["mse"][0] == pytest.approx((100 * 0.25 + 300 * 0.0625) / 400)


def test_bands_done_by_hand() -> None:
    # The diagonal is 100 pixels, so bands are 2 wide: of squares with sides 20 and 18 around one middle, the rings
    # from 16 to 20 and from 14 to 18, which share that from 16 to 18.
    one, other = np.zeros((60, 80), bool), np.zeros((60, 80), bool)
    one[20:40, 20:40] = True
    other[21:39, 21:39] = True
    expected = (18**2 - 16**2) / (20**2 - 14**2)
    assert boundary_intersection_over_union(one, other) == pytest.approx(expected)


def erode(mask: Mask, width: int) -> Mask:
    """Pixels further than `width` from everything that is not in the mask, by distances instead of erosion."""
    distance = distance_transform_cdt(np.pad(mask, 1), "chessboard")[1:-1, 1:-1]
    return np.asarray(distance > width)


masks = st.integers(0, 2**32 - 1).map(lambda seed: np.random.default_rng(seed).random((30, 40)) > 0.2)


@given(masks, masks)
def test_boundary_iou_agrees_with_distances(one: Mask, other: Mask) -> None:
    width = max(1, round(0.02 * 50))
    expected = intersection_over_union(one & ~erode(one, width), other & ~erode(other, width))
    assert boundary_intersection_over_union(one, other) == pytest.approx(expected)


@given(masks, masks)
def test_overlap_is_symmetric_and_between_none_and_all(one: Mask, other: Mask) -> None:
    assert intersection_over_union(one, other) == intersection_over_union(other, one)
    assert 0 <= intersection_over_union(one, other) <= 1
    assert intersection_over_union(one, one) == 1


def test_nobody_found_where_nobody_is_is_right() -> None:
    nobody = np.zeros((1, 20, 20, 1), np.float32)
    columns = image_metrics(nobody, nobody)
    assert columns["iou"][0] == columns["dice"][0] == columns["boundary_iou"][0] == 1
    assert image_metrics(nobody, mattes(square(0, 0, 10)))["iou"][0] == 0


def test_a_perfect_matte_has_no_error_by_any_metric() -> None:
    target = np.random.default_rng(0).random((2, 20, 16, 1), np.float32)
    overall = means(image_metrics(target, target))
    for name in ("iou", "mean_iou", "boundary_iou", "dice"):
        assert overall[name] == 1
    for name in ("mae", "mse", "sad", "gradient_error", "connectivity_error"):
        assert overall[name] == 0


def test_the_overall_figure_is_the_mean_of_the_images_and_the_worst_has_the_least_overlap() -> None:
    target = mattes(square(0, 0, 10), square(0, 0, 10))
    found = mattes(square(0, 0, 10), square(0, 5, 10))
    columns = image_metrics(found, target)
    assert means(columns)["iou"] == pytest.approx((1 + 1 / 3) / 2)
    assert list(np.argsort(TARGETS["matte"].error.of(columns["iou"]))) == [0, 1]
