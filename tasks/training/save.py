"""Saves models so that the same weights give the same file."""

import json
import zipfile
from pathlib import Path

import keras

from tasks.arrays import EARLIEST


def save_model(model: keras.Model, path: Path) -> None:
    """Write the model as a `.keras` file that plain `keras.saving.load_model` reads.

    Keras stamps the file with the time of saving; here the stamps are left out.
    """
    stamped = path.with_name("stamped-" + path.name)
    model.save(stamped)
    try:
        with zipfile.ZipFile(stamped) as source, zipfile.ZipFile(path, "w") as target:
            for name in sorted(source.namelist()):
                content = source.read(name)
                if name == "metadata.json":
                    kept = {key: value for key, value in json.loads(content).items() if key != "date_saved"}
                    content = json.dumps(kept).encode()
                target.writestr(zipfile.ZipInfo(name, EARLIEST), content)
    finally:
        stamped.unlink()
