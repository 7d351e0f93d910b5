import numpy as np
import pytest
import tensorflow as tf
from numpy.typing import NDArray

from tasks.training.augment import GRAY_SHARE, augment

Floats = NDArray[np.float32]
COUNT, HEIGHT, WIDTH = 400, 40, 32


def blobs() -> tuple[Floats, Floats]:
    """Coloured photos of a disc left of the middle, and its mattes."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    disc = (np.hypot(y - 20, x - 9) < 6).astype(np.float32)[..., np.newaxis]
    photo = disc * np.array([0.8, 0.6, 0.5], np.float32) + (1 - disc) * np.array([0.1, 0.2, 0.3], np.float32)
    return np.repeat(photo[np.newaxis], COUNT, axis=0), np.repeat(disc[np.newaxis], COUNT, axis=0)


def drawn(seed: int) -> tuple[Floats, Floats]:
    photos, masks = blobs()
    images, mattes = augment(tf.constant(photos), tf.constant(masks), tf.constant([seed, 0]))
    return np.asarray(images), np.asarray(mattes)


@pytest.fixture(scope="module")
def batch() -> tuple[Floats, Floats]:
    return drawn(0)


def test_the_seed_decides(batch: tuple[Floats, Floats]) -> None:
    for one, same, other in zip(batch, drawn(0), drawn(1), strict=True):
        np.testing.assert_array_equal(one, same)
        assert np.abs(one - other).max() > 0.1


def test_shapes_and_values_stay_what_they_were(batch: tuple[Floats, Floats]) -> None:
    for one, before in zip(batch, blobs(), strict=True):
        assert one.shape == before.shape
        assert one.dtype == np.float32
        assert one.min() >= 0
        assert one.max() <= 1


def test_photo_and_matte_move_together(batch: tuple[Floats, Floats]) -> None:
    for image, matte in zip(*batch, strict=True):
        red = image[..., 0]  # whatever the light, the disc has more of it
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
    assert areas.min() > 0.6  # scaled by at most exp(0.16) a side, and no more cut off than its margin lets
    assert areas.max() < 1.6


def test_some_photos_are_gray(batch: tuple[Floats, Floats]) -> None:
    spread = np.ptp(batch[0], axis=-1).max(axis=(1, 2))
    assert abs(np.mean(spread < 1e-5) - GRAY_SHARE) < 0.05
