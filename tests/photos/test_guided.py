import numpy as np
import pytest
from PIL import Image

from tasks.dataset.arrays import unit_range
from tasks.photos import guided
from tasks.photos.guided import enlarge_matte
from tests.world import smooth_picture


def two_colours(height: int, width: int, edge: float) -> Image.Image:
    """Reddish left of the edge (a share of the width), bluish right of it."""
    inside = np.arange(width) < edge * width
    row = np.where(inside[:, np.newaxis], [200, 90, 60], [40, 60, 150]).astype(np.uint8)
    return Image.fromarray(np.repeat(row[np.newaxis], height, axis=0))


def test_a_soft_outline_becomes_as_sharp_as_the_photos() -> None:
    photo = two_colours(400, 300, 0.5)
    ramp = np.clip(np.linspace(13, -12, 75), 0, 1).astype(np.float32)  # falls within about three small pixels
    matte = np.repeat(ramp[np.newaxis], 100, axis=0)
    truth = (np.arange(300) < 150) * 255.0
    enlarged = np.asarray(enlarge_matte(matte, photo), float)
    plain = np.asarray(Image.fromarray(matte).resize(photo.size, Image.Resampling.BILINEAR), float) * 255
    assert np.abs(enlarged - truth).mean() < 0.5 * np.abs(plain - truth).mean()


def test_a_matte_that_follows_the_colours_is_kept() -> None:
    photo = Image.fromarray(smooth_picture(200, 160, 2))
    small = unit_range(np.asarray(photo.resize((40, 50), Image.Resampling.BOX)))
    weights = np.array([0.5, 0.2, 0.3], np.float32)
    expected = np.asarray(photo, np.float32) @ weights
    assert np.abs(enlarge_matte(small @ weights, photo) - expected).mean() < 3


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_all_or_nothing_stays_what_it_is(value: float) -> None:
    photo = Image.fromarray(smooth_picture(120, 90, 4))
    assert (enlarge_matte(np.full((40, 30), value, np.float32), photo) == value * 255).all()


def test_strips_leave_no_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    photo = Image.fromarray(smooth_picture(310, 200, 5))
    matte = unit_range(np.asarray(Image.fromarray(smooth_picture(50, 33, 6)).convert("L")))
    whole = enlarge_matte(matte, photo).astype(int)
    monkeypatch.setattr(guided, "ROWS", 37)
    assert np.abs(enlarge_matte(matte, photo) - whole).max() <= 1
