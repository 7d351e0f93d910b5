from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tasks.core.errors import UserError
from tasks.gray.luma import REC_709, weighted_gray
from tasks.photos.apply import cut_out, exact_gray, gray_photo, load_network, matte_photo, shipped_network
from tasks.training.networks import build_network
from tests.world import smooth_picture

Floats = NDArray[np.float32]


def luma(images: Floats) -> Floats:
    """A model of gray."""
    return weighted_gray(images, REC_709)


class LeftHalf:
    """A model of mattes that finds a person in the left half of every photo."""

    size = (100, 75)

    def __call__(self, images: Floats) -> Floats:
        assert images.shape == (1, 100, 75, 3)
        assert images.max() <= 1
        matte = np.zeros((1, 100, 75, 1), np.float32)
        matte[:, :, :37] = 1
        return matte


@pytest.mark.parametrize("size", [(800, 600), (120, 90), (90, 160), (800, 33)])
def test_results_have_the_photos_own_size(size: tuple[int, int]) -> None:
    photo = smooth_picture(*size, 1)
    matte = matte_photo(photo, LeftHalf())
    assert (matte.mode, matte.size) == ("L", size[::-1])
    assert np.asarray(matte)[:, : size[1] // 4].mean() > 200
    assert np.asarray(matte)[:, -size[1] // 4 :].mean() < 55
    cut = cut_out(photo, matte)
    assert (cut.mode, cut.size) == ("RGBA", size[::-1])


def test_gray_is_the_networks_at_every_pixel() -> None:
    photo = smooth_picture(200, 1100, 2)  # in tiles
    expected = np.round(photo / 255 @ np.array(REC_709) * 255)
    assert np.abs(np.asarray(gray_photo(photo, luma)) - expected).max() <= 1


def test_the_shipped_model_and_the_formula_need_no_training() -> None:
    photo = Image.fromarray(smooth_picture(120, 91, 5))
    assert matte_photo(photo, shipped_network()).size == photo.size
    assert np.abs(np.asarray(exact_gray(photo), int) - np.asarray(gray_photo(photo, luma))).max() <= 1


@pytest.mark.parametrize("mode", ["L", "RGBA", "P"])
def test_pictures_of_any_mode_will_do(mode: str) -> None:
    photo = Image.fromarray(smooth_picture(60, 50, 3)).convert(mode)
    assert gray_photo(photo, luma).size == photo.size
    assert cut_out(photo, matte_photo(photo, LeftHalf())).mode == "RGBA"


def test_a_trained_model_by_its_folder(tmp_path: Path) -> None:
    (tmp_path / "gray-simple-3").mkdir()
    network = build_network("simple", (32, 32), {"filters": 3})
    network.save(tmp_path / "gray-simple-3" / "model.keras")
    images = np.random.default_rng(0).random((1, 50, 40, 3), np.float32)
    assert load_network(tmp_path / "gray-simple-3").size == (32, 32)
    cut = np.asarray(network(images[:, :32, :32]))
    np.testing.assert_allclose(load_network(str(tmp_path / "gray-simple-3"))(images)[:, :32, :32], cut, atol=1e-6)


@pytest.mark.parametrize(
    ("name", "said"), [("my-model", "is not an experiment"), ("gray-unet", "there is no model")]
)
def test_what_is_not_there_is_said(tmp_path: Path, name: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        load_network(tmp_path / name)
