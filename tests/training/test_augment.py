import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tasks.training.augment import EXCHANGED_SHARE, GRAY_SHARE, augment, exchange_backgrounds, fill_unknown

Floats = NDArray[np.float32]
COUNT, HEIGHT, WIDTH = 400, 40, 32


def blobs() -> tuple[Floats, Floats]:
    """Coloured photos of a disc left of the middle, and its mattes."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    disc = (np.hypot(y - 20, x - 9) < 6).astype(np.float32)[..., np.newaxis]
    photo = disc * np.array([0.8, 0.6, 0.5], np.float32) + (1 - disc) * np.array([0.1, 0.2, 0.3], np.float32)
    return np.repeat(photo[np.newaxis], COUNT, axis=0), np.repeat(disc[np.newaxis], COUNT, axis=0)


def augmented(seed: int) -> tuple[Floats, Floats]:
    photos, masks = blobs()
    images, mattes = augment(tf.constant(photos), tf.constant(masks), tf.constant([seed, 0]))
    return np.asarray(images), np.asarray(mattes)


@pytest.fixture(scope="module")
def batch() -> tuple[Floats, Floats]:
    return augmented(0)


def test_the_seed_decides(batch: tuple[Floats, Floats]) -> None:
    for one, same, other in zip(batch, augmented(0), augmented(1), strict=True):
        np.testing.assert_array_equal(one, same)
        assert np.abs(one - other).max() > 0.1


def test_shapes_and_ranges_stay(batch: tuple[Floats, Floats]) -> None:
    for one, before in zip(batch, blobs(), strict=True):
        assert one.shape == before.shape
        assert one.dtype == np.float32
        assert one.min() >= 0
        assert one.max() <= 1


def test_photo_and_matte_move_together(batch: tuple[Floats, Floats]) -> None:
    for image, matte in zip(*batch, strict=True):
        red = image[..., 0]  # in any light, the disc has more of it
        found = red > (red.min() + red.max()) / 2
        person = matte[..., 0] > 0.5
        assert (found & person).sum() / (found | person).sum() > 0.7  # the outline is a pixel soft


def test_pairs_of_a_batch_differ_and_half_are_mirrored(batch: tuple[Floats, Floats]) -> None:
    mattes = batch[1]
    assert len({matte.tobytes() for matte in mattes}) == COUNT
    middles = (mattes[..., 0] * np.arange(WIDTH)).sum(axis=(1, 2)) / mattes.sum(axis=(1, 2, 3))
    assert 0.4 < np.mean(middles > WIDTH / 2) < 0.6


def test_the_person_keeps_about_its_size(batch: tuple[Floats, Floats]) -> None:
    areas = batch[1].sum(axis=(1, 2, 3)) / blobs()[1][0].sum()
    assert areas.min() > 0.6  # at most a scale of exp(0.16) a side, and a small cut at the border
    assert areas.max() < 1.6


def test_some_photos_are_gray(batch: tuple[Floats, Floats]) -> None:
    saturation = np.ptp(batch[0], axis=-1).max(axis=(1, 2))
    assert abs(np.mean(saturation < 1e-5) - GRAY_SHARE) < 0.05


@given(seed=st.integers(0, 1000), share=st.floats(0.02, 1))
def test_unknown_pixels_are_filled_from_known_ones_which_stay(seed: int, share: float) -> None:
    generator = np.random.default_rng(seed)
    images = generator.random((2, 13, 10, 3), np.float32)
    known = (generator.random((2, 13, 10, 1)) < share).astype(np.float32)
    known[:, 0, 0] = 1
    filled_in = fill_unknown(tf.constant(images), tf.constant(known)).numpy()
    np.testing.assert_array_equal(np.where(known, filled_in, 0), np.where(known, images, 0))
    for image, filled, at in zip(images, filled_in, known[..., 0] > 0, strict=True):
        assert (filled >= image[at].min(axis=0) - 1e-5).all()
        assert (filled <= image[at].max(axis=0) + 1e-5).all()


def test_each_person_stands_before_the_background_of_the_photo_before() -> None:
    generator = np.random.default_rng(0)
    images = generator.random((3, 20, 16, 3), np.float32)
    mattes = np.zeros((3, 20, 16, 1), np.float32)
    for number, matte in enumerate(mattes):
        matte[5:, 4 + number : 10 + number] = 1
    exchanged = exchange_backgrounds(tf.constant(images), tf.constant(mattes)).numpy()
    person = mattes[..., 0] == 1
    nobody = ~person & ~np.roll(person, 1, axis=0)
    np.testing.assert_array_equal(exchanged[person], images[person])
    np.testing.assert_array_equal(exchanged[nobody], np.roll(images, 1, axis=0)[nobody])


def test_an_edge_has_no_halo_of_the_old_background() -> None:
    images = np.zeros((2, 20, 16, 3), np.float32)
    mattes = np.zeros((2, 20, 16, 1), np.float32)
    mattes[:, :, :8], mattes[:, :, 8] = 1, 0.5
    images[0, :, :8], images[0, :, 8], images[0, :, 9:] = [1, 0, 0], [0.5, 0, 0.5], [0, 0, 1]
    images[1, :, 9:] = [0, 1, 0]
    edge = exchange_backgrounds(tf.constant(images), tf.constant(mattes)).numpy()[0, 10, 8]
    np.testing.assert_allclose(edge, [0.5, 0.5, 0], atol=0.05)  # half red, half the green behind, and no blue


def test_the_share_of_exchanged_backgrounds() -> None:
    images = np.zeros((400, 32, 32, 3), np.float32) + np.linspace(0, 1, 400, dtype=np.float32)[:, None, None, None]
    nobody = np.zeros((400, 32, 32, 1), np.float32)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tasks.training.augment._relight", lambda images, seed: images)
        recomposed, _ = augment(tf.constant(images), tf.constant(nobody), tf.constant([0, 1]))
    changed = np.abs(recomposed.numpy() - images).max(axis=(1, 2, 3)) > 1e-4
    assert EXCHANGED_SHARE - 0.1 < changed.mean() < EXCHANGED_SHARE + 0.1
