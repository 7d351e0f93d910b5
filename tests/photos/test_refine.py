import numpy as np
import pymatting
import pytest
from PIL import Image, ImageFilter

from tasks.photos.refine import LONGEST, refine_matte
from tests.photos.test_guided import two_colours


def off_by(small_pixels: float) -> np.ndarray:
    """A matte of a person left of the middle, whose soft outline is so far right of it."""
    x = np.arange(75) + 0.5
    ramp = np.clip((37.5 + small_pixels - x) / 4 + 0.5, 0, 1).astype(np.float32)
    return np.repeat(ramp[np.newaxis], 100, axis=0)


PHOTO = two_colours(400, 300, 0.5).filter(ImageFilter.GaussianBlur(1))
TRUTH = np.repeat((np.arange(150) < 75)[np.newaxis] * 1.0, 200, axis=0)


def test_an_outline_that_is_off_moves_to_the_photos_edge() -> None:
    matte = off_by(1.5)
    plain = np.asarray(Image.fromarray(matte).resize((150, 200), Image.Resampling.BICUBIC))
    refined = refine_matte(matte, PHOTO)
    assert refined.shape == (LONGEST, LONGEST * 3 // 4)
    assert np.abs(refined - TRUTH).mean() < 0.3 * np.abs(plain - TRUTH).mean()


def test_far_from_the_outline_it_is_all_or_nothing() -> None:
    matte = off_by(0)
    matte[20:30, 5:15] = 0.6  # not sure, and well inside
    matte[20:30, 60:70] = 0.4
    refined = refine_matte(matte, PHOTO)
    assert refined[:, :60].min() == pytest.approx(1, abs=1e-3)
    assert refined[:, 90:].max() == pytest.approx(0, abs=1e-3)


@pytest.mark.parametrize("value", [0.0, 0.3, 0.8, 1.0])
def test_without_an_outline_nothing_is_made_up(value: float) -> None:
    refined = refine_matte(np.full((40, 30), value, np.float32), two_colours(200, 150, 0.5))
    np.testing.assert_allclose(refined, value >= 0.5, atol=0.31)
    assert np.ptp(refined) < 1e-3


def test_without_a_solution_it_is_only_enlarged(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> None:
        raise ValueError("did not converge")

    monkeypatch.setattr(pymatting, "estimate_alpha_cf", fail)
    plain = np.asarray(Image.fromarray(off_by(1)).resize((150, 200), Image.Resampling.BICUBIC))
    np.testing.assert_allclose(refine_matte(off_by(1), PHOTO), np.clip(plain, 0, 1))


def test_nothing_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (200, 150, 3), dtype=np.uint8)
    refine_matte(off_by(0), Image.fromarray(noise))
    refine_matte(off_by(0), Image.new("RGB", (150, 200)))
    assert capfd.readouterr().out == ""
