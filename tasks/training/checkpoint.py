"""What a training needs to go on where it was stopped, bit for bit."""

import json
from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np

from tasks.core.freshness.folder import whole_file
from tasks.dataset.arrays import save_arrays

Epoch = dict[str, float]
"""What an epoch cost and gave; the columns of history.csv."""


def save_checkpoint(path: Path, state: Sequence[keras.Variable], epochs: Sequence[Epoch]) -> None:
    """Write all variables (weights, batch statistics, dropout's seeds, the optimizer's) and the epochs so far.

    The file appears whole or not at all, also when the power fails.
    """
    arrays = {f"{number:04}": keras.ops.convert_to_numpy(variable) for number, variable in enumerate(state)}
    with whole_file(path) as unfinished:
        save_arrays(unfinished, {**arrays, "epochs": np.array(json.dumps(list(epochs)))})


def restore_checkpoint(path: Path, state: Sequence[keras.Variable]) -> list[Epoch]:
    """Set the variables to those saved and return the epochs done; none when there is no checkpoint."""
    if not path.exists():
        return []
    with np.load(path, allow_pickle=False) as saved:
        for number, variable in enumerate(state):
            variable.assign(saved[f"{number:04}"])
        epochs: list[Epoch] = json.loads(str(saved["epochs"]))
    return epochs
