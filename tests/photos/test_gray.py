from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from skimage.color import rgb2gray

from tasks.dataset.arrays import unit_range
from tasks.photos.gray import TILE_MARGIN, TILE_SIDE, _spans, exact_gray, predict_in_tiles
from tasks.photos.network import SizedNetwork
from tests.world import smooth_picture


@given(st.integers(1, 3000), st.integers(1, 40).map(lambda n: 16 * n), st.integers(0, 10).map(lambda n: 16 * n))
def test_tiles_cover_every_pixel_once_and_start_where_pooling_does(length: int, side: int, margin: int) -> None:
    spans = list(_spans(length, side, margin))
    assert [pixel for start, end, _, _ in spans for pixel in range(start, end)] == list(range(length))
    for start, end, seen_start, seen_end in spans:
        assert seen_start % 16 == 0
        assert 0 <= seen_start <= start < end <= seen_end <= length
        assert seen_start == 0 or start - seen_start == margin
        assert seen_end == length or seen_end - end == margin


@pytest.mark.parametrize("size", [(33, 35), (1, 7), (2 * TILE_SIDE + 3, TILE_SIDE + 1)])
def test_exact_gray_is_that_of_scikit_image(size: tuple[int, int]) -> None:
    photo = np.random.default_rng(0).integers(0, 256, (*size, 3), dtype=np.uint8)
    gray = exact_gray(photo)
    assert (gray.mode, gray.size) == ("L", size[::-1])
    # Half a step of 8 bits, and what float32 adds to it where a value lies between two.
    assert np.abs(np.asarray(gray) - rgb2gray(photo) * 255).max() < 0.5001


@pytest.mark.slow
@pytest.mark.runs
@pytest.mark.parametrize("size", [(430, 37), (50, 461)])
def test_the_unet_in_tiles_is_the_unet_in_one(
    trained: Callable[[str], SizedNetwork], size: tuple[int, int]
) -> None:
    network, photo = trained("unet"), smooth_picture(*size, 3)
    photo = np.clip(photo + np.random.default_rng(0).integers(-30, 30, photo.shape), 0, 255).astype(np.uint8)
    whole = np.round(network(unit_range(photo[np.newaxis]))[0, ..., 0] * 255)
    assert np.ptp(whole) > 3
    assert np.abs(predict_in_tiles(network, photo, side=160, margin=TILE_MARGIN) - whole).max() <= 1
    # A margin that is too small shows, so this test could fail.
    assert np.abs(predict_in_tiles(network, photo, side=160, margin=16) - whole).max() > 1
