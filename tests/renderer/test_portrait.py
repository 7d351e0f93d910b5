import numpy as np
import pytest

from renderer.backgrounds import drawn, repaired, view
from renderer.light import Floats, defocused, from_srgb, resized, to_srgb
from renderer.portrait import Backdrop, make_portrait


def render(height: int = 120, width: int = 90) -> Floats:
    """A premultiplied red ellipse with a soft edge."""
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    alpha = np.clip((0.7 - np.hypot(x, y)) * 20, 0, 1)
    return np.stack([0.4 * alpha, 0.1 * alpha, 0.05 * alpha, alpha], -1).astype(np.float32)


def test_light_survives_the_way_to_srgb_and_back() -> None:
    values = np.linspace(0, 0.6, 50, dtype=np.float32)
    np.testing.assert_allclose(from_srgb(to_srgb(values)), values, atol=1e-5)
    assert to_srgb(np.array([30.0], np.float32))[0] <= 1


def test_a_lens_out_of_focus_keeps_the_light() -> None:
    point = np.zeros((41, 41, 3), np.float32)
    point[20, 20] = 100
    blurred = defocused(point, 6)
    assert blurred.sum() == pytest.approx(point.sum(), rel=1e-3)
    assert (blurred > 0.44).any(-1).sum() == pytest.approx(np.pi * 6**2, rel=0.2)


def test_a_view_looks_where_it_is_told() -> None:
    environment = np.zeros((64, 128, 3), np.float32)
    environment[28:36, 28:36] = 1  # a lamp on the horizon, at a quarter of the way around
    seen = view(environment, (80, 60), yaw=90, pitch=0, field=60)
    y, x = np.argwhere(seen[..., 0] > 0.5).mean(0)
    assert (y, x) == pytest.approx((39.5, 29.5), abs=1.5)
    assert view(environment, (80, 60), yaw=270, pitch=0, field=60).max() == 0


def test_black_pixels_around_lamps_are_filled_and_others_kept() -> None:
    environment = np.full((40, 80, 3), 0.5, np.float32)
    environment[10:14, 10:14] = 50
    environment[12, 14] = environment[30, 60] = 0
    mended = repaired(environment)
    assert mended[12, 14].min() >= 0.5
    assert mended[30, 60].max() == 0


@pytest.mark.parametrize("seed", range(16))
def test_drawn_backgrounds_are_light_of_their_size(seed: int) -> None:
    background = drawn((64, 48), np.random.default_rng(seed))
    assert background.shape == (64, 48, 3)
    assert np.isfinite(background).all()
    assert background.min() >= 0
    assert background.max() > 0.01


@pytest.mark.parametrize("seed", range(4))
def test_the_matte_is_the_render_s_alpha_whatever_the_background(seed: int) -> None:
    backdrop = Backdrop(np.random.default_rng(0).random((32, 64, 3), np.float32), 20, 0)
    photo, matte = make_portrait(render(), backdrop, (160, 120), np.random.default_rng(seed))
    assert photo.shape == (160, 120, 3)
    expected = np.clip(resized(render(), 160, 120)[..., 3], 0, 1) * 255
    assert np.abs(matte - expected).max() <= 0.51
    again = make_portrait(render(), backdrop, (160, 120), np.random.default_rng(seed))
    np.testing.assert_array_equal(photo, again[0])
