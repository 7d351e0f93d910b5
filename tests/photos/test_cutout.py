import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tasks.photos.cutout import cut_out

HEIGHT, WIDTH = 300, 160


@pytest.fixture
def matte() -> NDArray[np.uint8]:
    """A disc with a soft, wide outline."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    return np.asarray(np.clip((60 - np.hypot(y - 150, x - 80)) * 8 + 128, 0, 255), np.uint8)


@pytest.fixture
def photo(matte: NDArray[np.uint8]) -> Image.Image:
    """A brown person before a bright green wall, which shows through along the outline."""
    alpha = matte[..., np.newaxis] / 255
    mixed = alpha * np.array([120, 80, 60]) + (1 - alpha) * np.array([40, 250, 60])
    return Image.fromarray(np.round(mixed).astype(np.uint8))


def cut_pixels(photo: Image.Image, matte: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.asarray(cut_out(photo, Image.fromarray(matte)))


def test_the_old_background_does_not_show_through(photo: Image.Image, matte: NDArray[np.uint8]) -> None:
    cut = cut_pixels(photo, matte)
    outline = (matte > 50) & (matte < 205)
    halo = np.abs(np.asarray(photo, int)[outline] - [120, 80, 60]).mean()
    assert np.abs(cut[..., :3].astype(int)[outline] - [120, 80, 60]).mean() < 0.2 * halo
    np.testing.assert_array_equal(cut[..., 3], matte)


def test_the_person_inside_is_the_photos_own(photo: Image.Image, matte: NDArray[np.uint8]) -> None:
    inside = matte == 255
    assert np.abs(cut_pixels(photo, matte)[inside][:, :3].astype(int) - np.asarray(photo, int)[inside]).max() <= 1


def test_nothing_stays_behind_what_cannot_be_seen(photo: Image.Image, matte: NDArray[np.uint8]) -> None:
    assert (cut_pixels(photo, matte)[matte == 0] == 0).all()


@pytest.mark.parametrize("value", [0, 255])
def test_mattes_of_all_or_nothing(photo: Image.Image, value: int) -> None:
    cut = cut_pixels(photo, np.full((HEIGHT, WIDTH), value, np.uint8))
    expected = np.asarray(photo) if value else np.zeros((HEIGHT, WIDTH, 3))
    np.testing.assert_array_equal(cut[..., :3], expected)


def test_strips_leave_no_seam(
    photo: Image.Image, matte: NDArray[np.uint8], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = cut_pixels(photo, matte).astype(int)
    monkeypatch.setattr("tasks.photos.cutout.STRIP_PIXELS", 140 * WIDTH)
    seen = matte > 10
    assert np.abs(cut_pixels(photo, matte) - whole)[seen].max() <= 3
