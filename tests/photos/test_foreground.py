import numpy as np
import pytest

from tasks.dataset.arrays import unit_range
from tasks.photos.foreground import foreground
from tests.world import smooth_picture


def soft_disc(height: int, width: int) -> np.ndarray:
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    return np.asarray(np.clip((0.6 - np.hypot(x, y)) * 4 + 0.5, 0, 1), np.float32)


@pytest.mark.parametrize("size", [(200, 150), (33, 200), (90, 91)])
def test_colours_are_free_of_the_background(size: tuple[int, int]) -> None:
    matte = soft_disc(*size)[..., np.newaxis]
    person, background = (
        unit_range(smooth_picture(*size, seed)) / 4 + shift for seed, shift in ((1, 0.7), (2, 0))
    )
    photo = (matte * person + (1 - matte) * background).astype(np.float32)
    mixed = (matte > 0.2) & (matte < 1)
    error, halo = (
        np.abs(colours - person)[mixed[..., 0]].mean() for colours in (foreground(photo, matte[..., 0]), photo)
    )
    assert error < 0.15 * halo


def test_where_the_matte_is_full_the_photo_stays() -> None:
    photo, matte = unit_range(smooth_picture(60, 50, 3)), soft_disc(60, 50)
    inside = (matte == 1) & (np.roll(matte, 1, 0) == 1) & (np.roll(matte, -1, 0) == 1)
    np.testing.assert_allclose(foreground(photo, matte)[inside], photo[inside], atol=0.02)


@pytest.mark.parametrize("value", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("size", [(1, 1), (1, 7), (40, 3)])
def test_any_size_and_matte_has_colours(size: tuple[int, int], value: float) -> None:
    colours = foreground(unit_range(smooth_picture(*size, 4)), np.full(size, value, np.float32))
    assert colours.shape == (*size, 3)
    assert 0 <= colours.min() <= colours.max() <= 1
