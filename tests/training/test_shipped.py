from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest

from tasks.shipped.model import MATTE
from tasks.training import shipped
from tasks.training.networks import build_network
from tasks.training.shipped import shipped_weights


def test_the_shipped_weights_fit_networks_for_other_sizes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shipped, "MATTE", replace(MATTE, path=tmp_path / "matte.keras"))
    model = build_network("small_unet", (32, 32), {})
    model.save(tmp_path / "matte.keras")
    other: keras.Model = build_network("small_unet", (40, 35), {})
    other.set_weights(shipped_weights())
    for one, weights in zip(model.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(one, weights)
