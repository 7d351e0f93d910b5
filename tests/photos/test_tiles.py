from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.dataset.arrays import unit_range
from tasks.experiments import EXPERIMENTS
from tasks.photos.network import SizedNetwork
from tasks.photos.tiles import MARGIN, _spans, predict_in_tiles
from tasks.training.networks import build_network
from tests.world import smooth_picture

NETWORKS = {row.network: row.options for row in EXPERIMENTS.values() if row.target == "gray"}


@pytest.fixture
def trained(tmp_path: Path) -> Callable[[str], SizedNetwork]:
    """A network with weights of no pattern, saved for one size."""

    def make(name: str) -> SizedNetwork:
        keras.utils.set_random_seed(1)
        network = build_network(name, (40, 32), NETWORKS[name])
        photos = np.stack([smooth_picture(40, 32, seed) for seed in range(8)])
        for _ in range(100):
            network(unit_range(photos), training=True)  # collects batch statistics, and trains nothing
        *others, kernel, bias = network.get_weights()
        network.set_weights([*others, 30 * kernel, bias] if name == "unet" else [*others, kernel, bias])
        network.save(tmp_path / "model.keras")
        return SizedNetwork(tmp_path / "model.keras", name, NETWORKS[name])

    return make


@given(st.integers(1, 3000), st.integers(1, 40).map(lambda n: 16 * n), st.integers(0, 10).map(lambda n: 16 * n))
def test_tiles_cover_every_pixel_once_and_start_where_pooling_does(length: int, side: int, margin: int) -> None:
    spans = list(_spans(length, side, margin))
    assert [pixel for start, end, _, _ in spans for pixel in range(start, end)] == list(range(length))
    for start, end, shown_start, shown_end in spans:
        assert shown_start % 16 == 0
        assert 0 <= shown_start <= start < end <= shown_end <= length
        assert shown_start == 0 or start - shown_start == margin
        assert shown_end == length or shown_end - end == margin


@pytest.mark.runs
@pytest.mark.parametrize("size", [(430, 37), pytest.param((50, 461), marks=pytest.mark.slow)])
def test_the_unet_in_tiles_is_the_unet_in_one(
    trained: Callable[[str], SizedNetwork], size: tuple[int, int]
) -> None:
    network, photo = trained("unet"), smooth_picture(*size, 3)
    photo = np.clip(photo + np.random.default_rng(0).integers(-30, 30, photo.shape), 0, 255).astype(np.uint8)
    whole = np.round(network(unit_range(photo[np.newaxis]))[0, ..., 0] * 255)
    assert np.ptp(whole) > 3
    assert np.abs(predict_in_tiles(network, photo, side=160, margin=MARGIN) - whole).max() <= 1
    # A margin that is too small shows, so this test could fail.
    assert np.abs(predict_in_tiles(network, photo, side=160, margin=16) - whole).max() > 1


def test_a_network_is_the_same_at_every_size(trained: Callable[[str], SizedNetwork]) -> None:
    network = trained("simple")
    photo = unit_range(smooth_picture(90, 70, 3)[np.newaxis])
    for height, width in ((90, 70), (33, 47), (64, 32), *((40 + n, 40) for n in range(10))):
        cut = network(photo)[:, :height, :width]
        np.testing.assert_allclose(network(photo[:, :height, :width]), cut, atol=1e-6)
