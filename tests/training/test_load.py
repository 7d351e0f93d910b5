import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from tasks.core.errors import UserError
from tasks.photos.network import SizedNetwork
from tasks.training.load import load_model
from tasks.training.networks import build_network
from tasks.training.save import save_model

Forge = Callable[[dict[str, bytes]], Any]


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("model") / "model.keras"
    save_model(build_network("simple", (40, 32), {"filters": 3}), path)
    return path


def replaced(old: bytes, new: bytes) -> Forge:
    def forge(parts: dict[str, bytes]) -> None:
        assert old in parts["config.json"]
        parts["config.json"] = parts["config.json"].replace(old, new)

    return forge


FORGED: dict[str, Forge] = {
    "a giant layer": replaced(b'"filters": 3', b'"filters": 1000000000'),
    "a giant kernel": replaced(b'"kernel_size": [1, 1]', b'"kernel_size": [30000, 30000]'),
    "an unknown layer": replaced(b'"class_name": "Conv2D"', b'"class_name": "Evil"'),
    "a layer of another module": replaced(b'"module": "keras.layers"', b'"module": "os"'),
    "a layer that runs code": replaced(b'"class_name": "Conv2D"', b'"class_name": "Lambda"'),
    "no configuration": lambda parts: parts.update({"config.json": b"[]"}),
    "a configuration that is no JSON": lambda parts: parts.update({"config.json": b"\xff{"}),
    "no weights": lambda parts: parts.pop("model.weights.h5"),
    "weights cut off": lambda parts: parts.update({"model.weights.h5": parts["model.weights.h5"][:3000]}),
    "another file": lambda parts: parts.update({"assets/evil.py": b"evil"}),
}


def test_a_model_is_loaded_as_keras_loads_it(saved: Path) -> None:
    expected = keras.saving.load_model(saved).get_weights()
    for one, other in zip(load_model(saved).get_weights(), expected, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("kind", FORGED)
def test_a_forged_model_ends_in_one_sentence(saved: Path, tmp_path: Path, kind: str) -> None:
    with zipfile.ZipFile(saved) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    FORGED[kind](parts)
    with zipfile.ZipFile(tmp_path / "model.keras", "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    with pytest.raises(
        UserError, match=r"model\.keras: is damaged, or no model of this project \(.*\); remove it"
    ) as error:
        SizedNetwork(tmp_path / "model.keras", "simple", {"filters": 3})
    assert "\n" not in str(error.value)
