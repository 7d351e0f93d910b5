import io
import json
import zipfile
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from tasks.core.errors import UserError
from tasks.shipped.check import check_model, readable_model
from tasks.shipped.model import MATTE
from tasks.shipped.network import SavedNetwork

CONFIG = {"layers": [{"class_name": "Dense", "config": {"units": 3, "seed": None, "trainable": True}}]}


def weights(shape: tuple[int, ...] = (2, 3), **how: Any) -> bytes:
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        group = file.create_group("layers/dense/vars")
        if how:
            group.create_dataset("0", shape, "f4", **how)
        else:
            group["0"] = np.ones(shape, np.float32)
    return buffer.getvalue()


def linked() -> bytes:
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        file["layers"] = h5py.ExternalLink("/etc/other.h5", "/")
    return buffer.getvalue()


def model(path: Path, config: Any = CONFIG, stored: bytes | None = None, method: int = 0, more: str = "") -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr("config.json", json.dumps(config))
        archive.writestr("metadata.json", "{}")
        archive.writestr("model.weights.h5", weights() if stored is None else stored)
        if more:
            archive.writestr(more, "")
    return path


def with_layer(**numbers: Any) -> dict[str, Any]:
    return {"layers": [{"config": numbers}]}


FORGED: dict[str, dict[str, Any]] = {
    "units of no weights": {"config": with_layer(units=1_000_000_000)},
    "filters of no weights": {"config": with_layer(filters=77)},
    "a kernel of no weights": {"config": with_layer(filters=3, kernel_size=[99, 99])},
    "a giant image": {"config": with_layer(batch_shape=[None, 10**9, 10**9, 3])},
    "more layers than weights": {"config": {"layers": [with_layer(units=3)] * 2}},
    "weights that are nowhere": {"stored": weights((50_000, 50_000), chunks=(100, 100))},
    "weights that are zeros": {"stored": weights((2000, 2000), compression="gzip", fillvalue=0)},
    "weights in another file": {"stored": linked()},
    "weights that are none": {"stored": b"\x89HDF\r\n\x1a\n" + bytes(500)},
    "LZMA": {"method": zipfile.ZIP_LZMA},
    "another file": {"more": "assets/evil.py"},
    "a configuration nested too deep": {"config": json.loads("[" * 900 + "]" * 900)},
}


def test_a_model_whose_weights_are_in_it_passes(tmp_path: Path) -> None:
    check_model(model(tmp_path / "model.keras"))
    check_model(MATTE.path)


@pytest.mark.parametrize("kind", FORGED)
def test_a_forged_model_is_refused_in_one_sentence(tmp_path: Path, kind: str) -> None:
    path = model(tmp_path / "model.keras", **FORGED[kind])
    with pytest.raises(
        UserError, match=r"model\.keras: is damaged, or no model of this project .*reinstall that$"
    ):
        _load(path)


def _load(path: Path) -> None:
    with readable_model(path):
        check_model(path)
    SavedNetwork(path)


@pytest.mark.runs
@pytest.mark.slow
def test_weights_of_zeros_in_a_few_bytes_are_refused_before_they_take_memory(tmp_path: Path) -> None:
    path = tmp_path / "model.keras"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("model.weights.h5", "w") as file,
    ):
        for _ in range(1100):
            file.write(bytes(1 << 20))
    for read in (SavedNetwork, check_model):
        with pytest.raises((UserError, ValueError), match=r"model\.weights\.h5 in it has 1153433600 bytes"):
            read(path)


@pytest.mark.parametrize("content", [b"", b"PK", b"no model"])
def test_what_is_no_model_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "model.keras").write_bytes(content)
    with pytest.raises(UserError, match="is damaged, or no model of this project"):
        SavedNetwork(tmp_path / "model.keras")
