from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tasks.core.errors import UserError
from tasks.dataset.arrays import unit_range
from tasks.photos.network import SizedNetwork, load_network
from tasks.training.networks import build_network
from tests.world import smooth_picture


def test_a_trained_model_by_its_folder(tmp_path: Path) -> None:
    (tmp_path / "gray-simple-3").mkdir()
    network = build_network("simple", (32, 32), {"filters": 3})
    network.save(tmp_path / "gray-simple-3" / "model.keras")
    images = np.random.default_rng(0).random((1, 50, 40, 3), np.float32)
    assert load_network(tmp_path / "gray-simple-3").size == (32, 32)
    cut = np.asarray(network(images[:, :32, :32]))
    np.testing.assert_allclose(load_network(str(tmp_path / "gray-simple-3"))(images)[:, :32, :32], cut, atol=1e-6)


@pytest.mark.parametrize(("name", "said"), [("my-model", "is no experiment"), ("gray-unet", "there is no model")])
def test_what_is_not_there_is_said(tmp_path: Path, name: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        load_network(tmp_path / name)


def test_a_network_is_the_same_at_every_size(trained: Callable[[str], SizedNetwork]) -> None:
    network = trained("simple")
    photo = unit_range(smooth_picture(90, 70, 3)[np.newaxis])
    for height, width in ((90, 70), (33, 47), (64, 32), *((40 + n, 40) for n in range(10))):
        cut = network(photo)[:, :height, :width]
        np.testing.assert_allclose(network(photo[:, :height, :width]), cut, atol=1e-6)
