"""Checkpoints, from which a stopped training resumes to the same weights, bit for bit."""

import json
from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np

from tasks.core.freshness.folder import whole_file
from tasks.dataset.arrays import save_arrays

Epoch = dict[str, float]
"""The figures of one epoch by name; the columns of history.csv."""


def save_checkpoint(path: Path, state: Sequence[keras.Variable], epochs: Sequence[Epoch]) -> None:
    """Write a training's variables and the epochs so far to an npz file.

    `state` is all that the rest of the training depends on: weights, running statistics, dropout's seeds and the
    optimizer's variables. The file appears whole or not at all, even if the power fails.
    """
    arrays = {f"{number:04}": keras.ops.convert_to_numpy(variable) for number, variable in enumerate(state)}
    with whole_file(path) as unfinished:
        save_arrays(unfinished, {**arrays, "epochs": np.array(json.dumps(list(epochs)))})


def restore_checkpoint(path: Path, state: Sequence[keras.Variable]) -> list[Epoch]:
    """Set the variables to the saved ones and return the finished epochs; an empty list if there is no file.

    `state` is in the order in which it was saved.
    """
    if not path.exists():
        return []
    with np.load(path, allow_pickle=False) as saved:
        for number, variable in enumerate(state):
            variable.assign(saved[f"{number:04}"])
        epochs: list[Epoch] = json.loads(str(saved["epochs"]))
    return epochs
