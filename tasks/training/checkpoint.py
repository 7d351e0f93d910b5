"""Checkpoints, from which a stopped training resumes to the same weights, bit for bit."""

import io
import json
from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np

from tasks.core.freshness.state import read_state, written_state
from tasks.core.machine import this_machine
from tasks.core.progress import say

Epoch = dict[str, float]
"""The figures of one epoch by name; the columns of history.csv."""


def save_checkpoint(path: Path, state: Sequence[keras.Variable], epochs: Sequence[Epoch]) -> None:
    """Write a training's variables and the epochs so far to an npz file with a digest.

    `state` is all that the rest of the training depends on: weights, running statistics, dropout's seeds and the
    optimizer's variables. The file appears whole or not at all, even if the power fails. The folder's name, which
    stands for the training, is in it.
    """
    arrays = {f"{number:04}": keras.ops.convert_to_numpy(variable) for number, variable in enumerate(state)}
    about = {
        "epochs": np.array(json.dumps(list(epochs))),
        "training": np.array(path.parent.name),
        "machine": np.array(this_machine()),
    }
    with written_state(path) as file:
        np.savez(file, allow_pickle=False, **arrays, **about)


def restore_checkpoint(path: Path, state: Sequence[keras.Variable]) -> list[Epoch]:
    """Set the variables to the saved ones and return the finished epochs.

    `state` is in the order in which it was saved. Returns an empty list and changes nothing if there is no file, a
    damaged one, or that of another training. A line on the console names the machine it was begun on, if it was
    another one: there the last bits of a sum may differ.
    """
    content = read_state(path)
    if content is None:
        return []
    with np.load(io.BytesIO(content), allow_pickle=False) as saved:
        if str(saved["training"]) != path.parent.name:
            say(f"warning: {path} is of another training and not used")
            return []
        began_on = str(saved["machine"])
        if began_on != this_machine():
            say(
                f"note: this training began on another machine ({began_on}); here ({this_machine()}), its weights "
                "may come out different in the last bits"
            )
        for number, variable in enumerate(state):
            variable.assign(saved[f"{number:04}"])
        epochs: list[Epoch] = json.loads(str(saved["epochs"]))
    return epochs
