import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tasks.photos.matting import solve_matte
from tests.world import smooth_picture

UNKNOWN = 0.5


def band(height: int, width: int) -> np.ndarray:
    """Person on the left, background on the right, and a band of unknown pixels between."""
    trimap = np.full((height, width), UNKNOWN)
    trimap[:, : width // 3], trimap[:, -width // 3 :] = 1, 0
    return trimap


@given(st.integers(3, 20), st.integers(9, 20), st.integers(0, 1000))
def test_a_matte_that_is_linear_in_the_colours_is_found(height: int, width: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    trimap = band(height, width)
    truth = np.where(trimap == UNKNOWN, rng.random((height, width)), trimap)
    person, background = np.array([0.9, 0.4, 0.2]), np.array([0.1, 0.3, 0.8])
    colours = truth[..., None] * person + (1 - truth[..., None]) * background
    matte = solve_matte(colours, trimap)
    assert matte is not None
    np.testing.assert_allclose(matte, truth, atol=1e-3)


def test_what_is_known_stays() -> None:
    trimap = band(30, 24)
    matte = solve_matte(smooth_picture(30, 24, 1) / 255, trimap)
    assert matte is not None
    assert matte.dtype == np.float32
    assert (matte[trimap != UNKNOWN] == trimap[trimap != UNKNOWN]).all()
    assert 0 <= matte.min() <= matte.max() <= 1


def test_a_picture_narrower_than_a_window_has_no_solution() -> None:
    assert solve_matte(smooth_picture(20, 2, 2) / 255, np.array([[1, UNKNOWN], [0, UNKNOWN]] * 10)) is None
