import numpy as np
import pytest
from PIL import Image, ImageFilter

from tasks.photos.refine import LONGEST, refine_matte
from tests.photos.test_guided import two_colours


def test_an_outline_that_is_off_moves_to_the_photos_edge() -> None:
    photo = two_colours(400, 300, 0.5).filter(ImageFilter.GaussianBlur(1))
    # Falls within ten small pixels, the middle of which is three right of the edge.
    ramp = np.clip(np.linspace(3.75, -2.25, 75), 0, 1).astype(np.float32)
    truth = np.repeat((np.arange(300) < 150)[np.newaxis] * 1.0, 400, axis=0)
    matte = np.repeat(ramp[np.newaxis], 100, axis=0)
    plain = np.asarray(Image.fromarray(matte).resize(photo.size, Image.Resampling.BICUBIC))
    refined = refine_matte(matte, photo)
    assert refined.shape == (400, 300)
    assert np.abs(refined - truth).mean() < 0.3 * np.abs(plain - truth).mean()


def test_a_large_photo_is_worked_on_small() -> None:
    matte = np.zeros((100, 75), np.float32)
    matte[:50] = 1
    assert refine_matte(matte, two_colours(1200, 900, 0.5)).shape == (LONGEST, LONGEST * 3 // 4)


@pytest.mark.parametrize("value", [0.0, 0.5, 1.0])
def test_without_a_sure_person_or_background_nothing_is_made_up(value: float) -> None:
    refined = refine_matte(np.full((40, 30), value, np.float32), two_colours(200, 150, 0.5))
    np.testing.assert_allclose(refined, value, atol=1e-3)
