"""Saves models: the same weights give the same file, byte for byte."""

import json
import zipfile
from pathlib import Path
from typing import Any

import keras

from tasks.dataset.arrays import zip_entry


def save_model(model: keras.Model, path: Path) -> None:
    """Write a model to a `.keras` file, which `keras.saving.load_model` reads.

    Keras writes the time of saving and the memory addresses of shared objects into the file. Here the time is left
    out and the objects are numbered.
    """
    stamped = path.with_name("stamped-" + path.name)
    model.save(stamped)
    try:
        with zipfile.ZipFile(stamped) as source, zipfile.ZipFile(path, "w") as target:
            for name in sorted(source.namelist()):
                content = source.read(name)
                if name.endswith(".json"):
                    content = json.dumps(_reproducible(json.loads(content), {})).encode()
                target.writestr(zip_entry(name), content)
    finally:
        stamped.unlink()


def _reproducible(value: Any, numbers: dict[int, int]) -> Any:
    """Return a JSON value without the date, and with shared objects numbered in order of appearance."""
    if isinstance(value, list):
        return [_reproducible(item, numbers) for item in value]
    if not isinstance(value, dict):
        return value
    kept = {key: _reproducible(item, numbers) for key, item in value.items() if key != "date_saved"}
    if "shared_object_id" in kept:
        kept["shared_object_id"] = numbers.setdefault(kept["shared_object_id"], len(numbers))
    return kept
