"""Loads a model that `save_model` wrote."""

from pathlib import Path

import keras

from tasks.shipped.check import check_model, readable_model


def load_model(path: Path, compile: bool = True) -> keras.Model:
    """Return the model in a `.keras` file. Raises `UserError` for a file that is damaged or forged."""
    with readable_model(path):
        check_model(path)
        return keras.saving.load_model(path, compile=compile)
