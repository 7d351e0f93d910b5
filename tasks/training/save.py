"""Saves models so that the same weights give the same file."""

import json
import zipfile
from pathlib import Path
from typing import Any

import keras


def save_model(model: keras.Model, path: Path) -> None:
    """Write the model as a `.keras` file that plain `keras.saving.load_model` reads.

    Keras puts the time of saving into it, and addresses of objects in memory; here the one is left out, and the
    others are numbered.
    """
    stamped = path.with_name("stamped-" + path.name)
    model.save(stamped)
    try:
        with zipfile.ZipFile(stamped) as source, zipfile.ZipFile(path, "w") as target:
            for name in sorted(source.namelist()):
                content = source.read(name)
                if name.endswith(".json"):
                    content = json.dumps(_without_chance(json.loads(content), {})).encode()
                target.writestr(zipfile.ZipInfo(name), content)  # of 1980, whenever it is made
    finally:
        stamped.unlink()


def _without_chance(value: Any, numbers: dict[int, int]) -> Any:
    """Return a JSON value without the date, and with objects numbered in the order they appear in."""
    if isinstance(value, list):
        return [_without_chance(item, numbers) for item in value]
    if not isinstance(value, dict):
        return value
    kept = {key: _without_chance(item, numbers) for key, item in value.items() if key != "date_saved"}
    if "shared_object_id" in kept:
        kept["shared_object_id"] = numbers.setdefault(kept["shared_object_id"], len(numbers))
    return kept
