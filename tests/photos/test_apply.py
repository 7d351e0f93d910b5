from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from PIL import Image

from tasks.core.errors import UserError
from tasks.gray.luma import REC_709, weighted_gray
from tasks.photos.apply import (
    cut_out,
    exact_gray,
    gray_photo,
    load_network,
    matte_photo,
    predict,
    shipped_network,
)
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


def test_a_path_a_picture_and_an_array_give_the_same(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    stored = smooth_picture(80, 120, 1)
    Image.fromarray(stored).save(tmp_path / "me.png", exif=exif)
    upright = np.rot90(stored, -1)
    with Image.open(tmp_path / "me.png") as opened:
        photos = (tmp_path / "me.png", str(tmp_path / "me.png"), opened, upright, upright / 255)
        made = [
            (exact_gray(photo), gray_photo(photo, luma), matte_photo(photo, LeftHalf()), cut_out(photo, upright))
            for photo in photos
        ]
    for results in made:
        for result, expected in zip(results, made[0], strict=True):
            np.testing.assert_array_equal(result, expected)
    assert made[0][0].size == (80, 120)


@given(data=st.data())
@settings(max_examples=20)
def test_what_was_erased_does_not_come_back(data: st.DataObject) -> None:
    alpha = data.draw(arrays(np.uint8, (40, 36), elements=st.sampled_from([0, 90, 255]), fill=st.just(0)))
    seeds = [data.draw(st.integers(0, 9)) for _ in range(2)]
    colours, others = (smooth_picture(40, 36, seed) for seed in seeds)
    hidden = np.where((alpha == 0)[..., np.newaxis], others, colours)
    everybody = np.full((40, 36), 255, np.uint8)
    made = []
    for photo in (np.dstack([colours, alpha]), np.dstack([hidden, alpha])):
        matte = matte_photo(photo, LeftHalf())
        made.append([exact_gray(photo), gray_photo(photo, luma), matte, cut_out(photo, everybody)])
        assert (np.asarray(matte) <= alpha).all()
        np.testing.assert_array_equal(np.asarray(made[-1][3])[..., 3], alpha)
    for one, other in zip(*made, strict=True):
        np.testing.assert_array_equal(one, other)


def test_gray_keeps_the_transparency() -> None:
    alpha = np.zeros((40, 36), np.uint8)
    alpha[:20], alpha[20:30] = 255, 128
    colours = smooth_picture(40, 36, 1)
    gray = exact_gray(np.dstack([colours, alpha]))
    assert gray.mode == "LA"
    np.testing.assert_array_equal(np.asarray(gray)[..., 1], alpha)
    np.testing.assert_array_equal(np.asarray(gray)[:30, :, 0], np.asarray(exact_gray(colours))[:30])
    assert (np.asarray(gray)[30:] == 0).all()


def test_a_matte_of_another_size_is_refused() -> None:
    with pytest.raises(UserError, match=r"the matte is 30x40 pixels .* its photo 36x40"):
        cut_out(smooth_picture(40, 36, 1), np.zeros((40, 30), np.uint8))


@pytest.mark.parametrize("size", [(31, 90), (90, 31)])
def test_too_small_for_networks_is_refused(size: tuple[int, int]) -> None:
    photo = smooth_picture(*size, 1)
    with pytest.raises(UserError, match="at least 32 a side"):
        gray_photo(photo, luma)
    with pytest.raises(UserError, match="at least 32 a side"):
        matte_photo(photo, LeftHalf())


def test_a_trained_model_by_its_folder(tmp_path: Path) -> None:
    (tmp_path / "gray-simple-3").mkdir()
    network = build_network("simple", (32, 32), {"filters": 3})
    network.save(tmp_path / "gray-simple-3" / "model.keras")
    images = np.random.default_rng(0).random((1, 50, 40, 3), np.float32)
    assert load_network(tmp_path / "gray-simple-3").size == (32, 32)
    cut = np.asarray(network(images[:, :32, :32]))
    np.testing.assert_allclose(load_network(str(tmp_path / "gray-simple-3"))(images)[:, :32, :32], cut, atol=1e-6)
    by_file = load_network(tmp_path / "gray-simple-3" / "model.keras")
    np.testing.assert_allclose(by_file(images)[:, :32, :32], cut, atol=1e-6)


def test_images_of_any_size_are_predicted(tmp_path: Path) -> None:
    (tmp_path / "gray-simple-3").mkdir()
    build_network("simple", (32, 32), {"filters": 3}).save(tmp_path / "gray-simple-3" / "model.keras")
    network = load_network(tmp_path / "gray-simple-3")
    images = np.stack([smooth_picture(50, 70, seed) for seed in (1, 2)])
    predicted = predict(images, network)
    assert predicted.shape == (2, 50, 70, 1)
    for same in (images / 255, images.astype(np.uint16) * 257):
        np.testing.assert_allclose(predict(same, network), predicted, atol=1e-6)
    for wrong in (images[0], images[..., :1], images[:, :20], images[:0], images.astype(np.float32)):
        with pytest.raises(UserError, match="an array of"):
            predict(wrong, network)


@pytest.mark.parametrize(
    ("name", "said"), [("my-model", "is not an experiment"), ("gray-unet", "there is no model")]
)
def test_what_is_not_there_is_said(tmp_path: Path, name: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        load_network(tmp_path / name)
