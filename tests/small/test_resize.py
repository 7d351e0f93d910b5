import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image

from tasks.core.errors import UserError
from tasks.images.mattes import ALPHA
from tasks.images.pictures import ORIENTATION
from tasks.originals.masks import Masks
from tasks.settings import SAMPLE_ARCHIVE
from tasks.small.resize import centred_window, resize_cut_out, resize_matte, resize_photo
from tests.orientations import FORMATS, LARGEST_LOSS, UPRIGHT, save_turned
from tests.world import smooth_picture


def block_mean(picture: np.ndarray, height: int, width: int) -> np.ndarray:
    factor = picture.shape[0] // height
    return np.asarray(picture.reshape(height, factor, width, factor, -1).astype(np.float64).mean(axis=(1, 3)))


@pytest.mark.parametrize("suffix", [".png", ".jpg"])
def test_a_photo_becomes_the_mean_of_each_8x8_block(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"photo{suffix}"
    Image.fromarray(smooth_picture(800, 600, 0)).save(path, quality=95)
    with Image.open(path) as picture:
        expected = block_mean(np.asarray(picture), 100, 75)
    difference = np.abs(resize_photo(path, 100, 75) - expected)
    assert difference.mean() <= 0.5
    assert difference.max() <= 4


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("orientation", UPRIGHT)
def test_a_photo_of_any_format_is_upright(tmp_path: Path, suffix: str, orientation: int) -> None:
    stored = smooth_picture(320, 320, 1)
    save_turned(tmp_path / f"photo{suffix}", stored, orientation)
    expected = block_mean(UPRIGHT[orientation](stored), 40, 40)
    assert np.abs(resize_photo(tmp_path / f"photo{suffix}", 40, 40) - expected).max() <= LARGEST_LOSS


def test_a_portrait_and_its_matte_are_the_means_of_their_blocks(tmp_path: Path) -> None:
    with zipfile.ZipFile(SAMPLE_ARCHIVE) as sample:
        photo, matte = (
            Path(sample.extract(f"training/{name}", tmp_path)) for name in ("00001.jpg", "00001_matte.png")
        )
    with Image.open(photo) as picture:
        expected = block_mean(np.asarray(picture), 100, 75)
    assert np.abs(resize_photo(photo, 100, 75) - expected).mean() <= 1  # colours of JPEG are of half the size
    with Image.open(matte) as picture:
        expected = block_mean(np.asarray(picture), 100, 75)
    small = resize_matte(matte, 100, 75, Masks())
    assert small.shape == (100, 75, 1)
    assert np.abs(small - expected).max() <= 0.5


@pytest.mark.parametrize(("height", "width"), [(800, 800), (1200, 600), (333, 500)])
def test_other_aspect_ratios_are_cropped_and_not_stretched(tmp_path: Path, height: int, width: int) -> None:
    y, x = np.mgrid[:height, :width]
    disc = np.where(np.hypot(y - height / 2 + 0.5, x - width / 2 + 0.5) < 120, 255, 0).astype(np.uint8)
    Image.fromarray(np.repeat(disc[..., None], 3, axis=2)).save(tmp_path / "photo.png")
    Image.fromarray(disc).save(tmp_path / "matte.png")
    photo = resize_photo(tmp_path / "photo.png", 100, 75)
    matte = resize_matte(tmp_path / "matte.png", 100, 75, Masks())
    assert np.abs(photo[..., :1].astype(int) - matte).max() <= 1
    rows, columns = np.nonzero(matte[..., 0] > 127)
    assert abs(np.ptp(rows) - np.ptp(columns)) <= 1
    assert abs(rows.mean() - 49.5) < 0.6
    assert abs(columns.mean() - 37) < 0.6


def test_a_picture_smaller_than_the_result_is_refused(tmp_path: Path) -> None:
    Image.new("RGB", (60, 80)).save(tmp_path / "photo.png")
    with pytest.raises(UserError, match=r"photo\.png: 60x80"):
        resize_photo(tmp_path / "photo.png", 100, 75)


sizes = st.integers(1, 5000)


@given(sizes, sizes, sizes, sizes)
@example(100, 109, 75, 100)
def test_the_window_is_centred_and_as_large_as_it_can_be(
    full_width: int, full_height: int, width: int, height: int
) -> None:
    left, top, right, bottom = centred_window(full_width, full_height, width, height)
    assert (right - left) / (bottom - top) == pytest.approx(width / height)
    assert left + right == pytest.approx(full_width)
    assert top + bottom == pytest.approx(full_height)
    assert right - left == pytest.approx(full_width) or bottom - top == pytest.approx(full_height)
    assert 0 <= left <= right <= full_width, "Pillow refuses any other window"
    assert 0 <= top <= bottom <= full_height


@pytest.mark.parametrize("hidden", [0, 255])
@pytest.mark.parametrize("orientation", [1, 6])
def test_a_cut_out_is_its_colours_on_white_whatever_is_hidden(
    tmp_path: Path, hidden: int, orientation: int
) -> None:
    colours, alpha = smooth_picture(80, 60, 1).copy(), smooth_picture(80, 60, 2)[..., :1].copy()
    alpha[:20] = 0
    colours[:20] = hidden
    shares = alpha / 255
    picture = Image.fromarray(np.concatenate([colours, alpha], axis=2))
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    if orientation == 6:
        picture = picture.transpose(Image.Transpose.ROTATE_90)
    picture.save(tmp_path / "x.png", exif=exif)
    photo, matte = resize_cut_out(tmp_path / "x.png", 40, 30, Masks(reading=ALPHA), orientation)
    assert np.abs(photo - block_mean(colours * shares + 255 * (1 - shares), 40, 30)).max() <= 1.5
    assert np.abs(matte - block_mean(alpha, 40, 30)).max() <= 0.5
    with pytest.raises(UserError, match="is less than the small size"):
        resize_cut_out(tmp_path / "x.png", 160, 120, Masks(reading=ALPHA), orientation)


def test_what_was_erased_from_a_photo_is_black(tmp_path: Path) -> None:
    photo = np.full((80, 60, 4), (200, 100, 50, 255), np.uint8)
    photo[:40, :, 3] = 0
    Image.fromarray(photo).save(tmp_path / "photo.png")
    small = resize_photo(tmp_path / "photo.png", 8, 6)
    assert (small[:4] == 0).all()
    assert (small[4:] == (200, 100, 50)).all()
